# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Pages in which commands of JupyterLab are tried one by one, each in a new document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error as PlaywrightError

from harness.jupyter import JupyterPage
from harness.sites import NOTEBOOK, TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Page

    from harness.peers import Peer

#: what runs in the page
DRIVER = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def _code(source: str, output: str | None = None) -> dict[str, Any]:
    outputs = [{"output_type": "stream", "name": "stdout", "text": f"{output}\n"}]
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "execution_count": 1 if output else None,
        "outputs": outputs if output else [],
    }


def _prose(kind: str, source: str) -> dict[str, Any]:
    return {"cell_type": kind, "metadata": {}, "source": source}


#: a notebook with cells of each type; commands are about the third of them, and others type into
#: the comment of the second, which runs whatever is in it
CELLS = [
    _prose("markdown", "# Title\nprose"),
    _code("console.log('first') // ", "first"),
    _code("const a = 1;\nconsole.log('second')", "second"),
    _prose("markdown", "## Part\nmore prose"),
    _prose("raw", "raw"),
    _code("console.log('last')"),
]


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    """Make a notebook of cells, whose ids are their numbers."""
    spec = {"name": "javascript", "display_name": "JavaScript"}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": spec, "language_info": {"name": "javascript"}},
        "cells": [{"id": f"cell-{number}", **cell} for number, cell in enumerate(cells)],
    }


#: what commands do nothing without
ARGUMENTS: dict[str, dict[str, Any]] = {
    "docmanager:new-untitled": {"type": "notebook"},
    "docmanager:open": {"path": TEXT},
    "fileeditor:change-language": {"mimeType": "text/x-python"},
    "fileeditor:replace-selection": {"text": "replaced"},
    "filebrowser:go-to-path": {"path": "lesson"},
    "filebrowser:open-path": {"path": TEXT},
    "markdownviewer:open": {"path": TEXT},
    "notebook:export-to-format": {"format": "notebook"},
    "notebook:replace-selection": {"text": "replaced"},
}


#: what each new notebook holds
CONTENT = notebook(*CELLS)


class CommandPage:
    """A page of Lab in which commands are tried: Notebook has one page for each document.

    Parameters
    ----------
    peer
        Who it is.
    site
        The URL of the site.
    **parameters
        Others of the URL, such as ``room``.
    """

    def __init__(self, peer: Peer, site: str, **parameters: str) -> None:
        self.peer = peer
        self._site = site
        self._parameters = parameters
        self._known_trouble = 0
        # "Leave the site?"
        self.page.on("dialog", lambda dialog: dialog.accept())
        peer.context.on("page", self._on_page)

    def _on_page(self, page: Page) -> None:
        if page is not self.page:
            page.close()

    @property
    def page(self) -> Page:
        """Its tab."""
        return self.peer.page

    @property
    def path(self) -> str | None:
        """The path of the document in front; `None` if there is none, or the page is gone."""
        try:
            path: str | None = self.ask("state")["path"]
        except PlaywrightError:
            return None
        return path

    @property
    def jupyter(self) -> JupyterPage:
        """The same, as people see it."""
        return JupyterPage(self.page, self._site)

    def take_trouble(self) -> list[str]:
        """Return the page's trouble since this was asked last, but for what was expected."""
        trouble = self.peer.watch.unexpected()[self._known_trouble :]
        self._known_trouble += len(trouble)
        return trouble

    def ask(self, question: str, *arguments: Any) -> Any:
        """Ask the driver in the page: one of the functions of ``window.survey``."""
        return self.page.evaluate(
            "([question, args]) => window.survey[question](...args)", [question, list(arguments)]
        )

    @property
    def commands(self) -> list[str]:
        """The ids of all commands, in order."""
        ids: list[str] = self.page.evaluate("() => jupyterapp.commands.listCommands()")
        return sorted(ids)

    def begin_to_load(self) -> None:
        """Begin to load the page anew, with a notebook of the site."""
        self.page.goto("about:blank")
        self.jupyter.start("lab", NOTEBOOK, **self._parameters)

    def end_loading(self) -> None:
        """Wait until the page is loaded."""
        self.jupyter.shown()
        self.page.wait_for_function("() => globalThis.jupyterapp?.shell")
        self.page.evaluate(DRIVER)


def load(pages: Sequence[CommandPage]) -> None:
    """Load pages anew at the same time, with a notebook of the site."""
    for page in pages:
        page.begin_to_load()
    for page in pages:
        page.end_loading()


def prepare(pages: Sequence[CommandPage], path: str, content: Any = CONTENT) -> None:
    """Show a new notebook in all pages at the same time, and nothing else."""
    try:
        _show(pages, path, content)
    except PlaywrightError:  # what was tried before has left its traces
        load(pages)
        _show(pages, path, content)


def _show(pages: Sequence[CommandPage], path: str, content: Any) -> None:
    for page in pages:
        page.ask("begin", "open", path, content)
    for page in pages:
        page.ask("end")
