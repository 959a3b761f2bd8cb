# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Who closes a document leaves nothing of it behind in the page (P11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.jupyter import visit
from harness.left import count, leaves_nothing
from harness.sites import NOTEBOOK, TEXT
from harness.stories import (
    FOLDER,
    edit_text_together,
    guest,
    host,
    make_file,
    run_a_cell_together,
)
from marks import gate

if TYPE_CHECKING:
    from harness.jupyter import JupyterPage
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")


def open_together(peers: Peers, url: str, app: str, path: str) -> list[JupyterPage]:
    """Bring two people into one document, whose pages are counted in."""
    people = [peers.new("Ada"), peers.new("Grace")]
    for person in people:
        count(person)
    pages = [visit(person, url, app, path, room="r1") for person in people]
    for page in pages:
        page.shown()
    for page in pages:
        page.wait_status("connected", 1)
    return pages


@pytest.mark.parametrize(
    ("app", "path"),
    [("lab", TEXT), ("edit", TEXT), ("lab", NOTEBOOK), gate("notebooks", NOTEBOOK)],
)
def test_a_document_that_was_shared_leaves_no_link_and_no_timer(
    peers: Peers, site_url: str, app: str, path: str
) -> None:
    ada, grace = open_together(peers, site_url, app, path)
    if path == TEXT:
        edit_text_together(ada, grace)
    else:
        run_a_cell_together(ada, grace)
    for page in (ada, grace):
        leaves_nothing(page.page)


def test_a_guest_who_waits_in_vain_leaves_no_link_and_no_timer(peers: Peers, site_url: str) -> None:
    person = guest(peers.new("Grace"))
    count(person)
    grace = visit(person, site_url, "lab", f"{FOLDER}/plan.txt", room="r1")
    grace.page.get_by_text("Waiting for somebody in this room").wait_for()
    leaves_nothing(grace.page)


def test_a_guest_leaves_no_link_and_no_timer(peers: Peers, site_url: str) -> None:
    path = f"{FOLDER}/plan.txt"
    ada = host(peers.new("Ada"), site_url)
    make_file(ada, path)
    ada.open("lab", path, room="r1", username="Ada").shown()
    person = guest(peers.new("Grace"))
    count(person)
    grace = visit(person, site_url, "lab", path, room="r1").shown()
    grace.wait_text("only Ada has this")
    leaves_nothing(grace.page)
