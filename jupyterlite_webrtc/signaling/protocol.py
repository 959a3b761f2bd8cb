# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The messages of y-webrtc's signaling protocol, and what we added to it.

The source is y-webrtc 10.3.0, ``src/y-webrtc.js`` (client) and ``bin/server.js``. A message is
one WebSocket text frame that holds one JSON object:

=============================================  ================================================
``{"type": "subscribe", "topics": [...]}``     from now on send me what is published there
``{"type": "unsubscribe", "topics": [...]}``   no longer
``{"type": "publish", "topic": "...", ...}``   send this to all subscribers, me included if I am
                                               one, with ``clients``, their number, added
``{"type": "ping"}``                           answer ``{"type": "pong"}``
``{"type": "features"}``                       ours: answer what you can do beyond the above
``{"type": "turn"}``                           ours: answer how I can use a TURN server
=============================================  ================================================

Binary frames are ours, too: see `Relay`. All of it is specified in ``docs/protocol.md``.

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

from .closing import ProtocolError

#: the answer to a ping
PONG = '{"type":"pong"}'

#: what JSON calls white space (RFC 8259, section 2)
_JSON_WHITESPACE = " \t\n\r"

#: the first byte of a relayed frame: the version of its envelope
RELAY_VERSION = 1

#: bytes before the topic of a relayed frame: the version, and the topic's length
_RELAY_HEADER_BYTES = 2


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

    @property
    def size(self) -> int:
        """Its bytes in UTF-8."""
        return len(self.text) if self.text.isascii() else len(self.text.encode())

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


@dataclass(frozen=True)
class Features:
    """Ask what the server can do."""


@dataclass(frozen=True)
class Turn:
    """Ask for a name and a password for the TURN server."""


@dataclass(frozen=True)
class Relay:
    """Send a binary frame to all other subscribers of a topic.

    Its envelope is one byte `RELAY_VERSION`, one byte with the length of the topic, and the topic
    in UTF-8. What follows is the peers' own business.
    """

    topic: str
    #: the frame as it came, and as it goes out
    frame: bytes


Message = Subscribe | Unsubscribe | Publish | Ping | Features | Turn | Relay


def parse(frame: str | bytes) -> Message | None:
    """Read one message.

    Parameters
    ----------
    frame : str or bytes
        The payload of a text or a binary frame.

    Returns
    -------
    Subscribe, Unsubscribe, Publish, Ping, Features, Turn, Relay or None
        None for a type of message that is unknown here.

    Raises
    ------
    ProtocolError
        If the frame is not a message of this protocol.
    """
    return _parse_text(frame) if isinstance(frame, str) else _parse_relay(frame)


def _parse_text(frame: str) -> Message | None:
    message = _parse_object(frame)
    kind = message.get("type")
    if isinstance(kind, str) and kind in _PLAIN:
        return _PLAIN[kind]
    match kind:
        case "subscribe":
            return Subscribe(_topics(message))
        case "unsubscribe":
            return Unsubscribe(_topics(message))
        case "publish":
            if not isinstance(topic := message.get("topic"), str):
                raise _shape_error("the topic of a publish must be a string")
            return Publish(_encodable(topic), frame)
        case str():
            return None
        case _:
            raise _shape_error("a message must have a type, which is a string")


def _parse_relay(frame: bytes) -> Relay:
    if len(frame) < _RELAY_HEADER_BYTES or frame[0] != RELAY_VERSION:
        raise ProtocolError(
            CloseCode.UNSUPPORTED_DATA,
            f"a binary message must be a relayed frame of version {RELAY_VERSION}",
        )
    end = _RELAY_HEADER_BYTES + frame[1]
    if len(frame) < end:
        raise _shape_error("a relayed frame must hold all of its topic")
    try:
        return Relay(frame[_RELAY_HEADER_BYTES:end].decode(), frame)
    except UnicodeDecodeError:
        raise _data_error("the topic of a relayed frame must be UTF-8") from None


def _parse_object(text: str) -> dict[str, Any]:
    try:
        message = _DECODER.decode(text)
    except (ValueError, RecursionError):
        # ValueError covers numbers of thousands of digits too, RecursionError deep nesting
        raise _data_error("a message must be JSON") from None
    if not isinstance(message, dict):
        raise _data_error("a message must be a JSON object")
    return message


def _refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity: Python reads them, but the receivers' JSON.parse throws."""
    raise ValueError(name)


#: the messages that say nothing but what they are, by their types
_PLAIN: dict[str, Message] = {"ping": Ping(), "features": Features(), "turn": Turn()}

_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _topics(message: dict[str, Any]) -> tuple[str, ...]:
    topics = message.get("topics")
    if not isinstance(topics, list) or not all(isinstance(topic, str) for topic in topics):
        raise _shape_error("topics must be a list of strings")
    return tuple(map(_encodable, topics))


def _encodable(topic: str) -> str:
    """Refuse halves of surrogate pairs, which JSON can write and UTF-8 can't."""
    if not topic.isascii():
        try:
            topic.encode()
        except UnicodeEncodeError:
            raise _data_error("a topic must be Unicode text") from None
    return topic


def _data_error(reason: str) -> ProtocolError:
    return ProtocolError(CloseCode.INVALID_DATA, reason)


def _shape_error(reason: str) -> ProtocolError:
    return ProtocolError(CloseCode.POLICY_VIOLATION, reason)
