# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What Jupyter's Revert to Checkpoint brings back: the whole notebook, not only its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.jupyter import JupyterPage, visit
from harness.sites import NOTEBOOK
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: puts a picture and a tag into the first cell, which is of Markdown
ILLUSTRATE = """() => {
    const { content } = jupyterapp.shell.currentWidget;
    content.activeCellIndex = 0;
    const { sharedModel } = content.activeCell.model;
    sharedModel.setAttachments({ 'a.png': { 'image/png': 'AA==' } });
    sharedModel.setSource('![](attachment:a.png)');
    sharedModel.setMetadata('tags', ['kept']);
}"""

#: changes its type and back, which takes the picture, and gives it another key
SPOIL = """async () => {
    const { commands, shell } = jupyterapp;
    await commands.execute('notebook:change-cell-to-code');
    await commands.execute('notebook:change-cell-to-markdown');
    shell.currentWidget.content.activeCell.model.sharedModel.setMetadata('later', true);
}"""

#: opens Jupyter's dialog, and goes on
REVERT = "() => void jupyterapp.commands.execute('docmanager:restore-checkpoint')"


@pytest.mark.parametrize("room", [{}, {"room": "r1"}], ids=["private", "shared"])
def test_a_revert_brings_back_attachments_and_takes_later_metadata_away(
    room: dict[str, str], peers: Peers, site_url: str
) -> None:
    person = peers.new("Ada")
    # JupyterLab's own, where a cell that is to be shown when there is time has another type by then
    person.expect_trouble(r"reading 'id'[^$]*_runOnIdleTime")
    person.expect_trouble(r"attachment:a\.png")  # … and where it looks for what is taken
    ada = visit(person, site_url, "lab", NOTEBOOK, **room).shown()
    ada.page.evaluate(ILLUSTRATE)
    ada.save()
    before = first_cell(ada)
    assert before["attachments"]

    ada.page.evaluate(SPOIL)
    assert not first_cell(ada)["attachments"]
    ada.page.evaluate(REVERT)
    buttons = ada.page.get_by_role("dialog").get_by_role("button")
    choose, revert = (buttons.filter(has_text=name) for name in ("Ok", "Revert"))
    choose.or_(revert).first.wait_for()
    if choose.count():  # of several
        choose.click()
    revert.click()
    wait_until(lambda: first_cell(ada) == before, message=f"{before} again")


def first_cell(page: JupyterPage) -> dict[str, object]:
    """Read the first cell, but for whether its outputs are trusted, which no file says."""
    cell: dict[str, dict[str, object]] = page.notebook["cells"][0]
    metadata = {key: value for key, value in cell["metadata"].items() if key != "trusted"}
    return {**cell, "metadata": metadata, "id": ""}
