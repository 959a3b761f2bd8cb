# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Measure what our addon adds to a build, the first and the next.

Run it with ``doit bench:build``. Each round builds a site twice with us and twice with
``--disable-addons jupyterlite-webrtc``, one after the other, in turn, and the difference of the
two is one sample: a machine whose speed drifts slows both down. The processes are new ones, as a
user's are.

The promise: at most 0.5 s for a first build, and 0.1 s for one that has nothing to do.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from sites import PAGES_EXAMPLE, run, succeeded

#: pairs of builds
ROUNDS = 9

#: seconds that a build may take longer than without us
PROMISES = {"first build": 0.5, "second build": 0.1}

#: what makes a build one without us
WITHOUT = ("--disable-addons", "jupyterlite-webrtc")

#: what a user of ours configures
WITH = ("--webrtc-signaling-url", "wss://signaling.example.org")


def build(folder: Path, *args: str) -> float:
    """Build once.

    Returns
    -------
    float
        Seconds.
    """
    command = [sys.executable, "-m", "jupyterlite_core", "build"]
    dirs = ["--lite-dir", str(PAGES_EXAMPLE), "--output-dir", str(folder / "site")]
    start = time.perf_counter()
    succeeded(run(*command, *dirs, *args, cwd=folder))
    return time.perf_counter() - start


def main() -> None:
    """Print a table of medians."""
    pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in PROMISES}
    for number in range(ROUNDS + 1):
        with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as theirs:
            for samples in pairs.values():
                # the order takes turns, too
                if number % 2:
                    with_us = build(Path(ours), *WITH)
                    without = build(Path(theirs), *WITHOUT)
                else:
                    without = build(Path(theirs), *WITHOUT)
                    with_us = build(Path(ours), *WITH)
                # the first round warms up the disk
                if number:
                    samples.append((with_us, without))
    print(f"seconds, median of {ROUNDS} pairs")
    for name, samples in pairs.items():
        more = statistics.median(with_us - without for with_us, without in samples)
        reference = statistics.median(without for _, without in samples)
        print(
            f"  {name:13} {reference:.2f} without us, {more:+.3f} with us"
            + ("" if more <= PROMISES[name] else f"  PROMISE OF {PROMISES[name]} s BROKEN")
        )


if __name__ == "__main__":
    main()
