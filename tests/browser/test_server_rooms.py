# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Named rooms on a Jupyter server, over reloads and between tabs (P1, P5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from harness.jupyter import wait_all_saved
from harness.jupyter_server import NOTEBOOK, TEXT, ServerPage, pair, visit_server
from harness.sharing import newcomer, open_dialog
from harness.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from harness.jupyter import JupyterPage
    from harness.jupyter_server import JupyterServer
    from harness.peers import Peers


def files(root: Path) -> set[str]:
    """Name what is in the folder of the documents."""
    return {path.name for path in (root / TEXT).parent.iterdir() if path.is_file()}


def wait_saved(root: Path, *pages: JupyterPage) -> None:
    """Wait until the file holds what all of these show, and they know."""
    wait_all_saved(*pages)
    shown = {page.text.rstrip("\n") for page in pages}
    wait_until(
        lambda: {(root / TEXT).read_text("utf-8").rstrip("\n")} == shown,
        message=f"{shown} in the file",
    )


@pytest.mark.gate
def test_who_reloads_jupyterlab_stays_in_the_named_room_of_the_address(
    peers: Peers, collaborative: JupyterServer, root: Path
) -> None:
    before = files(root)
    ada, grace = pair(peers, collaborative, "lab", TEXT, room="r1")
    for page in (ada, grace):
        page.wait_status("connected", 1)
    assert "room=" not in ada.page.url, "Lab's router leaves it there"
    ada.type_at_end("<ada>")
    grace.wait_text("<ada>")
    ada.page.reload()
    ada.shown()
    for page in (ada, grace):
        page.wait_status("connected", 1)
    ada.type_at_end("<ada again>")
    grace.type_at_end("<grace>")
    for page in (ada, grace):
        page.wait_text("Hello world", "<ada>", "<ada again>", "<grace>")
    wait_saved(root, ada, grace)
    assert files(root) == before


@pytest.mark.parametrize("app", ["notebooks", "edit"])
def test_who_reloads_notebook_7_stays_in_the_named_room(
    peers: Peers, collaborative: JupyterServer, app: str
) -> None:
    path = NOTEBOOK if app == "notebooks" else TEXT
    ada, grace = pair(peers, collaborative, app, path, room="r1")
    grace.page.reload()
    grace.shown()
    for page in (ada, grace):
        page.wait_status("connected", 1)


def test_after_a_reload_what_the_tab_shared_is_shared_and_what_lab_restored_is_not(
    peers: Peers, collaborative: JupyterServer
) -> None:
    ada = visit_server(newcomer(peers, "Ada"), collaborative, "lab", NOTEBOOK).shown()
    wait_until(lambda: ada.is_in_saved_layout(NOTEBOOK), message="the layout to be saved")
    ada.open("lab", TEXT, room="r1").shown()
    ada.tab("waves.ipynb").wait_for()
    wait_until(lambda: ada.is_in_saved_layout(TEXT), message="the layout to be saved")
    ada.page.reload()
    ada.shown()
    ada.bring_to_front(NOTEBOOK)
    wait_until(lambda: ada.sources, message="the notebook")
    dialog = open_dialog(ada)
    expect(dialog.get_by_role("button", name=f"Also share “{NOTEBOOK}”")).to_be_visible()
    expect(dialog.get_by_role("button", name=f"Stop sharing “{TEXT}”")).to_be_visible()


def test_who_opens_the_address_without_the_room_in_another_tab_shares_nothing(
    peers: Peers, collaborative: JupyterServer
) -> None:
    ada = visit_server(peers.new("Ada"), collaborative, "lab", TEXT, room="r1").shown()
    ada.wait_status("alone", 0)
    tab = ServerPage(peers.by_name("Ada").new_tab(), collaborative.url)
    tab.open("lab", TEXT).shown()
    tab.wait_status("off", 0)
    tab.page.close()


def test_who_stops_sharing_is_in_no_room_after_a_reload(
    peers: Peers, collaborative: JupyterServer
) -> None:
    ada = visit_server(peers.new("Ada"), collaborative, "lab", TEXT, room="r1").shown()
    ada.wait_status("alone", 0)
    ada.page.evaluate("() => void jupyterapp.commands.execute('webrtc-docprovider:stop')")
    ada.wait_status("off", 0)
    ada.page.reload()
    ada.shown()
    ada.wait_status("off", 0)


@pytest.mark.gate
def test_two_tabs_of_one_person_write_one_history_also_where_one_reloads(
    peers: Peers, collaborative: JupyterServer, root: Path
) -> None:
    before = files(root)
    ada = peers.new("Ada")
    one = visit_server(ada, collaborative, "lab", TEXT, room="r1").shown()
    one.wait_status("alone", 0)
    one.type_at_end("<one>")
    wait_saved(root, one)
    two = ServerPage(ada.new_tab(), collaborative.url)
    two.open("lab", TEXT, room="r1").shown()
    two.type_at_end("<two>")
    everything = ["<one>", "<two>"]
    for page in (one, two):
        page.wait_text("Hello world", *everything)
    for number, (reloads, stays) in enumerate([(one, two), (two, one)]):
        reloads.page.bring_to_front()
        reloads.page.reload()
        reloads.shown()
        for name, page in (("reloaded", reloads), ("stays", stays)):
            page.page.bring_to_front()
            page.type_at_end(f"<{name} {number}>")
            everything.append(f"<{name} {number}>")
        for page in (one, two):
            page.wait_text("Hello world", *everything)
    wait_saved(root, one, two)
    assert files(root) == before
    for page in (one, two):
        page.wait_status("alone", 0)
