# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Measure how long it takes from a trouble's cause until the screen names it and its remedy.

Run it with ``doit bench:trouble``. Each sample is fresh browser contexts. Where the cause is a link
that somebody follows, the time is with the load of the page, in a browser that has never seen the
site. The promise: 10 s.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from harness.peers import Peers
from harness.servers import ServerProcess
from harness.sites import NOTEBOOK, build_test_site, free_port
from harness.troubles import TROUBLES, Place, wait_named

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = free_port()
        signaling = ServerProcess("signaling", port=port)
        stack.callback(signaling.kill)
        config: dict[str, Any] = {"webRtcIceServers": []}
        site = build_test_site(folder, config, "--webrtc-signaling-url", f"ws://127.0.0.1:{port}")
        server = ServerProcess("serve", ["--output-dir", str(site)])
        stack.callback(server.kill)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        times = {
            name: [sample(browser, server.url, signaling, name) for _ in range(ROUNDS)]
            for name in TROUBLES
        }
        browser.close()
    print(f"seconds from the cause to the words, median of {ROUNDS} (min to max)")
    for name, samples in times.items():
        median = statistics.median(samples)
        print(f"  {name:16} {median:5.2f} ({min(samples):.2f} to {max(samples):.2f})")
    broken = [name for name, samples in times.items() if statistics.median(samples) > PROMISE]
    print(f"  the promise of {PROMISE:.0f} s is {'BROKEN by ' if broken else 'kept'}", *broken)
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
