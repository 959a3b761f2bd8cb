# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What is wrong with a file is said, and what helps does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.files import make_folder, write
from harness.jupyter import JupyterPage, visit
from harness.sites import NOTEBOOK_CONTENT, TEXT, write_test_site
from harness.waiting import wait_until
from sites import build_site

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from conftest import ServeSite
    from harness.peers import Peer, Peers
    from harness.servers import ServerProcess

#: what is shipped as a notebook, and is none
BROKEN = "broken.ipynb"

#: its text
BROKEN_TEXT = "{ this is not JSON"

#: a text file of the person's own
OTHER = "other.txt"

#: begins to execute a command that asks something
BEGIN = "([command, args]) => void jupyterapp.commands.execute(command, args).catch(() => {})"


def begin(page: JupyterPage, command: str, **args: str) -> None:
    """Begin to execute a command, which may ask something."""
    page.page.evaluate(BEGIN, [command, args])


def dialog(page: JupyterPage, words: str) -> Locator:
    """Find a dialog by what it says."""
    return page.page.get_by_role("dialog").filter(has_text=words)


def give_name(page: JupyterPage, command: str, name: str, button: str) -> None:
    """Execute a command that asks for a name, and answer."""
    begin(page, command)
    asked = page.page.get_by_role("dialog").filter(has=page.page.get_by_role("textbox"))
    asked.get_by_role("textbox").fill(name)
    asked.get_by_role("button", name=button).click()


def two_files(peer: Peer, site_url: str, room: dict[str, str]) -> JupyterPage:
    """Open a text file, and one of one's own behind it, with unlike words."""
    page = visit(peer, site_url, "lab", TEXT, **room).shown()
    write(page, OTHER, "others\n")
    begin(page, "docmanager:open", path=OTHER)
    page.wait_current(OTHER)
    page.shown().type_at_end("<other>")
    page.wait_saved(OTHER, "<other>")
    page.bring_to_front(TEXT)
    page.type_at_end("<hello>")
    page.wait_saved(TEXT, "<hello>")
    return page


@pytest.mark.usefixtures("site_signaling")
@pytest.mark.parametrize("room", [{}, {"room": "r1"}], ids=["private", "shared"])
@pytest.mark.parametrize("command", ["docmanager:rename", "docmanager:save-as"])
def test_a_name_that_is_taken_is_asked_about_and_shows_what_was_chosen(
    peers: Peers, site_url: str, room: dict[str, str], command: str
) -> None:
    ada = two_files(peers.new("Ada"), site_url, room)
    button = "Rename" if command == "docmanager:rename" else "Save"
    give_name(ada, command, OTHER, button)
    asked = dialog(ada, f'"{OTHER}" already exists')
    asked.get_by_role("button", name="Cancel").click()
    asked.wait_for(state="detached")
    assert ada.drive_text(OTHER).count("<other>") == 1

    ada.bring_to_front(TEXT)
    give_name(ada, command, OTHER, button)
    asked.get_by_role("button", name="Overwrite").click()
    ada.wait_current(OTHER)
    ada.shown().wait_text("<hello>")
    ada.type_at_end("<after>")
    ada.wait_saved(OTHER, "<hello><after>")
    assert "<other>" not in ada.drive_text(OTHER)
    assert ada.tab(OTHER).count() == 1
    assert ada.files("") & {TEXT, OTHER, "other (shared).txt"} == {TEXT, OTHER}


@pytest.mark.usefixtures("site_signaling")
@pytest.mark.parametrize("room", [{}, {"room": "r1"}], ids=["private", "shared"])
def test_who_saves_a_file_whose_folder_is_gone_has_both_again_and_is_saved_by_itself(
    peers: Peers, site_url: str, room: dict[str, str]
) -> None:
    person = peers.new("Ada")
    person.expect_trouble("own/all.json|status of 404")  # JupyterLite's: a site may ship it
    ada = visit(person, site_url, "lab", TEXT, **room).shown()
    make_folder(ada, "own")
    write(ada, "own/plan.txt", "the plan: ")
    begin(ada, "docmanager:open", path="own/plan.txt")
    ada.wait_current("own/plan.txt")
    ada.shown().type_at_end("all")
    ada.wait_saved("own/plan.txt", "all")
    ada.page.evaluate("() => jupyterapp.serviceManager.contents.delete('own')")
    ada.type_at_end(" of")
    ada.save()
    assert not ada.page.get_by_role("dialog").count()
    assert ada.files("own") == {"plan.txt"}
    ada.type_at_end(" it")
    ada.wait_saved("own/plan.txt", "the plan: all of it")


@pytest.mark.parametrize("room", [{}, {"room": "r1"}], ids=["private", "shared"])
def test_a_notebook_that_is_no_json_says_so_and_can_be_downloaded_and_corrected(
    peers: Peers,
    serve_site: ServeSite,
    signaling: ServerProcess,
    tmp_path: Path,
    room: dict[str, str],
) -> None:
    write_test_site(tmp_path, {"webRtcIceServers": []})
    (tmp_path / "files" / BROKEN).write_text(BROKEN_TEXT, encoding="utf-8")
    options = ("--contents", "files", "--no-sourcemaps", "--webrtc-signaling-url", signaling.url)
    url = serve_site(build_site(tmp_path, tmp_path / "site", *options))
    person = peers.new("Ada")
    person.expect_trouble("Failed to initialize the context")
    ada = visit(person, url, "lab", BROKEN, **room)
    told = dialog(ada, "it is not valid JSON")
    told.get_by_text("Open it with the editor, and correct it.").wait_for()
    # which stood beside it
    assert not ada.page.get_by_text(f"“{BROKEN}” is shared in the room").count()
    told.get_by_role("button", name="Close").click()

    begin(ada, "docmanager:open", path=BROKEN, factory="Editor")
    ada.wait_current(BROKEN)
    ada.shown().wait_text(BROKEN_TEXT)
    with ada.page.expect_download() as coming:
        ada.execute("docmanager:download")
    assert coming.value.suggested_filename == BROKEN
    assert Path(coming.value.path()).read_text(encoding="utf-8") == BROKEN_TEXT
    ada.editors.first.click()
    ada.page.keyboard.press("Control+a")
    ada.page.keyboard.insert_text(json.dumps(NOTEBOOK_CONTENT))
    ada.save()
    corrected = visit(person, url, "notebooks", BROKEN, **room).shown()
    wait_until(lambda: corrected.sources[-1:] == ["The end."], message="the notebook")
