# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Measure our signaling server beside the one of y-webrtc on npm.

Run it with ``doit bench:signaling``; it needs Node.js and Redis. The servers take turns, so that a
machine whose speed drifts slows all of them down; the server is on one core and the load on
another. Limits and metrics are on, as they are by default.

The promise: at least 1.2 times the deliveries per second, at most half the memory, a p99 not above
npm's; and 5,000 idle connections in less than 350 MB.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import statistics
import sys
import time
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

import uvloop
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from figures import bars, table
from harness.servers import ServerProcess
from npm_server import npm_server
from redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: URLs and process ids of servers
Running = tuple[list[str], list[int]]

ROOT = Path(__file__).parents[2]

#: where the figures go
OUTPUT = ROOT / "docs" / "benchmarks"

#: who the others are compared with
REFERENCE = "npm y-webrtc"

#: repetitions of everything, of which the median counts
RUNS = 5

#: clients of one run
CLIENTS = 1000

#: bytes that are published at once: an encrypted signal
PAYLOAD = "x" * 800

#: deliveries of one closed-loop measurement
DELIVERIES = 100_000

#: publishes on their way in a closed loop of 10 receivers, and the fewer of more
WINDOW = 50

#: publishes per second, and seconds, of the open loop
OPEN_RATE, OPEN_SECONDS = 2000, 3.0

#: connections of the measurement of memory
IDLE = 5000

#: handshakes at once
CONNECTING = 50

#: before the time that is in each publish
STAMP = b'"ts":'

#: digits of that time, in nanoseconds
STAMP_DIGITS = 16

MB = 1e6


class Client(asyncio.Protocol):
    """The least that can subscribe, publish and take the time."""

    def __init__(self, url: str, on_latency: Callable[[int], None]) -> None:
        self._protocol = ClientProtocol(parse_uri(url), max_size=None)
        self._on_latency = on_latency
        self._buffer = b""
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Shake hands."""
        # uvloop's isn't derived from it
        self._transport = cast("asyncio.Transport", transport)
        self._protocol.send_request(self._protocol.connect())
        self._transport.write(b"".join(self._protocol.data_to_send()))

    def data_received(self, data: bytes) -> None:
        """Count what comes."""
        if self._protocol.state is State.CONNECTING:
            self._protocol.receive_data(data)
            if self._protocol.handshake_exc is None and self._protocol.events_received():
                self.opened.set_result(None)
            return
        buffer = self._buffer + data
        while len(buffer) >= 4:
            length = buffer[1]
            start = 2
            if length == 126:
                length = int.from_bytes(buffer[2:4], "big")
                start = 4
            if len(buffer) < start + length:
                break
            at = buffer.find(STAMP, start, start + length)
            if at >= 0:
                self._on_latency(int(buffer[at + len(STAMP) : at + len(STAMP) + STAMP_DIGITS]))
            buffer = buffer[start + length :]
        self._buffer = buffer

    def send(self, message: dict[str, object]) -> None:
        """Send a message."""
        self.write(encode(message))

    def write(self, frame: bytes) -> None:
        """Send a frame."""
        if self._transport is not None:
            self._transport.write(frame)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()


def encode(message: dict[str, object]) -> bytes:
    """Make a frame of a message."""
    text = json.dumps(message, separators=(",", ":")).encode()
    return Frame(Opcode.TEXT, text).serialize(mask=True)


class Result(NamedTuple):
    """What one run of one server gave."""

    #: in one second
    connects: float
    #: deliveries in one second, and milliseconds, by receivers
    rates: dict[int, float]
    p50: dict[int, float]
    p99: dict[int, float]
    #: milliseconds in the open loop
    open_p50: float
    open_p99: float
    #: MB after all that
    memory: float


class Load:
    """Clients in rooms, and what they measure.

    Parameters
    ----------
    urls : list of str
        Of one server, or of several that act as one.
    """

    def __init__(self, urls: list[str]) -> None:
        self._urls = urls
        self._clients: list[Client] = []
        self._latencies: list[int] = []
        self._missing = 0
        self._progress = asyncio.Event()

    async def connect(self, count: int) -> float:
        """Connect; return connections per second."""
        loop = asyncio.get_running_loop()
        slots = asyncio.Semaphore(CONNECTING)

        async def one(number: int) -> Client:
            url = self._urls[number % len(self._urls)]
            address = parse_uri(url)
            async with slots:
                _, client = await loop.create_connection(
                    lambda: Client(url, self._note), address.host, address.port
                )
                await asyncio.wait_for(client.opened, 20)
                return client

        start = time.perf_counter()
        self._clients = await asyncio.gather(*(one(number) for number in range(count)))
        return count / (time.perf_counter() - start)

    def close(self) -> None:
        """Hang up."""
        for client in self._clients:
            client.close()

    async def enter_rooms(self, size: int, name: str) -> int:
        """Put so many into each room; return the number of rooms."""
        rooms = len(self._clients) // size
        for number, client in enumerate(self._clients):
            client.send({"type": "subscribe", "topics": [f"{name}{number % rooms}"]})
        # an echo from each shows that all before it was done
        self._missing = len(self._clients) * size
        for number, client in enumerate(self._clients):
            client.write(self._frame(f"{name}{number % rooms}"))
        await asyncio.sleep(1.5)
        return rooms

    async def closed_loop(self, size: int, name: str) -> tuple[float, float, float]:
        """Publish as fast as it arrives; return deliveries per second, p50 and p99."""
        rooms = await self.enter_rooms(size, name)
        publishes = DELIVERIES // size
        window = max(2, WINDOW * 10 // size) * size
        self._latencies.clear()
        self._missing = 0
        start = time.perf_counter()
        for number in range(publishes):
            while self._missing >= window:
                self._progress.clear()
                await self._progress.wait()
            self._missing += size
            self._clients[number % len(self._clients)].write(
                self._frame(f"{name}{number % len(self._clients) % rooms}")
            )
        await self._all_arrived()
        return (publishes * size / (time.perf_counter() - start), *self._percentiles())

    async def open_loop(self, size: int, name: str) -> tuple[float, float]:
        """Publish at a rate, whatever arrives; return p50 and p99."""
        rooms = await self.enter_rooms(size, name)
        self._latencies.clear()
        self._missing = 0
        start = time.perf_counter()
        for number in range(int(OPEN_RATE * OPEN_SECONDS)):
            due = start + number / OPEN_RATE
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            self._missing += size
            self._clients[number % len(self._clients)].write(
                self._frame(f"{name}{number % len(self._clients) % rooms}")
            )
        await self._all_arrived()
        return self._percentiles()

    def _frame(self, topic: str) -> bytes:
        data = {"ts": time.perf_counter_ns() + 10**15, "signal": PAYLOAD}
        return encode({"type": "publish", "topic": topic, "data": data})

    def _note(self, stamp: int) -> None:
        self._latencies.append(time.perf_counter_ns() + 10**15 - stamp)
        self._missing -= 1
        self._progress.set()

    async def _all_arrived(self) -> None:
        while self._missing > 0:
            self._progress.clear()
            await asyncio.wait_for(self._progress.wait(), 20)

    def _percentiles(self) -> tuple[float, float]:
        cuts = statistics.quantiles(self._latencies, n=100)
        return cuts[49] / 1e6, cuts[98] / 1e6


async def measure(urls: list[str], memory: Callable[[], float]) -> Result:
    """Do everything once."""
    load = Load(urls)
    connects = await load.connect(CLIENTS)
    rates, p50, p99 = {}, {}, {}
    for size in (10, 100):
        rates[size], p50[size], p99[size] = await load.closed_loop(size, f"room of {size}, ")
    open_p50, open_p99 = await load.open_loop(10, "open room ")
    result = Result(connects, rates, p50, p99, open_p50, open_p99, memory())
    load.close()
    return result


async def idle(url: str, memory: Callable[[], float]) -> float:
    """Hold connections that do nothing; return MB."""
    load = Load([url])
    await load.connect(IDLE)
    for client in load._clients:  # noqa: SLF001 (the same module)
        client.send({"type": "subscribe", "topics": ["a room", str(id(client))][1:]})
    await asyncio.sleep(1)
    megabytes = memory()
    load.close()
    return megabytes


def resident(*pids: int) -> float:
    """Ask the system for the memory of processes, in MB."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    return pages * resource.getpagesize() / MB


@contextmanager
def npms() -> Iterator[Running]:
    """Run npm's."""
    with npm_server(on_server_core) as (url, pid):
        yield [url], [pid]


@contextmanager
def our_server(*arguments: str, count: int = 1) -> Iterator[Running]:
    """Run ours."""
    mine = os.sched_getaffinity(0)
    on_server_core()  # for the children
    servers = [ServerProcess("signaling", arguments) for _ in range(count)]
    os.sched_setaffinity(0, mine)
    if count > 1:
        # each its own core, as they are meant to be run
        for server, core in zip(servers, sorted(ALL_CORES), strict=False):
            os.sched_setaffinity(server.pid, {core})
    yield [server.url for server in servers], [server.pid for server in servers]
    for server in servers:
        server.stop()


@contextmanager
def ours_over_redis(count: int) -> Iterator[Running]:
    """Run several of ours, and a Redis."""
    redis = RedisServer()
    with our_server("--bus", redis.url, count=count) as running:
        yield running
    redis.close()


ALL_CORES = os.sched_getaffinity(0)


def on_server_core() -> None:
    """Go to the core that is not for the load."""
    os.sched_setaffinity(0, {min(ALL_CORES)})


SERVERS: dict[str, Callable[[], AbstractContextManager[Running]]] = {
    REFERENCE: npms,
    "ours": our_server,
    "ours, one over Redis": lambda: ours_over_redis(1),
    "ours, two over Redis": lambda: ours_over_redis(2),
}


def main() -> int:
    """Print the tables; end with 1 if a promise is broken."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    os.sched_setaffinity(0, {max(ALL_CORES)})
    runs: dict[str, list[Result]] = {name: [] for name in SERVERS}
    for number in range(RUNS):
        for name, start in SERVERS.items():
            with ExitStack() as stack:
                urls, pids = stack.enter_context(start())
                runs[name].append(uvloop.run(measure(urls, lambda: resident(*pids))))  # noqa: B023
            print(f"run {number + 1} of {RUNS}: {name}", file=sys.stderr)
    more = [
        f"--SignalingLimits.{name}={IDLE}" for name in ("connections", "connections_per_address")
    ]
    with our_server(*more) as (urls, pids):
        idle_memory = uvloop.run(idle(urls[0], lambda: resident(*pids)))
    figures = {name: summary(results) for name, results in runs.items()}
    print(table(transposed(figures), REFERENCE))
    print(f"{IDLE} idle connections: {idle_memory:.0f} MB")
    OUTPUT.mkdir(exist_ok=True)
    everything = {"figures": figures, "idle_connections": IDLE, "idle_memory_mb": idle_memory}
    (OUTPUT / "signaling.json").write_text(json.dumps(everything, indent=1) + "\n")
    (OUTPUT / "signaling.svg").write_text(bars("Times npm's server", ratios(figures)))
    broken = list(broken_promises(figures, idle_memory))
    for promise in broken:
        print(f"PROMISE BROKEN: {promise}")
    return 1 if broken else 0


def summary(results: list[Result]) -> dict[str, float]:
    """Take the median of each figure."""
    rows = [
        {
            "connects per s": result.connects,
            "10 receivers: deliveries per s": result.rates[10],
            "10 receivers: p50 ms": result.p50[10],
            "10 receivers: p99 ms": result.p99[10],
            "100 receivers: deliveries per s": result.rates[100],
            "100 receivers: p50 ms": result.p50[100],
            "100 receivers: p99 ms": result.p99[100],
            "open loop: p50 ms": result.open_p50,
            "open loop: p99 ms": result.open_p99,
            "memory MB": result.memory,
        }
        for result in results
    ]
    return {name: statistics.median(row[name] for row in rows) for name in rows[0]}


def broken_promises(figures: dict[str, dict[str, float]], idle_memory: float) -> Iterator[str]:
    """Name the promises that don't hold."""
    npm, ours = figures[REFERENCE], figures["ours"]
    for receivers in (10, 100):
        rate = f"{receivers} receivers: deliveries per s"
        if ours[rate] < 1.2 * npm[rate]:
            yield f"1.2 times npm's {rate}"
        slow = f"{receivers} receivers: p99 ms"
        if ours[slow] > npm[slow]:
            yield f"{slow} not above npm's"
    if ours["open loop: p99 ms"] > npm["open loop: p99 ms"]:
        yield "open loop: p99 ms not above npm's"
    if ours["memory MB"] > npm["memory MB"] / 2:
        yield "half of npm's memory"
    if idle_memory > 350:
        yield "350 MB for idle connections"


def transposed(figures: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Put what was measured before who was measured."""
    rows = next(iter(figures.values()))
    return {row: {name: figures[name][row] for name in figures} for row in rows}


def ratios(figures: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Divide everything by npm's figure."""
    rows = transposed(figures)
    return {
        row: {name: value / values[REFERENCE] for name, value in values.items()}
        for row, values in rows.items()
    }


if __name__ == "__main__":
    sys.exit(main())
