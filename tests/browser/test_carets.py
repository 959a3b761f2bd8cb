# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Who is in a cell stays in it, whatever others do to the cell meanwhile (P1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.absence import nothing_comes
from harness.jupyter import JupyterPage, visit
from harness.sites import NOTEBOOK
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: the cells of the test site's notebook
MARKDOWN, CODE, END = "# Waves\nA first lesson.", "const first = 1;", "The end."

DOWN = "notebook:move-cell-down"

#: what somebody does to the cell that another types in
OPERATIONS = {
    "moves it down": [DOWN],
    "moves it up": ["notebook:move-cell-up"],
    "makes it raw": ["notebook:change-cell-to-raw"],
    "makes it Markdown": ["notebook:change-cell-to-markdown"],
    "makes it code": ["notebook:change-cell-to-code"],
    "merges it": ["notebook:merge-cell-above"],
    "splits it": ["notebook:split-cell-at-cursor"],
    "cuts and pastes it": ["notebook:cut-cell", "notebook:paste-cell-below"],
    "undoes that": ["notebook:undo-cell-action", "notebook:undo-cell-action"],
}


def open_together(peers: Peers, url: str, app: str) -> list[JupyterPage]:
    """Bring two people into the notebook."""
    pages = [visit(peers.new(n), url, app, NOTEBOOK, room="r1").shown() for n in ("Ada", "Grace")]
    for page in pages:
        page.wait_company(1)
    return pages


def choose(page: JupyterPage, text: str, mode: str = "command") -> None:
    """Choose the cell that has a text, with the caret behind it."""
    page.page.evaluate(
        """async ([text, mode]) => {
            const notebook = jupyterapp.shell.currentWidget.content;
            const cell = notebook.widgets.find(one => one.model.sharedModel.source.includes(text));
            notebook.activeCellIndex = notebook.widgets.indexOf(cell);
            notebook.mode = mode;
            await cell.ready;
            const { editor } = cell;
            const at = editor.model.sharedModel.source.indexOf(text) + text.length;
            editor.setCursorPosition(editor.getPositionAt(at));
            notebook.activate();
        }""",
        [text, mode],
    )
    active = "document.activeElement"
    cell = "jupyterapp.shell.currentWidget.content.activeCell"
    page.page.wait_for_function(f"() => {cell}.node.contains({active})")


def wait_once(pages: list[JupyterPage], text: str, when: str) -> None:
    """Wait until all have a text once."""
    wait_until(
        lambda: all("\n".join(page.sources).count(text) == 1 for page in pages),
        message=f"{text} {when}; there is {[page.sources for page in pages]}",
    )


def changed(page: JupyterPage, by: JupyterPage, *commands: str) -> None:
    """Let somebody execute commands, and wait until another sees what comes of them."""
    before = page.notebook
    for command in commands:
        by.execute(command)
    wait_until(
        lambda: page.notebook != before and page.notebook == by.notebook,
        message=f"what {', '.join(commands)} does",
    )


@pytest.mark.parametrize("app", ["lab", "notebooks"])
def test_who_types_in_a_cell_goes_on_in_it_whatever_others_do_to_it(
    app: str, peers: Peers, site_url: str
) -> None:
    pages = ada, grace = open_together(peers, site_url, app)
    choose(grace, "const", "edit")
    behind, typed = "const", []
    for number, (what, commands) in enumerate(OPERATIONS.items()):
        for when, keys in (("before", f"<{number}-"), ("after", f"-{number}>")):
            grace.page.keyboard.type(keys)
            # right behind what was typed before
            wait_once(pages, behind + keys, f"{when} Ada {what}")
            behind = keys
            typed.append(keys)
            if when == "before":
                choose(ada, keys if what != "splits it" else "cons")
                changed(grace, ada, *commands)
    for keys in typed:
        wait_once(pages, keys, "in the end")


def test_who_types_in_a_cell_that_others_move_on_and_on_goes_on_in_it(
    peers: Peers, site_url: str
) -> None:
    pages = ada, grace = open_together(peers, site_url, "lab")
    choose(grace, "const", "edit")
    choose(ada, "const")
    for number in range(5):
        # as by a key that is held
        changed(grace, ada, *[DOWN, "notebook:move-cell-up"] * 4, DOWN)
        grace.page.keyboard.type(f"<{number}>")
        wait_once(pages, f"<{number}>", f"in round {number}")
        changed(grace, ada, "notebook:move-cell-up")
    wait_once(pages, "const<0><1><2><3><4> first", "in the end")


def test_the_cell_that_one_has_chosen_stays_chosen_when_others_move_it(
    peers: Peers, site_url: str
) -> None:
    ada, grace = open_together(peers, site_url, "lab")
    choose(grace, "const")
    choose(ada, "const")
    changed(grace, ada, DOWN)
    # as the keys say that delete a cell
    grace.page.keyboard.press("d")
    grace.page.keyboard.press("d")
    wait_until(
        lambda: ada.sources == grace.sources == [MARKDOWN, END],
        message=f"the other cells; there is {ada.sources}",
    )


def test_who_types_in_a_cell_that_others_delete_types_in_no_other(
    peers: Peers, site_url: str
) -> None:
    ada, grace = open_together(peers, site_url, "lab")
    choose(grace, "const", "edit")
    choose(ada, "const")
    changed(grace, ada, "notebook:delete-cell")
    grace.page.keyboard.type("xyz")
    nothing_comes(
        lambda: [source for source in ada.sources if "xyz" in source],
        lambda: changed(ada, grace, "notebook:insert-cell-below"),
    )
    assert [source for source in grace.sources if source] == [MARKDOWN, END]
