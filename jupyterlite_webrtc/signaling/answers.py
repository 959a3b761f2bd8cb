# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""How answers to plain HTTP go out: small ones at once, files piece by piece."""

from __future__ import annotations

from contextlib import aclosing
from http import HTTPStatus
from typing import TYPE_CHECKING

from websockets.datastructures import Headers
from websockets.http11 import Response

from .file_part import FileChangedError, FilePart

if TYPE_CHECKING:
    from .connection import GuardedConnection
    from .reply import Reply


class LastPiece(Response):
    """What the library still has to send of an answer whose beginning is on its way."""

    def serialize(self) -> bytes:
        """Write it as it is.

        Returns
        -------
        bytes
            Without status and headers, which went out before.
        """
        return bytes(self.body)


async def send(connection: GuardedConnection, reply: Reply, *, with_body: bool) -> Response:
    """Send an answer but for its end, which takes as long as its reader does.

    Parameters
    ----------
    connection : GuardedConnection
        To whom.
    reply : Reply
        What.
    with_body : bool
        Whether more than status and headers were asked for.

    Returns
    -------
    websockets.http11.Response
        The end, for the library; all of it, if it is small.
    """
    body = reply.body
    headers = Headers(reply.headers)
    if reply.status is not HTTPStatus.NOT_MODIFIED:
        # that one would have to tell the length of what it doesn't send (RFC 9110, section 8.6)
        length = body.length if isinstance(body, FilePart) else len(body)
        headers["Content-Length"] = str(length)
    headers["Connection"] = "close"
    head = Response(reply.status, reply.status.phrase, headers)
    if not with_body:
        return head
    if isinstance(body, FilePart):
        return await _send_part(connection, head, body)
    head.body = body
    return head


async def _send_part(connection: GuardedConnection, head: Response, part: FilePart) -> Response:
    if not part.length:
        return head
    waiting = head.serialize()
    try:
        async with aclosing(part.pieces()) as pieces:
            async for piece in pieces:
                if not await connection.send_out(waiting):
                    break
                waiting = piece
    except FileChangedError:
        # what its reader has and what would follow don't belong together
        connection.transport.abort()
    return LastPiece(head.status_code, head.reason_phrase, Headers(), waiting)
