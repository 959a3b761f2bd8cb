# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A guest needs nothing: shared documents open where the file is missing (P4)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from harness.jupyter import JupyterPage, visit
from harness.sites import NOTEBOOK_CONTENT, TEXT
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.peers import Peer, Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: a folder that the site does not ship
FOLDER = "new folder"

#: Jupyter's own message beside the dialog that says so
NOT_OPENED = "Failed to initialize the context"

#: JupyterLite asks the site for the folder, and is told that there is none
NO_FOLDER = r"/api/contents/new(%20| )folder/all\.json"


def make_file(page: JupyterPage, path: str) -> None:
    """Put a file into somebody's drive, where the site has none."""
    content = {**NOTEBOOK_CONTENT, "cells": NOTEBOOK_CONTENT["cells"][:2]}
    page.page.evaluate(
        """async ([path, notebook]) => {
            const drive = jupyterapp.serviceManager.contents.defaultDrive;
            const isNotebook = path.endsWith('.ipynb');
            const folder = path.slice(0, path.lastIndexOf('/'));
            await drive.save(folder, { type: 'directory', format: 'json' });
            await drive.save(path, {
                type: isNotebook ? 'notebook' : 'file',
                format: isNotebook ? 'json' : 'text',
                content: isNotebook ? JSON.parse(notebook) : 'only Ada has this'
            });
        }""",
        [path, json.dumps(content)],
    )


def host(ada: Peer, url: str) -> JupyterPage:
    """Let Ada have a page, from which she can make files."""
    ada.expect_trouble(NO_FOLDER)
    ada.expect_trouble("Failed to load resource")
    return visit(ada, url, "edit", TEXT).shown()


def guest(grace: Peer) -> Peer:
    """Expect what JupyterLite does about a missing folder."""
    grace.expect_trouble(NO_FOLDER)
    grace.expect_trouble("Failed to load resource")
    return grace


@pytest.mark.parametrize(
    ("app", "name"), [("lab", "plan.txt"), ("edit", "plan.txt"), ("notebooks", "plan.ipynb")]
)
def test_a_document_opens_where_its_file_and_folder_are_missing(
    peers: Peers, site_url: str, app: str, name: str
) -> None:
    path = f"{FOLDER}/{name}"
    ada = host(peers.new("Ada"), site_url)
    make_file(ada, path)
    ada.open(app, path, room="r1", username="Ada").shown()
    grace = visit(guest(peers.new("Grace")), site_url, app, path, room="r1").shown()
    grace.wait_status("connected", 1)
    grace.type_at_end("<from the guest>")
    if name.endswith(".txt"):
        for page in (ada, grace):
            page.wait_text("only Ada has this", "<from the guest>")
    else:
        wait_until(
            lambda: ada.sources == grace.sources and "<from the guest>" in ada.sources[1],
            message="the guest's words at Ada's",
        )
    grace.wait_saved(path, "<from the guest>")
    assert grace.files(FOLDER) == {name}


def test_a_guest_who_comes_first_is_told_what_the_page_waits_for(
    peers: Peers, site_url: str
) -> None:
    path = f"{FOLDER}/plan.txt"
    grace = visit(guest(peers.new("Grace")), site_url, "lab", path, room="r1")
    waiting = grace.page.get_by_text("Waiting for somebody in this room")
    waiting.wait_for()
    ada = host(peers.new("Ada"), site_url)
    make_file(ada, path)
    ada.open("edit", path, room="r1", username="Ada").shown()
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


def test_without_a_room_a_missing_file_is_an_error_as_ever(peers: Peers, site_url: str) -> None:
    person = guest(peers.new("Grace"))
    person.expect_trouble(NOT_OPENED)
    grace = visit(person, site_url, "lab", "missing.txt")
    grace.page.get_by_role("dialog").get_by_text("missing.txt").first.wait_for()
