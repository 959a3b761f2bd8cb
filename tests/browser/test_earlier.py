# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A file as it was before others changed it can be opened, and people's checkpoints stay theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from playwright.sync_api import expect

from harness.absence import nothing_comes
from harness.jupyter import JupyterPage, visit
from harness.sites import TEXT, TEXT_CONTENT

if TYPE_CHECKING:
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: the checkpoints of a file
CHECKPOINTS = """async path => {
    const drive = jupyterapp.serviceManager.contents.defaultDrive;
    return (await drive.listCheckpoints(path)).map(({ id, last_modified }) => last_modified);
}"""

#: saves by hand, which makes a checkpoint, until it is made
SAVE = "() => jupyterapp.commands.execute('docmanager:save')"

#: what opens the dialog, in the menu *File*
COMMAND = "Open an Earlier Version…"

#: where the copy is
COPY = "hello (my copy).txt"

#: what somebody wrote while nobody else was there
BEFORE = "<before the room>"

#: how many checkpoints JupyterLite keeps of a file
MAX_CHECKPOINTS = 5

#: how often somebody saves: none of the checkpoints is older
SAVES = MAX_CHECKPOINTS + 1


def checkpoints(page: JupyterPage) -> list[str]:
    """Tell when the checkpoints of the file were made."""
    return cast("list[str]", page.page.evaluate(CHECKPOINTS, TEXT))


@pytest.mark.parametrize("app", ["lab", pytest.param("edit", marks=pytest.mark.gate)])
def test_a_file_as_it_was_before_others_changed_it_is_opened_however_often_one_saves(
    peers: Peers, site_url: str, app: str
) -> None:
    ada = visit(peers.new("Ada"), site_url, app, TEXT).shown()
    ada.type_at_end(BEFORE)
    ada.page.evaluate(SAVE)
    made = checkpoints(ada)
    assert len(made) < MAX_CHECKPOINTS
    ada.open(app, TEXT, room="r1", username="Ada").shown()
    ada.wait_status("alone", 0)
    grace = visit(peers.new("Grace"), site_url, "edit", TEXT, room="r1").shown()
    grace.wait_text(BEFORE)
    grace.type_at_end("<hers>")
    ada.wait_saved(TEXT, "<hers>")
    assert checkpoints(ada) == made, "saving by itself makes none"
    for number in range(SAVES):
        ada.type_at_end(f"<{number}>")
        ada.page.evaluate(SAVE)

    ada.page.get_by_role("menuitem", name="File", exact=True).click()
    ada.page.get_by_role("menuitem", name=COMMAND).click()
    dialog = ada.page.get_by_role("dialog").filter(has_text="Open an earlier version")
    expect(dialog.get_by_role("option")).to_contain_text([f"“{TEXT}”, as it was on"])
    opened = dialog.get_by_role("button", name="Open a copy")
    if app == "lab":
        opened.click()
        copy = ada
        copy.wait_current(COPY)
    else:
        with ada.page.expect_popup() as tab:
            opened.click()
        copy = JupyterPage(tab.value, site_url)
    copy.editors.filter(has_text=BEFORE).filter(has_not_text="<hers>").wait_for()
    assert copy.drive_text(COPY) == TEXT_CONTENT + BEFORE
    assert not copy.is_collaborative
    nothing_comes(lambda: "(my copy)" in grace.presence, lambda: grace.wait_text(f"<{SAVES - 1}>"))
