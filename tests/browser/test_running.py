# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What one runs goes on, whatever others do to the cell meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.held import BELOW, IDLE, do, hold, run_all, running, wait_running
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

#: what the other does to the cell, as commands of JupyterLab: while it runs, and after that
DEEDS: dict[str, tuple[list[str], list[str]]] = {
    "moves it up": (["notebook:move-cell-up"], []),
    "moves it down": (["notebook:move-cell-down"], []),
    "moves it up and down": (["notebook:move-cell-up", "notebook:move-cell-down"], []),
    "merges it with the one above": (["notebook:merge-cell-above"], []),
    "makes it raw and code again": (
        ["notebook:change-cell-to-raw", "notebook:change-cell-to-code"],
        [],
    ),
    "deletes it and takes that back": (["notebook:delete-cell", "notebook:undo-cell-action"], []),
    "deletes it and takes that back in the end": (
        ["notebook:delete-cell"],
        ["notebook:undo-cell-action"],
    ),
    "cuts and pastes it": (["notebook:cut-cell", "notebook:paste-cell-below"], []),
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
    meanwhile, afterwards = DEEDS[deed]
    do(grace, index, *meanwhile)
    wait_until(lambda: ada.sources == grace.sources, message="what Grace did")
    held.release()
    if afterwards:
        ada.wait_outputs("below ran")
        do(grace, 0, *afterwards)
    for page in (ada, grace):
        for part in ("before", "after", "went on", "below ran"):
            page.wait_outputs(part)
        wait_running(page)
    for page in (ada, grace):
        assert all(page.outputs.count(part) == 1 for part in ("before", "after", "went on"))
    wait_until(lambda: ada.notebook == grace.notebook, message="one notebook")


@pytest.mark.usefixtures("site_signaling")
@pytest.mark.parametrize("deed", ["moves it up", "makes it raw and code again"])
def test_what_an_error_above_kept_from_running_has_ended_also_when_another(
    deed: str, peers: Peers, site_url: str
) -> None:
    ada, grace = (
        visit(peers.new(name), site_url, "lab", NOTEBOOK, room="r1").shown()
        for name in ("Ada", "Grace")
    )
    # JupyterLab's own: it looks in idle time for a cell that went since
    peers.by_name("Grace").expect_trouble("(?s)reading 'id'.*_runOnIdleTime")
    for page in (ada, grace):
        page.wait_status("connected", 1)
        page.page.wait_for_function(IDLE)
    ada.insert_code_cell("throw new Error('no ' + 'more')")
    ada.insert_code_cell(BELOW)
    ada.execute("notebook:run-all-cells")
    grace.wait_outputs("no more")
    for page in (ada, grace):
        wait_running(page)
    do(grace, grace.sources.index(BELOW), *DEEDS[deed][0])
    wait_until(lambda: ada.notebook == grace.notebook, message="one notebook")
    # what she does next comes after whatever was said about the cell that she took away
    grace.insert_code_cell("// done")
    wait_until(lambda: "// done" in ada.sources, message="what she did next")
    ada.insert_code_cell("// seen")
    wait_until(lambda: "// seen" in grace.sources, message="that Ada saw it")
    for page in (ada, grace):
        assert running(page) == []


@pytest.mark.usefixtures("site_signaling")
def test_what_has_ended_unknown_to_who_moves_the_cell_has_its_outputs_where_it_is_moved(
    held: Hold, peers: Peers, site_url: str
) -> None:
    ada, grace = (
        visit(peers.new(name), site_url, "lab", NOTEBOOK, room="r1").shown()
        for name in ("Ada", "Grace")
    )
    for page in (ada, grace):
        page.wait_status("connected", 1)
    index = run_all(ada, grace, held)
    with hold() as busy:
        # nothing can arrive until she acts
        grace.page.evaluate(
            """([code, index]) => void setTimeout(() => {
                new Function(code)();
                const notebook = jupyterapp.shell.currentWidget.content;
                notebook.activeCellIndex = index;
                jupyterapp.commands.execute('notebook:move-cell-up');
            })""",
            [busy.code, index],
        )
        held.release()
        ada.wait_outputs("below ran")
        wait_running(ada)
        busy.release()
    for page in (ada, grace):
        for part in ("before", "after", "went on", "below ran"):
            page.wait_outputs(part)
        wait_running(page)
    wait_until(lambda: ada.notebook == grace.notebook, message="one notebook")
    for page in (ada, grace):
        assert page.sources.index(BELOW) > index
        assert all(page.outputs.count(part) == 1 for part in ("before", "after", "went on"))
        code = [cell for cell in page.notebook["cells"] if cell["cell_type"] == "code"]
        assert [cell["execution_count"] for cell in code] == [1, 2, 3]


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
