# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Cells that run until a test lets them go on."""

from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: seconds after which a cell goes on whatever happens, so that nothing hangs
LONGEST = 120


class Hold:
    """What a cell waits for.

    Parameters
    ----------
    url : str
        An address that answers once the cell may go on.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.released = Event()

    @property
    def code(self) -> str:
        """JavaScript that waits; it keeps the whole kernel busy, as the kernel's own code does."""
        return (
            f"var held = new XMLHttpRequest(); held.open('GET', '{self.url}', false); held.send(); "
        )

    def release(self) -> None:
        """Let it go on."""
        self.released.set()


@contextmanager
def hold() -> Iterator[Hold]:
    """Hold what asks for an address until it is released, or the test is over."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            held.released.wait(LONGEST)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held = Hold(f"http://127.0.0.1:{server.server_port}/")
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield held
    finally:
        held.release()
        server.shutdown()
        thread.join()
        server.server_close()
