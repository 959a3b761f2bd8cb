# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A guest needs nothing: shared documents open where the file is missing (P4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from harness.absence import nothing_comes
from harness.jupyter import JupyterPage, visit
from harness.sharing import open_dialog
from harness.sites import TEXT
from harness.stories import FOLDER, guest, host, make_file, work_with_a_guest

if TYPE_CHECKING:
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: Jupyter's own message beside the dialog that says so
NOT_OPENED = "Failed to initialize the context"


@pytest.mark.parametrize(
    ("app", "name"), [("lab", "plan.txt"), ("edit", "plan.txt"), ("notebooks", "plan.ipynb")]
)
def test_a_document_opens_where_its_file_and_folder_are_missing(
    peers: Peers, site_url: str, app: str, name: str
) -> None:
    work_with_a_guest(peers, site_url, app, name)


def test_a_guest_who_comes_first_is_told_what_the_page_waits_for(
    peers: Peers, site_url: str
) -> None:
    path = f"{FOLDER}/plan.txt"
    grace = visit(guest(peers.new("Grace")), site_url, "lab", path, room="r1")
    waiting = grace.page.get_by_text("Waiting for somebody in this room")
    waiting.wait_for()
    dialog = open_dialog(grace)
    copy = dialog.get_by_role("button", name="Open a private copy")
    expect(copy).to_have_count(0)
    ada = host(peers.new("Ada"), site_url)
    make_file(ada, path)
    ada.open("edit", path, room="r1", username="Ada").shown()
    copy.wait_for()  # the dialog takes it in, too
    grace.page.keyboard.press("Escape")
    grace.shown()
    grace.wait_text("only Ada has this")
    waiting.wait_for(state="hidden")


def test_a_guest_who_has_waited_long_enough_can_stop(peers: Peers, site_url: str) -> None:
    path = f"{FOLDER}/plan.txt"
    person = guest(peers.new("Grace"))
    person.expect_trouble(NOT_OPENED)
    grace = visit(person, site_url, "lab", path, room="r1")
    grace.page.get_by_role("button", name="Stop waiting").click()
    dialog = grace.page.get_by_role("dialog")
    dialog.get_by_text("nobody who has it is in the room").wait_for()
    assert grace.files("") == {TEXT, "lesson"}


def test_a_guest_who_closes_the_document_gets_no_file_until_they_open_it_again(
    peers: Peers, site_url: str
) -> None:
    path = f"{FOLDER}/plan.txt"
    grace = visit(guest(peers.new("Grace")), site_url, "lab", path, room="r1")
    waiting = grace.page.get_by_text("Waiting for somebody in this room")
    waiting.wait_for()
    grace.tab("plan.txt").locator(".lm-TabBar-tabCloseIcon").click()
    waiting.wait_for(state="hidden")
    person = peers.new("Ada")
    ada = host(person, site_url)
    make_file(ada, path)
    ada.open("edit", path, room="r1", username="Ada").shown()

    def share_something_else() -> None:
        grace.page.evaluate(
            "path => jupyterapp.commands.execute('docmanager:open', { path })", TEXT
        )
        grace.shown()
        tab = JupyterPage(person.new_tab(), site_url).open("edit", TEXT, room="r1").shown()
        tab.type_at_end("<something else>")
        grace.wait_text("<something else>")

    nothing_comes(lambda: grace.files("") - {TEXT, "lesson"}, share_something_else)
    grace.open("lab", path, room="r1", username="Grace").wait_current(path)
    grace.editors.filter(has_text="only Ada has this").wait_for()
    grace.wait_saved(path, "only Ada has this")


def test_without_a_room_a_missing_file_is_an_error_as_ever(peers: Peers, site_url: str) -> None:
    person = guest(peers.new("Grace"))
    person.expect_trouble(NOT_OPENED)
    grace = visit(person, site_url, "lab", "missing.txt")
    grace.page.get_by_role("dialog").get_by_text("missing.txt").first.wait_for()
