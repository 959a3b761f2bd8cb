# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""WebKit, which is Safari's, beside Chromium; without WebRTC, so all goes by the relay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from harness.driven import DrivenJupyterPage
from harness.jupyter import visit
from harness.large import LARGE_TIMEOUT, digest, expect_small_edits, make_large
from harness.sharing import newcomer, share
from harness.sites import NOTEBOOK, TEXT
from harness.stories import FOLDER, host, make_file
from harness.waiting import wait_until

if TYPE_CHECKING:
    from conftest import NewWebKit
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: seconds for a page to say what it knows: what was asked for in vain is asked for again after 30
IN_STEP_TIMEOUT = 10.0

#: MB that the relay lets through within a minute
RELAYED_MB = 2


def details(page: DrivenJupyterPage, row: str) -> str:
    """Open the details of the connection, and read them once a row of the table is there."""
    page.tab_.evaluate("() => document.querySelector('.jp-WebRTCStatus button').click()")
    read = "() => document.querySelector('.jp-WebRTCDiagnose')?.innerText ?? ''"

    def told() -> str:
        words = str(page.tab_.evaluate(read))
        return words if re.search(row, words) else ""

    return wait_until(told, message="the details")


def test_people_with_webkit_and_chromium_edit_one_notebook_and_are_told_how_they_meet(
    peers: Peers, site_url: str, new_webkit: NewWebKit
) -> None:
    ada = visit(peers.new("Ada"), site_url, "lab", NOTEBOOK, room="r1").shown()
    grace = DrivenJupyterPage(new_webkit(), site_url)
    grace.open("notebooks", NOTEBOOK, room="r1", username="Grace").shown()
    for page in (ada, grace):
        page.wait_status("relayed", 1)
    ada.type_at_end(" // Ada")
    grace.wait_text("const first = 1; // Ada")
    grace.type_at_end(" and Grace")
    for page in (ada, grace):
        page.wait_text("const first = 1; // Ada and Grace")
        page.wait_status("relayed", 1, IN_STEP_TIMEOUT)
    wait_until(lambda: ada.cursor_names == ["Grace"], message="Grace's cursor at Ada's")
    words = details(grace, r"Ada\s+signaling server\s+\d+ ms.*in step")
    assert "There is no direct connection to some of them" in words
    assert "missing. This browser has no WebRTC" in words
    assert "network" not in words


def test_two_with_webkit_are_in_step_as_soon_as_all_is_here_in_one_room_after_the_other(
    site_url: str, new_webkit: NewWebKit
) -> None:
    ada, grace = (DrivenJupyterPage(new_webkit(), site_url) for _ in range(2))
    for room in ("r1", "r2", "r3"):
        ada.open("edit", TEXT, room=room, username="Ada").shown()
        ada.wait_status("alone", 0)
        grace.open("edit", TEXT, room=room, username="Grace").shown()
        for writer, reader in ((grace, ada), (ada, grace)):
            word = f"<{room} {'Ada' if writer is ada else 'Grace'}>"
            writer.type_at_end(word)
            reader.wait_text(word)
        for page in (ada, grace):
            page.wait_status("relayed", 1, IN_STEP_TIMEOUT)


def test_a_link_leads_a_guest_with_webkit_to_a_notebook(
    peers: Peers, site_url: str, new_webkit: NewWebKit
) -> None:
    path = f"{FOLDER}/plan.ipynb"
    person = newcomer(peers, "Ada")
    ada = host(person, site_url)
    make_file(ada, path)
    ada.open("notebooks", path, username="Ada").shown()
    link = share(ada)
    webkit = new_webkit()
    grace = DrivenJupyterPage(webkit, site_url)
    webkit.goto(link.replace("?", "?username=Grace&"))
    grace.shown()
    for page in (ada, grace):
        page.wait_status("relayed", 1)
    grace.type_at_end("<from the guest>")
    ada.wait_text("const first = 1;<from the guest>")
    grace.wait_saved(path, "<from the guest>")
    assert grace.files(FOLDER) == {"plan.ipynb"}


def test_a_link_leads_webkit_to_a_large_file_that_it_lacks(
    peers: Peers, site_url: str, new_webkit: NewWebKit
) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", TEXT).shown()
    make_large(ada, "large.txt", RELAYED_MB, "text")
    ada.open("lab", "large.txt", username="Ada").shown().wait_current("large.txt")
    link = share(ada)
    grace = DrivenJupyterPage(new_webkit(), site_url)
    grace.tab_.goto(link)
    grace.shown(LARGE_TIMEOUT)
    for page in (ada, grace):
        page.wait_status("relayed", 1, timeout=LARGE_TIMEOUT)
    wait_until(lambda: digest(grace) == digest(ada), LARGE_TIMEOUT, "all of it")
    expect_small_edits(ada, grace, RELAYED_MB)


def test_after_a_reload_of_webkit_all_is_there_and_in_step(
    peers: Peers, site_url: str, new_webkit: NewWebKit
) -> None:
    visitor = peers.new("Ada")
    ada = visit(visitor, site_url, "edit", TEXT, room="r1").shown()
    webkit = new_webkit()
    grace = DrivenJupyterPage(webkit, site_url)
    grace.open("edit", TEXT, room="r1", username="Grace").shown()
    for page in (ada, grace):
        page.wait_status("relayed", 1)
    ada.type_at_end("<Ada>")
    grace.wait_text("<Ada>")
    grace.type_at_end("<Grace>")
    ada.wait_text("<Ada>", "<Grace>")
    webkit.reload()
    grace.shown()
    for page in (ada, grace):
        page.wait_text("<Ada>", "<Grace>", "Hello world", "second line")
        page.wait_status("relayed", 1)
    # nobody is there who could send what was typed last
    visitor.page.goto("about:blank")
    grace.wait_status("alone", 0)
    grace.type_at_end("<alone>")
    webkit.reload()
    grace.shown()
    grace.wait_text("<Ada>", "<Grace>", "<alone>", "Hello world", "second line")
    visit(visitor, site_url, "edit", TEXT, room="r1").shown()
    for page in (ada, grace):
        page.wait_text("<Ada>", "<Grace>", "<alone>", "Hello world", "second line")
        page.wait_status("relayed", 1)
