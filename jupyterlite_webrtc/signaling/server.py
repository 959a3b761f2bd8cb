# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Put the exchange on a TCP port: WebSockets for signaling, plain HTTP for the rest."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import State

from .exchange import Delivery, Exchange
from .hub import Hub
from .protocol import MAX_MESSAGE_BYTES, ProtocolError
from .reply import Query, Reply, Responder, explain

if TYPE_CHECKING:
    from collections.abc import Callable

#: bytes that wait for a client that reads more slowly than others write; with more it is cut off,
#: so that neither the others wait for it nor the memory grows. Some 100 offers fit in.
OUTBOUND_BYTES = 1024 * 1024

#: seconds between two pings to a quiet client: below the 60 s after which proxies hang up
PING_SECONDS = 20

#: seconds in which a client has to answer a ping, or it is taken for gone
PONG_SECONDS = 20

#: seconds for a request to come in and its answer to go out, and for a good-bye. An answer that is
#: a large file on a slow line needs more: see `SignalingServer`.
REQUEST_SECONDS = 10

#: seconds that a stop waits for good-byes
STOP_SECONDS = 5

#: what clients are told when the server stops; they come back by themselves
STOP_REASON = "the server stops or restarts"

log = logging.getLogger(__name__)

#: what the library says goes here
library_log = log.getChild("websockets")
# before 17 it wrote a traceback for every port scanner
library_log.addFilter(lambda record: record.msg != "opening handshake failed")


class _Connection(ServerConnection):
    """A WebSocket connection that is cut off rather than buffered for without bound.

    Parameters
    ----------
    on_cut_off : callable
        Called before the connection goes, so that nothing more is sent to it.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 (upstream's)
        on_cut_off: Callable[[ServerConnection], None],
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        self._on_cut_off = on_cut_off

    def pause_writing(self) -> None:
        # the transport calls this when more than `write_limit` bytes wait, whatever wrote them:
        # deliveries, answers to pings, or the library's own pongs
        super().pause_writing()
        if self.protocol.state is State.CONNECTING:
            # a large answer to a plain HTTP request may wait
            return
        log.warning("A client was cut off: %d bytes wait for it", OUTBOUND_BYTES)
        self._on_cut_off(self)
        # without a close frame, which would have to wait behind all that isn't read; and not at
        # once, because the caller may be writing several things in a row
        self.loop.call_soon(self.transport.abort)


class SignalingServer:
    """Serve signaling and plain HTTP on one port.

    Every WebSocket upgrade is signaling, whatever its path; every other request goes to the
    responder.

    Parameters
    ----------
    respond : callable, optional
        Answers plain HTTP requests; without it a few words are said about signaling.
    request_seconds : float, optional
        For a request to come in and its answer to go out.
    """

    def __init__(
        self, respond: Responder = explain, request_seconds: float = REQUEST_SECONDS
    ) -> None:
        self._respond = respond
        self._request_seconds = request_seconds
        self._exchange: Exchange[ServerConnection] = Exchange(Hub())
        self._server: Server | None = None
        self._connections: set[ServerConnection] = set()

    async def start(self, host: str, port: int) -> int:
        """Listen.

        Parameters
        ----------
        host : str
            A name or an address of this machine; the empty text for all of them.
        port : int
            0 for any free one.

        Returns
        -------
        int
            The port.

        Raises
        ------
        OSError
            If nothing can listen there.
        """
        self._server = await serve(
            self._handle,
            host or None,
            port,
            process_request=self._process_request,
            create_connection=partial(  # type: ignore[arg-type]  # "a wrapper or a subclass"
                _Connection, on_cut_off=self._exchange.leave
            ),
            # small messages, mostly ciphertext: compression costs memory and saves nothing
            compression=None,
            max_size=MAX_MESSAGE_BYTES,
            write_limit=OUTBOUND_BYTES,
            ping_interval=PING_SECONDS,
            ping_timeout=PONG_SECONDS,
            open_timeout=self._request_seconds,
            close_timeout=self._request_seconds,
            logger=library_log,
        )
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Say good-bye to everybody and stop listening; waits for a few seconds at most."""
        if self._server is None:
            return
        self._server.close(close_connections=False)
        good_byes = [
            asyncio.create_task(connection.close(CloseCode.SERVICE_RESTART, STOP_REASON))
            for connection in self._connections
        ]
        closed = asyncio.create_task(self._server.wait_closed())
        await asyncio.wait([*good_byes, closed], timeout=STOP_SECONDS)
        for connection in self._connections:
            # it didn't answer
            connection.transport.abort()
        await asyncio.gather(*good_byes, return_exceptions=True)
        self._server = None

    async def _process_request(
        self, _connection: ServerConnection, request: Request
    ) -> Response | None:
        """Answer plain HTTP; None lets the WebSocket handshake go on."""
        headers = {name.lower(): value for name, value in request.headers.raw_items()}
        if headers.get("upgrade", "").lower() == "websocket":
            return None
        # before websockets 17, the first without Python 3.10, only GET got this far
        method = getattr(request, "method", "GET")
        reply = await self._respond(Query(method, request.path, headers))
        return _to_response(reply, with_body=method != "HEAD")

    async def _handle(self, connection: ServerConnection) -> None:
        """Serve one WebSocket connection until it ends."""
        self._connections.add(connection)
        try:
            async for frame in connection:
                delivery = self._exchange.receive(connection, frame)
                if delivery is not None:
                    _send(delivery)
        except ProtocolError as error:
            # before the good-bye, for which a client may take its time
            self._exchange.leave(connection)
            await connection.close(error.code, error.reason)
        except ConnectionClosed:
            pass
        finally:
            self._exchange.leave(connection)
            self._connections.discard(connection)


def _send(delivery: Delivery[ServerConnection]) -> None:
    """Send a message to all its recipients, serialised once and without waiting for any."""
    frame = Frame(Opcode.TEXT, delivery.text.encode()).serialize(mask=False)
    for connection in delivery.recipients:
        if connection.protocol.state is State.OPEN:
            connection.transport.write(frame)


def _to_response(reply: Reply, *, with_body: bool) -> Response:
    headers = Headers(reply.headers)
    if reply.status is not HTTPStatus.NOT_MODIFIED:
        # that one would have to tell the length of what it doesn't send (RFC 9110, section 8.6)
        headers["Content-Length"] = str(len(reply.body))
    headers["Connection"] = "close"
    return Response(reply.status, reply.status.phrase, headers, reply.body if with_body else b"")
