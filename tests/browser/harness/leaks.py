# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Record all that a person's pages send and say, to look for what must not be in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page, Request, WebSocket

    from harness.peers import Peer


class Wiretap:
    """Hears requests, WebSocket frames in both directions, and the console.

    Parameters
    ----------
    peer : harness.peers.Peer
        Whose future pages and present first tab are heard.

    Attributes
    ----------
    heard : list of str
        Each line begins with what it is.
    """

    def __init__(self, peer: Peer) -> None:
        self.heard: list[str] = []
        peer.context.on("request", self._on_request)
        peer.context.on("console", self._on_console)
        peer.context.on("page", self._on_page)
        self._on_page(peer.page)

    def lines(self, kind: str) -> list[str]:
        """Tell what was heard of one kind: ``request``, ``frame`` or ``console``."""
        return [line for line in self.heard if line.startswith(f"{kind} ")]

    def mentions(self, text: str) -> list[str]:
        """Tell what was heard that holds a text."""
        return [line for line in self.heard if text in line]

    def _on_page(self, page: Page) -> None:
        page.on("websocket", self._on_socket)

    def _on_request(self, request: Request) -> None:
        headers = " ".join(f"{name}: {value}" for name, value in request.headers.items())
        self.heard.append(f"request {request.url} {headers} {request.post_data or ''}")

    def _on_console(self, message: ConsoleMessage) -> None:
        self.heard.append(f"console {message.text}")

    def _on_socket(self, socket: WebSocket) -> None:
        self.heard.append(f"socket {socket.url}")
        for event in ("framesent", "framereceived"):
            socket.on(event, lambda frame: self.heard.append(f"frame {frame!r}"))
