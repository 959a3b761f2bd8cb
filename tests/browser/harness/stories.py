# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What two people do on every site that has the files of the test site."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from harness.jupyter import JupyterPage, visit
from harness.sites import NOTEBOOK_CONTENT, TEXT
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.peers import Peer, Peers

#: a folder that the site does not ship
FOLDER = "new folder"

#: JupyterLite asks the site for the folder, and is told that there is none
NO_FOLDER = r"/api/contents/new(%20| )folder/all\.json"


def pair(peers: Peers, url: str, app: str, path: str) -> tuple[JupyterPage, JupyterPage]:
    """Bring Ada and Grace into one document."""
    people = [peers.new("Ada"), peers.new("Grace")]
    pages = [visit(person, url, app, path, room="r1") for person in people]
    for page in pages:
        page.shown()
    for page in pages:
        page.wait_status("connected", 1)
    return pages[0], pages[1]


def edit_text_together(ada: JupyterPage, grace: JupyterPage) -> None:
    """Type on both sides, and see text, name and cursor of the other."""
    ada.type_at_end("Ada was here.")
    grace.wait_text("Ada was here.", "Hello world", "second line")
    grace.type_at_end(" So was Grace.")
    for page in (ada, grace):
        page.wait_text("Ada was here. So was Grace.", "Hello world", "second line")
    wait_until(lambda: grace.cursor_names == ["Ada"], message="Ada's cursor at Grace's")
    wait_until(lambda: ada.cursor_names == ["Grace"], message="Grace's cursor at Ada's")
    for page in (ada, grace):
        page.wait_status("connected", 1)


def run_a_cell_together(ada: JupyterPage, grace: JupyterPage) -> None:
    """Add and run a cell on one side, and see source and output on the other."""
    wait_until(lambda: ada.kernel_status == "idle", message="Ada's kernel")
    ada.insert_code_cell("'six times seven is ' + (6 * 7)")
    ada.run_cell()
    for page in (ada, grace):
        page.wait_outputs("six times seven is 42")
        assert page.sources == [
            "# Waves\nA first lesson.",
            "const first = 1;",
            "The end.",
            "'six times seven is ' + (6 * 7)",
        ]
    wait_until(lambda: grace.cursor_names == ["Ada"], message="Ada's cursor at Grace's")


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
    return visit(guest(ada), url, "edit", TEXT).shown()


def guest(person: Peer) -> Peer:
    """Expect what JupyterLite does about a missing folder."""
    person.expect_trouble(NO_FOLDER)
    person.expect_trouble("Failed to load resource")
    return person


def work_with_a_guest(peers: Peers, url: str, app: str, name: str) -> None:
    """Let Grace open and edit what only Ada has, in a folder that only Ada has."""
    path = f"{FOLDER}/{name}"
    ada = host(peers.new("Ada"), url)
    make_file(ada, path)
    ada.open(app, path, room="r1", username="Ada").shown()
    grace = visit(guest(peers.new("Grace")), url, app, path, room="r1").shown()
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
