# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Sharing by link: a teacher, two students, and what they open (P4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.jupyter import visit
from harness.sharing import join, newcomer, open_dialog, share
from harness.sites import NOTEBOOK, TEXT
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.peers import Peers


@pytest.mark.usefixtures("site_signaling")
def test_a_teacher_shares_with_a_click_and_students_join_by_the_link(
    peers: Peers, site_url: str
) -> None:
    teacher = visit(newcomer(peers, "Ada"), site_url, "lab", NOTEBOOK).shown()
    teacher.wait_status("off", 0)
    link = share(teacher)
    assert "path=lesson" in link
    teacher.wait_status("alone", 0)
    grace = join(peers.new("Grace"), link).shown()
    joan = join(peers.new("Joan"), link, "notebooks").shown()
    pages = (teacher, grace, joan)
    for page in pages:
        page.wait_status("connected", 2)

    teacher.type_at_end("/* teacher */")
    for page in (grace, joan):
        page.wait_content("/* teacher */")
    joan.type_at_end("/* Joan */")
    grace.type_at_end("/* Grace */")
    for page in pages:
        page.wait_content("/* Joan */")
        page.wait_content("/* Grace */")

    open_dialog(teacher).get_by_role("button", name="Stop sharing", exact=True).click()
    teacher.wait_status("off", 0)
    for page in (grace, joan):
        page.wait_status("connected", 1)  # the students go on without the teacher
    grace.type_at_end("/* later */")
    joan.wait_content("/* later */")
    teacher.type_at_end("/* private */")  # what is left is the teacher's own, and works
    teacher.save()
    assert "/* later */" not in teacher.content
    assert "/* private */" not in joan.content
    # and stays so
    teacher.page.reload()
    teacher.shown().wait_status("off", 0)
    teacher.wait_content("/* private */")


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
    assert open_dialog(grace).get_by_text("plan.txt").count() == 0
    dialog = open_dialog(ada)
    dialog.get_by_role("button", name="Also share “plan.txt”").click()
    dialog.get_by_role("button", name="Done").click()
    # the open list follows
    grace.page.get_by_role("button", name="Open “plan.txt”").click()
    grace.tab("plan.txt").wait_for()
    grace.wait_text("only Ada has this")
    grace.type_at_end("<so has Grace>")
    ada.wait_text("only Ada has this", "<so has Grace>")
