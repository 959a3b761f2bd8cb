# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Run the signaling server of y-webrtc on npm, as it is."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from harness.sites import free_port
from sites import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: its program
NPM_SERVER = REPOSITORY / "labextension-src/node_modules/y-webrtc-stock/bin/server.js"


@contextmanager
def npm_server(
    before: Callable[[], object] | None = None,
    host: str = "127.0.0.1",
    inside: Sequence[str] = (),
) -> Iterator[tuple[str, int]]:
    """Run it on a free port.

    Parameters
    ----------
    before : callable, optional
        Called in the new process before it begins.
    host : str
        By which address it is reached.
    inside : sequence of str
        What goes before the command, such as one that runs it in another network.

    Yields
    ------
    tuple of str and int
        Its URL, and the id of its process.
    """
    port = free_port()
    with subprocess.Popen(
        [*inside, "node", str(NPM_SERVER)],
        env={**os.environ, "PORT": str(port)},
        stdout=subprocess.PIPE,
        preexec_fn=before,  # noqa: PLW1509 (nobody who gives one has threads)
    ) as process:
        try:
            # it says one line, once it listens
            assert process.stdout is not None
            if not process.stdout.readline():
                raise RuntimeError("npm's server has not begun")
            yield f"ws://{host}:{port}", process.pid
        finally:
            process.kill()
