# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Measure our connection beside stock y-webrtc 10.3.0 and a data channel without anything.

Run it with ``doit bench:peer``, or with ``--rounds 1 --only typing`` for a first look. The three
ways take turns, so that a machine whose speed drifts slows all of them down. Each person is a page
in a context of its own, all in one Chromium, and all on this machine.

It prints a table, and writes the figures and a plot of each measure to ``docs/benchmarks/``. The
promises are those of `broken_promises`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
import tempfile
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

import peer_measures
from figures import bars, table
from peer_pages import PAGES, WAYS, Pages, build_pages, bundle, launch
from sites import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from playwright.sync_api import Browser

#: repetitions of everything, of which the median counts
ROUNDS = 5

#: where the figures go
OUTPUT = REPOSITORY / "docs" / "benchmarks"

#: the labextension as it is in a site
LABEXTENSION = REPOSITORY / "jupyterlite_webrtc" / "labextension" / "static"

#: what is measured: the title of its plot, and whether that is logarithmic
MEASURES = {
    "join": ("Milliseconds from joining to everything", True),
    "meanwhile": ("While 50 MB of many cells arrive: milliseconds", True),
    "typing": ("Milliseconds from an edit to others' screens", True),
    "messages": ("Messages", True),
    "heal": ("Seconds until all is in step again", False),
    "memory": ("MB for each of 16 pages", False),
    "size": ("kB of a page's script, without Yjs", False),
}

#: of each row, a value for each way
Results = dict[str, dict[str, float | None]]


def measure(
    browser: Browser, pages: Pages, names: Sequence[str], rounds: int
) -> dict[str, Results]:
    """Do everything, and take the medians.

    Returns
    -------
    dict
        Results by the names of `MEASURES`.
    """
    samples: dict[str, dict[str, dict[str, list[float | None]]]] = {
        name: defaultdict(lambda: defaultdict(list)) for name in names
    }
    for number in range(rounds):
        for name in names:
            if name == "size":
                continue
            for step in range(len(WAYS)):
                way = WAYS[(step + number) % len(WAYS)]
                print(f"round {number + 1} of {rounds}: {name}, {way}", file=sys.stderr)
                function = getattr(peer_measures, name)
                try:
                    results = function(browser, pages, way)
                except TimeoutError as error:
                    if way == "ours":
                        raise
                    print(f"without a result: {error}", file=sys.stderr)
                    continue
                for row, value in results.items():
                    samples[name][row][way].append(value)
    return {
        name: {
            row: {way: median(each[way]) for way in WAYS if way in each}
            for row, each in rows.items()
        }
        for name, rows in samples.items()
    }


def median(values: list[float | None]) -> float | None:
    """Take the median; what never ended is longer than all else."""
    known = [value for value in values if value is not None]
    return statistics.median(known) if len(known) > len(values) / 2 else None


def sizes(folder: Path) -> Results:
    """Bundle each way for a page, minified and without what a page has anyway."""
    results: Results = {"raw": {}, "gzip": {}}
    for way, aliases in peer_measures.BUNDLES.items():
        output = bundle(
            PAGES / f"{way}.js", folder / f"{way}.min.js", *aliases, "--minify", "--external=yjs"
        )
        content = output.read_bytes()
        results["raw"][way] = len(content) / 1e3
        results["gzip"][way] = len(gzip.compress(content)) / 1e3
    whole = [path.read_bytes() for path in LABEXTENSION.glob("*.js")]
    results["whole labextension, raw"] = {"ours": sum(len(each) for each in whole) / 1e3}
    results["whole labextension, gzip"] = {
        "ours": sum(len(gzip.compress(each)) for each in whole) / 1e3
    }
    return results


def broken_promises(figures: Mapping[str, Results]) -> Iterator[str]:
    """Name the promises that don't hold, of those that were measured."""

    def value(measure: str, row: str, way: str = "ours") -> float:
        found = figures[measure][row][way]
        return float("inf") if found is None else found

    cells, row = "50 MB of cells", "16 all typing, p99"
    promises: dict[str, list[tuple[str, Callable[[], bool]]]] = {
        "join": [
            (
                "joining an empty document takes at most 1.3 times as long as stock",
                lambda: value("join", "empty") <= 1.3 * value("join", "empty", "stock"),
            ),
            (
                f"{cells} arrive at no less than 0.6 of the raw channel's rate",
                lambda: value("join", cells) <= value("join", cells, "raw") / 0.6,
            ),
        ],
        "meanwhile": [
            (
                "no main-thread block of the receiver over 300 ms",
                lambda: value("meanwhile", "longest block of the receiver") <= 300,
            ),
            (
                "an edit of a third person within 500 ms meanwhile",
                lambda: value("meanwhile", "slowest edit of a third person") <= 500,
            ),
        ],
        "typing": [
            (
                f"{row}: under 150 ms, and at most a fiftieth of stock's",
                lambda: value("typing", row) <= min(150, value("typing", row, "stock") / 50),
            ),
            (
                "2 people: p50 at most the raw channel's round trip plus 1 ms",
                lambda: (
                    value("typing", "2, one typist, p50")
                    <= value("typing", "a round trip, p50", "raw") + 1
                ),
            ),
        ],
        "messages": [
            (
                f"{count} people: exactly {count - 1} messages per edit",
                lambda count=count: (  # type: ignore[misc]
                    value("messages", f"{count} people: updates per edit") == count - 1
                ),
            )
            for count in peer_measures.PEOPLE
        ],
    }
    for measure in promises.keys() & figures.keys():
        yield from (promise for promise, holds in promises[measure] if not holds())


def main() -> int:
    """Print the tables; end with 1 if a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", choices=MEASURES, action="append")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    names = options.only or list(MEASURES)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = build_pages(Path(name))
        pages = Pages(folder)
        with closing(launch(playwright.chromium)) as browser:
            figures = measure(browser, pages, names, options.rounds)
        pages.server.kill()
        if "size" in names:
            figures["size"] = sizes(folder)
    options.output.mkdir(exist_ok=True, parents=True)
    for name in names:
        title, logarithmic = MEASURES[name]
        print(f"\n{title}\n\n{table(figures[name], 'stock')}")
        plot = bars(title, figures[name], logarithmic=logarithmic)
        (options.output / f"peer-{name}.svg").write_text(plot)
    if not options.only:
        everything = {"rounds": options.rounds, "figures": figures}
        (options.output / "peer.json").write_text(json.dumps(everything, indent=1) + "\n")
    broken = list(broken_promises(figures))
    for promise in broken:
        print(f"PROMISE BROKEN: {promise}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
