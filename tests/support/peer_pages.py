# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Light pages that do nothing but connect, in three ways: for the benchmark of the peer."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING, Any

from harness.peer_pages import ALIASES, BUNDLER, LABEXTENSION
from harness.programs import chromium_program
from harness.servers import ServerProcess
from harness.waiting import wait_until
from sites import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserType, Page

#: the ways, and their pages; the last is the physical limit
WAYS = ("ours", "stock", "raw")

#: the sources of the pages
PAGES = REPOSITORY / "tests" / "benchmarks" / "pages"

#: seconds for pages to connect
CONNECT_PATIENCE = 60

#: quiet, and with timers that tick when nobody looks
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE *.local",
)


def launch(chromium: BrowserType) -> Browser:
    """Start Debian's Chromium, or the one that ``CHROMIUM`` names.

    Parameters
    ----------
    chromium
        Playwright's.

    Returns
    -------
    playwright.sync_api.Browser
        The browser.
    """
    return chromium.launch(executable_path=chromium_program(), args=CHROMIUM_ARGS)


def bundle(entry: Path, output: Path, *options: str) -> Path:
    """Bundle a page's script.

    Parameters
    ----------
    entry
        Its source.
    output
        The file to make.
    *options
        More for the bundler.

    Returns
    -------
    pathlib.Path
        The same file.
    """
    modules = LABEXTENSION / "node_modules"
    subprocess.run(["node", BUNDLER, entry, output, modules, *options], check=True)
    return output


def build_pages(folder: Path) -> Path:
    """Make a site of one page for each of `WAYS`.

    Parameters
    ----------
    folder
        Where to make it.

    Returns
    -------
    pathlib.Path
        The same folder.
    """
    for way in WAYS:
        aliases = ALIASES if way == "ours" else ()
        bundle(PAGES / f"{way}.js", folder / f"{way}.bundle.js", *aliases)
        script = f"<script src='{way}.bundle.js'></script>"
        (folder / f"{way}.html").write_text(f"<!doctype html><title>{way}</title>{script}")
    (folder / "jupyter-lite.json").write_text("{}")
    return folder


class Pages:
    """Serve the pages and signaling on one port.

    Parameters
    ----------
    folder
        As of `build_pages`.
    signaling
        The URL of another signaling server.
    """

    def __init__(self, folder: Path, signaling: str | None = None) -> None:
        self.server = ServerProcess("serve", ["--output-dir", str(folder)])
        self._signaling = signaling
        self._rooms = 0

    @property
    def signaling(self) -> str:
        """The URL of the signaling server."""
        return self._signaling or f"{self.server.url.replace('http', 'ws', 1)}signaling"

    def room(self, browser: Browser, way: str) -> Room:
        """Make an empty room that nobody was in before."""
        self._rooms += 1
        return Room(self, browser, way, f"room {self._rooms} {os.getpid()}")


class Room:
    """People in one room, each in a page of their own.

    Parameters
    ----------
    pages
        The site.
    browser
        Where the pages are. Each is in a context of its own, so that none finds another by
        BroadcastChannel.
    way
        One of `WAYS`.
    name
        The name of the room.
    """

    def __init__(self, pages: Pages, browser: Browser, way: str, name: str) -> None:
        self._pages, self._browser, self.way, self.name = pages, browser, way, name
        self.people: list[Page] = []

    def __enter__(self) -> Room:  # noqa: PYI034 (`Self` is not in Python 3.10)
        """Return the room itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all pages."""
        for page in self.people:
            page.context.close()

    def open(self, browser: Browser | None = None) -> Page:
        """Open a page that has not joined yet."""
        page = (browser or self._browser).new_context().new_page()
        page.goto(f"{self._pages.server.url}{self.way}.html")
        page.wait_for_function("window.bench")
        self.people.append(page)
        return page

    def join(self, page: Page, relay: str = "auto") -> None:
        """Have a page join; ours may use the relay for all, or never."""
        arguments = [self.name, self._pages.signaling, f"person {self.people.index(page)}", relay]
        page.evaluate("args => bench.join(...args)", arguments)

    def add(self, count: int) -> None:
        """Bring people in, and wait until each is connected to each."""
        for _ in range(count):
            self.join(self.open())
        self.wait_for_mesh()

    def wait_for_mesh(self) -> None:
        """Wait until each is connected to each."""
        others = len(self.people) - 1
        wait_until(
            lambda: all(page.evaluate("bench.connections()") == others for page in self.people),
            CONNECT_PATIENCE,
            f"{self.way}: {others + 1} people form a mesh",
        )

    def take(self, people: Sequence[Page] | None = None) -> dict[str, Any]:
        """Add up what pages counted since the last time."""
        taken = [page.evaluate("bench.take()") for page in people or self.people]
        return {
            name: [value for each in taken for value in each[name]]
            if isinstance(taken[0][name], list)
            else sum(each[name] for each in taken)
            for name in taken[0]
        }

    def type(self, people: Sequence[Page], times: int, pause: float) -> None:
        """Have some people type at the same time, and wait until all have everything."""
        known = [page.evaluate("bench.edits()") for page in self.people]
        for page in people:
            page.evaluate("([times, pause]) => void bench.type(times, pause)", [times, pause])
        new = len(people) * times
        wait_until(
            lambda: [page.evaluate("bench.edits()") - new for page in self.people] == known,
            CONNECT_PATIENCE,
            f"{self.way}: everybody has everything",
        )


def elapsed(condition: Callable[[], object], patience: float) -> float | None:
    """Take the time until something holds.

    Parameters
    ----------
    condition
        Is asked again and again.
    patience
        Seconds until one gives up.

    Returns
    -------
    float or None
        Seconds.
    """
    start = time.perf_counter()
    while not condition():
        if time.perf_counter() - start > patience:
            return None
        time.sleep(0.02)
    return time.perf_counter() - start
