# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A lab of networks with servers on its internet, and people with browsers of their own."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Protocol

from harness import chromium
from harness.peer_pages import PeerPage
from harness.peers import Peers
from harness.servers import ServerProcess
from netlab import TURN, WEB, Lab
from npm_server import npm_server
from turn_server import SECRET, TurnServer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from playwright.sync_api import Playwright

    from netlab import Home

#: the ports of the site, and of STUN and TURN
WEB_PORT, TURN_PORT = 80, 3478


class World:
    """Some homes, a site, and a STUN server.

    Parameters
    ----------
    homes : sequence of Home
        The networks in which people are.
    site : pathlib.Path
        What `bundle_peer_page` makes.
    playwright : playwright.sync_api.Playwright
        Drives browsers.
    folder : pathlib.Path
        An empty one.
    stack : contextlib.ExitStack
        Ends everything.

    Attributes
    ----------
    lab : Lab
        The networks.
    """

    def __init__(
        self,
        homes: Sequence[Home],
        site: Path,
        playwright: Playwright,
        folder: Path,
        stack: ExitStack,
    ) -> None:
        self._playwright = playwright
        self._folder = folder
        self._stack = stack
        self.lab = stack.enter_context(closing(Lab(homes)))
        self._inside = self.lab.inside("server")
        # it answers to STUN, too; names and passwords for more have those whom signaling tells
        stack.enter_context(closing(TurnServer(SECRET, TURN, TURN_PORT, self._inside)))
        self._url = self._run("serve", WEB_PORT, "--output-dir", str(site))

    @property
    def stun(self) -> str:
        """Where the STUN server is."""
        return f"stun:{TURN}:{TURN_PORT}"

    def signaling(self, *, names_turn: bool = False) -> str:
        """Run a signaling server of ours.

        Parameters
        ----------
        names_turn : bool
            Whether it names the TURN server to pages.

        Returns
        -------
        str
            Its URL.
        """
        if not names_turn:
            return self._run("signaling", 0)
        uri = f"turn:{TURN}:{TURN_PORT}"
        uris = ("--turn-uri", uri, "--turn-uri", f"{uri}?transport=tcp")
        return self._run("signaling", 0, "--turn-secret", SECRET, *uris)

    def npm_signaling(self) -> str:
        """Run npm's signaling server.

        Returns
        -------
        str
            Its URL.
        """
        url, _ = self._stack.enter_context(npm_server(host=WEB, inside=self._inside))
        return url

    def person(self, name: str, home: int) -> PeerPage:
        """Let somebody open the site at a computer.

        Parameters
        ----------
        name : str
            At most six letters.
        home : int
            Where the computer is.

        Returns
        -------
        PeerPage
            The page, which is in no room yet.
        """
        host = self.lab.computer(name.lower(), home)
        program = self._folder / name
        command = " ".join((*self.lab.inside(host), chromium.program()))
        program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        browser = chromium.launch(self._playwright.chromium, str(program))
        self._stack.callback(browser.close)
        return PeerPage(Peers(browser).new(name), self._url)

    def _run(self, subcommand: str, port: int, *arguments: str) -> str:
        server = ServerProcess(subcommand, ["--host", WEB, *arguments], port, self._inside)
        self._stack.callback(server.kill)
        return server.url


class OpenWorld(Protocol):
    """Make networks, and servers that all of them reach."""

    def __call__(self, homes: Sequence[Home]) -> World:
        """Return a world with these networks, and nobody in it."""
