# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Signaling servers in processes of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.servers import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signaling_clients import StartSignaling


@pytest.fixture
def start_signaling() -> Iterator[StartSignaling]:
    """Run servers; whatever the test did to them, they must stop in peace.

    A server that the test has not stopped itself must have had nothing to complain of.
    """
    servers = []

    def start(*arguments: str) -> ServerProcess:
        server = ServerProcess("signaling", arguments)
        servers.append(server)
        return server

    yield start
    for server in servers:
        if server.is_running:
            assert server.stop() == 0
            assert server.log == ""
        assert server.output == f"Signaling on {server.url} (Ctrl-C stops it)\n"


@pytest.fixture
def signaling(start_signaling: StartSignaling) -> ServerProcess:
    """Run a server with its defaults."""
    return start_signaling()
