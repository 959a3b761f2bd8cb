# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What was written survives dead networks, dead servers and dead browsers (P2, P9)."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from conftest import CHROMIUM_ARGS
from harness.jupyter import JupyterPage, visit
from harness.peers import ACTION_TIMEOUT
from harness.sites import NOTEBOOK, TEXT
from harness.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, CDPSession

    from harness.peers import Peers
    from harness.servers import ServerProcess

#: Chromium's message when nobody listens
NO_SERVER = r"WebSocket connection to 'ws://127\.0\.0\.1:\d+/?' failed"

#: seconds for pages that have to find each other again
BACK_TIMEOUT = 120.0

#: milliseconds after which what stands on the screen survives whatever happens: the promise
ON_SCREEN = 2000


def cut(session: CDPSession, percent: int) -> None:
    """Let a page lose so many of its WebRTC packets."""
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": -1,
            "packetLoss": percent,
        },
    )


def test_what_two_people_write_while_cut_off_survives_reloads_and_a_dead_server(
    peers: Peers, site_url: str, site_signaling: ServerProcess
) -> None:
    people = {name: peers.new(name) for name in ("Ada", "Grace")}
    pages: dict[str, JupyterPage] = {}
    sessions = []
    for name, person in people.items():
        person.expect_trouble(NO_SERVER)
        pages[name] = visit(person, site_url, "edit", TEXT, room="r1").shown()
        session = person.context.new_cdp_session(person.page)
        session.send("Network.enable")
        sessions.append(session)
    for page in pages.values():
        page.wait_status("connected", 1)
    pages["Ada"].type_at_end("<together>")
    pages["Grace"].wait_text("Hello world", "<together>")

    site_signaling.kill()
    for session in sessions:
        cut(session, 100)
    for page in pages.values():
        page.wait_status("unreachable", 0, timeout=BACK_TIMEOUT)
    for name, page in pages.items():
        page.type_at_end(f"<{name}, cut off>")
    for name, page in pages.items():
        page.page.reload()
        page.shown().wait_text("<together>", f"<{name}, cut off>")
        page.type_at_end(f"<{name}, after a reload>")
        page.wait_saved(TEXT, f"<{name}, after a reload>")
    assert "Grace" not in pages["Ada"].text
    assert "Ada" not in pages["Grace"].text

    site_signaling.restart()
    for session in sessions:
        cut(session, 0)
    tokens = [f"<{name}, {when}>" for name in people for when in ("cut off", "after a reload")]
    for page in pages.values():
        page.wait_status("connected", 1, timeout=BACK_TIMEOUT)
        page.wait_text("Hello world", "<together>", *tokens, timeout=BACK_TIMEOUT)
        assert page.files("") == {TEXT, "lesson"}
    assert pages["Ada"].text == pages["Grace"].text


@contextmanager
def own_browser(browser: Browser, folder: Path) -> Iterator[BrowserContext]:
    """Start a browser process that is one person's only, with a profile that stays."""
    context = browser.browser_type.launch_persistent_context(
        folder, executable_path=os.environ.get("CHROMIUM", "chromium"), args=CHROMIUM_ARGS
    )
    context.set_default_timeout(ACTION_TIMEOUT)
    try:
        yield context
    finally:
        with suppress(Exception):  # it may have been killed
            context.close()


def kill(folder: Path) -> None:
    """End all processes of the browser that has a profile, as a power cut does."""
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if f"--user-data-dir={folder}\0" in (process / "cmdline").read_text() + "\0":
                os.kill(int(process.name), signal.SIGKILL)


def test_a_browser_that_is_killed_while_somebody_types_has_all_that_was_on_the_screen(
    peers: Peers,
    browser: Browser,
    site_url: str,
    site_signaling: ServerProcess,
    tmp_path: Path,
) -> None:
    assert site_signaling.is_running
    words = ["const kept = 'while typing';", "// and some more"]
    with own_browser(browser, tmp_path) as context:
        ada = JupyterPage(context.pages[0], site_url)
        ada.open("notebooks", NOTEBOOK, room="r1", username="Ada").shown()
        ada.wait_status("alone", 0)
        for word in words:
            ada.type_at_end(word)
        ada.page.wait_for_timeout(ON_SCREEN)
        ada.page.evaluate(
            "() => void setInterval(() => document.execCommand('insertText', false, '.'), 20)"
        )
        wait_until(lambda: "..." in ada.content, message="the next keys")
        kill(tmp_path)
        wait_until(lambda: not context.pages, message="the end of the browser")
    # a browser that was killed leaves a lock behind that names its process
    (tmp_path / "SingletonLock").unlink(missing_ok=True)
    with own_browser(browser, tmp_path) as context:
        ada = JupyterPage(context.pages[0], site_url)
        ada.open("notebooks", NOTEBOOK, room="r1", username="Ada").shown()
        for word in words:
            ada.wait_content(word)
        assert ada.content.count("const first = 1;") == 1
        grace = visit(peers.new("Grace"), site_url, "notebooks", NOTEBOOK, room="r1").shown()
        for word in words:
            grace.wait_content(word)
        assert ada.files("lesson") == {"waves.ipynb"}
