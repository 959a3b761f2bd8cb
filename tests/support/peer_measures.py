# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What the benchmark of the peer measures: one function for each measure.

Each takes the browser, the pages and the way, and returns a figure by the row of the table that it
stands in; ``None`` for what never ended.
"""

from __future__ import annotations

import os
import signal
import statistics
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from harness.peer_pages import ALIASES
from peer_pages import elapsed, launch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from peer_pages import Pages, Room

Figures = dict[str, float | None]

#: how many people are in the rooms
PEOPLE = (2, 4, 8, 16)

#: the documents that a joiner gets: kind, bytes, and milliseconds until one gives up
DOCUMENTS = {
    "empty": ("cells", 0, 20_000),
    "1 MB of cells": ("cells", 1_000_000, 20_000),
    "10 MB of cells": ("cells", 10_000_000, 60_000),
    "50 MB of cells": ("cells", 50_000_000, 120_000),
    "1 MB in one output": ("output", 1_000_000, 20_000),
    "10 MB in one output": ("output", 10_000_000, 60_000),
    "50 MB in one output": ("output", 50_000_000, 120_000),
}

#: how often an empty document is joined in one round
JOINS = 10

#: milliseconds for what never comes
HOPELESS = 5000

#: edits of one person, and milliseconds after each
EDITS, PAUSE = 40, 100

#: how one way or another is bundled
BUNDLES = {"ours": ALIASES, "stock": (), "raw": ()}

#: seconds that a network is cut, and that healing may take
CUT, HEAL_PATIENCE = 20, 90

#: round trips of a raw channel
TRIPS = 100

MB = 1e6


def join(browser: Browser, pages: Pages, way: str) -> Figures:
    """Join somebody who has a document."""
    figures: Figures = {}
    for row, (kind, size, patience) in DOCUMENTS.items():
        # stock never sends what is larger than 256 KiB: it is only seen to try
        limit = HOPELESS if way == "stock" and size else patience
        times = [
            _join_once(browser, pages, way, (kind, size, limit))
            for _ in range(1 if size else JOINS)
        ]
        known = [time for time in times if time is not None]
        figures[row] = statistics.median(known) if len(known) == len(times) else None
    return figures


def _join_once(
    browser: Browser, pages: Pages, way: str, document: tuple[str, int, int]
) -> float | None:
    """Join once; return milliseconds."""
    kind, size, patience = document
    with pages.room(browser, way) as room:
        host, guest = room.open(), room.open()
        total = host.evaluate("args => bench.fill(...args)", [kind, size])
        room.join(host)
        # the host is alone: nothing tells that it has announced itself by now
        host.wait_for_timeout(500)
        found: float | None = guest.evaluate(
            """async ([arguments, total, patience]) => {
                bench.join(...arguments);
                return bench.received(total, patience);
            }""",
            [[room.name, pages.signaling, "guest"], total, patience],
        )
        return found


def meanwhile(browser: Browser, pages: Pages, way: str) -> Figures:
    """Have a third person type while much arrives."""
    if way == "stock":
        return {}  # nothing of that size ever arrives
    _, size, patience = DOCUMENTS["50 MB of cells"]
    with pages.room(browser, way) as room:
        host, third = room.open(), room.open()
        total = host.evaluate("args => bench.fill(...args)", ["cells", size])
        room.join(host)
        room.join(third)
        room.wait_for_mesh()
        if way != "raw":
            third.evaluate("total => bench.received(total, 60000)", total)
        guest = room.open()
        room.take()
        guest.evaluate(
            """([arguments, total, patience]) => {
                bench.join(...arguments);
                bench.done = null;
                bench.received(total, patience).then(time => { bench.done = [time]; });
            }""",
            [[room.name, pages.signaling, "guest"], total, patience],
        )
        guest.wait_for_function("bench.connections() === 2", timeout=patience)
        third.evaluate("pause => void bench.type(1000, pause)", PAUSE)
        guest.wait_for_function("bench.done", timeout=patience)
        taken = room.take([guest])
        return {
            "longest block of the receiver": max(taken["blocks"], default=0.0),
            "slowest edit of a third person": max(taken["latencies"], default=0.0),
        }


def typing(browser: Browser, pages: Pages, way: str) -> Figures:
    """Have one person type, and then all."""
    figures: Figures = {}
    for count in PEOPLE:
        with pages.room(browser, way) as room:
            room.add(count)
            if way == "raw" and count == min(PEOPLE):
                trips = room.people[0].evaluate("times => bench.roundTrips(times)", TRIPS)
                figures["a round trip, p50"] = statistics.median(trips)
            for who, people in (("one typist", room.people[:1]), ("all typing", room.people)):
                room.take()
                room.type(people, EDITS, PAUSE)
                latencies = room.take()["latencies"]
                cuts = statistics.quantiles(latencies, n=100)
                name = f"{count}, {who}" if who == "one typist" else f"{count} {who}"
                figures[f"{name}, p50"] = cuts[49]
                figures[f"{name}, p99"] = cuts[98]
    return figures


def messages(browser: Browser, pages: Pages, way: str) -> Figures:
    """Count what goes over channels for an edit, and over signaling for a mesh."""
    figures: Figures = {}
    for count in PEOPLE:
        with pages.room(browser, way) as room:
            room.add(count)
            # what belongs to connecting may still be on its way
            room.people[0].wait_for_timeout(1000)
            figures[f"{count} people: deliveries for a mesh"] = room.take()["deliveries"]
            room.type(room.people[:1], EDITS, PAUSE)
            # what is passed on may arrive later than what was awaited
            room.people[0].wait_for_timeout(1000)
            figures[f"{count} people: updates per edit"] = room.take()["updates"] / EDITS
    return figures


def heal(browser: Browser, pages: Pages, way: str) -> Figures:
    """Take things away, and wait for the room to be in step again."""
    if way == "raw":
        return {}  # it never is
    figures: Figures = {}
    with pages.room(browser, way) as room:
        room.add(2)
        pages.server.restart()
        room.join(room.open())
        figures["somebody joins after a restart of the server"] = elapsed(
            lambda: _in_step(room, 3), HEAL_PATIENCE
        )
        victim = room.people.pop()
        os.kill(_renderer(victim), signal.SIGKILL)
        figures["a page that crashed is gone"] = elapsed(
            lambda: all(page.evaluate("bench.people()") == 2 for page in room.people),
            HEAL_PATIENCE,
        )
    with closing(launch(browser.browser_type)) as other, pages.room(browser, way) as room:
        room.join(room.open())
        room.join(room.open(other))
        room.wait_for_mesh()
        network = _network(other)
        os.kill(network, signal.SIGSTOP)
        for page in room.people:
            page.evaluate("bench.type(1, 0)")
        room.people[0].wait_for_timeout(CUT * 1000)
        os.kill(network, signal.SIGCONT)
        figures[f"a network that was cut for {CUT} s"] = elapsed(
            lambda: [page.evaluate("bench.edits()") for page in room.people] == [2, 2],
            HEAL_PATIENCE,
        )
    return figures


def memory(browser: Browser, pages: Pages, way: str) -> Figures:
    """Weigh sixteen pages that are connected, beside sixteen that are not."""
    count = max(PEOPLE)
    with closing(launch(browser.browser_type)) as own, pages.room(own, way) as room:
        for _ in range(count):
            room.open()
        before = weight(own)
        for page in room.people:
            room.join(page)
        room.wait_for_mesh()
        return {"what being connected to 15 others adds": (weight(own) - before) / count / MB}


def _in_step(room: Room, count: int) -> bool:
    """Tell whether all see each other."""
    return all(page.evaluate("bench.people()") == count for page in room.people)


def _processes(browser: Browser) -> list[dict[str, int | str]]:
    """Ask a browser for its processes: their ``id`` and ``type``."""
    session = browser.new_browser_cdp_session()
    found = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return list(found)


def _network(browser: Browser) -> int:
    """Find the process through which all that a browser sends has to go."""
    for process in _processes(browser):
        pid = int(process["id"])
        command = Path(f"/proc/{pid}/cmdline").read_text()
        if "network.mojom.NetworkService" in command:
            return pid
    raise LookupError("no network process")


def _renderer(page: Page) -> int:
    """Find the process of a page: the one that works while the page does."""
    browser = page.context.browser
    assert browser is not None

    def used() -> dict[int, float]:
        return {
            int(each["id"]): float(each["cpuTime"])
            for each in _processes(browser)
            if each["type"] == "renderer"
        }

    before = used()
    page.evaluate("() => { const end = Date.now() + 1000; while (Date.now() < end); }")
    after = used()
    return max(after, key=lambda pid: after[pid] - before.get(pid, 0))


def weight(browser: Browser) -> float:
    """Add up the memory of a browser in bytes, what is shared counted once."""
    total = 0
    for process in _processes(browser):
        rollup = Path(f"/proc/{process['id']}/smaps_rollup").read_text()
        (line,) = [line for line in rollup.splitlines() if line.startswith("Pss:")]
        total += int(line.split()[1]) * 1024
    return total
