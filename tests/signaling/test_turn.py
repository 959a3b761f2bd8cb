# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Names and passwords for a TURN server: minted by us, and judged by Debian's coturn."""

from __future__ import annotations

import json
import subprocess
import time
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

import pytest
from websockets.sync.client import connect

from jupyterlite_webrtc.signaling.turn import NAMES_PER_ADDRESS, TurnMint
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


def user(servers: list[dict[str, Any]]) -> str:
    """Tell what coturn counts by: the name without the time until which it is good."""
    name = servers[0]["username"]
    assert isinstance(name, str)
    return name.partition(":")[2]


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
    server = start_signaling(
        "--turn-for-all", "--turn-secret", SECRET, "--turn-uri", turn.uri, "--turn-uri", tcp
    )
    (first,) = minted(server.url)
    assert first["urls"] == [turn.uri, tcp]
    assert is_let_in(turn, first)


def test_who_asks_and_comes_back_again_and_again_has_one_name(
    start_signaling: StartSignaling,
) -> None:
    options = ("--turn-secret", SECRET, "--turn-uri", "turn:a", "--turn-for-all")
    server = start_signaling(*options)
    names = {user(minted(server.url)) for _ in range(20)}
    with connect(server.url) as client:
        for _ in range(100):
            client.send('{"type":"turn"}')
            names.add(user(json.loads(client.recv(TIMEOUT))["iceServers"]))
    assert len(names) == 1


def test_a_school_behind_one_address_has_a_name_for_each_page(
    start_signaling: StartSignaling,
) -> None:
    options = ("--turn-secret", SECRET, "--turn-uri", "turn:a", "--turn-for-all")
    server = start_signaling(*options)
    with ExitStack() as stack:
        pages = [stack.enter_context(connect(server.url)) for _ in range(60)]
        names = set()
        for page in pages:
            page.send('{"type":"turn"}')
            names.add(user(json.loads(page.recv(TIMEOUT))["iceServers"]))
    assert len(names) == 60


def test_a_name_is_that_of_an_address_and_a_slot_for_a_while() -> None:
    now = 1_000_000.0
    mint = TurnMint(["turn:a"], SECRET, 3600, lambda: now)

    def answer(address: str, slot: int) -> tuple[str, int]:
        message = json.loads(mint.answer(address, slot))
        return message["iceServers"][0]["username"], message["seconds"]

    name, seconds = answer("192.0.2.1", 0)
    assert 3600 <= seconds <= 5400
    assert answer("192.0.2.1", NAMES_PER_ADDRESS) == (name, seconds)
    assert "192.0.2.1" not in name
    assert len({name, answer("192.0.2.1", 1)[0], answer("192.0.2.2", 0)[0]}) == 3
    now += seconds - 3600
    later, seconds = answer("192.0.2.1", 0)
    # coturn counts by what stands after the time
    assert later != name
    assert later.partition(":")[2] == name.partition(":")[2]
    assert seconds == 5400


def test_what_has_expired_or_was_made_otherwise_lets_nobody_in(turn: TurnServer) -> None:
    def server(secret: str, age: int) -> dict[str, Any]:
        mint = TurnMint([turn.uri], secret, 600, lambda: time.time() - age)
        return mint.server()

    assert is_let_in(turn, server(SECRET, 0))
    assert not is_let_in(turn, server(SECRET, 601))
    assert not is_let_in(turn, server("another secret", 0))
    later = server(SECRET, 601)
    expiry, _, name = later["username"].partition(":")
    assert not is_let_in(turn, {**later, "username": f"{int(expiry) + 3600}:{name}"})


def test_a_host_without_a_turn_server_mints_nothing(start_signaling: StartSignaling) -> None:
    assert minted(start_signaling().url) == []
