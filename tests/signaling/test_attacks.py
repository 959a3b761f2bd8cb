# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Clients that mean harm: the server lives, its memory stays, and a quiet room never notices."""

from __future__ import annotations

import json
import socket
from collections import Counter
from contextlib import ExitStack, suppress
from selectors import EVENT_WRITE, DefaultSelector, SelectorKey
from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection, connect

from harness.sockets import connect_without_reading
from harness.waiting import wait_until
from signaling_clients import PATIENCE, closed, hear, metrics, settle, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.servers import ServerProcess
    from signaling_clients import StartSignaling

#: rounds of an attack after the first, which warms up
ROUNDS = 3

#: bytes that the process may take more after some rounds: what an allocator keeps, less than what
#: one of these attacks would leave behind if anything of it were kept
SLACK = 16_000_000

#: pings are quick, so that the test of those who don't answer is; and nobody waits for what was
#: sent before from this address, which would keep attackers from doing their worst
OPTIONS = ["--SignalingOptions.ping_seconds=1", "--SignalingLimits.byte_rate=100000000"]

#: bytes after which a server that reads and drops them is taken to go on with that for ever: more
#: than the system keeps for both ends
ENDLESS = 100_000_000

#: seconds for which one sends to a server that doesn't read any more
SHORT = 0.2

#: a request for a WebSocket
UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)

SUBSCRIBE = '{"type":"subscribe","topics":["attacked"]}'


def masked(opcode: Opcode, payload: bytes = b"") -> bytes:
    """Make a frame as clients send it."""
    return Frame(opcode, payload).serialize(mask=True)


def open_raw(server: ServerProcess) -> socket.socket:
    """Connect a socket that knows nothing of WebSockets from there on."""
    client = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
    client.sendall(UPGRADE)
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += client.recv(1)
    return client


def send_each(server: ServerProcess, *frames: str | bytes, text: bool | None = None) -> None:
    """Send each frame on a connection of its own, and be refused."""
    for frame in frames:
        with connect(server.url) as mallory:
            mallory.send(frame, text=text)
            assert closed(mallory)[0] in {1003, 1007, 1008, 1009}


def garbage(server: ServerProcess) -> None:
    """Send what makes npm's server fall over."""
    send_each(server, "x", '{"type":"subscribe","topics":5}', b"\x00", "null", "5")


def invalid_utf8(server: ServerProcess) -> None:
    """Send bytes as text."""
    send_each(server, b"\xff\xfe", b"\xed\xa0\x80", text=True)


def deep_json(server: ServerProcess) -> None:
    """Send brackets."""
    send_each(server, "[" * 60_000, '{"a":' * 10_000, '{"type":"publish","data":' + "[" * 60_000)


def large_messages(server: ServerProcess) -> None:
    """Send more than a message can have, at once and piece by piece."""
    send_each(server, "x" * 500_000)
    beginning = Frame(Opcode.TEXT, b"x", fin=False).serialize(mask=True)
    piece = Frame(Opcode.CONT, b"x" * 1000, fin=False).serialize(mask=True)
    for frames in (masked(Opcode.TEXT, b"x" * 10_000_000), beginning + piece * 10_000):
        with open_raw(server) as mallory, suppress(OSError):
            # nobody reads on, and hangs up after some seconds
            mallory.settimeout(SHORT)
            mallory.sendall(frames)


def a_million_topics(server: ServerProcess) -> None:
    """Subscribe to more and more, from several connections."""
    for _ in range(5):
        with connect(server.url) as mallory, suppress(ConnectionClosed):
            for start in range(0, 1_000_000, 1000):
                topics = [f"topic number {number}" for number in range(start, start + 1000)]
                tell(mallory, type="subscribe", topics=topics)
            pytest.fail("a million topics were taken")


def subscribe_and_leave(server: ServerProcess) -> None:
    """Take new topics again and again, within the rates."""
    for round_number in range(5):
        with connect(server.url) as mallory:
            for number in range(60):
                topics = [f"{'x' * 90} {round_number} {number} {index}" for index in range(400)]
                tell(mallory, type="subscribe", topics=topics)
                tell(mallory, type="unsubscribe", topics=topics)
            settle(mallory)


def never_read(server: ServerProcess) -> None:
    """Subscribe, read nothing, and have others send a lot."""
    before = metrics(server)["cut_off_total"]
    subscribe = '{"type":"subscribe","topics":["attacked/me"]}'
    with connect_without_reading(server.url, subscribe):
        for _ in range(3):
            with connect(server.url) as mallory:
                tell(mallory, type="subscribe", topics=["attacked"])
                for _ in range(130):
                    tell(mallory, type="publish", topic="attacked/me", data="x" * 60_000)
                settle(mallory)
        assert metrics(server)["cut_off_total"] == before + 1


def endless_fragments(server: ServerProcess) -> None:
    """Begin a message and never end it, in frames that hold nothing."""
    with connect(server.url) as mallory, pytest.raises(ConnectionClosed):
        mallory.send("" for _ in range(1_000_000))


def flood(server: ServerProcess) -> None:
    """Send as fast as can be: messages, and pings and pongs of the protocol itself."""

    def messages(mallory: ClientConnection) -> None:
        for _ in range(1_000_000):
            mallory.send('{"type":"unknown"}')

    def pings(mallory: ClientConnection) -> None:
        for number in range(1_000_000):
            mallory.ping(str(number))

    def pongs(mallory: ClientConnection) -> None:
        for _ in range(20_000):
            mallory.pong()
        settle(mallory)

    for send in (messages, pings, pongs):
        before = metrics(server).get("refused_total 4429", 0)
        with connect(server.url) as mallory, pytest.raises(ConnectionClosed):
            send(mallory)
        assert metrics(server)["refused_total 4429"] == before + 1


def slow_loris(server: ServerProcess) -> None:
    """Begin handshakes and never end them; others still get in."""
    with ExitStack() as stack:
        for _ in range(400):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            with suppress(OSError):
                client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        with connect(server.url) as newcomer:
            settle(newcomer)
        assert metrics(server)["handshakes"] <= 257


def thousand_connects(server: ServerProcess) -> None:
    """Connect a thousand times, as fast as can be, and go without a word."""
    for _ in range(1000):
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(UPGRADE)


def impatience(server: ServerProcess) -> None:
    """Send frames together with the request, without waiting for its answer."""
    padding = "".join(f"X-{number}: {'x' * 8000}\r\n" for number in range(8))
    request = f"GET /healthz HTTP/1.1\r\n{padding}\r\n".encode()
    for head in (*[request] * 200, UPGRADE):
        with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as client:
            client.sendall(head + masked(Opcode.PING))
            with suppress(ConnectionError):
                while client.recv(4096):
                    pass


def half_open(server: ServerProcess) -> None:
    """Be connected, and answer no ping, as a computer that was switched off."""
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(connect_without_reading(server.url, SUBSCRIBE))
        wait_until(
            lambda: metrics(server)["connections"] == 2, message="only the quiet room is connected"
        )


ATTACKS: list[Callable[[ServerProcess], None]] = [
    garbage,
    invalid_utf8,
    deep_json,
    large_messages,
    a_million_topics,
    subscribe_and_leave,
    never_read,
    endless_fragments,
    flood,
    slow_loris,
    thousand_connects,
    impatience,
    half_open,
]


class QuietRoom:
    """Two people who have nothing to do with it."""

    def __init__(self, url: str) -> None:
        self._stack = ExitStack()
        self._clients = [self._stack.enter_context(connect(url)) for _ in range(2)]
        self._said = 0
        for client in self._clients:
            tell(client, type="subscribe", topics=["quiet"])
            settle(client)

    def check(self) -> None:
        """Say something each; both hear all of it in order, and nothing else."""
        for client in self._clients:
            self._said += 1
            message = {"type": "publish", "topic": "quiet", "data": self._said}
            tell(client, **message)
            for other in self._clients:
                assert hear(other) == {**message, "clients": 2}

    def close(self) -> None:
        """Leave."""
        self._stack.close()


@pytest.fixture
def attacked(start_signaling: StartSignaling) -> Iterator[ServerProcess]:
    """Run a server, about which nothing is presumed but that it stops in peace."""
    server = start_signaling(*OPTIONS)
    yield server
    assert server.stop() == 0
    # only this may trouble it
    assert all(line.startswith("A client was cut off: ") for line in server.log.splitlines())


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_server_lives_keeps_its_memory_and_a_quiet_room_in_step(
    attacked: ServerProcess, attack: Callable[[ServerProcess], None]
) -> None:
    room = QuietRoom(attacked.url)
    attack(attacked)
    memory = []
    for _ in range(ROUNDS):
        attack(attacked)
        room.check()
        wait_until(
            lambda: metrics(attacked)["connections"] == 2,
            message="all attackers are gone",
        )
        memory.append(metrics(attacked)["process_resident_memory_bytes"])
    room.check()
    room.close()
    assert memory[-1] - memory[0] < SLACK, memory


def test_who_was_told_good_bye_is_read_no_more_and_hung_up_on(attacked: ServerProcess) -> None:
    # refused by us, by the library, and not at all
    farewells = (masked(Opcode.PING) * 5000, b"\xff\xff", masked(Opcode.CLOSE))
    room = QuietRoom(attacked.url)
    with ExitStack() as stack, DefaultSelector() as selector:
        for farewell in farewells:
            client = stack.enter_context(open_raw(attacked))
            client.sendall(farewell)
            client.setblocking(False)
            selector.register(client, EVENT_WRITE, farewell)
        sent = Counter[bytes]()
        noise = masked(Opcode.PING) * 10_000
        while selector.get_map():
            ready = selector.select(PATIENCE)
            assert ready, "nobody hangs up"
            for key, _ in ready:
                try:
                    sent[key.data] += client_of(key).send(noise)
                except ConnectionError:
                    selector.unregister(key.fileobj)
                assert sent[key.data] < ENDLESS
    room.check()
    room.close()


def client_of(key: SelectorKey) -> socket.socket:
    """Find the socket of what a selector has found."""
    assert isinstance(key.fileobj, socket.socket)
    return key.fileobj


def test_the_answer_to_a_ping_of_the_server_costs_nothing(start_signaling: StartSignaling) -> None:
    server = start_signaling(
        "--SignalingOptions.ping_seconds=0.1",
        "--SignalingLimits.message_rate=1",
        "--SignalingLimits.message_burst=1",
    )
    ping = Frame(Opcode.PING, b"").serialize(mask=False)
    with open_raw(server) as client:
        # many more than it could send unasked
        for _ in range(10):
            assert client.recv(len(ping)) == ping
            client.sendall(masked(Opcode.PONG))
        client.sendall(masked(Opcode.PONG) * 3)
        while (heard := client.recv(4096)) == ping:
            pass
    assert b"too many messages" in heard


def test_who_waits_for_the_ration_holds_little_memory(start_signaling: StartSignaling) -> None:
    # nobody's debt ends during the test
    server = start_signaling("--relay-rate", "1024")
    count, before_debt = 100, 8
    names = [f"room/{number}" for number in range(count)]
    frames = {name: masked(Opcode.BINARY, relayed(name, b"x" * 70_000)) for name in names}
    with ExitStack() as stack, connect(server.url) as honest:
        senders = {
            name: stack.enter_context(
                connect_without_reading(server.url, json.dumps(subscribe(name)))
            )
            for name in names
        }
        settle(honest)
        quiet = metrics(server)["process_resident_memory_bytes"]
        for name, sender in senders.items():
            sender.sendall(frames[name] * before_debt)
        wait_until(
            lambda: metrics(server)["relayed_frames_total"] == count * before_debt,
            message="everybody is in debt",
        )
        for sender in senders.values():
            sender.setblocking(False)
        more = {name: memoryview(frames[name] * 60) for name in names}
        # until neither the server nor the system takes more
        while [name for name in names if sends(senders[name], more, name)]:
            settle(honest)
        held = metrics(server)["process_resident_memory_bytes"] - quiet
    assert held / count < 512_000


def relayed(topic: str, payload: bytes) -> bytes:
    """Make a frame that is to be relayed."""
    return bytes([1, len(topic)]) + topic.encode() + payload


def subscribe(topic: str) -> dict[str, object]:
    """Make a message."""
    return {"type": "subscribe", "topics": [topic]}


def sends(client: socket.socket, rest: dict[str, memoryview], name: str) -> bool:
    """Send as much of the rest as is taken without waiting; tell whether anything was."""
    before = len(rest[name])
    with suppress(BlockingIOError):
        while rest[name]:
            rest[name] = rest[name][client.send(rest[name]) :]
    return len(rest[name]) < before


def test_a_hundred_clients_from_one_address_form_a_mesh(signaling: ServerProcess) -> None:
    # each meets each: an announcement to all, then an offer or an answer, and four candidates
    count, signals = 100, 5
    with ExitStack() as stack:
        # without a bound, so that a client whose turn comes late still reads, and answers pings
        clients = [
            stack.enter_context(connect(signaling.url, max_queue=None, ping_interval=None))
            for _ in range(count)
        ]
        for number, client in enumerate(clients):
            tell(client, type="subscribe", topics=["room", f"room/{number}"])
            settle(client)
        for number, client in enumerate(clients):
            tell(client, type="publish", topic="room", data={"from": number})
            for other in range(count):
                data = {"from": number, "to": other, "signal": "x" * 800}
                for _ in range(signals if other != number else 0):
                    tell(client, type="publish", topic=f"room/{other}", data=data)
        everybody = list(range(count))
        for number, client in enumerate(clients):
            heard = [hear(client) for _ in range(count + (count - 1) * signals)]
            settle(client)
            announced = [message for message in heard if message["topic"] == "room"]
            assert sorted(message["data"]["from"] for message in announced) == everybody
            assert {message["clients"] for message in announced} == {count}
            met = [message["data"] for message in heard if message["topic"] == f"room/{number}"]
            assert Counter(data["from"] for data in met) == {
                other: signals for other in everybody if other != number
            }


@pytest.mark.parametrize("request_line", [b"GET / HTTP/1.1", b"GET /metrics HTTP/1.1"])
@pytest.mark.parametrize("behind", [b"GET / HTTP/1.1\r\n\r\n", b"\x8f\x80", b"\xff\xff\xff", None])
def test_what_is_wrong_behind_a_request_is_no_traceback_in_the_log(
    signaling: ServerProcess, request_line: bytes, behind: bytes | None
) -> None:
    for headers in (b"\r\nHost: x\r\n\r\n", UPGRADE[UPGRADE.index(b"\r\n") :]):
        for _ in range(20):
            address = ("127.0.0.1", signaling.port)
            with socket.create_connection(address, timeout=PATIENCE) as mallory:
                mallory.sendall(request_line + headers + (behind or b""))
                if behind is None:
                    mallory.shutdown(socket.SHUT_WR)
                with suppress(ConnectionResetError):
                    while mallory.recv(1000):
                        pass
    with connect(signaling.url) as alice:
        settle(alice)
    # start_signaling makes sure that the log is empty
