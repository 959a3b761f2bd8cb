# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Who gives a document another name, while others write in what is open beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from harness.jupyter import visit
from harness.sites import NOTEBOOK, TEXT
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: opens a document as the file browser does
OPEN = "path => jupyterapp.commands.execute('docmanager:open', { path })"

#: opens Jupyter's dialog, and goes on
SAVE_AS = "() => void jupyterapp.commands.execute('docmanager:save-as')"


def test_what_others_write_closes_no_document_under_its_save_as_dialog(
    peers: Peers, site_url: str
) -> None:
    ada = visit(peers.new("Ada"), site_url, "lab", TEXT, room="r1").shown()
    ada.page.evaluate(OPEN, NOTEBOOK)
    ada.wait_current(NOTEBOOK)
    grace = visit(peers.new("Grace"), site_url, "edit", TEXT, room="r1").shown()
    grace.wait_company(1)

    ada.page.evaluate(SAVE_AS)
    dialog = ada.page.get_by_role("dialog").filter(has=ada.page.get_by_role("textbox"))
    dialog.wait_for()
    grace.type_at_end("<meanwhile>")
    # Grace's page saves as soon as Ada's would
    grace.wait_saved(TEXT, "<meanwhile>")
    text = "() => [...jupyterapp.shell.widgets('main')].map(w => w.context?.model.toString())"
    wait_until(lambda: "<meanwhile>" in str(ada.page.evaluate(text)), message="Grace's words")
    expect(ada.tab(NOTEBOOK.rpartition("/")[2])).to_have_count(1)

    dialog.get_by_role("textbox").fill("mine.ipynb")
    dialog.get_by_role("button", name="Save").click()
    dialog.wait_for(state="detached")
    ada.wait_current("mine.ipynb")
    assert "mine.ipynb" in ada.files("")
    ada.wait_saved(TEXT, "<meanwhile>")
