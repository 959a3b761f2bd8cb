# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Measure how long it takes from a trouble's cause until the screen names it and its remedy.

Run it with ``doit bench:trouble``. Each sample is fresh browser contexts. Where the cause is a link
that somebody follows, the time is with the load of the page, in a browser that has never seen the
site. The promise: 10 s.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from typing import TYPE_CHECKING

from harness import chromium
from harness.peers import Peers
from harness.sites import NOTEBOOK
from harness.troubles import TROUBLES, Place, wait_named
from measured import collaborative_site, spread

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from harness.servers import ServerProcess

#: samples of each
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))

#: seconds from the cause to the words
PROMISE = 10.0


def sample(browser: Browser, url: str, signaling: ServerProcess, name: str) -> float:
    """Bring a trouble about once.

    Returns
    -------
    float
        Seconds.
    """
    peers = Peers(browser)
    place = Place(peers, url, signaling, NOTEBOOK, {})
    trouble = TROUBLES[name]
    page = next(trouble.happen(place))
    wait_named(page, trouble)
    seconds = time.perf_counter() - place.caused_at
    peers.close()
    signaling.restart()
    return seconds


def main() -> int:
    """Print medians, and say whether the promise is broken."""
    with collaborative_site() as (url, signaling), chromium.running() as browser:
        times = {
            name: [sample(browser, url, signaling, name) for _ in range(ROUNDS)]
            for name in TROUBLES
        }
    print(f"seconds from the cause to the words, median of {ROUNDS} (min to max)")
    for name, samples in times.items():
        print(f"  {name:16} {spread(samples)}")
    broken = [name for name, samples in times.items() if statistics.median(samples) > PROMISE]
    print(f"  the promise of {PROMISE:.0f} s is {'BROKEN by ' if broken else 'kept'}", *broken)
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
