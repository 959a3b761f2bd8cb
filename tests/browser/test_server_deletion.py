# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Who deletes a file of a Jupyter server deletes it for everybody there, whose pages ask (P2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from harness.absence import nothing_comes
from harness.jupyter import wait_all_saved
from harness.jupyter_server import NOTEBOOK, TEXT, JupyterServer, ServerPage, visit_server
from harness.sites import TEXT_CONTENT
from harness.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from harness.peers import Peers


@pytest.fixture
def root(root: Path) -> Path:
    """Make a drive of one file, which everybody has."""
    (root / NOTEBOOK).unlink()
    return root


def meet(peers: Peers, server: JupyterServer, app: str = "lab") -> tuple[ServerPage, ServerPage]:
    """Bring Ada and, in an app, Grace into the document."""
    ada = visit_server(peers.new("Ada"), server, "lab", TEXT, room="r1")
    grace = visit_server(peers.new("Grace"), server, app, TEXT, room="r1")
    for page in (ada, grace):
        page.shown()
    for page in (ada, grace):
        page.wait_status("connected", 1)
    # whether it is still there tells a drive that people share from one of her own
    peers.by_name("Grace").expect_trouble("404.*" + re.escape(TEXT))
    grace.type_at_end("<before>")
    ada.wait_text("Hello world", "<before>")
    return ada, grace


def delete_by_hand(page: ServerPage, name: str) -> None:
    """Delete a file in the file browser, which shows its folder."""
    page.page.locator("#filebrowser .jp-DirListing-item", has_text=name).click()
    page.page.evaluate("() => void jupyterapp.commands.execute('filebrowser:delete')")
    page.page.locator(".jp-Dialog .jp-mod-accept").click()


def question(page: ServerPage, text: str) -> Locator:
    """Wait for what a page asks."""
    toast = page.page.locator(".Toastify__toast", has_text=text)
    toast.wait_for()
    return toast


def go_out_of_sight(page: ServerPage) -> None:
    """Let a page save what it would save by itself."""
    page.page.evaluate(
        """() => {
            Object.defineProperty(document, 'visibilityState', {
                configurable: true, get: () => 'hidden'
            });
            document.dispatchEvent(new Event('visibilitychange'));
            delete document.visibilityState;
        }"""
    )


def wait_gone(root: Path, ada: ServerPage) -> None:
    """Wait until the file is deleted, and the page of who did it has closed it."""
    wait_until(lambda: not (root / TEXT).exists(), message="the file is deleted")
    wait_until(lambda: ada.tab("hello.txt").count() == 0, message="its tab is closed")


@pytest.mark.gate
def test_what_one_deletes_on_a_server_comes_back_only_when_another_wants_it_back(
    peers: Peers, collaborative: JupyterServer, root: Path
) -> None:
    ada, grace = meet(peers, collaborative)
    wait_all_saved(ada, grace)
    delete_by_hand(ada, "hello.txt")
    wait_gone(root, ada)
    asked = question(grace, "was deleted by")
    assert "Yours stays" not in grace.page.locator("body").inner_text()

    grace.editors.first.click()
    grace.page.keyboard.press("Control+End")
    # one more key, and a page that goes out of sight, bring nothing back
    for key in "<after>":
        grace.page.keyboard.type(key)
        go_out_of_sight(grace)
        assert grace.files("notes") == set()
    assert not (root / TEXT).exists()
    assert grace.is_dirty

    # closing asks
    grace.page.evaluate("() => void jupyterapp.shell.currentWidget.close()")
    dialog = grace.page.locator(".jp-Dialog")
    dialog.get_by_text("Save your work").wait_for()
    dialog.get_by_role("button", name="Cancel").click()
    assert not (root / TEXT).exists()

    asked.get_by_role("button", name="Keep it").click()
    wait_until((root / TEXT).exists, message="the file is there again")
    wait_all_saved(grace)
    assert (root / TEXT).read_text("utf-8").rstrip("\n") == f"{TEXT_CONTENT}<before><after>"

    # and it is the same document for who opens it now
    ada.page.evaluate("path => void jupyterapp.commands.execute('docmanager:open', { path })", TEXT)
    ada.wait_current(TEXT)
    ada.shown().wait_text("Hello world", "<before>", "<after>")
    ada.type_at_end("<Ada>")
    grace.wait_text("Hello world", "<before>", "<after>", "<Ada>")
    wait_all_saved(ada, grace)
    assert [path.name for path in (root / "notes").iterdir() if path.is_file()] == ["hello.txt"]


def test_what_one_deletes_on_a_server_stays_deleted_when_the_others_close_it(
    peers: Peers, collaborative: JupyterServer, root: Path
) -> None:
    ada, grace = meet(peers, collaborative)
    delete_by_hand(ada, "hello.txt")
    wait_gone(root, ada)
    asked = question(grace, "was deleted by")
    grace.type_at_end("<after>")
    asked.get_by_role("button", name="Close it").click()
    wait_until(lambda: grace.tab("hello.txt").count() == 0, message="it is closed")
    assert grace.page.locator(".jp-Dialog").count() == 0
    assert grace.files("notes") == set()

    # its name is free
    (root / TEXT).write_text("something new\n", encoding="utf-8")
    for page in (ada, grace):
        page.page.evaluate(
            "path => void jupyterapp.commands.execute('docmanager:open', { path })", TEXT
        )
        page.wait_current(TEXT)
        page.shown()
    for page in (ada, grace):
        page.wait_text("something new")

    def write_on() -> None:
        ada.type_at_end("<Ada>")
        grace.wait_text("something new", "<Ada>")
        grace.type_at_end("<Grace>")
        ada.wait_text("something new", "<Ada>", "<Grace>")

    nothing_comes(lambda: "<after>" in ada.text + grace.text, write_on)
    wait_all_saved(ada, grace)
    assert ada.files("notes") == {"hello.txt"}


def test_a_folder_that_one_deletes_on_a_server_is_there_again_when_another_saves_by_hand(
    peers: Peers, collaborative: JupyterServer, root: Path
) -> None:
    ada, grace = meet(peers, collaborative)
    wait_all_saved(ada, grace)
    peers.by_name("Grace").expect_trouble(r"404.*/contents/notes\b")
    peers.by_name("Ada").expect_trouble(r"404.*/contents/notes\b")
    ada.page.evaluate("() => void jupyterapp.commands.execute('filebrowser:go-up')")
    delete_by_hand(ada, "notes")
    wait_until(lambda: not (root / "notes").exists(), message="the folder is deleted")
    question(grace, "was deleted by")
    grace.type_at_end("<after>")
    grace.page.evaluate("() => void jupyterapp.shell.currentWidget.close()")
    dialog = grace.page.locator(".jp-Dialog")
    dialog.get_by_role("button", name="Save", exact=True).click()
    everything = f"{TEXT_CONTENT}<before><after>"
    file = root / TEXT
    wait_until(
        # the server makes it, and then writes it
        lambda: file.exists() and file.read_text("utf-8").rstrip("\n") == everything,
        message="the file is there again, with all that was written",
    )
    wait_until(lambda: grace.tab("hello.txt").count() == 0, message="it is closed")


def test_who_deletes_a_file_that_they_have_not_opened_is_named_too(
    peers: Peers, collaborative: JupyterServer, root: Path
) -> None:
    (root / "notes" / "other.txt").write_text("other\n", encoding="utf-8")
    ada = visit_server(peers.new("Ada"), collaborative, "lab", "notes/other.txt", room="r1")
    grace = visit_server(peers.new("Grace"), collaborative, "lab", TEXT, room="r1")
    for page in (ada, grace):
        page.shown()
    for page in (ada, grace):
        page.wait_status("connected", 1)
    peers.by_name("Grace").expect_trouble("404.*" + re.escape(TEXT))
    delete_by_hand(ada, "hello.txt")
    question(grace, "was deleted by")
    assert grace.is_dirty
    assert ada.files("notes") == {"other.txt"}


def test_who_closes_what_was_deleted_in_notebook_7_is_led_to_the_files(
    peers: Peers, collaborative: JupyterServer, root: Path
) -> None:
    ada, grace = meet(peers, collaborative, "edit")
    delete_by_hand(ada, "hello.txt")
    wait_gone(root, ada)
    question(grace, "was deleted by").get_by_role("button", name="Close it").click()
    grace.page.wait_for_url(f"{collaborative.url}tree**")
    assert not (root / TEXT).exists()
