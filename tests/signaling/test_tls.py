# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A server that speaks TLS by itself, on both event loops: nobody is in no limit."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from contextlib import AsyncExitStack, ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from harness.servers import ServerProcess
from harness.waiting import wait_until
from signaling_clients import PATIENCE, metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    return ssl.create_default_context(cafile=str(certificate.certfile))


def open_descriptors(server: ServerProcess) -> int:
    """Count what a server has open."""
    return len(list(Path(f"/proc/{server.pid}/fd").iterdir()))


def enter(server: ServerProcess, trust: ssl.SSLContext, token: str = WANTED) -> connect:
    """Connect.

    Not by the client with threads of the same library, which loses an answer now and then: two of
    them use one TLS connection at once.
    """
    return connect(f"{server.url}/?token={token}", ssl=trust)


async def settle(client: ClientConnection) -> None:
    """Wait until the server has handled what this client sent."""
    await client.send('{"type":"ping"}')
    assert json.loads(await client.recv()) == {"type": "pong"}


async def refused(client: ClientConnection) -> int:
    """Wait for the good-bye; tell its code."""
    with pytest.raises(ConnectionClosed):
        await client.recv()
    assert client.close_code is not None
    return client.close_code


def test_connections_without_a_tls_handshake_are_counted_and_others_get_in(
    server: ServerProcess, trust: ssl.SSLContext
) -> None:
    at_first = open_descriptors(server)

    async def crowd() -> None:
        async with enter(server, trust) as ada, AsyncExitStack() as stack:
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
            async with enter(server, trust) as grace:
                await settle(grace)

    asyncio.run(crowd())
    wait_until(lambda: open_descriptors(server) == at_first, message="nobody is left")


def test_over_tls_too_there_are_tokens_limits_and_plain_answers(
    server: ServerProcess, trust: ssl.SSLContext
) -> None:
    async def knock() -> None:
        async with enter(server, trust, token="") as eve:
            assert await refused(eve) == 4401
        async with AsyncExitStack() as stack:
            for _ in range(CONNECTIONS):
                await settle(await stack.enter_async_context(enter(server, trust)))
            async with enter(server, trust) as one_more:
                assert await refused(one_more) == 4503
            assert metrics(server, trust)["connections"] == CONNECTIONS

    asyncio.run(knock())


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
