# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Where TCP connections wait until they speak TLS, and count meanwhile."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from .connection import ANSWER_SECONDS, REQUEST_SECONDS

if TYPE_CHECKING:
    import socket
    import ssl

    from .connection import GuardedConnection

#: seconds that an event loop waits for a client that speaks TLS, and for its good-bye
PATIENCE: dict[str, Any] = {
    "ssl_handshake_timeout": REQUEST_SECONDS,
    # Python 3.10 doesn't wait for it
    **({"ssl_shutdown_timeout": ANSWER_SECONDS} if sys.version_info >= (3, 11) else {}),
}


class TlsDoor(asyncio.Protocol):
    """Count a connection from TCP on, and begin with it once it speaks TLS.

    An event loop that is told to speak TLS on the port itself tells nobody of a client before its
    handshake is over, so that any number of them could wait there.

    Parameters
    ----------
    connection : GuardedConnection
        What the client wants to get to.
    context : ssl.SSLContext
        The server's.
    """

    def __init__(self, connection: GuardedConnection, context: ssl.SSLContext) -> None:
        self._connection = connection
        self._context = context

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the socket out of its transport, and begin with TLS.

        `loop.start_tls` would keep the transport; but uvloop reads before anybody can tell it to
        wait, and what it has read would be missing from the handshake.
        """
        try:
            own: socket.socket = transport.get_extra_info("socket").dup()
        except OSError:
            # too many are open; the client comes again
            return
        finally:
            cast("asyncio.Transport", transport).abort()
        opening = asyncio.ensure_future(self._open(own))
        self._connection.arrive(own, opening.cancel)
        opening.add_done_callback(self._end)

    async def _open(self, own: socket.socket) -> None:
        # who speaks no TLS, takes too long or is gone
        with suppress(OSError):
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: self._connection, own, ssl=self._context, **PATIENCE
            )

    def _end(self, _: asyncio.Future[None]) -> None:
        if not self._connection.is_made:
            self._connection.depart()
