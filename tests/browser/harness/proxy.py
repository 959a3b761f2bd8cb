# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A signaling server that looks at, and may tamper with, all that passes through it."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.server import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from websockets.sync.connection import Connection
    from websockets.sync.server import ServerConnection

    #: what reaches a page in place of a message
    Tamper = Callable[[str], Sequence[str]]
    TamperFrame = Callable[[bytes], Sequence[bytes]]


class SignalingProxy:
    """Stand between pages and a signaling server of ours.

    Parameters
    ----------
    upstream : str
        The URL of the server.
    port : int
        Where to listen; 0 for any free port.

    Attributes
    ----------
    seen : list of str
        All that pages have sent in text, in order.
    frames : list of bytes
        All relayed frames that pages have sent, in order.
    delivered : list of str
        All that the server has sent to pages in text, in order, before any tampering.
    tamper : callable
        Given a message to a page, returns those that it gets instead.
    tamper_frame : callable
        The same of relayed frames.
    """

    def __init__(self, upstream: str, port: int = 0) -> None:
        self.seen: list[str] = []
        self.frames: list[bytes] = []
        self.delivered: list[str] = []
        self.tamper: Tamper = lambda message: [message]
        self.tamper_frame: TamperFrame = lambda frame: [frame]
        self._upstream = upstream
        self._pages: list[ServerConnection] = []
        self._server = serve(self._handle, "127.0.0.1", port)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hang up, and listen no more."""
        self._server.shutdown()
        for page in list(self._pages):
            page.close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where pages connect."""
        host, port = self._server.socket.getsockname()[:2]
        return f"ws://{host}:{port}"

    @property
    def publishes(self) -> list[dict[str, Any]]:
        """What pages have published."""
        return [m for m in map(json.loads, list(self.seen)) if m["type"] == "publish"]

    @property
    def deliveries(self) -> int:
        """How many times something published has reached a page."""
        return sum(json.loads(text)["type"] == "publish" for text in list(self.delivered))

    def send_to_all(self, text: str | bytes) -> None:
        """Send all pages a message of the server's own making."""
        for page in list(self._pages):
            with suppress(ConnectionClosed):
                page.send(text)

    def _handle(self, page: ServerConnection) -> None:
        with connect(self._upstream) as server:
            self._pages.append(page)
            back = threading.Thread(target=self._bring, args=(server, page), daemon=True)
            back.start()
            with suppress(ConnectionClosed):
                for message in page:
                    if isinstance(message, bytes):
                        self.frames.append(message)
                    else:
                        self.seen.append(message)
                    server.send(message)
            self._pages.remove(page)
        back.join()

    def _bring(self, server: Connection, page: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            for original in server:
                if isinstance(original, bytes):
                    for frame in self.tamper_frame(original):
                        page.send(frame)
                    continue
                self.delivered.append(original)
                for message in self.tamper(original):
                    page.send(message)
        page.close()
