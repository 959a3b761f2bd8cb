# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Play scripts of `attack_grammar` against servers that run, many at once.

As a process of its own, it doesn't disturb what is measured in the one that judges::

    python tests/support/attackers.py '{"doors": [["127.0.0.1", 4444, false]], "seed": 1, …}'

It plays until something comes on its standard input, and then writes what it has done as JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import ssl
import struct
import sys
from collections import Counter, deque
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from attack_grammar import DOOR, HalfClose, Hold, Read, Reset, Script, Send, random_script
from known_attacks import bus_garbage, known_attacks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: seconds that an attacker gives a server to take what it sends, and to say something
PATIENCE = 0.5

#: attackers that do something at the same time
AT_ONCE = 24

#: attackers that hold a connection; with one more, the oldest gives up
HELD = 60

#: after how many made-up scripts the known attacks are played again
EXAMPLES_EVERY = 2000

#: bytes that an attacker keeps of what it reads: few, so that a server notices who doesn't read
KEPT = 4096

#: what the channels of our servers begin with, and the keys of their counts
CHANNEL, COUNTS = "jupyterlite-webrtc:topic:", "jupyterlite-webrtc:count:"


class Door(NamedTuple):
    """Where a server listens."""

    host: str
    port: int
    tls: bool = False


@dataclass
class Report:
    """What was played."""

    #: how many scripts, by kind and how they ended
    ended: Counter[str] = field(default_factory=Counter)
    #: bytes that were sent
    sent: int = 0
    #: the scripts that began last, the newest last
    last: deque[str] = field(default_factory=lambda: deque(maxlen=AT_ONCE))

    @property
    def count(self) -> int:
        """The number of scripts that came to an end."""
        return self.ended.total()


class Attackers:
    """Many clients that mean harm.

    Parameters
    ----------
    doors : iterable of Door
        Where they go; each script goes to the next.
    """

    def __init__(self, doors: Iterable[Door]) -> None:
        self._doors = list(doors)
        self._holders: deque[asyncio.Event] = deque()
        #: the clients that are there, so that nobody forgets them
        self._clients: set[asyncio.Task[None]] = set()
        self._is_over = False
        self.report = Report()
        self._trust = ssl.create_default_context()
        self._trust.check_hostname = False
        self._trust.verify_mode = ssl.CERT_NONE

    async def play(self, scripts: Iterable[Script]) -> None:
        """Play scripts, `AT_ONCE` of them at the same time, and let go of what is held."""
        upcoming = enumerate(scripts)
        await asyncio.gather(*(self._work(upcoming) for _ in range(AT_ONCE)))
        # those who hold are beyond the number that works at once
        self._is_over = True
        while self._holders:
            self._holders.popleft().set()
        if self._clients:
            await asyncio.wait(self._clients)

    async def _work(self, upcoming: Iterator[tuple[int, Script]]) -> None:
        for number, script in upcoming:
            self.report.last.append(f"{number}: {short(script)}")
            task = asyncio.create_task(self._one(script, self._doors[number % len(self._doors)]))
            self._clients.add(task)
            task.add_done_callback(self._clients.discard)
            if any(isinstance(step, Hold) for step in script.steps):
                await asyncio.sleep(0)
            else:
                await task

    async def _one(self, script: Script, door: Door) -> None:
        try:
            how = await self._client(script, door)
        except asyncio.TimeoutError:
            how = "not heard"
        except (OSError, RuntimeError) as error:
            # RuntimeError is asyncio's for a transport that ends
            how = type(error).__name__
        self.report.ended[f"{script.kind}: {how}"] += 1

    async def _client(self, script: Script, door: Door) -> str:
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection(
                door.host,
                door.port,
                limit=KEPT,
                local_addr=(script.address, 0),
                ssl=self._trust if door.tls and script.tls else None,
            ),
            10 * PATIENCE,
        )
        netloc = f"{door.host}:{door.port}".encode()
        how = "done"
        try:
            for step in script.steps:
                match step:
                    case Send():
                        await self._send(writer, step, netloc)
                    case Read():
                        with contextlib.suppress(asyncio.TimeoutError):
                            await asyncio.wait_for(reader.read(step.count), PATIENCE)
                    case Hold():
                        await self._hold()
                    case HalfClose():
                        if writer.can_write_eof():
                            writer.write_eof()
                    case Reset():
                        raw = writer.get_extra_info("socket")
                        if raw is None:
                            raise ConnectionResetError
                        # closes with a RST
                        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        how = "reset"
        finally:
            # whatever was not written yet is of no interest
            writer.transport.abort()
        return how

    async def _send(self, writer: asyncio.StreamWriter, step: Send, netloc: bytes) -> None:
        data = step.data.replace(DOOR, netloc)
        starts = [0, *step.cuts]
        pieces = [data[a:b] for a, b in zip(starts, [*step.cuts, None], strict=True)]
        for _ in range(step.times):
            for piece in pieces:
                if writer.is_closing():
                    raise ConnectionResetError
                writer.write(piece)
                await asyncio.wait_for(writer.drain(), PATIENCE)
                if len(pieces) > 1:
                    # the kernel sends it at once, as a segment of its own
                    await asyncio.sleep(0)
                self.report.sent += len(piece)

    async def _hold(self) -> None:
        if self._is_over:
            return
        event = asyncio.Event()
        self._holders.append(event)
        if len(self._holders) > HELD:
            self._holders.popleft().set()
        await event.wait()


def short(script: Script) -> str:
    """Write a script so that what repeats itself is not repeated."""
    text = repr(script)
    limit = 400
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def scripts(seed: int) -> Iterator[Script]:
    """Make up clients for ever, the known attacks among them from time to time."""
    random = Random(seed)
    while True:
        examples = known_attacks()
        random.shuffle(examples)
        yield from examples
        for _ in range(EXAMPLES_EVERY):
            yield random_script(random)


async def disturb_bus(url: str, seed: int, count: int | None = None) -> None:
    """Put garbage into Redis, as another program might that uses the same one.

    Parameters
    ----------
    url : str
        Where Redis is.
    seed : int
        Where chance begins.
    count : int or None
        How many pieces of garbage; None for one every 10 ms without an end.
    """
    import redis.asyncio as redis  # noqa: PLC0415 (where there is Redis only)

    random = Random(seed)
    client = redis.from_url(url)
    number = 0
    try:
        while count is None or number < count:
            topic, data = bus_garbage(random)
            await client.publish(CHANNEL + topic, data)
            if number % 20 == 0:
                await client.set(COUNTS + topic, "x")
            elif number % 20 == 1:
                await client.delete(COUNTS + topic)
                await client.hset(COUNTS + topic, random.choice("abc"), "many")
            number += 1
            await asyncio.sleep(0.01 if count is None else 0)
    finally:
        await client.aclose()


async def _until_told(doors: list[Door], seed: int, bus: str | None) -> Report:
    """Play until there is something on standard input."""
    attackers = Attackers(doors)
    loop = asyncio.get_running_loop()
    work = [asyncio.create_task(attackers.play(scripts(seed)))]
    if bus:
        work.append(asyncio.create_task(disturb_bus(bus, seed)))
    told = loop.run_in_executor(None, sys.stdin.readline)
    await asyncio.wait([*work, told], return_when=asyncio.FIRST_COMPLETED)
    for task in work:
        if task.done():
            # neither ends by itself
            task.result()
    return attackers.report


def main(argument: str) -> None:
    """Play as a process of its own."""
    order = json.loads(argument)
    doors = [Door(*door) for door in order["doors"]]
    # they would be on other machines, and should take no processor from what is measured
    os.nice(19)
    loop = asyncio.new_event_loop()
    report = loop.run_until_complete(_until_told(doors, order["seed"], order.get("bus")))
    result = {"ended": report.ended, "sent": report.sent, "last": list(report.last)}
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()
    # all clients are gone with the process: at once, as those of a machine that is switched off
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
