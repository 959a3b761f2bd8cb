# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Two people in one room: the main job."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.absence import nothing_comes
from harness.jupyter import JupyterPage, visit
from harness.sites import NOTEBOOK, TEXT
from harness.stories import edit_text_together, pair, run_a_cell_together
from harness.waiting import wait_until
from marks import gate

if TYPE_CHECKING:
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")


@pytest.mark.parametrize("app", [gate("lab"), "edit"])
def test_what_either_types_in_a_text_file_appears_at_the_other(
    peers: Peers, site_url: str, app: str
) -> None:
    edit_text_together(*pair(peers, site_url, app, TEXT))


@pytest.mark.parametrize("app", ["lab", gate("notebooks")])
def test_a_cell_run_by_one_shows_source_and_output_at_the_other(
    peers: Peers, site_url: str, app: str
) -> None:
    run_a_cell_together(*pair(peers, site_url, app, NOTEBOOK))


def test_lab_and_notebook_pages_share_one_notebook(peers: Peers, site_url: str) -> None:
    ada = visit(peers.new("Ada"), site_url, "lab", NOTEBOOK, room="r1").shown()
    grace = visit(peers.new("Grace"), site_url, "notebooks", NOTEBOOK, room="r1").shown()
    ada.wait_status("connected", 1)
    run_a_cell_together(ada, grace)


def test_people_in_different_rooms_do_not_meet(peers: Peers, site_url: str) -> None:
    ada = visit(peers.new("Ada"), site_url, "edit", TEXT, room="r1").shown()
    grace = visit(peers.new("Grace"), site_url, "edit", TEXT, room="r2").shown()
    joan = visit(peers.new("Joan"), site_url, "edit", TEXT, room="r1").shown()
    ada.wait_status("connected", 1)
    joan.wait_status("connected", 1)
    grace.wait_status("alone", 0)
    ada.type_at_end("for r1 only")
    joan.wait_text("for r1 only")
    kim = visit(peers.new("Kim"), site_url, "edit", TEXT, room="r2").shown()

    def meet_in_the_other_room() -> None:
        for page in (grace, kim):
            page.wait_status("connected", 1)
        kim.type_at_end("<Kim>")
        grace.wait_text("<Kim>")

    nothing_comes(lambda: "r1" in grace.text + kim.text, meet_in_the_other_room)


def test_somebody_who_comes_late_gets_what_was_typed_before(peers: Peers, site_url: str) -> None:
    ada = visit(peers.new("Ada"), site_url, "edit", TEXT, room="r1").shown()
    ada.wait_status("alone", 0)
    ada.type_at_end("before Grace came")
    grace = visit(peers.new("Grace"), site_url, "edit", TEXT, room="r1").shown()
    grace.wait_text("before Grace came", "Hello world")


def test_who_leaves_is_gone_from_the_status(peers: Peers, site_url: str) -> None:
    ada, _ = pair(peers, site_url, "edit", TEXT)
    grace = peers.by_name("Grace")
    grace.close()
    ada.wait_status("alone", 0, timeout=90)


def test_two_tabs_are_one_person(peers: Peers, site_url: str) -> None:
    ada = peers.new("Ada")
    first = visit(ada, site_url, "edit", TEXT, room="r1").shown()
    second = JupyterPage(ada.new_tab(), site_url)
    second.open("edit", TEXT, room="r1", username="Ada").shown()
    grace = visit(peers.new("Grace"), site_url, "edit", TEXT, room="r1").shown()
    for page in (first, second, grace):
        page.wait_status("connected", 1)
    first.type_at_end("in one tab")
    for page in (second, grace):
        page.wait_text("in one tab", "Hello world")


@pytest.mark.parametrize("round_", [gate(0), *range(1, 10)])
def test_five_who_open_a_notebook_at_the_same_instant_see_every_cell_once(
    peers: Peers, site_url: str, round_: int
) -> None:
    people = [peers.new(name) for name in ("Ada", "Grace", "Joan", "Mary", "Rosa")]
    room = f"round {round_}"
    for person in people:
        # first nothing but the navigation, so that all load at once
        person.page.goto("about:blank")
    pages = [
        JupyterPage(person.page, site_url).start("notebooks", NOTEBOOK, room=room)
        for person in people
    ]
    for page in pages:
        page.shown()
    for page in pages:
        page.wait_company(len(people) - 1, timeout=90)
    for number, page in enumerate(pages):
        page.type_at_end(f"/* {number} */")
    everything = [f"/* {number} */" for number in range(len(pages))]
    wait_until(
        lambda: all(all(part in page.sources[1] for part in everything) for page in pages),
        message="everybody's edit at everybody's",
    )
    notebooks = [page.notebook for page in pages]
    assert all(notebook == notebooks[0] for notebook in notebooks)
    markdown, code, end = (cell["source"] for cell in notebooks[0]["cells"])
    assert markdown == "# Waves\nA first lesson."
    assert end == "The end."
    assert code.count("const first = 1;") == 1
    assert all(code.count(part) == 1 for part in everything)
