# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A WebSocket connection that can't be used to hold up a server."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from websockets.asyncio.server import ServerConnection
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import State

from .closing import ProtocolError
from .limits import KIB

if TYPE_CHECKING:
    from collections.abc import Callable

#: seconds for a request to come in, with the TLS handshake before it
REQUEST_SECONDS = 10

#: seconds for each piece of an answer to go out, and for its reader to hang up after the last: who
#: takes longer for 64 KiB is gone
ANSWER_SECONDS = 60

#: bytes of an answer that the system keeps beside those that are on the way already: it would keep
#: megabytes for each reader, which count as the server's, and nobody could tell a slow reader from
#: one that is gone
UNSENT_BYTES = 128 * KIB

#: seconds in which a client has to answer the good-bye that it was told
GOOD_BYE_SECONDS = 5

#: the same with TLS, which can't be closed in one direction only: uvloop reads and drops meanwhile,
#: and nobody can tell it to pause
TLS_GOOD_BYE_SECONDS = 1

#: bytes that are read and dropped of a client that was told good-bye: its answer, and what was on
#: the way before that
GOOD_BYE_BYTES = 64 * KIB

#: bytes that are looked at in one go. The system hands over 30 times as much, which can be 40,000
#: frames, and the library answers all that it is given before it shows us the first.
PIECE_BYTES = 8 * KIB

#: bytes that the system keeps of what one client has sent and nobody has read: it would keep
#: megabytes, which count as the server's, and hand them over at once. On a line with a tenth of a
#: second each way, this still lets through more than the ration.
RECEIVE_BYTES = 64 * KIB

#: the frames that begin a message
_BEGINNINGS = (Opcode.TEXT, Opcode.BINARY)


@dataclass
class Guard:
    """What the connections of one server share."""

    #: connections at once, whatever they are for
    max_connections: int
    #: connections at once that have not yet said what they want
    max_handshakes: int
    #: frames that one message may come in
    max_fragments: int
    #: called when more waits for a client than it may, so that nothing more is sent to it
    on_cut_off: Callable[[ServerConnection], None]
    #: called for each frame that begins no message, but an awaited pong; raises ProtocolError if
    #: it is one too many
    on_frame: Callable[[ServerConnection], None]
    #: called before a client is refused
    on_refusal: Callable[[ServerConnection, ProtocolError], None]
    #: called when a handshake is dropped
    on_dropped_handshake: Callable[[], None]
    #: called when a connection is gone, whatever it was for
    on_lost: Callable[[ServerConnection], None]
    #: all connections
    open: set[GuardedConnection] = field(default_factory=set)
    #: those that have not yet said what they want, the oldest first
    handshakes: dict[GuardedConnection, None] = field(default_factory=dict)


class GuardedConnection(ServerConnection):
    """A WebSocket connection that is closed rather than waited or buffered for without bound.

    Parameters
    ----------
    guard : Guard
        What it shares with others.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 (upstream's)
        guard: Guard,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        self._guard = guard
        self._fragments = 0
        self._awaited_pongs = 0
        self._dropped_bytes = 0
        self._hanging_up: asyncio.TimerHandle | None = None
        self._end_early: Callable[[], object] = lambda: None
        #: the address of who connected, or nothing if the system doesn't say
        self.peer = ""
        #: whether there is a transport: with TLS only once that is agreed on
        self.is_made = False
        #: whether nothing that it has sent counts any more
        self.is_refused = False
        #: whether anything came since this was last set to false
        self.was_heard = True
        #: whether nothing is read because the client used up its ration
        self.is_waiting = False

    def arrive(self, own: socket.socket, hang_up: Callable[[], object]) -> None:
        """Count the connection as soon as there is TCP, or drop one.

        Parameters
        ----------
        own : socket.socket
            Of the connection.
        hang_up : callable
            Ends it at once, until there is a transport.
        """
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        self._end_early = hang_up
        self._hanging_up = self.loop.call_later(REQUEST_SECONDS, self.hang_up)
        guard = self._guard
        guard.open.add(self)
        guard.handshakes[self] = None
        if len(guard.open) > guard.max_connections:
            self._drop(self)
        elif len(guard.handshakes) > guard.max_handshakes:
            self._drop(next(iter(guard.handshakes)))

    def depart(self) -> None:
        """Count the connection no longer."""
        self._guard.open.discard(self)
        self.end_handshake()

    def hang_up(self) -> None:
        """End the connection at once, whatever waits for it."""
        if self.is_made:
            self.transport.abort()
        else:
            self._end_early()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, and count unless that was done before TLS."""
        super().connection_made(transport)
        self.is_made = True
        # for later: uvloop raises ValueError when it is asked for one that is gone
        peer = transport.get_extra_info("peername")
        self.peer = str(peer[0]) if isinstance(peer, tuple) else ""
        if self not in self._guard.open:
            self.arrive(self.transport.get_extra_info("socket"), self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count no longer."""
        self.depart()
        super().connection_lost(exc)
        self._guard.on_lost(self)

    def end_handshake(self) -> None:
        """Note that the client has said what it wants."""
        self._guard.handshakes.pop(self, None)
        if self._hanging_up is not None:
            self._hanging_up.cancel()
            self._hanging_up = None

    async def send_out(self, data: bytes) -> bool:
        """Send a piece of an answer to plain HTTP, and wait until it has gone out.

        Parameters
        ----------
        data : bytes
            At most a piece.

        Returns
        -------
        bool
            Whether somebody is there for the next; who doesn't read is hung up on.
        """
        transport = self.transport
        if transport.is_closing() or self.protocol.eof_sent:
            return False
        # nothing waits here but this; 1 because asyncio takes 0 with TLS for never
        transport.set_write_buffer_limits(high=1, low=0)
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):
            own = transport.get_extra_info("socket")
            own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
        transport.write(data)
        try:
            await asyncio.wait_for(self.drain(), ANSWER_SECONDS)
        except (asyncio.TimeoutError, OSError):
            transport.abort()
        return not transport.is_closing()

    def refuse(self, error: ProtocolError) -> None:
        """Say good-bye, read no further message, and hang up if there is no answer.

        Parameters
        ----------
        error : ProtocolError
            Why.
        """
        if self.protocol.state is State.OPEN:
            self.is_refused = True
            self._guard.on_refusal(self, error)
            self.protocol.fail(error.code, error.reason)
            self.send_data()
            # of what still comes, only the end matters, and the library may have stopped reading
            self.transport.resume_reading()
            self._say_good_bye()

    def ping_and_forget(self) -> None:
        """Send a ping whose pong nobody waits for, but which costs the client nothing."""
        self._awaited_pongs += 1
        self.protocol.send_ping(b"")
        self.send_data()

    def data_received(self, data: bytes) -> None:
        """Note that the client is alive, and read while there is anything to say to it."""
        self.was_heard = True
        if len(data) <= PIECE_BYTES:
            self._read(data)
        else:
            for start in range(0, len(data), PIECE_BYTES):
                self._read(data[start : start + PIECE_BYTES])

    def process_event(self, event: Any) -> None:  # noqa: ANN401 (a name that moved between versions)
        """Let pass what isn't one frame too many."""
        if isinstance(event, Frame):
            if self.response is None:
                # it didn't wait for the answer to its request (RFC 6455, section 4.1)
                self.transport.abort()
                return
            try:
                self._check(event)
            except ProtocolError as error:
                self.refuse(error)
            if self.is_refused:
                return
        super().process_event(event)

    def _read(self, data: bytes) -> None:
        if self._dropped_bytes <= GOOD_BYE_BYTES:
            super().data_received(data)
            if self.protocol.close_expected():
                self._say_good_bye()
                self._dropped_bytes += len(data)
        if self._dropped_bytes > GOOD_BYE_BYTES and not self.transport.is_closing():
            self.transport.pause_reading()

    def _say_good_bye(self) -> None:
        """See to it that the connection ends, whoever began to end it, and why."""
        if self._hanging_up is None and self.protocol.state is State.CLOSING:
            is_tls = self.transport.is_closing()
            seconds = TLS_GOOD_BYE_SECONDS if is_tls else GOOD_BYE_SECONDS
            self._hanging_up = self.loop.call_later(seconds, self.transport.abort)

    def _check(self, frame: Frame) -> None:
        """Count a frame, unless the server counts the message that it begins."""
        opcode = frame.opcode
        if opcode in _BEGINNINGS:
            self._fragments = 1
        elif opcode is Opcode.PONG and self._awaited_pongs:
            self._awaited_pongs -= 1
        elif self.protocol.state is State.OPEN:
            # the library has answered a ping already
            self._guard.on_frame(self)
            if opcode is Opcode.CONT:
                self._fragments += 1
                if self._fragments > self._guard.max_fragments:
                    raise ProtocolError(
                        CloseCode.POLICY_VIOLATION,
                        f"a message must come in at most {self._guard.max_fragments} frames",
                    )

    def pause_writing(self) -> None:
        """Cut off a client that doesn't read."""
        # the transport calls this when more than `write_limit` bytes wait, whatever wrote them:
        # deliveries, answers to pings, or the library's own pongs
        super().pause_writing()
        if self.protocol.state is State.CONNECTING:
            # a large answer to a plain HTTP request may wait
            return
        self._guard.on_cut_off(self)
        # without a close frame, which would have to wait behind all that isn't read; and not at
        # once, because the caller may be writing several things in a row
        self.loop.call_soon(self.transport.abort)

    def _drop(self, connection: GuardedConnection) -> None:
        # it is gone soon, and many may come before: who comes then is not one too many
        connection.depart()
        self._guard.on_dropped_handshake()
        self.loop.call_soon(connection.hang_up)
