# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Sharing by link: a teacher, two students, and what they open (P4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from harness.absence import nothing_comes
from harness.jupyter import visit
from harness.sharing import avatar, color, join, newcomer, open_dialog, share
from harness.sites import NOTEBOOK, TEXT
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.jupyter import JupyterPage
    from harness.peers import Peers


#: what Grace runs, and what comes out
CODE, RESULT = "'six times seven is ' + (6 * 7)", "six times seven is 42"


def expect_seen(pages: list[JupyterPage], text: str) -> None:
    """Expect that a code cell shows a text, once, in each of some pages."""
    for page in pages:
        cells = page.page.locator(".jp-CodeCell .jp-InputArea .cm-content", has_text=text)
        expect(cells).to_have_count(1)
        expect(cells).to_have_text(re.compile(f"^(?!.*{re.escape(text)}.*{re.escape(text)})"))


@pytest.mark.gate
@pytest.mark.usefixtures("site_signaling")
def test_a_teacher_shares_with_a_click_and_students_join_by_the_link(
    peers: Peers, site_url: str
) -> None:
    teacher = visit(newcomer(peers, "Ada"), site_url, "lab", NOTEBOOK).shown()
    teacher.wait_status("off", 0)
    link = share(teacher, is_asked=False)
    assert "path=lesson" in link
    teacher.wait_status("alone", 0)
    grace = join(peers.new("Grace"), link.replace("?", "?username=Grace&usercolor=1d4ed8&")).shown()
    joan = join(peers.new("Joan"), link, "notebooks").shown()
    students = [grace, joan]
    for page in (teacher, *students):
        page.wait_status("connected", 2)

    # who has no name is asked for one; names and colours are the same everywhere
    joan.page.get_by_label("Your name, as others see it").fill("Joan Clarke")
    joan.page.get_by_label("Colour 3").check()
    joan.page.get_by_role("button", name="Use this name").click()
    for page in (teacher, grace):
        avatar(page, "Joan Clarke is in “waves.ipynb”").wait_for()
        assert color(avatar(page, "Joan Clarke")) == color(avatar(joan, "Joan Clarke (you)"))
    assert color(avatar(joan, "Grace is in “waves.ipynb”")) == "rgb(29, 78, 216)"

    # all write in one cell, with their names at their cursors
    teacher.type_at_end("/* teacher */")
    expect_seen(students, "/* teacher */")
    joan.type_at_end("/* Joan */")
    grace.type_at_end("/* Grace */")
    for text in ("/* Joan */", "/* Grace */"):
        expect_seen([teacher, *students], text)
    wait_until(
        lambda: set(teacher.cursor_names) == {"Grace", "Joan Clarke"},
        message="the students' cursors at the teacher's",
    )

    # the teacher goes where Grace is, and looks on while she runs something
    avatar(teacher, "Grace").click()
    teacher.page.get_by_text("You follow Grace").wait_for()
    grace.insert_code_cell(CODE)
    grace.run_cell()
    for page in (teacher, *students):
        page.wait_outputs(RESULT)
    teacher.page.get_by_role("button", name="Grace ran this cell last").wait_for()
    teacher.page.get_by_role("button", name="Stop following").click()

    open_dialog(teacher).get_by_role("button", name="Stop sharing", exact=True).click()
    teacher.wait_status("off", 0)
    for page in students:
        page.wait_status("connected", 1)  # the students go on without the teacher
        avatar(page, "Ada").wait_for(state="detached")
    grace.type_at_end("/* later */")
    expect_seen(students, "/* later */")
    teacher.type_at_end("/* private */")  # what is left is the teacher's own, and works
    teacher.save()
    for page, others in ((teacher, "/* later */"), (joan, "/* private */")):
        expect(page.page.locator(".jp-CodeCell", has_text=others)).to_have_count(0)
    # and stays so
    teacher.page.reload()
    teacher.shown().wait_status("off", 0)
    expect_seen([teacher], "/* private */")


@pytest.mark.usefixtures("site_signaling")
@pytest.mark.parametrize("app", ["lab", "notebooks", "edit"])
def test_a_reload_stays_in_the_room(peers: Peers, site_url: str, app: str) -> None:
    path = TEXT if app == "edit" else NOTEBOOK
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", path).shown()
    link = share(ada)
    grace = join(peers.new("Grace"), link, app).shown()
    grace.wait_status("connected", 1)
    if app == "lab":
        wait_until(lambda: grace.is_in_saved_layout(path), message="the layout to be saved")
    grace.page.reload()
    grace.shown().wait_status("connected", 1)
    grace.type_at_end("<after the reload>")
    ada.wait_content("<after the reload>")


@pytest.mark.gate
@pytest.mark.usefixtures("site_signaling")
def test_a_link_opens_a_document_that_the_guest_does_not_have(peers: Peers, site_url: str) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", TEXT).shown()
    ada.page.evaluate(
        """async () => {
            const { contents } = jupyterapp.serviceManager;
            await contents.save('new plan.txt', {
                type: 'file', format: 'text', content: 'only Ada has this'
            });
        }"""
    )
    ada.open("lab", "new plan.txt", username="Ada").shown()
    ada.bring_to_front("new plan.txt")  # what Lab restores may be in front before
    link = share(ada)
    for name, app in (("Grace", "lab"), ("Joan", "edit")):
        guest = join(peers.new(name), link, app).shown()
        guest.wait_text("only Ada has this")
        guest.type_at_end(f"<{name} was here>")
        ada.wait_text(f"<{name} was here>")


@pytest.mark.usefixtures("site_signaling")
def test_a_second_document_is_offered_to_those_who_are_here(peers: Peers, site_url: str) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", TEXT).shown()
    link = share(ada)
    grace = join(peers.new("Grace"), link).shown()
    grace.wait_status("connected", 1)
    ada.page.evaluate(
        """async () => {
            const { contents } = jupyterapp.serviceManager;
            await contents.save('plan.txt', {
                type: 'file', format: 'text', content: 'only Ada has this'
            });
            await jupyterapp.commands.execute('docmanager:open', { path: 'plan.txt' });
        }"""
    )
    ada.tab("plan.txt").wait_for()
    ada.bring_to_front(TEXT)

    def go_on_together() -> None:
        ada.type_at_end("<Ada goes on>")
        grace.wait_text("<Ada goes on>")

    listed = open_dialog(grace).get_by_text("plan.txt")
    nothing_comes(listed.count, go_on_together)
    ada.bring_to_front("plan.txt")
    dialog = open_dialog(ada)
    dialog.get_by_role("button", name="Also share “plan.txt”").click()
    dialog.get_by_role("button", name="Done").click()
    # the open list follows
    grace.page.get_by_role("button", name="Open “plan.txt”").click()
    grace.tab("plan.txt").wait_for()
    grace.wait_text("only Ada has this")
    grace.type_at_end("<so has Grace>")
    ada.wait_text("only Ada has this", "<so has Grace>")
