# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Watch a browser context: keep its log, and everything that went wrong in it."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import (
        BrowserContext,
        ConsoleMessage,
        Request,
        Response,
        WebError,
    )

#: What a plain JupyterLite 0.8.6 site, built without our extension, does by itself. Its other
#: probes (all.json, jupyter-lite.json) found their files on every page that was tried.
JUPYTERLITE_ITSELF = (
    # JupyterLite's own, seen without our extension: no icon is linked before bootstrap
    r"/favicon\.ico\b",
    # JupyterLab's: a notebook that is closed while its cells are still being shown, as it is when
    # it is opened anew from another history (`StaticNotebook._updateForDeferMode`)
    r"reading 'insertWidget'",
    # likewise, while the titles of its cells are looked for (`NotebookToCModel.getHeadings`)
    r"Failed to update the table of contents\. TypeError: [\s\S]*reading 'type'[\s\S]*getHeadings",
)

#: Chromium's message when no signaling server listens, or answers
NO_SERVER = r"WebSocket connection to 'ws://127\.0\.0\.1:\d+/?' failed"

#: Chromium's messages for a request that waits for the service worker when a page goes away
LEFT_WHILE_LOADING = r"request failed \(net::ERR_FAILED\): GET "

#: the failure that Chromium reports for all else that is under way when a page goes away
ABORTED = "net::ERR_ABORTED"

#: the lowest HTTP status that means failure
FIRST_HTTP_ERROR = 400


class Watch:
    """Listen to all pages and workers of one browser context.

    Parameters
    ----------
    context : playwright.sync_api.BrowserContext
        The context; its future pages are heard too.

    Attributes
    ----------
    log : list of str
        All console messages and all trouble, each with the seconds since the start.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.log: list[str] = []
        self._started = time.monotonic()
        self._trouble: list[str] = []
        self._allowed = [re.compile(pattern) for pattern in JUPYTERLITE_ITSELF]
        context.on("console", self._on_console)
        context.on("weberror", self._on_web_error)
        context.on("requestfailed", self._on_request_failed)
        context.on("response", self._on_response)

    def allow(self, pattern: str) -> None:
        """Do not count trouble that matches, before or after this call.

        Parameters
        ----------
        pattern : str
            Regular expression, searched in lines such as
            ``console error: <text> (<url>)`` and ``response 404: GET <url>``.
        """
        self._allowed.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        """List the trouble that nobody allowed.

        Returns
        -------
        list of str
            One line for each.
        """
        return [
            line
            for line in self._trouble
            if not any(pattern.search(line) for pattern in self._allowed)
        ]

    def save(self, path: Path) -> None:
        """Write the log.

        Parameters
        ----------
        path : pathlib.Path
            The file, replaced if it exists.
        """
        path.write_text("\n".join(self.log) + "\n", encoding="utf-8")

    def _note(self, line: str) -> None:
        self.log.append(f"{time.monotonic() - self._started:8.3f} {line}")

    def _add(self, line: str) -> None:
        self._note(line)
        self._trouble.append(line)

    def _on_console(self, message: ConsoleMessage) -> None:
        line = f"console {message.type}: {message.text} ({message.location.get('url', '')})"
        if message.type == "error":
            self._add(line)
        else:
            self._note(line)

    def _on_web_error(self, error: WebError) -> None:
        self._add(f"uncaught: {error.error.stack or error.error}")

    def _on_request_failed(self, request: Request) -> None:
        if request.failure and ABORTED in request.failure:
            return
        self._add(f"request failed ({request.failure}): {request.method} {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= FIRST_HTTP_ERROR:
            self._add(f"response {response.status}: {response.request.method} {response.url}")
