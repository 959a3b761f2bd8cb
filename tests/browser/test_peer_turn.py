# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A TURN server between two pages, and what they do when it stands still (P8, P9)."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from harness.servers import ServerProcess
from harness.waiting import wait_until
from turn_server import SECRET, TurnServer

if TYPE_CHECKING:
    from contextlib import ExitStack

    from certificates import Certificate
    from conftest import PeerPages
    from harness.peer_pages import PeerPage

#: TURN only; a STUN server that is not there stands for those of the site
TURN_ONLY: dict[str, Any] = {
    "iceTransportPolicy": "relay",
    "iceServers": [{"urls": "stun:127.0.0.1:9"}],
}

#: words that each writes meanwhile
WORDS = 12

#: seconds for another way: a browser that has lost one looks for it now and then
PATH_TIMEOUT = 120


@pytest.fixture
def turn(servers: ExitStack) -> TurnServer:
    """Run coturn."""
    return servers.enter_context(closing(TurnServer(SECRET)))


def signaling_for(uri: str, servers: ExitStack) -> str:
    """Run a signaling server that names a TURN server to pages."""
    server = ServerProcess(
        "signaling", ["--turn-for-all", "--turn-secret", SECRET, "--turn-uri", uri]
    )
    servers.callback(server.kill)
    return server.url


def path(page: PeerPage) -> str | None:
    """Tell how a page reaches the other one."""
    found: list[str | None] = [route["path"] for route in page.call("routes")]
    return found[0] if found else None


def test_pages_go_on_by_the_relay_while_turn_stands_still_and_nothing_is_lost_or_doubled(
    peer_pages: PeerPages, turn: TurnServer, servers: ExitStack
) -> None:
    pages = peer_pages("Ada", "Grace")
    url = signaling_for(turn.uri, servers)
    for page in pages:
        page.enter([url], relay="auto", **TURN_ONLY).share("one")
    written: list[str] = []

    def write() -> None:
        for number in range(WORDS):
            for page in pages:
                written.append(f"{page.person.name}{len(written)}-{number}")
                page.append(f"{written[-1]} ")

    def wait_path(expected: str) -> None:
        wait_until(
            lambda: all(path(page) == expected for page in pages),
            PATH_TIMEOUT,
            f"both are connected by {expected}",
        )

    wait_path("turn")
    write()
    for page in pages:
        page.wait_parts(written)
    for _ in range(2):
        turn.freeze()
        write()
        wait_path("relay")
        for page in pages:
            page.wait_parts(written)
        write()
        turn.thaw()
        write()
        wait_path("turn")
        write()
        for page in pages:
            page.wait_parts(written)
            page.wait_people("Ada", "Grace")
    assert pages[0].text() == pages[1].text()


def test_pages_meet_by_a_turn_server_over_tls(
    peer_pages: PeerPages, servers: ExitStack, certificate: Certificate
) -> None:
    turn = servers.enter_context(closing(TurnServer(SECRET, certificate=certificate)))
    url = signaling_for(turn.tls_uri, servers)
    pages = peer_pages("Ada", "Grace")
    for page in pages:
        page.enter([url], relay="never", **TURN_ONLY).share("one")
    for page in pages:
        page.wait_connected(1)
        page.append(f"{page.person.name} ")
    for page in pages:
        page.wait_parts(["Ada", "Grace"])
        assert path(page) == "turn"
