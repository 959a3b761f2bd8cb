# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Names and passwords for a TURN server: minted by us, and judged by Debian's coturn."""

from __future__ import annotations

import json
import subprocess
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from websockets.sync.client import connect

from jupyterlite_webrtc.signaling.turn import TurnMint
from turn_server import TurnServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signaling_clients import StartSignaling

#: what both servers have
SECRET = "a secret of both servers"  # noqa: S105 (only here)

#: seconds for an allocation, and 200 bytes there and back
TIMEOUT = 60


@pytest.fixture(scope="module")
def turn() -> Iterator[TurnServer]:
    """Run coturn with the configuration of our example."""
    with closing(TurnServer(SECRET)) as server:
        yield server


def minted(url: str) -> list[dict[str, Any]]:
    """Ask a signaling server, as a page does."""
    with connect(url) as client:
        client.send(json.dumps({"type": "turn"}))
        message = json.loads(client.recv(TIMEOUT))
    assert message["type"] == "turn"
    servers: list[dict[str, Any]] = message["iceServers"]
    return servers


def is_let_in(turn: TurnServer, server: dict[str, Any]) -> bool:
    """Have coturn's own client relay something."""
    command = [
        *("turnutils_uclient", "-y", "-c", "-n", "1", "-p", str(turn.port)),
        *("-u", server["username"], "-w", server["credential"], "127.0.0.1"),
    ]
    done = subprocess.run(command, timeout=TIMEOUT, capture_output=True, check=False)
    return done.returncode == 0


def test_what_signaling_mints_lets_a_page_in(
    turn: TurnServer, start_signaling: StartSignaling
) -> None:
    tcp = f"{turn.uri}?transport=tcp"
    server = start_signaling("--turn-secret", SECRET, "--turn-uri", turn.uri, "--turn-uri", tcp)
    (first,), (second,) = minted(server.url), minted(server.url)
    assert first["urls"] == [turn.uri, tcp]
    assert first["username"] != second["username"]
    assert is_let_in(turn, first)


def test_what_has_expired_or_was_made_otherwise_lets_nobody_in(turn: TurnServer) -> None:
    def server(secret: str, age: int) -> dict[str, Any]:
        mint = TurnMint([turn.uri], secret, 600, lambda: time.time() - age)
        (server,) = json.loads(mint.answer())["iceServers"]
        assert isinstance(server, dict)
        return server

    assert is_let_in(turn, server(SECRET, 0))
    assert not is_let_in(turn, server(SECRET, 601))
    assert not is_let_in(turn, server("another secret", 0))
    later = server(SECRET, 601)
    expiry, _, name = later["username"].partition(":")
    assert not is_let_in(turn, {**later, "username": f"{int(expiry) + 3600}:{name}"})


def test_a_host_without_a_turn_server_mints_nothing(start_signaling: StartSignaling) -> None:
    assert minted(start_signaling().url) == []
