# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Documents open without waiting for the network (P3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.jupyter import JupyterPage, visit
from harness.sites import NOTEBOOK, TEXT
from harness.sockets import black_hole
from harness.trouble import NO_SERVER
from marks import gate

if TYPE_CHECKING:
    from conftest import Site
    from harness.peers import Peer, Peers
    from harness.servers import ServerProcess


def edit_alone(peer: Peer, url: str, app: str, path: str) -> JupyterPage:
    """Open a document in a room that can't be reached, and work on it."""
    peer.expect_trouble(NO_SERVER)
    page = visit(peer, url, app, path, room="r1").shown()
    page.type_at_end(" typed without a network")
    page.wait_text("typed without a network")
    page.wait_status("unreachable", 0)
    page.save()
    return page


@pytest.mark.parametrize(("app", "path"), [("lab", NOTEBOOK), gate("edit", TEXT)])
def test_with_no_signaling_server_a_document_opens_and_can_be_edited(
    peers: Peers, site_url: str, app: str, path: str
) -> None:
    edit_alone(peers.new("Ada"), site_url, app, path)


@pytest.mark.gate
def test_with_a_server_that_never_answers_a_document_opens_and_can_be_edited(
    peers: Peers, site: Site, site_url: str
) -> None:
    with black_hole(site.signaling_port):
        edit_alone(peers.new("Ada"), site_url, "lab", NOTEBOOK)


@pytest.mark.gate
def test_it_joins_by_itself_once_a_server_answers(
    peers: Peers, site_url: str, site_signaling: ServerProcess
) -> None:
    site_signaling.kill()
    ada = edit_alone(peers.new("Ada"), site_url, "edit", TEXT)
    site_signaling.restart()
    ada.wait_status("alone", 0, timeout=90)
    grace = visit(peers.new("Grace"), site_url, "edit", TEXT, room="r1").shown()
    grace.wait_text("typed without a network", "Hello world")


def test_the_tabs_of_one_browser_need_no_server(peers: Peers, site_url: str) -> None:
    ada = peers.new("Ada")
    ada.expect_trouble(NO_SERVER)
    first = visit(ada, site_url, "edit", TEXT, room="r1").shown()
    second = JupyterPage(ada.new_tab(), site_url).open("lab", TEXT, room="r1").shown()
    first.type_at_end("from tab to tab")
    second.wait_text("from tab to tab", "Hello world", "second line")
    second.type_at_end(" and back")
    first.wait_text("from tab to tab and back", "Hello world", "second line")


def test_saved_content_is_in_the_browser_after_a_reload_without_a_room(
    peers: Peers, site_url: str, site_signaling: ServerProcess
) -> None:
    assert site_signaling.is_running
    ada, grace = peers.new("Ada"), peers.new("Grace")
    page = visit(ada, site_url, "edit", TEXT, room="r1").shown()
    other = visit(grace, site_url, "edit", TEXT, room="r1").shown()
    page.wait_status("connected", 1)
    page.type_at_end("kept by both")
    other.wait_text("kept by both")
    page.save()
    for mine in (page, other):
        # what arrived is saved too, without a hand
        mine.wait_saved(TEXT, "kept by both")
        mine.open("edit", TEXT).shown()
        mine.wait_text("kept by both", "Hello world")
        mine.wait_status("off", 0)
