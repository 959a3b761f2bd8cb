# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What one runs goes on, whatever others do to the cell meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.held import Hold, hold
from harness.jupyter import JupyterPage, visit
from harness.sites import NOTEBOOK
from harness.waiting import wait_until
from marks import gate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: is run after the cell that waits
BELOW = "'below ' + 'ran'"

#: whether the kernel has nothing to do
IDLE = "() => jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"

#: what the other does to the cell, as commands of JupyterLab; the last ones bring it back
DEEDS = {
    "moves it up": ["notebook:move-cell-up"],
    "moves it down": ["notebook:move-cell-down"],
    "moves it up and down": ["notebook:move-cell-up", "notebook:move-cell-down"],
    "merges it with the one above": ["notebook:merge-cell-above"],
    "makes it raw and code again": ["notebook:change-cell-to-raw", "notebook:change-cell-to-code"],
    "deletes it and takes that back": ["notebook:delete-cell", "notebook:undo-cell-action"],
    "cuts and pastes it": ["notebook:cut-cell", "notebook:paste-cell-below"],
}


def run_all(ada: JupyterPage, grace: JupyterPage, held: Hold) -> int:
    """Let Ada run a cell that waits, and one below it; tell where the first one is."""
    for page in (ada, grace):
        page.page.wait_for_function(IDLE)
    waits = f"console.log('before'); {held.code} console.log('after'); 'went ' + 'on'"
    ada.insert_code_cell(waits)
    ada.insert_code_cell(BELOW)
    wait_until(lambda: BELOW in grace.sources, message="the cells")
    # the command ends when all have run
    ada.page.evaluate("() => void jupyterapp.commands.execute('notebook:run-all-cells')")
    wait_running(grace, waits, BELOW)
    grace.wait_outputs("before")
    return grace.sources.index(waits)


def wait_running(page: JupyterPage, *sources: str) -> None:
    """Wait until exactly these cells are running, as a page sees it."""
    wait_until(
        lambda: sorted(running(page)) == sorted(sources),
        message=f"{sources} running; there is {running(page)}",
    )


def running(page: JupyterPage) -> list[str]:
    """List the sources of the cells that are running."""
    sources: list[str] = page.page.evaluate(
        """() => jupyterapp.shell.currentWidget.content.widgets
            .filter(cell => cell.model.executionState === 'running')
            .map(cell => cell.model.sharedModel.getSource())"""
    )
    return sources


def do(page: JupyterPage, index: int, *commands: str) -> None:
    """Select a cell and execute commands."""
    page.page.evaluate(
        """async ([index, commands]) => {
            const notebook = jupyterapp.shell.currentWidget.content;
            notebook.deselectAll();
            notebook.activeCellIndex = index;
            notebook.mode = 'command';
            for (const command of commands) {
                await jupyterapp.commands.execute(command);
            }
        }""",
        [index, list(commands)],
    )


@pytest.fixture
def held() -> Iterator[Hold]:
    """Tell what a cell waits for."""
    with hold() as held:
        yield held


@pytest.mark.parametrize("deed", [gate("moves it up"), *list(DEEDS)[1:]])
def test_what_one_runs_goes_on_when_another(
    deed: str, held: Hold, peers: Peers, site_url: str
) -> None:
    ada, grace = (
        visit(peers.new(name), site_url, "lab", NOTEBOOK, room="r1").shown()
        for name in ("Ada", "Grace")
    )
    # JupyterLab's own: it looks in idle time for a cell that went since
    peers.by_name("Grace").expect_trouble("(?s)reading 'id'.*_runOnIdleTime")
    for page in (ada, grace):
        page.wait_status("connected", 1)
    index = run_all(ada, grace, held)
    do(grace, index, *DEEDS[deed])
    wait_until(lambda: ada.sources == grace.sources, message="what Grace did")
    held.release()
    for page in (ada, grace):
        for part in ("before", "after", "went on", "below ran"):
            page.wait_outputs(part)
        wait_running(page)
    for page in (ada, grace):
        assert all(page.outputs.count(part) == 1 for part in ("before", "after", "went on"))
    wait_until(lambda: ada.notebook == grace.notebook, message="one notebook")
