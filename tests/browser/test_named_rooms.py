# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A named room shares what is opened in it, and says so (P5, P10)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from harness.jupyter import visit
from harness.sharing import newcomer, open_dialog, share
from harness.sites import NOTEBOOK, TEXT

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from harness.jupyter import JupyterPage
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: opens a document as the file browser does
OPEN = "path => jupyterapp.commands.execute('docmanager:open', { path })"


def told(page: JupyterPage, path: str) -> Locator:
    """Find the notification that a document is shared by being opened."""
    words = f"“{path}” is shared in the room “r1”"
    return page.page.locator(".Toastify__toast").filter(has_text=words)


def told_before(page: JupyterPage, path: str) -> Locator:
    """Find the same in the list of all notifications, once it is shown."""
    center = page.page.locator(".jp-Notification-Center")
    return center.locator(".jp-Notification-List-Item").filter(has_text=f"“{path}” is shared")


@pytest.mark.gate
def test_who_opens_a_document_is_told_that_it_is_shared_before_others_read_what_they_type(
    peers: Peers, site_url: str
) -> None:
    grace = visit(peers.new("Grace"), site_url, "edit", TEXT, room="r1")
    told(grace, TEXT).wait_for()  # goes after a while
    ada = visit(peers.new("Ada"), site_url, "lab", NOTEBOOK, room="r1")
    told(ada, NOTEBOOK).wait_for()
    ada.shown()
    dialog = open_dialog(ada)
    expect(dialog).to_contain_text("Whatever you open while you are in this room is shared, too.")
    expect(dialog).not_to_contain_text("Your other documents stay private")
    dialog.get_by_role("button", name="Done").click()
    status = ada.page.locator(".jp-WebRTCStatus[data-state]").first
    expect(status).to_have_attribute("title", re.compile("What you open is shared there"))

    ada.page.evaluate(f"path => void ({OPEN})(path)", TEXT)
    told(ada, TEXT).wait_for()
    ada.wait_current(TEXT)
    ada.shown().type_at_end("as the words say")
    grace.wait_text("as the words say")

    # and can take it back, at once and later
    ada.execute("apputils:display-notifications")
    told_before(ada, TEXT).get_by_role("button", name="Stop sharing it").click()
    expect(open_dialog(ada).get_by_role("button", name=f"Also share “{TEXT}”")).to_be_visible()


def test_what_is_opened_in_the_room_of_a_link_stays_private_as_the_dialog_says(
    peers: Peers, site_url: str
) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", NOTEBOOK).shown()
    share(ada)
    ada.page.evaluate(OPEN, TEXT)
    ada.wait_current(TEXT)
    ada.shown()
    dialog = open_dialog(ada)
    expect(dialog).to_contain_text("Your other documents stay private.")
    dialog.get_by_role("button", name=f"Also share “{TEXT}”").wait_for()
    expect(ada.page.get_by_text(f"“{TEXT}” is shared in the room")).to_have_count(0)
