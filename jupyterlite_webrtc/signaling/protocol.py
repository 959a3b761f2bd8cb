# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The messages of y-webrtc's signaling protocol.

The source is y-webrtc 10.3.0, ``src/y-webrtc.js`` (client) and ``bin/server.js``. A message is
one WebSocket text frame that holds one JSON object:

=============================================  ================================================
``{"type": "subscribe", "topics": [...]}``     from now on send me what is published there
``{"type": "unsubscribe", "topics": [...]}``   no longer
``{"type": "publish", "topic": "...", ...}``   send this to all subscribers, me included if I am
                                               one, with ``clients``, their number, added
``{"type": "ping"}``                           answer ``{"type": "pong"}``
=============================================  ================================================

**Where npm's server is lenient and this one is not.** That server overlooks topics that aren't
strings and messages without a type, and falls over text that isn't JSON. No released client sends
any of these, so each is refused with a reason, rather than leaving somebody to wonder why nothing
arrives. A *type* that is unknown here is still overlooked, because newer clients may know more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from websockets.frames import CloseCode

#: bytes of one message: an encrypted offer with many candidates stays below a tenth of it
MAX_MESSAGE_BYTES = 64 * 1024

#: the answer to a ping
PONG = '{"type":"pong"}'

#: what JSON calls white space (RFC 8259, section 2)
_JSON_WHITESPACE = " \t\n\r"


class ProtocolError(Exception):
    """Somebody sent what no client sends.

    Parameters
    ----------
    code : websockets.frames.CloseCode
        With what to close the connection (RFC 6455, section 7.4).
    reason : str
        One sentence for the sender's developer; at most 123 bytes, the size of a close frame.
    """

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True)
class Subscribe:
    """Ask for what is published under some topics."""

    topics: tuple[str, ...]


@dataclass(frozen=True)
class Unsubscribe:
    """Ask no longer for what is published under some topics."""

    topics: tuple[str, ...]


@dataclass(frozen=True)
class Publish:
    """Send something to all subscribers of a topic."""

    topic: str
    #: the JSON object as it came
    text: str

    def serialise(self, clients: int) -> str:
        """Make the message that the subscribers get.

        What the sender wrote goes out as it came, number by number and key by key: parsing and
        writing it again would cost time and could change it. Should the sender have written a
        ``clients`` too, ours stands last, and of equal keys ``JSON.parse`` takes the last.

        Parameters
        ----------
        clients : int
            The number of subscribers.

        Returns
        -------
        str
            A JSON object.
        """
        return f'{self.text.rstrip(_JSON_WHITESPACE)[:-1]},"clients":{clients}}}'


@dataclass(frozen=True)
class Ping:
    """Ask whether the server is there."""


Message = Subscribe | Unsubscribe | Publish | Ping


def parse(frame: str | bytes) -> Message | None:
    """Read one message.

    Parameters
    ----------
    frame : str or bytes
        The payload of a text or a binary frame.

    Returns
    -------
    Subscribe, Unsubscribe, Publish, Ping or None
        None for a type of message that is unknown here.

    Raises
    ------
    ProtocolError
        If the frame is not a message of this protocol.
    """
    if not isinstance(frame, str):
        raise ProtocolError(CloseCode.UNSUPPORTED_DATA, "a message must be text, not binary")
    message = _parse_object(frame)
    match message.get("type"):
        case "subscribe":
            return Subscribe(_topics(message))
        case "unsubscribe":
            return Unsubscribe(_topics(message))
        case "publish":
            if not isinstance(topic := message.get("topic"), str):
                raise _shape_error("the topic of a publish must be a string")
            return Publish(topic, frame)
        case "ping":
            return Ping()
        case str():
            return None
        case _:
            raise _shape_error("a message must have a type, which is a string")


def _parse_object(text: str) -> dict[str, Any]:
    try:
        message = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        # ValueError covers numbers of thousands of digits too, RecursionError deep nesting
        raise _data_error("a message must be JSON") from None
    if not isinstance(message, dict):
        raise _data_error("a message must be a JSON object")
    return message


def _refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity: Python reads them, but the receivers' JSON.parse throws."""
    raise ValueError(name)


def _topics(message: dict[str, Any]) -> tuple[str, ...]:
    topics = message.get("topics")
    if not isinstance(topics, list) or not all(isinstance(topic, str) for topic in topics):
        raise _shape_error("topics must be a list of strings")
    return tuple(topics)


def _data_error(reason: str) -> ProtocolError:
    return ProtocolError(CloseCode.INVALID_DATA, reason)


def _shape_error(reason: str) -> ProtocolError:
    return ProtocolError(CloseCode.POLICY_VIOLATION, reason)
