# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Notebooks in Python on a site that has Pyodide, and two people who run them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from harness.held import IDLE
from harness.jupyter import visit
from harness.sites import NOTEBOOK_CONTENT, write_test_site
from harness.waiting import wait_until
from pyodide_distribution import build_python_site

if TYPE_CHECKING:
    from pathlib import Path

    from harness.jupyter import JupyterPage
    from harness.peers import Peers

#: the notebook of each story
NOTEBOOK = "python.ipynb"

#: seconds for what keeps two cores busy that have more to do, such as two kernels that start
LONG = 180


def build(folder: Path) -> Path:
    """Build a site with Pyodide, and a notebook in Python that has one cell."""
    lite = folder / "lite"
    lite.mkdir()
    # nothing is fetched from anywhere else
    kernel = {"disablePyPIFallback": True}
    settings = {"@jupyterlite/pyodide-kernel-extension:kernel": kernel}
    write_test_site(lite, {"webRtcIceServers": [], "litePluginSettings": settings})
    notebook = {
        **NOTEBOOK_CONTENT,
        "metadata": {
            "kernelspec": {"name": "python", "display_name": "Python (Pyodide)"},
            "language_info": {"name": "python"},
        },
        "cells": [{**NOTEBOOK_CONTENT["cells"][1], "source": "1 + 1"}],
    }
    (lite / "files" / NOTEBOOK).write_text(json.dumps(notebook), encoding="utf-8")
    arguments = ("--contents", "files", "--no-sourcemaps", "--webrtc-signaling-url", "./signaling")
    return build_python_site(lite, folder / "environment", *arguments)


def two(peers: Peers, site: str, app: str = "notebooks") -> tuple[JupyterPage, JupyterPage]:
    """Let Ada and Grace open the notebook in a room, and wait until both have a kernel."""
    ada, grace = (
        visit(peers.new(name), site, app, NOTEBOOK, room="r1") for name in ("Ada", "Grace")
    )
    for page in (ada, grace):
        page.shown()
    for page in (ada, grace):
        page.wait_status("connected", 1)
        page.page.wait_for_function(IDLE, timeout=LONG * 1000)
    return ada, grace


def write_cells(page: JupyterPage, *sources: str) -> None:
    """Put cells below the last one, as a paste does."""
    page.page.evaluate(
        """sources => {
            const { sharedModel } = jupyterapp.shell.currentWidget.context.model;
            const cells = sources.map(source => ({ cell_type: 'code', source }));
            sharedModel.insertCells(sharedModel.cells.length, cells);
        }""",
        list(sources),
    )


def run(page: JupyterPage, source: str) -> None:
    """Run the cell that has a source, without waiting for its end."""
    wait_until(lambda: source in page.sources, message=f"the cell {source!r}")
    page.page.evaluate(
        """source => {
            const notebook = jupyterapp.shell.currentWidget.content;
            const has = cell => cell.model.sharedModel.getSource() === source;
            notebook.deselectAll();
            notebook.activeCellIndex = notebook.widgets.findIndex(has);
            notebook.mode = 'command';
            void jupyterapp.commands.execute('notebook:run-cell');
        }""",
        source,
    )


def outputs_of(page: JupyterPage, source: str) -> list[Any]:
    """Find the outputs of the cell that has a source."""
    (outputs,) = (cell["outputs"] for cell in page.notebook["cells"] if cell["source"] == source)
    return list(outputs)
