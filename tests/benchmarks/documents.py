# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Measure what several documents cost: one connection to each other page, or one a document.

Run it with ``doit bench:documents``, or with ``--rounds 1 --people 4`` for a first look. The two
ways take turns. Each person is a page in a context of its own, all in one Chromium that is started
for them, and all on this machine. A table is printed, and nothing is promised.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from figures import table
from harness.peer_pages import ALIASES
from harness.waiting import wait_until
from peer_measures import MB, weight
from peer_pages import PAGES, Pages, bundle, elapsed, launch

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: repetitions of everything, of which the median counts
ROUNDS = 5

#: how many pages there are, and what each shares
PEOPLE, DOCUMENTS = 16, 5

#: the page
PAGE = "documents"

#: the ways: whether each document has connections of its own
WAYS = {"one for all documents": False, "one a document": True}

#: seconds for everybody to be connected, and for edits to arrive
PATIENCE = 180

#: edits of each person, and milliseconds after each
EDITS, PAUSE = 20, 100


def measure(browser: Browser, pages: Pages, people: int, *, is_apart: bool) -> dict[str, float]:
    """Let people meet who share all documents, and type.

    Returns
    -------
    dict
        Figures by the row of the table.
    """
    with pages.room(browser, PAGE) as room:
        for _ in range(people):
            room.open()
        before = weight(browser)
        room.take()

        def ready() -> bool:
            return all(page.evaluate("n => bench.isReady(n)", people - 1) for page in room.people)

        for number, page in enumerate(room.people):
            arguments = [room.name, pages.signaling, f"person {number}", DOCUMENTS, is_apart]
            # all at once: nobody waits for those before
            page.evaluate("args => { setTimeout(() => bench.join(...args)); }", arguments)
        time = elapsed(ready, PATIENCE)
        if time is None:
            raise TimeoutError("not everybody is connected")
        met = room.take()
        figures = {
            "connections of each page": statistics.mean(
                page.evaluate("bench.connections()") for page in room.people
            ),
            "seconds until all are connected": time,
            "longest block of a page meanwhile, ms": max(met["blocks"], default=0.0),
            "messages from signaling, each page": met["deliveries"] / people,
            "MB of memory, each page": (weight(browser) - before) / people / MB,
        }
        for number, page in enumerate(room.people):
            arguments = [number % DOCUMENTS, EDITS, PAUSE]
            page.evaluate("args => void bench.type(...args)", arguments)
        total = people * EDITS
        wait_until(
            lambda: all(page.evaluate("bench.edits()") == total for page in room.people),
            PATIENCE,
            "everybody has everything",
        )
        cuts = statistics.quantiles(room.take()["latencies"], n=100)
        figures["all typing, p50 of an edit, ms"] = cuts[49]
        figures["all typing, p99 of an edit, ms"] = cuts[98]
        return figures


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--people", type=int, default=PEOPLE)
    options = parser.parse_args()
    samples: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        bundle(PAGES / f"{PAGE}.js", folder / f"{PAGE}.bundle.js", *ALIASES)
        script = f"<script src='{PAGE}.bundle.js'></script>"
        (folder / f"{PAGE}.html").write_text(f"<!doctype html><title>{PAGE}</title>{script}")
        (folder / "jupyter-lite.json").write_text("{}")
        pages = Pages(folder)
        for number in range(options.rounds):
            ways = list(WAYS.items())
            for way, is_apart in ways if number % 2 == 0 else reversed(ways):
                print(f"round {number + 1} of {options.rounds}: {way}", file=sys.stderr)
                # a browser of its own, so that none bears what another has left behind
                with closing(launch(playwright.chromium)) as browser:
                    found = measure(browser, pages, options.people, is_apart=is_apart)
                for row, value in found.items():
                    samples[row][way].append(value)
        pages.server.kill()
    figures = {
        row: {way: statistics.median(each[way]) for way in WAYS} for row, each in samples.items()
    }
    print(f"\n{options.people} pages that share {DOCUMENTS} documents\n")
    print(table(figures, next(iter(WAYS))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
