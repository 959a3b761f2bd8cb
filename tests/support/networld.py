# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A lab of networks with servers on its internet, and people with browsers of their own."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

from harness import chromium
from harness.firefox import Firefox, FirefoxPerson
from harness.peer_pages import PeerPage
from harness.peers import Peers
from harness.programs import chromium_program
from harness.servers import ServerProcess
from netlab import IPV4, Lab, in_url
from nginx_server import example, nginx
from npm_server import npm_server
from turn_server import SECRET, TurnServer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from playwright.sync_api import Playwright

    from certificates import Certificate
    from harness.peers import Peer
    from netlab import Family, Home

#: the STUN server of a site that names none; the lab has one of this name
PUBLIC_STUN = ("stun.l.google.com", 19302)

#: where it is besides, for UDP and TCP, and where for TLS and TCP
TURN_PORT, TURN_TLS_PORT = 3478, 443

#: what signaling may name to pages, by what the tests call it
TURN_URIS = {
    "TURN": ("turn:{}:3478", "turn:{}:3478?transport=tcp"),
    "TURN by TCP 443": ("turn:{}:443?transport=tcp",),
    "TURN by TLS 443": ("turns:{}:443?transport=tcp",),
}

#: npm's signaling in place of ours, behind the same name
NPM = """
    location = /signaling {{
        proxy_pass {};
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
    }}
"""


@dataclass(frozen=True)
class Internet:
    """What there is beside homes."""

    #: the version of the Internet Protocol
    family: Family = IPV4
    #: one of `TURN_URIS`, or none
    turn: str = ""
    #: ``ours``, or ``npm's``
    signaling: str = "ours"


class Tools(NamedTuple):
    """What a test has anyway."""

    #: drives browsers
    playwright: Playwright
    #: of all servers
    certificate: Certificate
    #: an empty folder
    folder: Path
    #: ends everything
    stack: ExitStack


class World:
    """Some homes, a site with its signaling server, and a STUN and TURN server.

    Parameters
    ----------
    homes : sequence of Home
        The networks in which people are.
    internet : Internet
        What there is beside them.
    site : pathlib.Path
        The site.
    tools : Tools
        What the test has anyway.

    Attributes
    ----------
    lab : Lab
        The networks.
    url : str
        Of the site.
    signaling : str
        The URL of signaling.
    """

    def __init__(self, homes: Sequence[Home], internet: Internet, site: Path, tools: Tools) -> None:
        self._tools = tools
        family, stack = internet.family, tools.stack
        self.lab = stack.enter_context(closing(Lab(homes, family)))
        self._inside = self.lab.inside("server")
        self._run_turn()
        server = self._serve(site, internet.turn)
        more = ""
        if internet.signaling == "npm's":
            url, _ = stack.enter_context(npm_server(inside=self._inside))
            more = NPM.format(url.replace("ws", "http", 1))
        host = in_url(family.web)
        http = example(f"{host}:443", server, tools.certificate, more)
        stack.enter_context(nginx(tools.folder, http, self._inside))
        self.url, self.signaling = f"https://{host}/", f"wss://{host}/signaling"

    def _run_turn(self) -> None:
        """Run a server for STUN, and for TURN with names and passwords from signaling."""
        address = self.lab.family.turn
        options = (
            *("--aux-server", f"{in_url(address)}:{PUBLIC_STUN[1]}"),
            # browsers ask for an address of IPv4 to be reached at, whichever they have themselves
            *("--relay-ip", IPV4.turn, "--allowed-peer-ip", IPV4.turn),
        )
        turn = TurnServer(
            SECRET,
            address,
            TURN_PORT,
            inside=self._inside,
            certificate=self._tools.certificate,
            tls_port=TURN_TLS_PORT,
            options=options,
        )
        self._tools.stack.enter_context(closing(turn))

    def _serve(self, site: Path, turn: str) -> str:
        """Serve the site and signaling; return the address."""
        options = ["--output-dir", str(site), "--trusted-proxy", "127.0.0.1"]
        if turn:
            options += ["--turn-for-all", "--turn-secret", SECRET]
            address = in_url(self.lab.family.turn)
            for uri in TURN_URIS[turn]:
                options += ["--turn-uri", uri.format(address)]
        server = ServerProcess("serve", options, inside=self._inside)
        self._tools.stack.callback(server.kill)
        return f"127.0.0.1:{server.port}"

    @property
    def _switches(self) -> list[str]:
        return [f"--ignore-certificate-errors-spki-list={self._tools.certificate.fingerprint}"]

    @property
    def _rules(self) -> str:
        """Which names and addresses a browser finds: there is no DNS."""
        family = self.lab.family
        known = ("*.local", family.web, family.turn)
        return ", ".join(
            [
                # WebRTC looks up names that are complete
                f"MAP {PUBLIC_STUN[0]}. {in_url(family.turn)}",
                "MAP * ~NOTFOUND",
                *(f"EXCLUDE {name}" for name in known),
            ]
        )

    @property
    def stun(self) -> str:
        """Where the STUN server is, by its name."""
        return "stun:{}:{}".format(*PUBLIC_STUN)

    @property
    def stun_address(self) -> str:
        """… and by its address."""
        return f"stun:{in_url(self.lab.family.turn)}:{PUBLIC_STUN[1]}"

    def person(self, name: str, home: int, *, has_webrtc: bool = True) -> Peer:
        """Let somebody come to a computer of their own.

        Parameters
        ----------
        name : str
            At most six letters.
        home : int
            Where the computer is.
        has_webrtc : bool
            Whether the browser has WebRTC, which policies and extensions switch off.

        Returns
        -------
        Peer
            With an empty tab.
        """
        self.lab.computer(name.lower(), home)
        program = self._tools.folder / name
        command = " ".join((*self.lab.inside(name.lower()), chromium_program()))
        program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        browser = chromium.launch(
            self._tools.playwright.chromium, str(program), self._switches, self._rules
        )
        self._tools.stack.callback(browser.close)
        person = Peers(browser).new(name)
        if not has_webrtc:
            person.context.add_init_script("delete window.RTCPeerConnection;")
        return person

    def page(self, name: str, home: int, *, has_webrtc: bool = True) -> PeerPage:
        """… and open the site there, which is one of `bundle_peer_page`."""
        return PeerPage(self.person(name, home, has_webrtc=has_webrtc), self.url)

    def firefox_page(self, name: str, home: int) -> PeerPage:
        """Do so with Firefox, which finds what has an address, and no names."""
        computer = name.lower()
        self.lab.computer(computer, home)
        firefox = Firefox({}, self.lab.inside(computer), partial(self.lab.connect, computer))
        self._tools.stack.callback(firefox.stop)
        return PeerPage(FirefoxPerson(name, firefox), self.url)  # type: ignore[arg-type]


class OpenWorld(Protocol):
    """Make networks, and servers that all of them reach."""

    def __call__(
        self, homes: Sequence[Home], internet: Internet = ..., site: Path | None = None
    ) -> World:
        """Return a world with nobody in it; without a site, with `bundle_peer_page`'s."""
