# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The browser of the tests."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from harness.programs import chromium_program

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, BrowserType

#: a site may be configured for a public STUN server: no test looks one up; ``class.lan`` stands
#: for a machine of a local network, whose pages are no secure contexts
RESOLVER_RULES = (
    "MAP class.lan 127.0.0.1, MAP * ~NOTFOUND, "
    "EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.local"
)

#: quiet, and independent of a desktop, a GPU and the network (see the README of Chromium's
#: command line switches); WebRTC between two contexts works with these
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launch(
    chromium: BrowserType,
    executable: str | None = None,
    args: Sequence[str] = (),
    rules: str = RESOLVER_RULES,
) -> Browser:
    """Start it.

    Parameters
    ----------
    chromium : playwright.sync_api.BrowserType
        Playwright's.
    executable : str, optional
        What starts it, if not itself.
    args : sequence of str
        More switches of its command line.
    rules : str
        Which names lead where.

    Returns
    -------
    playwright.sync_api.Browser
        The browser.
    """
    switches = [*CHROMIUM_ARGS, f"--host-resolver-rules={rules}", *args]
    return chromium.launch(executable_path=executable or chromium_program(), args=switches)


@contextmanager
def running(*args: str) -> Iterator[Browser]:
    """Have it run for a while.

    Parameters
    ----------
    *args : str
        More switches of its command line.

    Yields
    ------
    playwright.sync_api.Browser
        The browser.
    """
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium, args=args)
        yield browser
        browser.close()
