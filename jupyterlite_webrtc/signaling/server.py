# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Put the exchange on a TCP port: WebSockets for signaling, plain HTTP for the rest."""

from __future__ import annotations

import asyncio
import logging
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import State

from . import answers, descriptors
from .accounts import Accounts
from .admission import Admission, Visitor, is_local, lowercase
from .bus import BusEvents, RedisBus
from .closing import ProtocolError
from .connection import ANSWER_SECONDS, Guard, GuardedConnection
from .exchange import Delivery, Exchange, Publication
from .hub import Hub
from .keepalive import keep_alive
from .limits import SignalingLimits
from .logs import report
from .metrics import CONTENT_TYPE, Metrics, Now
from .options import SignalingOptions
from .reply import (
    HEALTH_PATH,
    METRICS_ARE_LOCAL,
    METRICS_PATH,
    Query,
    Reply,
    Responder,
    explain,
    text_reply,
)
from .tasks import end
from .tls import server_context
from .tls_door import TlsDoor
from .turn import TurnMint

if TYPE_CHECKING:
    from websockets.http11 import Request, Response

    from .protocol import Publish, Relay

#: connections that the system keeps for us until we look: a school whose server restarts comes
#: back at once
BACKLOG = 1024

#: seconds that a stop waits for good-byes
STOP_SECONDS = 5

#: what clients are told when the server stops; they come back by themselves
STOP_REASON = "the server stops or restarts"

#: how many ports are tried where one is wanted that is free at several addresses
PORT_ATTEMPTS = 20

#: what is said of the health of a server that doesn't reach others
BUS_IS_DOWN = "the bus is out of reach: only clients of this process find each other\n"

#: what the library says goes here
library_log = logging.getLogger(__name__).getChild("websockets")
# it tells of each connection, which the metrics do in less space
library_log.setLevel(logging.WARNING)
# before 17 it wrote a traceback for every port scanner
library_log.addFilter(lambda record: record.msg != "opening handshake failed")


class SignalingServer:
    """Serve signaling and plain HTTP on one port.

    Every WebSocket upgrade is signaling, whatever its path; every other request goes to the
    responder.

    Parameters
    ----------
    respond : callable, optional
        Answers plain HTTP requests; without it a few words are said about signaling, and metrics
        are shown. With it, only its own pages may connect, unless the options name origins
        or proxies.
    limits : SignalingLimits, optional
        How much one client may use.
    options : SignalingOptions, optional
        Who may connect, TLS, and more.

    Raises
    ------
    OptionError
        If an option makes no sense.
    """

    def __init__(
        self,
        respond: Responder | None = None,
        limits: SignalingLimits | None = None,
        options: SignalingOptions | None = None,
    ) -> None:
        self._respond = respond or self._explain
        self._limits = limits or SignalingLimits()
        self._options = options or SignalingOptions()
        self._tls = server_context(self._options)
        # who brings an answer to plain HTTP serves pages
        self._admission = Admission(self._limits, self._options, own_pages_only=respond is not None)
        self._accounts = Accounts()
        self._hub: Hub[ServerConnection] = Hub(self._limits)
        turn = TurnMint.of(self._options, for_everybody=self._admission.is_open)
        self._exchange = Exchange(self._hub, self._limits, time.monotonic, self._accounts, turn)
        self._metrics = Metrics(self._accounts, self._now)
        self._guard = Guard(
            max_connections=descriptors.sockets(self._limits),
            max_handshakes=self._limits.handshakes,
            max_fragments=self._limits.message_fragments,
            on_cut_off=self._cut_off,
            on_frame=self._exchange.charge,
            on_refusal=self._note_refusal,
            on_dropped_handshake=self._note_dropped_handshake,
            # what was charged is freed, whether or not it got as far as to be let in
            on_lost=self._exchange.leave,
        )
        self._bus = self._make_bus()
        self._server: Server | None = None
        self._bus_work: asyncio.Task[None] | None = None
        self._keep_alive: asyncio.Task[None] | None = None
        self._connections: set[GuardedConnection] = set()

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
        if self._bus is not None:
            self._bus_work = asyncio.create_task(self._bus.run())
            await self._bus.wait_until_up()
        self._server = await self._listen_on_one_port(host, port)
        self._keep_alive = asyncio.create_task(
            keep_alive(self._connections, self._options.ping_seconds, self._note_time_out)
        )
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Say good-bye to everybody and stop listening; waits for a few seconds at most."""
        if self._server is None or self._keep_alive is None:
            return
        self._server.close(close_connections=False)
        refused = [connection for connection in self._guard.open if connection.is_refused]
        for connection in (*self._guard.handshakes, *refused):
            # nobody waits for who doesn't say what they want, or was told good-bye before
            connection.hang_up()
        good_byes = [
            asyncio.create_task(connection.close(CloseCode.SERVICE_RESTART, STOP_REASON))
            for connection in self._connections
        ]
        closed = asyncio.create_task(self._server.wait_closed())
        await asyncio.wait([*good_byes, closed], timeout=STOP_SECONDS)
        for connection in tuple(self._guard.open):
            # it didn't answer, or is in the middle of a file
            connection.hang_up()
        await asyncio.gather(*good_byes, return_exceptions=True)
        await end(self._keep_alive)
        await self._leave_bus()
        self._server = None

    async def _listen_on_one_port(self, host: str, port: int) -> Server:
        """Listen on the same port of each address: with 0 each gets its own, and a URL has one."""
        server = await self._listen(host, port)
        for _ in range(PORT_ATTEMPTS):
            ports = {sock.getsockname()[1] for sock in server.sockets}
            if len(ports) == 1:
                return server
            server.close()
            await server.wait_closed()
            try:
                server = await self._listen(host, min(ports))
            except OSError:
                server = await self._listen(host, port)
        server.close()
        raise OSError(
            f"no port is free at all addresses of {host or 'this machine'}, of {PORT_ATTEMPTS} "
            "tried: choose one with --port, or an address such as 127.0.0.1 with --host"
        )

    async def _listen(self, host: str, port: int) -> Server:
        server: Server = await serve(
            self._handle,
            host or None,
            port,
            process_request=self._process_request,
            create_connection=self._connection,  # type: ignore[arg-type]  # "wrapper or subclass"
            # most is ciphertext, which doesn't get smaller, and each connection would compress by
            # itself: 30 messages to a full room took 2 s, in which nobody else heard anything
            compression=None,
            max_size=max(self._limits.message_bytes, self._limits.relay_frame_bytes),
            # nothing is read while a message waits, such as one behind a debt
            max_queue=0,
            write_limit=self._limits.outbound_bytes,
            # ours is in keepalive.py
            ping_interval=None,
            # requests and answers have bounds of their own, see connection.py
            open_timeout=None,
            close_timeout=ANSWER_SECONDS,
            logger=library_log,
            backlog=BACKLOG,
        )
        return server

    def _connection(
        self,
        *args: Any,  # noqa: ANN401 (upstream's)
        **kwargs: Any,  # noqa: ANN401
    ) -> asyncio.Protocol:
        """Make what an accepted TCP connection talks to."""
        connection = GuardedConnection(*args, guard=self._guard, **kwargs)
        return TlsDoor(connection, self._tls) if self._tls else connection

    def _make_bus(self) -> RedisBus[ServerConnection] | None:
        if not self._options.bus:
            return None
        events: BusEvents[ServerConnection] = BusEvents(
            self._deliver,
            lambda topic: len(self._hub.subscribers(topic)),
            self._hub.counts,
            self._note_bus_loss,
            self._note_malformed,
        )
        bus = RedisBus(self._options.bus, events)
        self._hub.on_change = bus.note_count
        return bus

    async def _leave_bus(self) -> None:
        if self._bus is not None and self._bus_work is not None:
            await end(self._bus_work)
            await self._bus.close()

    async def _process_request(
        self, connection: ServerConnection, request: Request
    ) -> Response | None:
        """Answer plain HTTP; None lets the WebSocket handshake go on."""
        client = cast("GuardedConnection", connection)
        client.end_handshake()
        _leave_if_over(client)
        headers = lowercase(request.headers.raw_items())
        if headers.get("upgrade", "").lower() == "websocket":
            return None
        # before websockets 17, the first without Python 3.10, only GET got this far
        method = getattr(request, "method", "GET")
        local = is_local(_visitor(connection))
        reply = await self._respond(Query(method, request.path, headers, local))
        rest = await answers.send(client, reply, with_body=method != "HEAD")
        _leave_if_over(client)
        return rest

    async def _explain(self, query: Query) -> Reply:
        """Answer on a server that does nothing but signaling."""
        if query.path == METRICS_PATH:
            if not (query.is_local or self._options.public_metrics):
                return text_reply(HTTPStatus.FORBIDDEN, METRICS_ARE_LOCAL)
            return Reply(HTTPStatus.OK, {"Content-Type": CONTENT_TYPE}, self._metrics.render())
        if query.path == HEALTH_PATH and self._bus is not None and not self._bus.is_up:
            return text_reply(HTTPStatus.SERVICE_UNAVAILABLE, BUS_IS_DOWN)
        return await explain(query)

    async def _handle(self, plain_connection: ServerConnection) -> None:
        """Serve one WebSocket connection until it ends."""
        connection = cast("GuardedConnection", plain_connection)
        try:
            name = self._admission.enter(_visitor(connection))
        except ProtocolError as error:
            connection.refuse(error)
            return
        self._accounts.opened += 1
        self._exchange.enter(connection, name)
        self._connections.add(connection)
        try:
            await self._converse(connection)
        except ProtocolError as error:
            connection.refuse(error)
        except ConnectionClosed:
            pass
        finally:
            self._exchange.leave(connection)
            self._connections.discard(connection)
            self._admission.leave(name)

    async def _converse(self, connection: GuardedConnection) -> None:
        async for frame in connection:
            if connection.is_refused:
                return
            result = self._exchange.receive(connection, frame)
            match result:
                case Publication():
                    if result.wait:
                        await _wait(connection, result.wait)
                    if connection.protocol.state is State.OPEN:
                        self._publish(result)
                case Delivery():
                    _send(result)

    def _publish(self, publication: Publication[ServerConnection]) -> None:
        if self._bus is None:
            self._deliver(publication.message, publication.sender, None)
        else:
            self._bus.publish(publication)

    def _deliver(
        self, message: Publish | Relay, sender: ServerConnection | None, clients: int | None
    ) -> None:
        delivery = self._exchange.deliver(message, sender, clients)
        if delivery is not None:
            _send(delivery)

    def _now(self) -> Now:
        return Now(
            connections=self._admission.count,
            handshakes=len(self._guard.handshakes),
            topics=self._hub.topic_count,
            bus_is_up=None if self._bus is None else self._bus.is_up,
        )

    def _cut_off(self, connection: ServerConnection) -> None:
        self._exchange.leave(connection)
        self._accounts.cut_off += 1
        waiting = self._limits.outbound_bytes
        report(
            logging.WARNING,
            "cut_off",
            f"A client was cut off: {waiting} bytes wait for it",
            bytes=waiting,
            address=self._admission.name(_visitor(connection)),
        )

    def _note_refusal(self, connection: ServerConnection, error: ProtocolError) -> None:
        # before the good-bye, for which a client may take its time
        self._exchange.leave(connection)
        self._accounts.refused[error.code] += 1
        report(
            logging.INFO,
            "refused",
            f"A client was refused: {error.code}, {error.reason}",
            code=error.code,
            reason=error.reason,
            address=self._admission.name(_visitor(connection)),
        )

    def _note_dropped_handshake(self) -> None:
        self._accounts.handshakes_dropped += 1
        report(logging.INFO, "handshake_dropped", "A handshake took too long while others waited")

    def _note_bus_loss(self) -> None:
        self._accounts.bus_losses += 1

    def _note_malformed(self) -> None:
        self._accounts.bus_malformed += 1

    def _note_time_out(self, connection: ServerConnection) -> None:
        self._exchange.leave(connection)
        self._accounts.timed_out += 1


async def _wait(connection: GuardedConnection, seconds: float) -> None:
    """Read nothing for a while, unless the connection ends."""
    connection.is_waiting = True
    # its memory is bounded: nothing is read from the network, either
    closing = asyncio.ensure_future(connection.wait_closed())
    try:
        await asyncio.wait([closing], timeout=seconds)
    finally:
        closing.cancel()
    connection.is_waiting = False
    connection.was_heard = True


def _send(delivery: Delivery[ServerConnection]) -> None:
    """Send a message to all its recipients, serialised once and without waiting for any."""
    payload = delivery.payload
    if isinstance(payload, str):
        frame = Frame(Opcode.TEXT, payload.encode())
    else:
        frame = Frame(Opcode.BINARY, payload)
    data = frame.serialize(mask=False)
    for connection in delivery.recipients:
        if connection.protocol.state is State.OPEN:
            connection.transport.write(data)


def _leave_if_over(client: GuardedConnection) -> None:
    """Answer nobody who is gone, or who has sent something wrong behind the request.

    The library would try to, fail, and log a traceback for each of them: before 17 for who is
    gone, and up to today for who pipelines requests, sends broken frames, or ends the sending.
    """
    if client.transport.is_closing() or client.protocol.eof_sent:
        client.transport.abort()
        raise asyncio.CancelledError


def _visitor(plain_connection: ServerConnection) -> Visitor:
    connection = cast("GuardedConnection", plain_connection)
    request = connection.request
    return Visitor(
        connection.peer,
        *(() if request is None else (request.path, lowercase(request.headers.raw_items()))),
    )
