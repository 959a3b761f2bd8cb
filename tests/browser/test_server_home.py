# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""JupyterLab and Notebook 7 on a Jupyter server, the other home of sharing over WebRTC."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.absence import all_started, nothing_comes
from harness.files import rename
from harness.jupyter import wait_all_saved
from harness.jupyter_server import (
    NOTEBOOK,
    NOTEBOOK_ITSELF,
    TEXT,
    TOKEN,
    JupyterServer,
    ServerPage,
    pair,
    visit_server,
)
from harness.sharing import newcomer, share
from harness.waiting import wait_until
from jupyterlite_webrtc.constants import LABEXTENSION, NEEDED_LABEXTENSIONS
from sites import run, succeeded

if TYPE_CHECKING:
    from contextlib import ExitStack

    from conftest import Serve
    from harness.peers import Peers

#: JupyterLab's own sharing, by way of its server
COLLABORATION = "jupyter-collaboration >=5,<6"


def test_two_people_share_a_notebook_of_jupyterlab_which_the_server_saves(
    peers: Peers, collaborative: JupyterServer, root: Path
) -> None:
    ada, grace = pair(peers, collaborative, "lab", NOTEBOOK, room="r1")
    for page in (ada, grace):
        page.wait_status("connected", 1)
    ada.insert_code_cell("print(6 * 7, 'is the answer')")
    ada.run_cell()
    for page in (ada, grace):
        page.wait_outputs("42 is the answer")
        assert page.sources.count("print(6 * 7, 'is the answer')") == 1
    wait_until(
        lambda: "42 is the answer" in (root / NOTEBOOK).read_text("utf-8"), message="the save"
    )
    ada.open("lab", NOTEBOOK, room="r1").shown()
    ada.wait_status("connected", 1)
    ada.wait_outputs("42 is the answer")
    assert ada.sources == grace.sources
    assert ada.sources.count("print(6 * 7, 'is the answer')") == 1


def test_two_people_type_at_once_into_a_file_of_notebook_7_that_both_save(
    peers: Peers, collaborative: JupyterServer, root: Path
) -> None:
    ada, grace = pair(peers, collaborative, "edit", TEXT, room="r1")
    for page in (ada, grace):
        page.wait_status("connected", 1)
    for number in range(8):  # longer than it takes to save what came before
        ada.type_at_end(f"<a{number}>")
        grace.type_at_end(f"<g{number}>")
        ada.page.keyboard.press("Control+s")
    everything = [f"<{who}{number}>" for who in "ag" for number in range(8)]
    for page in (ada, grace):
        page.wait_text("Hello world", "second line", *everything)
    wait_until(
        lambda: (root / TEXT).read_text("utf-8").rstrip("\n") == ada.text.rstrip("\n"),
        message="what both see in the file",
    )
    wait_all_saved(ada, grace)
    assert not [path.name for path in (root / "notes").iterdir() if "copy" in path.name]
    grace.open("edit", TEXT, room="r1").shown().wait_text("Hello world", *everything)
    ada.wait_status("connected", 1)


def test_who_renames_a_file_of_the_server_takes_the_others_along(
    peers: Peers, collaborative: JupyterServer, root: Path
) -> None:
    ada, grace = pair(peers, collaborative, "lab", TEXT, room="r1")
    for page in (ada, grace):
        page.wait_status("connected", 1)
    new_path = "notes/greeting.txt"
    # whether it is still there tells a drive that people share from one of her own
    peers.by_name("Grace").expect_trouble("404.*" + re.escape(TEXT))
    rename(ada, TEXT, new_path)
    grace.wait_current(new_path)
    for page, words in ((grace, "Grace's words."), (ada, "Ada's words.")):
        page.type_at_end(words)
    for page in (ada, grace):
        page.wait_text("Hello world", "Grace's words.", "Ada's words.")
    wait_all_saved(ada, grace)
    assert (root / new_path).read_text("utf-8").rstrip("\n") == ada.text.rstrip("\n")
    names = {path.name for path in (root / "notes").iterdir() if path.is_file()}
    assert names == {"greeting.txt", "waves.ipynb"}


def test_who_shares_nothing_sees_what_a_script_writes_and_is_asked_before_writing_over_it(
    peers: Peers, collaborative: JupyterServer, root: Path
) -> None:
    ada = visit_server(peers.new("Ada"), collaborative, "lab", TEXT).shown()
    file = root / TEXT
    file.write_text("written by a script\n", encoding="utf-8")
    ada.wait_text("written by a script")
    ada.page.keyboard.press("Control+s")  # an untouched page puts nothing old over it
    ada.type_at_end("Ada's words.")
    wait_until(lambda: "Ada's words." in file.read_text("utf-8"), message="the save")
    assert file.read_text("utf-8") == "written by a script\nAda's words."
    ada.execute("docmanager:toggle-autosave")
    ada.type_at_end(" More.")
    file.write_text("written once more\n", encoding="utf-8")
    ada.page.keyboard.press("Control+s")
    question = ada.page.locator(".jp-Dialog", has_text="has changed on disk")
    question.get_by_role("button", name="Overwrite").click()
    wait_until(lambda: " More." in file.read_text("utf-8"), message="the save")
    assert {path.name for path in file.parent.iterdir() if path.is_file()} == {
        "hello.txt",
        "waves.ipynb",
    }


def test_two_who_share_nothing_are_asked_before_they_write_over_each_other(
    peers: Peers, collaborative: JupyterServer, root: Path
) -> None:
    ada, grace = (
        visit_server(peers.new(name), collaborative, "edit", TEXT).shown()
        for name in ("Ada", "Grace")
    )
    assert ada.status == grace.status == ("off", 0)
    ada.type_at_end("Ada's words.")
    grace.type_at_end("Grace's words.")
    asks = {
        page: page.page.locator(".jp-Dialog", has_text="has changed on disk")
        for page in (ada, grace)
    }
    wait_until(lambda: sum(each.count() for each in asks.values()) == 1, message="the question")
    asked = ada if asks[ada].count() else grace
    written = (root / TEXT).read_text("utf-8")
    assert ("Ada's words." in written) == (asked is grace)
    asks[asked].get_by_role("button", name="Revert").click()
    asked.wait_text("Grace's words." if asked is ada else "Ada's words.")
    other = grace if asked is ada else ada

    def write_on() -> None:
        asked.type_at_end("<after the question>")
        other.wait_text("<after the question>")

    nothing_comes(lambda: list(root.rglob("*copy*")), write_on)
    assert {path.name for path in (root / "notes").iterdir()} >= {"hello.txt", "waves.ipynb"}


def test_a_shared_link_leads_others_on_the_server_to_the_document(
    peers: Peers, collaborative: JupyterServer
) -> None:
    ada = visit_server(newcomer(peers, "Ada"), collaborative, "notebooks", NOTEBOOK).shown()
    link = share(ada)
    assert link.startswith(f"{collaborative.url}notebooks/{NOTEBOOK}#room=")
    grace = peers.new("Grace")
    grace.expect_trouble(NOTEBOOK_ITSELF)
    grace.page.goto(f"{collaborative.url}tree?token={TOKEN}")  # she logs in
    page = ServerPage(grace.page, collaborative.url)
    page.page.goto(link)
    page.shown()
    for one in (ada, page):
        one.wait_status("connected", 1)


def test_without_collaborative_a_page_is_as_if_we_were_not_there(
    peers: Peers, serve: Serve, collaborative: JupyterServer, root: Path
) -> None:
    server = serve()
    for app in ("lab", "tree"):
        names = {entry["name"] for entry in server.page_config(app)["federated_extensions"]}
        assert not [name for name in names if name.startswith(("@jupyter/", "@jupyterlite/"))]
    joan = visit_server(peers.new("Joan"), server, "notebooks", NOTEBOOK)
    joan.shown()
    nothing_comes(lambda: joan.status, lambda: all_started(joan))
    ada, grace = pair(peers, server, "lab", TEXT, room="r1")
    kim = visit_server(peers.new("Kim"), collaborative, "lab", TEXT).shown()
    for page in (ada, grace):
        all_started(page)
        assert page.status is None
        assert not page.is_collaborative
    ada.type_at_end("Ada's words.")
    ada.save()
    assert "Ada's words." in (root / TEXT).read_text("utf-8")
    # who is on a server of the same files that is collaborative sees what was saved
    nothing_comes(lambda: "Ada" in grace.text, lambda: kim.wait_text("Ada's words."))


@pytest.mark.skipif(
    "WEBRTC_TEST_COLLABORATION" not in os.environ,
    reason="takes a minute to install: `doit check_all:collaboration` runs it",
)
def test_beside_jupyter_collaboration_its_own_sharing_goes_on_as_before(
    peers: Peers, server_python: Path, root: Path, servers: ExitStack, tmp_path: Path
) -> None:
    own = Path(os.environ["WEBRTC_TEST_COLLABORATION"])
    if not own.is_file():
        succeeded(
            run(server_python, "-m", "pip", "install", "--quiet", COLLABORATION, cwd=tmp_path)
        )
        own = server_python
    server = JupyterServer(own, root, {})
    servers.callback(server.stop)
    names = {entry["name"] for entry in server.page_config()["federated_extensions"]}
    assert LABEXTENSION not in names
    assert {*NEEDED_LABEXTENSIONS} <= names
    ada, grace = pair(peers, server, "lab", TEXT)
    for page in (ada, grace):
        assert page.status is None
        assert page.is_collaborative
    ada.type_at_end("Ada's words.")
    grace.wait_text("Ada's words.", "Hello world")
    wait_until(lambda: "Ada's words." in (root / TEXT).read_text("utf-8"), message="the save")
