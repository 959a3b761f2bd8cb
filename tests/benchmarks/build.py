# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Measure what our addon adds to a build, the first and the next.

Run it with ``doit bench:build``. Each round builds a site in each of three ways, one after the
other, in turn: with us, with ``--disable-addons jupyterlite-webrtc`` (which imports us all the
same), and in an environment where we are not installed. The difference of two is one sample: a
machine whose speed drifts slows both down. The processes are new ones, as a user's are. What other
programs do meanwhile changes the time on the clock more than that of the processor.

The promise: at most 0.2 s of the processor for a first build, and 0.05 s for one that has nothing
to do, more than with ``--disable-addons``.
"""

import resource
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from environments import Environment
from pages_example import EXAMPLE
from sites import run, succeeded

#: pairs of builds
ROUNDS = 7

#: seconds of the processor that a build may take more than with `DISABLED`
PROMISES = {"first build": 0.2, "second build": 0.05}

#: the way to build that the promises compare with
DISABLED = "--disable-addons"

#: what a user of ours configures
URL = ("--webrtc-signaling-url", "wss://signaling.example.org")

#: how an environment without us spells us
OURS = ("jupyterlite_webrtc", "_editable_impl_jupyterlite_webrtc.pth")


@dataclass(frozen=True)
class Way:
    """One way to build."""

    #: what it is called in the table
    name: str

    #: the interpreter
    python: Path

    #: arguments that only this one has
    args: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cost:
    """What a build took, in seconds."""

    clock: float
    processor: float


def build(way: Way, folder: Path) -> Cost:
    """Build once.

    Returns
    -------
    Cost
        What it took.
    """
    command = [str(way.python), "-m", "jupyterlite_core", "build"]
    dirs = ["--lite-dir", str(EXAMPLE), "--output-dir", str(folder / "site")]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    succeeded(run(*command, *dirs, *way.args, cwd=folder))
    clock = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    user, system = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
    return Cost(clock, user + system)


def measure(ways: list[Way]) -> dict[str, list[list[Cost]]]:
    """Build in all ways, again and again.

    Returns
    -------
    dict
        By the names of `PROMISES`, one list for each round, in the order of the ways.
    """
    costs: dict[str, list[list[Cost]]] = {name: [] for name in PROMISES}
    for number in range(ROUNDS + 1):
        with tempfile.TemporaryDirectory() as parent:
            folders = [Path(parent, str(index)) for index in range(len(ways))]
            for folder in folders:
                folder.mkdir()
            for rounds in costs.values():
                found: dict[int, Cost] = {}
                # who is first takes turns, too
                for step in range(len(ways)):
                    index = (step + number) % len(ways)
                    found[index] = build(ways[index], folders[index])
                # the first round warms up the disk
                if number:
                    rounds.append([found[index] for index in sorted(found)])
    return costs


def main() -> None:
    """Print a table of medians."""
    here = Path(sys.executable)
    with tempfile.TemporaryDirectory() as parent:
        elsewhere = Environment(Path(parent, "environment"), without=OURS)
        ways = [
            Way("with us", here, URL),
            Way(DISABLED, here, (DISABLED, "jupyterlite-webrtc")),
            Way("not installed", elsewhere.python),
        ]
        costs = measure(ways)
    print(f"seconds on the clock (of the processor), medians of {ROUNDS} rounds")
    for name, rounds in costs.items():
        for index, way in enumerate(ways):
            clock = statistics.median(each[index].clock for each in rounds)
            processor = statistics.median(each[index].processor for each in rounds)
            line = f"  {name:13} {way.name:17} {clock:.2f} ({processor:.2f})"
            if index:
                more = statistics.median(each[0].clock - each[index].clock for each in rounds)
                cpu = statistics.median(
                    each[0].processor - each[index].processor for each in rounds
                )
                ratio = statistics.median(
                    each[0].processor / each[index].processor for each in rounds
                )
                line += f"   with us {more:+.3f} ({cpu:+.3f}, {ratio:.2f} times)"
                if way.name == DISABLED and cpu > PROMISES[name]:
                    line += f"  PROMISE OF {PROMISES[name]} s BROKEN"
            print(line)


if __name__ == "__main__":
    main()
