# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""One text, once, and nothing lost: people whose files have different histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.jupyter import JupyterPage, visit
from harness.sites import NOTEBOOK, TEXT
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: where somebody's own version of the text file is kept
COPY = "hello (my copy).txt"

#: seconds for pages that may have to open a document anew
SWITCH_TIMEOUT = 90.0


def edit_privately(page: JupyterPage, app: str, path: str, text: str) -> None:
    """Edit and save a document without any room."""
    page.open(app, path).shown()
    page.wait_status("off", 0)
    page.type_at_end(text)
    page.save()
    page.wait_saved(path, text)


def leave(page: JupyterPage) -> None:
    """Close the page, and keep the browser."""
    page.page.goto("about:blank")


def test_a_reload_stays_in_step(peers: Peers, site_url: str) -> None:
    ada = visit(peers.new("Ada"), site_url, "edit", TEXT, room="r1").shown()
    grace = visit(peers.new("Grace"), site_url, "edit", TEXT, room="r1").shown()
    ada.wait_status("connected", 1)
    ada.type_at_end("before the reload, ")
    grace.wait_text("before the reload, ")
    ada.wait_saved(TEXT, "before the reload, ")
    ada.page.reload()
    ada.shown()
    ada.wait_text("Hello world", "before the reload, ")
    ada.wait_status("connected", 1, timeout=SWITCH_TIMEOUT)
    grace.type_at_end("and after")
    for page in (ada, grace):
        page.wait_text("Hello world", "before the reload, and after", timeout=SWITCH_TIMEOUT)


def test_edits_of_people_who_never_met_are_merged_when_they_do(peers: Peers, site_url: str) -> None:
    people = [peers.new("Ada"), peers.new("Grace")]
    ada = visit(people[0], site_url, "edit", TEXT, room="r1").shown()
    ada.type_at_end("from Ada. ")
    ada.wait_saved(TEXT, "from Ada. ")
    leave(ada)
    grace = visit(people[1], site_url, "edit", TEXT, room="r1").shown()
    assert "Ada" not in grace.text
    grace.type_at_end("from Grace. ")
    grace.wait_saved(TEXT, "from Grace. ")
    ada.open("edit", TEXT, room="r1", username="Ada").shown()
    for page in (ada, grace):
        page.wait_text("Hello world", "from Ada. ", "from Grace. ", timeout=SWITCH_TIMEOUT)
        assert page.files("") == {TEXT, "lesson"}


def test_a_different_file_is_kept_as_a_copy_and_the_room_is_joined(
    peers: Peers, site_url: str
) -> None:
    ada = JupyterPage(peers.new("Ada").page, site_url)
    edit_privately(ada, "lab", TEXT, "Ada's private words")
    grace = visit(peers.new("Grace"), site_url, "lab", TEXT, room="r1").shown()
    grace.wait_status("alone", 0)
    grace.type_at_end("Grace's words")

    ada.open("lab", TEXT, room="r1", username="Ada").shown()
    ada.wait_text("Hello world", "Grace's words", timeout=SWITCH_TIMEOUT)
    ada.wait_status("connected", 1)
    ada.page.get_by_role("button", name="Open my copy").wait_for()
    assert ada.drive_text(COPY) == "Hello world\nsecond line\nAda's private words"
    assert "private" not in grace.text
    ada.type_at_end(" are shared")
    for page in (ada, grace):
        page.wait_text("Hello world", "Grace's words are shared")

    # what the room wrote into Ada's drive is no reason for another copy
    ada.wait_saved(TEXT, "are shared")
    ada.open("lab", TEXT, room="r1", username="Ada").shown()
    ada.wait_text("Hello world", "Grace's words are shared")
    assert ada.files("") == {TEXT, COPY, "lesson"}
    assert grace.files("") == {TEXT, "lesson"}


def test_what_was_edited_privately_between_two_visits_is_merged(
    peers: Peers, site_url: str
) -> None:
    ada = visit(peers.new("Ada"), site_url, "edit", TEXT, room="r1").shown()
    grace = visit(peers.new("Grace"), site_url, "edit", TEXT, room="r1").shown()
    ada.wait_status("connected", 1)
    grace.type_at_end("in the room")
    ada.wait_text("in the room")
    ada.wait_saved(TEXT, "in the room")
    edit_privately(ada, "edit", TEXT, " and at home")
    assert "at home" not in grace.text
    grace.page.keyboard.press("Control+Home")
    grace.page.keyboard.type("meanwhile ")
    ada.open("edit", TEXT, room="r1", username="Ada").shown()
    for page in (ada, grace):
        page.wait_text("meanwhile Hello world", "in the room and at home", timeout=SWITCH_TIMEOUT)
        assert page.files("") == {TEXT, "lesson"}


@pytest.mark.parametrize(("app", "path"), [("lab", TEXT), ("notebooks", NOTEBOOK)])
def test_different_files_opened_at_the_same_instant_become_one_document(
    peers: Peers, site_url: str, app: str, path: str
) -> None:
    names = ["Ada", "Grace", "Joan"]
    pages = [JupyterPage(peers.new(name).page, site_url) for name in names]
    for name, page in zip(names[:2], pages[:2], strict=True):
        edit_privately(page, app, path, f"<{name} alone>")
        leave(page)
    pages[2].page.goto("about:blank")
    for name, page in zip(names, pages, strict=True):
        page.start(app, path, room="r1", username=name)
    for page in pages:
        page.shown()

    def agree() -> bool:
        try:
            contents = {page.content for page in pages}
        except Exception:  # noqa: BLE001 (a page that opens the document anew has none)
            return False
        return len(contents) == 1

    wait_until(agree, SWITCH_TIMEOUT, "one content for all")
    for page in pages:
        page.wait_status("connected", 2, timeout=SWITCH_TIMEOUT)
    folder = path.rpartition("/")[0]
    shared = pages[0].content
    for name, page in zip(names[:2], pages[:2], strict=True):
        word = f"<{name} alone>"
        copies = [file for file in page.files(folder) if "(my copy" in file]
        kept = "".join(page.drive_text(f"{folder}/{file}".lstrip("/")) for file in copies)
        # what the room shows in the end needs no copy, and nor does what it showed before
        assert (shared + kept).count(word) == 1
        assert len(copies) == kept.count(word)
    assert not [file for file in pages[2].files(folder) if "(my copy" in file]
    # and it is one document: what one types, all have
    pages[2].type_at_end("<together>")
    wait_until(
        lambda: all(page.content.count("<together>") == 1 for page in pages),
        message="what was typed at everybody's",
    )
