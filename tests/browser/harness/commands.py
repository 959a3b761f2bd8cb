# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Pages in which commands of JupyterLab are tried one by one, each in a new document."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error as PlaywrightError

from harness.jupyter import JupyterPage
from harness.sites import NOTEBOOK, TEXT

if TYPE_CHECKING:
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

#: a text file; its second line is selected
LINES = "first line\nsecond line\nthird line\n"


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    """Make a notebook of cells, whose ids are their numbers."""
    spec = {"name": "javascript", "display_name": "JavaScript"}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": spec, "language_info": {"name": "javascript"}},
        "cells": [{"id": f"cell-{number}", **cell} for number, cell in enumerate(cells)],
    }


@dataclass(frozen=True)
class Kind:
    """A kind of document, and what commands are tried on.

    Attributes
    ----------
    start
        The document of the site that a page shows first.
    suffix
        Of its files.
    format
        As Jupyter's contents have it.
    content
        What each new one holds.
    """

    start: str
    suffix: str
    format: str
    content: Any

    @property
    def has_cells(self) -> bool:
        """Whether it is a kind of notebook."""
        return self.format == "json"


NOTEBOOKS = Kind(NOTEBOOK, ".ipynb", "json", notebook(*CELLS))
FILES = Kind(TEXT, ".txt", "text", LINES)


#: where commands are tried: the app, and what on
PLACES = {
    "lab notebook": ("lab", NOTEBOOKS),
    "notebooks notebook": ("notebooks", NOTEBOOKS),
    "edit file": ("edit", FILES),
}


class CommandPage:
    """A page in which commands are tried.

    Parameters
    ----------
    peer
        Who it is.
    site
        The URL of the site.
    app
        ``lab``, ``notebooks`` or ``edit``.
    kind
        What the commands are tried on.
    **parameters
        Others of the URL, such as ``room``.
    """

    def __init__(self, peer: Peer, site: str, app: str, kind: Kind, **parameters: str) -> None:
        self.peer = peer
        self.kind = kind
        self._site = site
        self._app = app
        self._parameters = parameters
        self._known_trouble = 0
        # "Leave the site?"
        peer.page.on("dialog", lambda dialog: dialog.accept())
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

    def load(self) -> None:
        """Load the page anew, with a document of the site."""
        self.page.goto("about:blank")
        self.jupyter.open(self._app, self.kind.start, **self._parameters)
        self.jupyter.wait_current(self.kind.start)
        self.page.evaluate(DRIVER)

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

    def prepare(self, name: str, content: Any = None) -> None:
        """Show a new document, and nothing else."""
        path = name + self.kind.suffix
        body = self.kind.content if content is None else content
        try:
            self.ask("open", path, self.kind.format, body)
        except PlaywrightError:  # what was tried before has left its traces
            self.load()
            self.ask("open", path, self.kind.format, body)
