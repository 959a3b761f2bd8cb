# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Run the signaling server of y-webrtc on npm, as it is."""

from __future__ import annotations

import os
import socket
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from harness.sites import free_port
from harness.waiting import wait_until
from sites import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: its program
NPM_SERVER = REPOSITORY / "labextension-src/node_modules/y-webrtc-stock/bin/server.js"


@contextmanager
def npm_server(before: Callable[[], object] | None = None) -> Iterator[tuple[str, int]]:
    """Run it on a free port.

    Parameters
    ----------
    before : callable, optional
        Called in the new process before it begins.

    Yields
    ------
    tuple of str and int
        Its URL, and the id of its process.
    """
    port = free_port()
    with subprocess.Popen(
        ["node", str(NPM_SERVER)],
        env={**os.environ, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        preexec_fn=before,  # noqa: PLW1509 (nobody who gives one has threads)
    ) as process:
        try:
            wait_until(lambda: _answers(port), message="npm's server listens")
            yield f"ws://127.0.0.1:{port}", process.pid
        finally:
            process.kill()


def _answers(port: int) -> bool:
    """Try whether somebody listens."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
