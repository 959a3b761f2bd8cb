# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""People at different computers: each one a browser context of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error as PlaywrightError

from harness import left
from harness.trouble import Watch

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

#: milliseconds that one Playwright action or wait gets on a busy machine with two cores
ACTION_TIMEOUT = 30_000
#: milliseconds for the picture of a page that may be broken
SCREENSHOT_TIMEOUT = 5_000


class Peer:
    """One person: storage, BroadcastChannel and service worker are nobody else's.

    Parameters
    ----------
    name : str
        Names the person in messages and file names.
    browser : playwright.sync_api.Browser
        Where to open the context.
    **context_options
        As of ``Browser.new_context``.

    Attributes
    ----------
    context : playwright.sync_api.BrowserContext
        The person's own context.
    page : playwright.sync_api.Page
        The first tab.
    watch : harness.trouble.Watch
        The log and the trouble of all tabs.
    """

    def __init__(self, name: str, browser: Browser, **context_options: Any) -> None:
        self.name = name
        self.context = browser.new_context(**context_options)
        self.context.set_default_timeout(ACTION_TIMEOUT)
        self.watch = Watch(self.context)
        self.page: Page = self.context.new_page()
        self._open = True

    def open(self, url: str) -> Page:
        """Navigate the first tab.

        Parameters
        ----------
        url : str
            Where to go.

        Returns
        -------
        playwright.sync_api.Page
            The first tab, loaded.
        """
        self.page.goto(url)
        return self.page

    def new_tab(self, url: str | None = None) -> Page:
        """Open another tab of the same browser.

        Parameters
        ----------
        url : str, optional
            Where the tab goes at once.

        Returns
        -------
        playwright.sync_api.Page
            The tab; watched like the first one.
        """
        page = self.context.new_page()
        if url is not None:
            page.goto(url)
        return page

    def expect_trouble(self, pattern: str) -> None:
        """Let matching errors of this person's pages pass.

        Parameters
        ----------
        pattern : str
            See :meth:`harness.trouble.Watch.allow`.
        """
        self.watch.allow(pattern)

    def close(self) -> None:
        """Leave, as a person who closes the browser; doing it twice is fine."""
        if self._open:
            self._open = False
            self.context.close()

    @property
    def pages(self) -> list[Page]:
        """The tabs that are open."""
        return list(self.context.pages) if self._open else []

    def save_evidence(self, folder: Path) -> None:
        """Write a picture of each open tab, and the log.

        Parameters
        ----------
        folder : pathlib.Path
            An existing folder.
        """
        for number, page in enumerate(self.pages, start=1):
            suffix = "" if number == 1 else f"-{number}"
            try:
                page.screenshot(
                    path=folder / f"{self.name}{suffix}.png",
                    full_page=True,
                    timeout=SCREENSHOT_TIMEOUT,
                )
            except PlaywrightError as error:
                self.watch.log.append(f"no picture of tab {number}: {error}")
        self.watch.save(folder / f"{self.name}.log")


class Peers:
    """All people of one test.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
        The browser in which they live.

    Attributes
    ----------
    are_counted : bool
        Whether it is counted what our code begins in their pages.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.are_counted = False
        self._peers: list[Peer] = []

    def new(self, name: str, **context_options: Any) -> Peer:
        """Bring another person in.

        Parameters
        ----------
        name : str
            Must be new in this test.
        **context_options
            As of ``Browser.new_context``.

        Returns
        -------
        Peer
            With an empty tab.
        """
        if any(peer.name == name for peer in self._peers):
            raise ValueError(f"there is a peer {name!r} already")
        peer = Peer(name, self._browser, **context_options)
        self._peers.append(peer)
        if self.are_counted:
            left.count(peer)
        return peer

    def by_name(self, name: str) -> Peer:
        """Find a person who is here."""
        return next(peer for peer in self._peers if peer.name == name)

    def unexpected_trouble(self) -> list[str]:
        """List what went wrong in anybody's pages, except what was expected.

        Returns
        -------
        list of str
            Each line begins with the person's name.
        """
        return [f"{peer.name}: {line}" for peer in self._peers for line in peer.watch.unexpected()]

    def save_evidence(self, folder: Path) -> None:
        """Write pictures and logs of everybody.

        Parameters
        ----------
        folder : pathlib.Path
            Made if it doesn't exist.
        """
        folder.mkdir(parents=True, exist_ok=True)
        for peer in self._peers:
            peer.save_evidence(folder)

    def leave_nothing(self) -> None:
        """Let everybody who is here close their documents, as `harness.left` expects."""
        for peer in self._peers:
            peer.expect_trouble(left.CLOSED_EARLY)
            for page in peer.pages:
                if page.evaluate("() => !!globalThis.jupyterapp?.shell && !!globalThis.ours"):
                    left.leaves_nothing(page)

    def close(self) -> None:
        """Send everybody home."""
        for peer in self._peers:
            peer.close()
