# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Nobody runs what others have changed behind their back (P11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from harness.jupyter import visit
from harness.long_notebook import LONG, MAKE_LONG, cell, go
from harness.sharing import join, newcomer, share
from harness.sites import TEXT
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.peers import Peers

#: what comes out of a cell that Grace has changed
RESULT = "42 by Grace"


@pytest.mark.usefixtures("site_signaling")
def test_who_runs_what_others_changed_out_of_sight_is_asked_once(
    peers: Peers, site_url: str
) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", TEXT).shown()
    ada.page.evaluate(MAKE_LONG, LONG)
    ada.open("lab", LONG, username="Ada").shown()
    grace = join(peers.new("Grace"), share(ada)).shown()
    for page in (ada, grace):
        page.wait_status("connected", 1)
    wait_until(lambda: ada.kernel_status == "idle", message="Ada's kernel")

    # far below what Ada sees
    for number in (25, 28):
        go(grace, number)
        grace.page.keyboard.press("Enter")
        grace.page.keyboard.press("Control+a")
        grace.page.keyboard.type(f"{6 * 7} + ' by Grace'")
        grace.page.keyboard.press("Escape")
    wait_until(lambda: ada.content.count("by Grace") == 2, message="what Grace wrote")
    ada.page.locator(".jp-Notebook .jp-Cell").first.click()
    ada.page.keyboard.press("Escape")
    ada.page.get_by_role("menuitem", name="Run", exact=True).click()
    ada.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    question = ada.page.get_by_role("dialog").filter(has_text="Run what others have changed?")
    question.get_by_text("Others have changed 2 cells since you last saw them.").wait_for()
    question.get_by_role("button", name="Show").click()
    expect(cell(ada, 25)).to_be_in_viewport()
    assert RESULT not in ada.outputs

    # what Ada has looked at, she runs without a question
    go(ada, 25)

    def runs() -> bool:
        if question.count():
            question.get_by_role("button", name="Show").click()
        ada.run_cell()
        return RESULT in ada.outputs

    wait_until(runs, message="the result")
