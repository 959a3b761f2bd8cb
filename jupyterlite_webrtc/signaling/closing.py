# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a client is told when its connection is closed."""

from __future__ import annotations

from enum import IntEnum


class Close(IntEnum):
    """Codes of our own, beside those of RFC 6455, from the range that is left to applications.

    A page sees nothing but code and reason of a closed connection, and turns the code into words;
    so each thing that its reader could do something about has a code of its own. They resemble
    the status codes of HTTP. ``docs/protocol.md`` lists them.
    """

    #: the server wants a token, and the URL has none or another
    TOKEN = 4401
    #: the page comes from a site that this server is not for
    ORIGIN = 4403
    #: a publish to a topic that the client subscribed to neither itself nor its parent
    NOT_SUBSCRIBED = 4404
    #: a topic has as many subscribers as it may have
    TOPIC_FULL = 4409
    #: a connection has as many topics as it may have
    TOO_MANY_TOPICS = 4413
    #: the name of a topic is too long
    TOPIC_TOO_LONG = 4414
    #: more messages or bytes than a page sends
    TOO_FAST = 4429
    #: as many connections from one address as there may be
    ADDRESS_FULL = 4430
    #: as many connections as there may be
    SERVER_FULL = 4503


class ProtocolError(Exception):
    """Somebody sent what no client sends, or more than one may.

    Parameters
    ----------
    code : int
        With what to close the connection: `Close`, or one of RFC 6455, section 7.4.
    reason : str
        One sentence for the sender's developer; at most 123 bytes, the size of a close frame.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = int(code)
        self.reason = reason
