# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Measure how much later a document is shown than in a JupyterLite without us.

Run it with ``doit bench:opening``. Every sample is a fresh browser context with an empty cache;
the situations take turns, so that a machine whose speed drifts slows all of them down.

The promises: with a room and no signaling server, or one that never answers, at most 1 s later;
with no server at all, at most 1.2 times as long.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from harness import chromium
from harness.jupyter import EDITORS
from harness.servers import ServerProcess
from harness.sites import NOTEBOOK, TEXT, build_test_site, free_port
from harness.sockets import black_hole
from measured import spread

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: samples of each situation
ROUNDS = 9

#: seconds that a document may be shown later than without us
PROMISE = 1.0

#: how many times as long as without us it may take where no server keeps a page waiting
RATIO = 1.2

#: milliseconds for one page to show its document
TIMEOUT = 120_000


class Situation(NamedTuple):
    """What a page is opened in."""

    name: str
    #: the URL of the site
    url: str
    #: the query beside the document
    query: str


def sample(browser: Browser, situation: Situation, app: str, path: str) -> float:
    """Open a document once.

    Returns
    -------
    float
        Seconds from the navigation to a document that can be edited.
    """
    context = browser.new_context()
    try:
        page = context.new_page()
        start = time.perf_counter()
        page.goto(
            f"{situation.url}{app}/index.html?path={path}{situation.query}", wait_until="commit"
        )
        page.locator(EDITORS).first.wait_for(state="visible", timeout=TIMEOUT)
        return time.perf_counter() - start
    finally:
        context.close()


def main() -> None:
    """Print a table of medians, and how each compares to the reference."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name in ("plain", "refused", "silent"):
            (folder / name).mkdir()
        silent = free_port()
        stack.enter_context(black_hole(silent))
        no_ice: dict[str, Any] = {"webRtcIceServers": []}

        def serve(output: Path) -> str:
            server = ServerProcess("serve", ["--output-dir", str(output)])
            stack.callback(server.kill)
            return server.url

        plain = serve(
            build_test_site(
                folder / "plain",
                {},
                *("--disable-addons", "jupyterlite-webrtc", "--ignore-sys-prefix"),
            )
        )

        def ours(name: str, port: int) -> str:
            url = f"ws://127.0.0.1:{port}"
            return serve(build_test_site(folder / name, no_ice, "--webrtc-signaling-url", url))

        refused_url, silent_url = ours("refused", free_port()), ours("silent", silent)
        situations = [
            Situation("without us", plain, ""),
            Situation("no room", refused_url, ""),
            Situation("room, no server", refused_url, "&room=r"),
            Situation("room, silent server", silent_url, "&room=r"),
        ]
        browser = stack.enter_context(chromium.running())
        for app, path in (("lab", NOTEBOOK), ("edit", TEXT)):
            times: dict[str, list[float]] = {situation.name: [] for situation in situations}
            for situation in situations:
                sample(browser, situation, app, path)  # warms up the server and the disk
            for _ in range(ROUNDS):
                for situation in situations:
                    times[situation.name].append(sample(browser, situation, app, path))
            reference = statistics.median(times["without us"])
            print(f"{app}, {path}: seconds to an editor, median of {ROUNDS} (min to max)")
            for name, samples in times.items():
                median = statistics.median(samples)
                later = median - reference
                print(
                    f"  {name:20} {spread(samples)}"
                    f"  {later:+.2f} s, x {median / reference:.2f}"
                    + ("" if later <= PROMISE else f"  PROMISE OF {PROMISE} s BROKEN")
                    + (
                        f"  PROMISE OF x {RATIO} BROKEN"
                        if name != "room, silent server" and median > RATIO * reference
                        else ""
                    )
                )


if __name__ == "__main__":
    main()
