# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Clients of others: y-webrtc as npm has it, unpatched, through our signaling server."""

from __future__ import annotations

import hashlib
import subprocess
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.servers import ServerProcess
from harness.waiting import wait_until
from redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack

    from harness.peers import Peer, Peers

HARNESS = Path(__file__).parent / "harness"
NODE_MODULES = Path(__file__).parents[2] / "labextension-src" / "node_modules"

#: the names under which npm's versions are installed, and the SHA-256 of their source
STOCK = {
    "y-webrtc-stock": "fcccb26f0ec96a9bf96bcb34be641fb06973f5e402aab2e6f2b21a3237e8f879",
    "y-webrtc-10-2": "4b8a21c83e65b8b16ffb2e751a6de29539997f9946675bbcc795a02e9cea0466",
}

#: seconds for bundling
BUNDLE_TIMEOUT = 60


@pytest.fixture(scope="session", params=STOCK)
def stock_page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a site of one page, which runs the stock client."""
    source = (NODE_MODULES / request.param / "src" / "y-webrtc.js").read_bytes()
    assert hashlib.sha256(source).hexdigest() == STOCK[request.param], "it is not npm's"
    site = tmp_path_factory.mktemp("stock")
    subprocess.run(
        [
            "node",
            HARNESS / "bundle.mjs",
            HARNESS / "stock_client.js",
            site / "stock.js",
            NODE_MODULES,
            f"y-webrtc={request.param}",
        ],
        check=True,
        timeout=BUNDLE_TIMEOUT,
    )
    (site / "index.html").write_text("<!doctype html><script src='stock.js'></script>")
    (site / "jupyter-lite.json").write_text("{}")
    return site


def join(peer: Peer, url: str, *arguments: str) -> None:
    """Open the page and join a room."""
    peer.open(url)
    peer.page.evaluate("args => stock.join(...args)", [*arguments])


def append(peer: Peer, text: str) -> None:
    """Type at the end."""
    peer.page.evaluate("text => stock.append(text)", text)


def expect_text(peers: tuple[Peer, ...], text: str) -> None:
    """Wait until everybody has exactly this text."""
    wait_until(
        lambda: {peer.page.evaluate("stock.text()") for peer in peers} == {text},
        message=f"everybody sees {text!r}",
    )


def expect_people(peer: Peer, *names: str) -> None:
    """Wait until a person sees these, and nobody else."""
    wait_until(
        lambda: peer.page.evaluate("stock.people()") == [*names],
        message=f"{peer.name} sees {names}",
    )


@pytest.mark.parametrize("password", [(), ("a secret",)], ids=["open", "with-a-password"])
def test_two_stock_clients_sync_through_our_server(
    peers: Peers,
    signaling: ServerProcess,
    serve_site: Callable[[Path], str],
    stock_page: Path,
    password: tuple[str, ...],
) -> None:
    url = serve_site(stock_page)
    ada, grace = peers.new("Ada"), peers.new("Grace")
    join(ada, url, "a room", signaling.url, "Ada", *password)
    append(ada, "one ")
    join(grace, url, "a room", signaling.url, "Grace", *password)
    expect_text((ada, grace), "one ")
    append(grace, "two ")
    expect_text((ada, grace), "one two ")
    append(ada, "three")
    expect_text((ada, grace), "one two three")
    expect_people(ada, "Ada", "Grace")
    expect_people(grace, "Ada", "Grace")


def test_stock_clients_of_two_processes_sync_over_redis(
    peers: Peers, servers: ExitStack, serve_site: Callable[[Path], str], stock_page: Path
) -> None:
    url = serve_site(stock_page)
    redis = servers.enter_context(closing(RedisServer()))
    pair = [ServerProcess("signaling", ["--bus", redis.url]) for _ in range(2)]
    for server in pair:
        servers.callback(server.kill)
    ada, grace, alan = (peers.new(name) for name in ("Ada", "Grace", "Alan"))
    join(ada, url, "a room", pair[0].url, "Ada")
    append(ada, "one ")
    join(grace, url, "a room", pair[1].url, "Grace")
    expect_text((ada, grace), "one ")
    append(grace, "two ")
    expect_text((ada, grace), "one two ")
    # the bus goes and comes back: a newcomer is met by who is at the other process
    redis.restart()
    join(alan, url, "a room", pair[1].url, "Alan")
    expect_text((ada, grace, alan), "one two ")
    expect_people(ada, "Ada", "Alan", "Grace")


def test_stock_clients_come_back_by_themselves_when_the_server_was_killed(
    peers: Peers,
    signaling: ServerProcess,
    serve_site: Callable[[Path], str],
    stock_page: Path,
) -> None:
    url = serve_site(stock_page)
    ada, grace = peers.new("Ada"), peers.new("Grace")
    join(ada, url, "a room", signaling.url, "Ada")
    append(ada, "one ")
    ada.expect_trouble("WebSocket connection to .* failed")
    signaling.restart()
    join(grace, url, "a room", signaling.url, "Grace")
    expect_text((ada, grace), "one ")
    append(grace, "two ")
    expect_text((ada, grace), "one two ")


def test_stock_clients_in_other_rooms_are_not_met(
    peers: Peers,
    signaling: ServerProcess,
    serve_site: Callable[[Path], str],
    stock_page: Path,
) -> None:
    url = serve_site(stock_page)
    ada, grace, eve = (peers.new(name) for name in ("Ada", "Grace", "Eve"))
    join(eve, url, "another room", signaling.url, "Eve")
    join(ada, url, "a room", signaling.url, "Ada")
    join(grace, url, "a room", signaling.url, "Grace")
    append(ada, "hello")
    expect_text((ada, grace), "hello")
    expect_text((eve,), "")
    expect_people(eve, "Eve")
