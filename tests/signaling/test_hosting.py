# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a host needs: TLS, tokens, a proxy in front, metrics, logs."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from unittest.mock import Mock
from urllib.request import urlopen

import pytest
from websockets.asyncio.server import Server
from websockets.sync.client import connect
from websockets.typing import Origin

import nginx_server
import tls_clients
from harness.servers import ServerProcess
from harness.sites import free_port
from jupyterlite_webrtc.signaling.server import PORT_ATTEMPTS, SignalingServer
from signaling_clients import PATIENCE, closed, hear, metrics, settle, tell
from tls_clients import enter, trusting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from certificates import Certificate
    from signaling_clients import StartSignaling

#: whose pages are let in
ORIGIN = Origin("https://example.org")


def test_a_stranger_is_told_in_a_close_code_why_they_are_not_let_in(
    start_signaling: StartSignaling,
) -> None:
    server = start_signaling("--token", "secret", "--origin", ORIGIN)
    with connect(f"{server.url}/?token=secret", origin=ORIGIN) as ada:
        settle(ada)
    with connect(f"{server.url}/?token=secret") as eve:
        assert closed(eve) == (4403, "this server is not for pages of this site")
    with connect(server.url, origin=ORIGIN) as eve:
        assert closed(eve) == (4401, "this server wants its token in the signaling URL")
    assert metrics(server)["refused_total 4401"] == 1


def test_one_connection_too_many_is_told_so_and_the_others_stay(
    start_signaling: StartSignaling,
) -> None:
    server = start_signaling("--SignalingLimits.connections=1")
    with connect(server.url) as ada:
        with connect(server.url) as grace:
            assert closed(grace) == (4503, "too many connections to this server")
        settle(ada)


@pytest.mark.parametrize(
    ("host", "addresses"),
    {
        "": ["127.0.0.1", "[::1]"],
        "0.0.0.0": ["127.0.0.1"],  # noqa: S104 (what the test is about)
        "::": ["[::1]"],
        "::1": ["[::1]"],
        "127.0.0.1": ["127.0.0.1"],
    }.items(),
)
def test_a_server_listens_where_it_says_and_with_one_port_on_all_its_addresses(
    start_signaling: StartSignaling, host: str, addresses: list[str]
) -> None:
    server = start_signaling("--host", host)
    for url in (server.url, *(f"ws://{address}:{server.port}" for address in addresses)):
        with connect(url) as client:
            settle(client)


class NeverOnePort(SignalingServer):
    """Gets other ports at each address of this machine, however often it tries."""

    attempts = 0

    async def _listen(self, host: str, port: int) -> Server:
        assert (host, port) in {("", 0), ("", 1001)}
        self.attempts += 1
        server = Mock(Server)
        server.sockets = [Mock(**{"getsockname.return_value": ("", 1000 + n)}) for n in (1, 2)]
        return server


def test_a_server_does_not_look_for_one_port_at_all_addresses_for_ever() -> None:
    server = NeverOnePort()
    with pytest.raises(OSError, match=r"all addresses of this machine.* choose one with --port"):
        asyncio.run(server.start("", 0))
    assert server.attempts == PORT_ATTEMPTS + 1


def test_metrics_are_for_programs_on_this_machine_unless_told_otherwise(
    start_signaling: StartSignaling,
) -> None:
    def status(server: ServerProcess, **headers: str) -> int:
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as client:
            client.request("GET", "/metrics", headers=headers)
            return client.getresponse().status

    server = start_signaling("--token", "secret")
    for proxy in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
        assert status(server, **{proxy: "192.0.2.1"}) == 403
    assert status(server) == 200
    everybody = start_signaling("--SignalingOptions.public_metrics=True")
    assert status(everybody, **{"X-Forwarded-For": "192.0.2.1"}) == 200


def test_metrics_count_what_happens(start_signaling: StartSignaling) -> None:
    server = start_signaling()
    with connect(server.url) as ada, connect(server.url) as grace:
        for client in (ada, grace):
            tell(client, type="subscribe", topics=["t"])
            settle(client)
        tell(ada, type="publish", topic="t")
        hear(grace)
        ada.send(b"\x01\x01tabc")
        assert grace.recv(timeout=PATIENCE) == b"\x01\x01tabc"
        counted = metrics(server)
    assert counted["connections"] == 2
    assert counted["topics"] == 1
    assert counted["messages_total publish"] == 1
    assert counted["messages_total relay"] == 1
    assert counted["deliveries_total"] == 3
    assert counted["relayed_bytes_total"] == 6
    assert counted["process_resident_memory_bytes"] > 0


def test_logs_say_what_happened_and_name_no_topic(start_signaling: StartSignaling) -> None:
    server = start_signaling("--log-json")
    with connect(server.url) as eve:
        tell(eve, type="publish", topic="a secret topic")
        closed(eve)
    assert server.stop() == 0
    lines = [json.loads(line) for line in server.log.splitlines()]
    refused = [line for line in lines if line["event"] == "refused"]
    assert [(line["code"], line["address"]) for line in refused] == [(4404, "127.0.0.1")]
    assert "secret" not in server.log


@pytest.fixture
def nginx(tmp_path: Path, certificate: Certificate) -> Iterator[tuple[int, ServerProcess]]:
    """Run the example's configuration, but for ports and files, before a server."""
    port = free_port()
    server = ServerProcess("signaling", ["--trusted-proxy", "127.0.0.1", "--log-json"])
    http = nginx_server.example(f"127.0.0.1:{port}", f"127.0.0.1:{server.port}", certificate)
    with nginx_server.nginx(tmp_path, http):
        yield port, server
    if server.is_running:
        server.stop()


def test_works_behind_the_nginx_of_the_example(
    nginx: tuple[int, ServerProcess], certificate: Certificate
) -> None:
    port, server = nginx
    url = f"wss://127.0.0.1:{port}/school-a"
    trust = trusting(certificate)

    async def meet() -> None:
        async with enter(url, trust) as ada, enter(url, trust) as grace:
            for client in (ada, grace):
                await tls_clients.tell(client, type="subscribe", topics=["t"])
                await tls_clients.settle(client)
            await tls_clients.tell(ada, type="publish", topic="t", data=1)
            assert [(await tls_clients.hear(one))["clients"] for one in (ada, grace)] == [2, 2]
            frame = b"\x01\x01t" + b"x" * 65_536
            await ada.send(frame)
            assert await tls_clients.hear(grace) == frame
        # another address than the proxy's, and a forged one in front of it
        source, forged = ("127.0.0.2", 0), {"X-Forwarded-For": "203.0.113.9"}
        options = {"additional_headers": forged, "local_addr": source}
        async with enter(url, trust, **options) as eve:
            await eve.send("x")
            assert await tls_clients.closed(eve) == (1007, "a message must be JSON")

    asyncio.run(meet())
    with pytest.raises(OSError, match="403"):
        urlopen(f"https://127.0.0.1:{port}/metrics", context=trust, timeout=PATIENCE)
    server.stop()
    assert '"address": "127.0.0.2"' in server.log
    assert "203.0.113.9" not in server.log
