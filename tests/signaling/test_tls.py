# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A server that speaks TLS by itself, on both event loops: nobody is in no limit."""

from __future__ import annotations

import asyncio
import socket
from contextlib import AsyncExitStack, ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.servers import ServerProcess
from harness.waiting import wait_until
from signaling_clients import PATIENCE, metrics
from tls_clients import closed, enter, settle, trusting

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

    from websockets.asyncio.client import connect

    from certificates import Certificate

#: what Python runs before the server
LOOPS = {"uvloop": "import uvloop", "asyncio": "import sys\nsys.modules['uvloop'] = None"}

#: what the server wants
WANTED = "secret"

#: what the server is told it may have
CONNECTIONS, HANDSHAKES = 30, 20

#: who comes without TLS
CROWD = 400

#: what it may have open then: those, handshakes beyond them, and what it needs for itself
DESCRIPTORS = CONNECTIONS + 2 * HANDSHAKES + 30

#: the beginning of a TLS handshake: a record of 512 bytes, of which 4 come
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc"


@pytest.fixture(params=LOOPS)
def server(
    request: pytest.FixtureRequest, tmp_path: Path, certificate: Certificate
) -> Iterator[ServerProcess]:
    """Run a server with TLS on one of the event loops; nothing may trouble it."""
    (tmp_path / "sitecustomize.py").write_text(LOOPS[request.param])
    server = ServerProcess(
        "signaling",
        [
            *("--certfile", str(certificate.certfile), "--keyfile", str(certificate.keyfile)),
            f"--SignalingLimits.connections={CONNECTIONS}",
            f"--SignalingLimits.handshakes={HANDSHAKES}",
            f"--token={WANTED}",
        ],
        inside=("env", f"PYTHONPATH={tmp_path}"),
    )
    yield server
    assert server.stop() == 0
    assert server.log == ""


@pytest.fixture
def trust(certificate: Certificate) -> ssl.SSLContext:
    """Trust the server's certificate."""
    return trusting(certificate)


def open_descriptors(server: ServerProcess) -> int:
    """Count what a server has open."""
    return len(list(Path(f"/proc/{server.pid}/fd").iterdir()))


def knock(server: ServerProcess, trust: ssl.SSLContext, token: str = WANTED) -> connect:
    """Connect with a token."""
    return enter(f"{server.url}/?token={token}", trust)


def test_connections_without_a_tls_handshake_are_counted_and_others_get_in(
    server: ServerProcess, trust: ssl.SSLContext
) -> None:
    at_first = open_descriptors(server)

    async def crowd() -> None:
        async with knock(server, trust) as ada, AsyncExitStack() as stack:
            for number in range(CROWD):
                client = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
                # who says nothing, and who begins
                client.sendall(HELLO if number % 2 else b"")
            wait_until(
                lambda: metrics(server, trust)["handshakes_dropped_total"] >= CROWD - HANDSHAKES,
                message="all but a few are out",
            )
            await settle(ada)
            assert open_descriptors(server) <= DESCRIPTORS
            async with knock(server, trust) as grace:
                await settle(grace)

    asyncio.run(crowd())
    wait_until(lambda: open_descriptors(server) == at_first, message="nobody is left")


def test_over_tls_too_there_are_tokens_limits_and_plain_answers(
    server: ServerProcess, trust: ssl.SSLContext
) -> None:
    assert server.url.startswith("wss://127.0.0.1:")

    async def come() -> None:
        async with knock(server, trust, token="") as eve:
            assert (await closed(eve))[0] == 4401
        async with AsyncExitStack() as stack:
            for _ in range(CONNECTIONS):
                await settle(await stack.enter_async_context(knock(server, trust)))
            async with knock(server, trust) as one_more:
                assert (await closed(one_more))[0] == 4503
            assert metrics(server, trust)["connections"] == CONNECTIONS

    asyncio.run(come())


@pytest.mark.thorough  # it takes as long as one may take
def test_who_never_ends_a_tls_handshake_is_hung_up_on(server: ServerProcess) -> None:
    at_first = open_descriptors(server)
    with ExitStack() as stack:
        clients = [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), PATIENCE))
            for _ in range(2)
        ]
        clients[1].sendall(HELLO)
        for client in clients:
            with suppress(ConnectionResetError):
                assert client.recv(1) == b""
        wait_until(lambda: open_descriptors(server) == at_first, message="nobody is left")


def test_who_speaks_no_tls_is_gone_at_once(server: ServerProcess) -> None:
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        with suppress(ConnectionResetError):
            # an alert of TLS at most
            assert b"HTTP" not in client.recv(100)
