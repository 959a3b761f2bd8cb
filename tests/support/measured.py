# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What benchmarks in pages of JupyterLite have in common."""

from __future__ import annotations

import statistics
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.servers import ServerProcess
from harness.sites import build_test_site, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@contextmanager
def collaborative_site() -> Iterator[tuple[str, ServerProcess]]:
    """Build a site whose signaling server runs, and contacts nobody else; serve it.

    Yields
    ------
    str
        Its URL.
    ServerProcess
        Its signaling server.
    """
    port = free_port()
    config: dict[str, Any] = {"webRtcIceServers": []}
    arguments = ("--webrtc-signaling-url", f"ws://127.0.0.1:{port}")
    with tempfile.TemporaryDirectory() as folder:
        site = build_test_site(Path(folder), config, *arguments)
        signaling = ServerProcess("signaling", port=port)
        server = ServerProcess("serve", ["--output-dir", str(site)])
        try:
            yield server.url, signaling
        finally:
            server.kill()
            signaling.kill()


def spread(samples: Sequence[float]) -> str:
    """Print a median with what it lies between."""
    return f"{statistics.median(samples):5.2f} ({min(samples):.2f} to {max(samples):.2f})"
