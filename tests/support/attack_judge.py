# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Measure what honest clients notice of an attack, and what is left of it a minute later."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from typing import TYPE_CHECKING, Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from attacked import memory, open_files
from sites import REPOSITORY
from tls_clients import hear, settle, tell, trusting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from attacked import Deployment
    from attackers import Door

#: seconds between two messages of the quiet room, and between two newcomers
ROOM_SECONDS, NEWCOMER_SECONDS = 0.05, 1.0

#: seconds that a quiet room's message may take beyond what the machine itself takes, for 99 %
BEYOND_SECONDS = 0.05

#: seconds within which every newcomer gets in
ENTRY_SECONDS = 5

#: seconds after an attack in which a server may forget it
RECOVERY_SECONDS = 60

#: seconds of a first attack, after which a server is as warm as it gets, and of the calm after it
WARM_UP_SECONDS, CALM_SECONDS = 15, 15

#: by how much memory and descriptors may be more then
MORE = 1.1

#: descriptors that may come and go by themselves
FEW = 3

#: sends back each line: what the machine takes by itself
ECHO = """
import asyncio
async def echo(reader, writer):
    while line := await reader.readline():
        writer.write(line)
async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


@dataclass
class Measures:
    """What was measured; times in seconds, sizes in bytes."""

    room: list[float] = field(default_factory=list)
    echo: list[float] = field(default_factory=list)
    entries: list[float] = field(default_factory=list)
    #: memory and descriptors of all servers: before, at most, and a minute later
    memory: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    log: int = 0
    attack: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def line(self, name: str) -> str:
        """Write a row of the table."""
        mib = "/".join(f"{size / 2**20:.0f}" for size in self.memory)
        room, echo = (
            f"p50 {percentile(taken, 50):.1f} p99 {percentile(taken, 99):.1f} ms"
            for taken in (self.room, self.echo)
        )
        return (
            f"{name:10} {sum(self.attack['ended'].values()):,} scripts, "
            f"{self.attack['sent'] / 2**20:,.0f} MiB | room {room} | echo {echo} | "
            f"memory {mib} MiB | descriptors {'/'.join(map(str, self.files))} | "
            f"log {self.log} B | {len(self.entries)} newcomers, "
            f"slowest {max(self.entries, default=0):.2f} s"
        )


def percentile(seconds: list[float], which: int) -> float:
    """Take a percentile, in milliseconds."""
    return 1000 * quantiles(seconds, n=100)[which - 1] if len(seconds) > 1 else 0.0


class Judge:
    """Attacks a deployment and measures.

    Parameters
    ----------
    deployment : Deployment
        It runs already.
    seed : int
        Where the attackers' chance begins.
    """

    def __init__(self, deployment: Deployment, seed: int) -> None:
        self._deployment = deployment
        self._seed = seed
        self._trust = trusting(deployment.trust) if deployment.trust else None
        self.measures = Measures()

    async def run(self, seconds: float) -> Measures:
        """Attack for some seconds, then wait a minute.

        Parameters
        ----------
        seconds : float
            How long the attack goes on.

        Returns
        -------
        Measures
            What came of it.
        """
        measures = self.measures
        # what Python takes once and for all for the busiest moment is no leak: it is what comes on
        # top of a first attack that would be
        async with self._attack():
            await asyncio.sleep(min(WARM_UP_SECONDS, seconds))
        await asyncio.sleep(CALM_SECONDS)
        measures.memory.append(self._sum(memory))
        measures.files.append(self._sum(open_files))
        async with self._attack():
            try:
                await self._watch(time.monotonic() + seconds)
            except (OSError, asyncio.TimeoutError, WebSocketException) as error:
                measures.faults.append(f"the quiet room ended: {error!r}")
        await asyncio.sleep(RECOVERY_SECONDS)
        measures.memory.append(self._sum(memory))
        measures.files.append(self._sum(open_files))
        measures.log = max(len(server.log.encode()) for server in self._deployment.servers)
        measures.faults += [*self._deployment.faults(), *self._judge()]
        return measures

    @asynccontextmanager
    async def _attack(self) -> AsyncIterator[None]:
        """Attack in the meantime."""
        attack = await asyncio.create_subprocess_exec(
            *(sys.executable, "tests/support/attackers.py", self._order()),
            cwd=REPOSITORY,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            yield
        finally:
            said, _ = await attack.communicate(b"stop\n")
            self.measures.attack = json.loads(said)

    def _order(self) -> str:
        doors, bus = self._deployment.doors, self._deployment.bus
        return json.dumps({"doors": doors, "seed": self._seed, "bus": bus})

    def _sum(self, what: Any) -> int:
        return sum(what(server) for server in self._deployment.servers if server.is_running)

    def _judge(self) -> Iterator[str]:
        measures = self.measures
        beyond = percentile(measures.room, 99) - percentile(measures.echo, 99)
        if beyond > 1000 * BEYOND_SECONDS:
            yield f"99 % of the quiet room's messages came within {beyond:.0f} ms beyond the echo"
        if measures.memory[-1] > MORE * measures.memory[0]:
            yield f"memory: {measures.memory}"
        if measures.files[-1] > MORE * measures.files[0] + FEW:
            yield f"descriptors: {measures.files}"
        if max(measures.entries, default=0) > ENTRY_SECONDS:
            yield f"a newcomer took {max(measures.entries):.1f} s"

    @asynccontextmanager
    async def _enter(self, number: int, address: str) -> AsyncIterator[ClientConnection]:
        """Come in by one of the doors, as a page does."""
        doors: tuple[Door, ...] = self._deployment.doors
        door = doors[number % len(doors)]
        netloc = f"{door.host}:{door.port}"
        async with connect(
            f"{'wss' if door.tls else 'ws'}://{netloc}",
            ssl=self._trust,
            origin=Origin(f"http://{netloc}"),
            local_addr=(address, 0),
            open_timeout=4 * ENTRY_SECONDS,
            proxy=None,
        ) as client:
            await settle(client)
            yield client

    async def _watch(self, end: float) -> None:
        echo = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", ECHO), stdout=asyncio.subprocess.PIPE
        )
        newcomers = asyncio.create_task(self._newcomers())
        try:
            assert echo.stdout is not None
            port = int(await echo.stdout.readline())
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            async with self._enter(0, "127.0.0.2") as alice, self._enter(1, "127.0.0.3") as bob:
                for client in (alice, bob):
                    await tell(client, type="subscribe", topics=["quiet"])
                    await settle(client)
                while time.monotonic() < end and not self._deployment.faults():
                    self.measures.room.append(await _exchange(bob, alice))
                    begin = time.perf_counter()
                    writer.write(b"x\n")
                    await reader.readline()
                    self.measures.echo.append(time.perf_counter() - begin)
                    self._look()
                    await asyncio.sleep(ROOM_SECONDS)
            writer.close()
        finally:
            newcomers.cancel()
            await asyncio.gather(newcomers, return_exceptions=True)
            echo.kill()
            await echo.wait()

    def _look(self) -> None:
        """Note the most memory and descriptors, now and then."""
        measures = self.measures
        if len(measures.room) == 1:
            measures.memory.append(0)
            measures.files.append(0)
        if len(measures.room) % 20 == 1:
            measures.memory[1] = max(measures.memory[1], self._sum(memory))
            measures.files[1] = max(measures.files[1], self._sum(open_files))

    async def _newcomers(self) -> None:
        number = 0
        while True:
            number += 1
            address = f"127.0.{1 + number // 250 % 250}.{1 + number % 250}"
            begin = time.perf_counter()
            try:
                async with self._enter(number, address):
                    self.measures.entries.append(time.perf_counter() - begin)
            except (OSError, asyncio.TimeoutError, WebSocketException) as error:
                self.measures.faults.append(f"a newcomer didn't get in: {error!r}")
            await asyncio.sleep(NEWCOMER_SECONDS)


async def _exchange(sender: ClientConnection, receiver: ClientConnection) -> float:
    """Send a message, and tell how many seconds it took; both hear it."""
    begin = time.perf_counter()
    await tell(sender, type="publish", topic="quiet", data="hello")
    await hear(receiver)
    taken = time.perf_counter() - begin
    await hear(sender)
    return taken
