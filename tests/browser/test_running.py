# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What one runs goes on, whatever others do to the cell meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.held import IDLE, do, run_all, wait_running
from harness.jupyter import visit
from harness.jupyter_server import NOTEBOOK as SERVER_NOTEBOOK
from harness.jupyter_server import pair
from harness.sites import NOTEBOOK
from harness.waiting import wait_until
from marks import gate

if TYPE_CHECKING:
    from harness.held import Hold
    from harness.jupyter_server import JupyterServer
    from harness.peers import Peers

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


@pytest.mark.usefixtures("site_signaling")
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


def test_what_a_kernel_asks_can_be_answered_in_the_cell_that_another_moved(
    peers: Peers, collaborative: JupyterServer
) -> None:
    ada, grace = pair(peers, collaborative, "notebooks", SERVER_NOTEBOOK, room="r1")
    for page in (ada, grace):
        page.wait_status("connected", 1)
        page.page.wait_for_function(IDLE)
    ada.insert_code_cell("print('Hello ' + input('Who is there?'))")
    ada.run_cell()
    box = ada.page.locator(".jp-Stdin-input")
    box.wait_for()
    wait_until(lambda: "input(" in grace.sources[-1], message="the cell")
    do(grace, len(grace.sources) - 1, "notebook:move-cell-up")
    wait_until(lambda: "input(" in ada.sources[-2], message="the move")
    box.fill("Joan")
    box.press("Enter")
    for page in (ada, grace):
        page.wait_outputs("Hello Joan")
        wait_running(page)
