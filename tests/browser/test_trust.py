# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Scripts run only where their user ran the cell (P11)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from harness.absence import nothing_comes
from harness.held import do, run_all
from harness.jupyter import JupyterPage, visit
from harness.sites import NOTEBOOK
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.held import Hold
    from harness.peers import Peers

#: what an attacker writes: a script that needs no network
ATTACK = '<img src="data:," onerror="window.attacked = true"><b>attacker\'s output</b>'


def runs_own(page: JupyterPage, what: str) -> None:
    """Run a cell whose output has a script, and wait for that: what was shown before has run, too.

    The cell is in the words of the JavaScript kernel.
    """
    output = f'<img src="data:," onerror="window.{what} = true"><b>{what} output</b>'
    wait_until(lambda: page.kernel_status == "idle", message="the kernel")
    page.insert_code_cell(
        "postMessage({type: 'display_data', bundle: {data: {'text/html': "
        f"`{output}`"
        "}, metadata: {}, transient: {}}})"
    )
    page.run_cell()
    wait_until(lambda: happened(page, what), message=f"the script of {what}")


def attack(page: JupyterPage) -> None:
    """Write trusted outputs into all cells of the room, and insert a trusted cell."""
    page.page.evaluate(
        """html => {
            const { sharedModel } = jupyterapp.shell.currentWidget.context.model;
            const outputs = [
                { output_type: 'display_data', data: { 'text/html': html }, metadata: {} }
            ];
            for (const cell of sharedModel.cells) {
                if (cell.cell_type === 'code') {
                    cell.setMetadata('trusted', true);
                    cell.setOutputs(outputs);
                }
            }
            sharedModel.insertCell(0, {
                cell_type: 'code', source: 'mine', metadata: { trusted: true }, outputs
            });
        }""",
        ATTACK,
    )


def happened(page: JupyterPage, what: str) -> bool:
    """Tell whether a script ran in a page."""
    return bool(page.page.evaluate(f"() => window.{what} === true"))


@pytest.mark.gate
@pytest.mark.usefixtures("site_signaling")
def test_what_a_peer_writes_runs_nothing_and_what_one_runs_oneself_does(
    peers: Peers, site_url: str
) -> None:
    ada = visit(peers.new("Ada"), site_url, "lab", NOTEBOOK, room="r1").shown()
    mallory = visit(peers.new("Mallory"), site_url, "lab", NOTEBOOK, room="r1").shown()
    ada.wait_status("connected", 1)
    runs_own(ada, "own")
    mallory.wait_outputs("own output")
    # … which is a peer's to everybody else
    nothing_comes(lambda: happened(mallory, "own"), lambda: runs_own(mallory, "hers"))

    attack(mallory)
    ada.wait_outputs("attacker's output")
    wait_until(lambda: "mine" in ada.sources, message="the attacker's cell")
    assert ada.outputs.count("attacker's output") >= 2
    nothing_comes(lambda: happened(ada, "attacked"), lambda: runs_own(ada, "later"))

    # nor by way of the drive or the store: after a reload, in the room or out of it
    ada.wait_saved(NOTEBOOK, "attacker's output")
    for parameters in ({"room": "r1"}, {}):
        ada.open("lab", NOTEBOOK, **parameters).shown()
        ada.wait_outputs("attacker's output")
        again = "again" + "_in_the_room" * len(parameters)
        nothing_comes(
            lambda: [what for what in ("attacked", "own", "hers", "later") if happened(ada, what)],
            partial(runs_own, ada, again),
        )


@pytest.mark.usefixtures("site_signaling")
def test_what_goes_on_in_a_moved_cell_lets_nothing_run_that_others_wrote_there(
    held: Hold, peers: Peers, site_url: str
) -> None:
    ada, mallory = (
        visit(peers.new(name), site_url, "lab", NOTEBOOK, room="r1").shown()
        for name in ("Ada", "Mallory")
    )
    for page in (ada, mallory):
        page.wait_status("connected", 1)
    index = run_all(ada, mallory, held)
    attack(mallory)
    ada.wait_outputs("attacker's output")
    do(mallory, index + 1, "notebook:move-cell-up")
    wait_until(lambda: ada.sources == mallory.sources, message="the move")
    held.release()
    ada.wait_outputs("went on")
    nothing_comes(lambda: happened(ada, "attacked"), lambda: runs_own(ada, "own"))
