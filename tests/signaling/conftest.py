# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A signaling server in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.servers import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def signaling() -> Iterator[ServerProcess]:
    """Run a server; whatever the test did to it, it must stop in peace and without complaints."""
    server = ServerProcess("signaling")
    yield server
    if server.is_running:
        assert server.stop() == 0
        assert server.log == ""
    assert server.output == f"Signaling on {server.url} (Ctrl-C stops it)\n"
