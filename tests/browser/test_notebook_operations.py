# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What people do to the cells of one notebook at the same time (P1, P2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.jupyter import JupyterPage, visit
from harness.sites import NOTEBOOK
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: the cells of the test site's notebook
CELLS = ["# Waves\nA first lesson.", "const first = 1;", "The end."]


def trio(peers: Peers, url: str) -> list[JupyterPage]:
    """Bring three people into the notebook."""
    pages = [
        visit(peers.new(name), url, "lab", NOTEBOOK, room="r1").shown()
        for name in ("Ada", "Grace", "Joan")
    ]
    for page in pages:
        page.wait_status("connected", 2)
    return pages


def cut(*pages: JupyterPage) -> None:
    """Cut people off each other, so that what they do is at the same time."""
    for page in pages:
        page.page.evaluate(
            """() => {
                const { sharedModel } = jupyterapp.shell.currentWidget.context.model;
                const { ydoc } = sharedModel;
                // what y-webrtc listens to; everything else goes on
                window.held = [...ydoc._observers.get('update')];
                window.held.forEach(listener => ydoc.off('update', listener));
            }"""
        )


def select(page: JupyterPage, cell: int) -> None:
    """Select a cell, in command mode."""
    page.page.evaluate(
        """cell => {
            const notebook = jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = cell;
            notebook.deselectAll();
            notebook.mode = 'command';
        }""",
        cell,
    )
