# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Measure how long edits take in a class of 20 of whom 6 have no direct connection.

Run it with ``doit bench:relay``. Each of 20 pages types twice a second into one text. In the room
*6 relayed*, six pages reach all others by the relay of our signaling server; in *none relayed*, the
reference, nobody does. The two take turns. The promise: p99 under 500 ms.

It also counts the bytes that the server relays, while all type and while nobody does, and computes
what an hour of one relayed person costs, under the assumptions of `Habits`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from figures import short, table
from harness.servers import ServerProcess
from harness.waiting import wait_until
from peer_pages import CONNECT_PATIENCE, Pages, build_pages, launch
from signaling_clients import metrics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser, Page

    from peer_pages import Room

#: people in the room, and how many of them have no direct connection
PEOPLE, RELAYED = 20, 6

#: seconds between two edits of a person, and edits of each
PAUSE, EDITS = 0.5, 40

#: seconds for which nobody types
IDLE = 20

#: repetitions
ROUNDS = 3

#: milliseconds that 99 of 100 edits may take
PROMISE = 500

#: the rooms, by who is relayed; the second is what the first is compared with
ROOMS = {f"{RELAYED} relayed": RELAYED, "none relayed": 0}
REFERENCE = "none relayed"

#: bytes around each relayed frame: of IPv6, TCP with timestamps, TLS, and WebSocket
OVERHEAD = 40 + 32 + 22 + 4

KB, MB, GB, HOUR = 1e3, 1e6, 1e9, 3600


@dataclass(frozen=True)
class Habits:
    """What people do in a typical notebook session: assumptions, not measured."""

    #: people in the notebook, one of whom is relayed to all others
    people: int = 4
    #: the part of the time in which each types, twice a second
    typing: float = 0.25
    #: cells that each runs in an hour, and bytes of the output of each, such as a plot
    runs: int = 30
    output: float = 100 * KB
    #: bytes of the notebook that is loaded once
    notebook: float = 2 * MB
    #: US dollars that large clouds take for a GB that goes out; small hosts take next to nothing
    price: float = 0.09


@dataclass(frozen=True)
class Traffic:
    """What a server relays: bytes of each connection between two people, and frames."""

    bytes: float
    frames: float

    @property
    def out(self) -> float:
        """Bytes that leave the server, with what is around them."""
        return self.bytes + self.frames * OVERHEAD


def counted(server: ServerProcess) -> tuple[float, float]:
    """Ask the server for bytes and frames that it has relayed."""
    found = metrics(server)
    return found["relayed_bytes_total"], found["relayed_frames_total"]


def fill(room: Room, relayed: int) -> None:
    """Bring everybody in, the relayed ones first, and wait until each is reached as it is to be."""
    for number in range(PEOPLE):
        room.join(room.open(), "always" if number < relayed else "auto")
    room.wait_for_mesh()

    def are_reached_as_expected() -> bool:
        counts = [page.evaluate("bench.relayed()") for page in room.people]
        return counts == [PEOPLE - 1] * relayed + [relayed] * (PEOPLE - relayed)

    wait_until(are_reached_as_expected, CONNECT_PATIENCE, f"{relayed} of {PEOPLE} are relayed")


def write(room: Room) -> None:
    """Have all type at the same time, undisturbed, and wait until all have everything."""
    known = [page.evaluate("bench.edits()") for page in room.people]
    for page in room.people:
        page.evaluate("args => void bench.type(...args)", [EDITS, PAUSE * 1000])
    room.people[0].wait_for_timeout(EDITS * PAUSE * 1000)
    new = PEOPLE * EDITS
    wait_until(
        lambda: [page.evaluate("bench.edits()") - new for page in room.people] == known,
        CONNECT_PATIENCE,
        "everybody has everything",
    )


def latencies(room: Room, people: Sequence[Page]) -> list[float]:
    """Take what some pages have measured."""
    found: list[float] = room.take(people)["latencies"]
    return found


def traffic(server: ServerProcess, before: tuple[float, float], parts: float) -> Traffic:
    """Divide what the server has relayed since."""
    now = counted(server)
    return Traffic((now[0] - before[0]) / parts, (now[1] - before[1]) / parts)


@dataclass(frozen=True)
class Sample:
    """What was measured in a room once."""

    #: milliseconds from each edit to each other screen
    everywhere: list[float]
    #: those to the screens of the relayed ones
    there: list[float]
    #: what is relayed in a second while all type, and while nobody does
    busy: Traffic
    idle: Traffic


def measure(browser: Browser, pages: Pages, server: ServerProcess, relayed: int) -> Sample:
    """Have a room type."""
    with pages.room(browser, "ours") as room:
        fill(room, relayed)
        # what belongs to connecting may still be on its way
        room.people[0].wait_for_timeout(1000)
        before = counted(server)
        room.people[0].wait_for_timeout(IDLE * 1000)
        idle = traffic(server, before, IDLE)
        room.take()
        before, start = counted(server), time.perf_counter()
        write(room)
        busy = traffic(server, before, time.perf_counter() - start)
        there = latencies(room, room.people[:relayed]) if relayed else []
        others = latencies(room, room.people[relayed:])
    return Sample([*there, *others], there, busy, idle)


def collect(rounds: int) -> tuple[dict[str, list[Sample]], list[float]]:
    """Let the rooms take turns.

    Returns
    -------
    dict
        Samples by the names of `ROOMS`.
    list of float
        The machine's load, before and after each sample.
    """
    samples: dict[str, list[Sample]] = {name: [] for name in ROOMS}
    loads = [os.getloadavg()[0]]
    with ExitStack() as stack:
        folder = build_pages(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        server = ServerProcess("signaling")
        stack.callback(server.kill)
        pages = Pages(folder, server.url)
        stack.callback(pages.server.kill)
        playwright = stack.enter_context(sync_playwright())
        browser = stack.enter_context(closing(launch(playwright.chromium)))
        for number in range(rounds):
            for name in list(ROOMS)[:: 1 if number % 2 else -1]:
                print(f"round {number + 1} of {rounds}: {name}", file=sys.stderr)
                samples[name].append(measure(browser, pages, server, ROOMS[name]))
                loads.append(os.getloadavg()[0])
    return samples, loads


def percentiles(where: str, samples: Sequence[float]) -> dict[str, float]:
    """Take p50 and p99, if there is anything."""
    if not samples:
        return {}
    cuts = statistics.quantiles(samples, n=100)
    return {f"{where}, p50": cuts[49], f"{where}, p99": cuts[98]}


def latency_table(samples: dict[str, list[Sample]]) -> dict[str, dict[str, float | None]]:
    """Join the rounds, and make rows of them."""
    rows: dict[str, dict[str, float | None]] = {}
    for name, found in samples.items():
        everywhere = [time for sample in found for time in sample.everywhere]
        there = [time for sample in found for time in sample.there]
        values = {
            **percentiles("all screens", everywhere),
            **percentiles("screens of the relayed", there),
        }
        for row, value in values.items():
            rows.setdefault(row, {})[name] = value
    return rows


def middle(found: Sequence[Traffic]) -> Traffic:
    """Take the median."""
    return sorted(found, key=lambda each: each.out)[len(found) // 2]


def cost(busy: Traffic, idle: Traffic, habits: Habits) -> str:
    """Compute what an hour of one relayed person is.

    Parameters
    ----------
    busy, idle
        What is relayed in a second, in the room that was measured.
    habits
        What people do.

    Returns
    -------
    str
        For the table's reader.
    """
    pairs = RELAYED * (PEOPLE - RELAYED) + RELAYED * (RELAYED - 1) / 2
    # each pair of people has edits in both directions
    deliveries = 2 * pairs / PAUSE
    of_edit = (busy.out - idle.out) / deliveries
    of_second = idle.out / pairs
    others = habits.people - 1
    hours = {
        "staying connected": of_second * HOUR * others,
        "typing": of_edit * 2 * others * habits.typing * HOUR / PAUSE,
        "outputs": 2 * others * habits.runs * habits.output,
        "the notebook": habits.notebook,
    }
    total = sum(hours.values())
    parts = ", ".join(f"{name} {value / MB:.1f}" for name, value in hours.items())
    return (
        f"An hour of one relayed person: {total / MB:.0f} MB in, and as much out ({parts}). That "
        f"costs {total / GB * habits.price:.4f} US dollars, at {habits.price} for a GB that goes "
        "out."
        f"\nMeasured: {of_edit:.0f} bytes for each edit and other person, and {of_second:.0f} a "
        f"second for each other person; each frame with {OVERHEAD} bytes for IP, TCP, TLS and "
        "WebSocket."
        f"\nAssumed: {habits.people} people, each of whom types {habits.typing:.0%} of the time "
        f"and runs {habits.runs} cells an hour with outputs of {habits.output / KB:.0f} kB; a "
        f"notebook of {habits.notebook / MB:.0f} MB."
    )


def main() -> int:
    """Print the figures; end with 1 if the promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    samples, loads = collect(options.rounds)
    rows = latency_table(samples)
    name = f"{RELAYED} relayed"
    busy = middle([sample.busy for sample in samples[name]])
    idle = middle([sample.idle for sample in samples[name]])
    print(
        f"Milliseconds from an edit to another screen; {PEOPLE} people, each of whom types every "
        f"{PAUSE} s\n\n{table(rows, REFERENCE)}\n"
    )
    for label, found in (("while all type", busy), ("while nobody does", idle)):
        print(
            f"Relayed {label}: {short(found.bytes / KB)} kB and {short(found.frames)} frames a "
            f"second, in and out; {short(found.bytes / KB / RELAYED)} kB for each of the {RELAYED}."
        )
    print(f"\n{cost(busy, idle, Habits())}")
    print(
        f"\nAll {PEOPLE} pages, the server and this script share {os.cpu_count()} processors, so "
        "that much of each figure is waiting for one, and no network lies in between. Load: "
        f"{min(loads):.1f} to {max(loads):.1f}."
    )
    p99 = rows["all screens, p99"][name]
    if p99 is None or p99 >= PROMISE:
        print(f"PROMISE BROKEN: p99 under {PROMISE} ms with {RELAYED} of {PEOPLE} relayed")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
