# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What must stay private when something is shared by link (P5, P6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from harness.absence import nothing_comes, others_meet
from harness.jupyter import visit
from harness.leaks import Wiretap
from harness.sharing import join, newcomer, open_dialog, secret, share, share_button
from harness.sites import NOTEBOOK, TEXT
from harness.traffic import record_traffic, talk, traffic
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.peers import Peers
    from harness.servers import ServerProcess


@pytest.mark.usefixtures("site_signaling")
def test_the_secret_of_a_link_is_nowhere_but_in_the_link(peers: Peers, site_url: str) -> None:
    ada = newcomer(peers, "Ada")
    grace = peers.new("Grace")
    taps = [Wiretap(ada), Wiretap(grace)]
    teacher = visit(ada, site_url, "lab", NOTEBOOK).shown()
    link = share(teacher)
    student = join(grace, link, "notebooks").shown()
    for page in (teacher, student):
        page.wait_status("connected", 1)
    student.type_at_end("/* hello */")
    teacher.wait_content("/* hello */")
    student.page.reload()
    student.shown().wait_status("connected", 1)

    for page in (teacher, student):
        assert "room" not in page.page.url
        assert secret(link) not in page.page.content()
        stored = page.page.evaluate("() => JSON.stringify(localStorage)")
        assert secret(link) not in stored
    for tap in taps:
        assert tap.lines("request")
        assert tap.lines("frame")
        # also a piece of it would be too much; what comes before has the room's part
        assert tap.mentions(secret(link)[:16]) == []
        assert all(NOTEBOOK not in frame for frame in tap.lines("frame"))


def test_nothing_leaves_the_page_before_the_click(
    peers: Peers, site_url: str, site_signaling: ServerProcess
) -> None:
    ada = newcomer(peers, "Ada")
    record_traffic(ada)
    page = visit(ada, site_url, "lab", NOTEBOOK).shown()
    page.type_at_end("/* typed */")
    page.save()
    share_button(page).wait_for()
    nothing_comes(lambda: talk(ada), lambda: others_meet(peers, site_url))
    share(page)
    page.wait_status("alone", 0)
    sockets = {url.rstrip("/") for url in traffic(ada)["WebSocket"]}
    assert sockets == {site_signaling.url.rstrip("/")}


@pytest.mark.gate
@pytest.mark.usefixtures("site_signaling")
def test_only_what_was_shared_on_purpose_is_in_the_room(peers: Peers, site_url: str) -> None:
    ada, grace = newcomer(peers, "Ada"), newcomer(peers, "Grace")
    # a private document, open in the layout that Lab remembers
    page = visit(ada, site_url, "lab", NOTEBOOK).shown()
    wait_until(lambda: page.is_in_saved_layout(NOTEBOOK), message="the layout to be saved")
    page.open("lab", TEXT, username="Ada").shown()
    page.tab("waves.ipynb").wait_for()
    page.bring_to_front(TEXT)
    link = share(page, is_asked=True)
    guest = join(grace, link).shown()
    page.wait_status("connected", 1)
    guest.wait_status("connected", 1)

    # the restored tab: the guest opens the same file, and each stays alone with it
    page.bring_to_front(NOTEBOOK)
    page.shown()
    page.type_at_end("/* private of Ada */")
    guest.page.evaluate(
        "path => jupyterapp.commands.execute('docmanager:open', { path })", NOTEBOOK
    )
    guest.tab("waves.ipynb").wait_for()
    guest.page.locator(".jp-Notebook").filter(visible=True).wait_for()
    guest.type_at_end("/* private of Grace */")
    guest.bring_to_front(TEXT)
    page.bring_to_front(TEXT)
    page.type_at_end("shared by Ada")
    guest.wait_text("shared by Ada")
    guest.bring_to_front(NOTEBOOK)
    assert "private of Ada" not in guest.content
    for reader in (page, guest):
        assert "waves" not in reader.presence
    told = guest.page.evaluate(
        "() => JSON.stringify([...document.querySelectorAll('.jp-RTCPanel *')].map(e => e.title))"
    )
    assert "waves" not in told

    # until it is shared, too, with the guest as well as with the room
    for reader in (page, guest):
        reader.bring_to_front(NOTEBOOK)
        dialog = open_dialog(reader)
        expect(dialog).to_contain_text("Your other documents stay private.")
        dialog.get_by_role("button", name="Also share").click()
        dialog.get_by_text(NOTEBOOK, exact=True).wait_for()
        dialog.get_by_role("button", name="Done").click()
    page.type_at_end("/* now shared */")
    guest.wait_content("/* now shared */")

    # and no longer, once it is taken out
    page.bring_to_front(NOTEBOOK)
    dialog = open_dialog(page)
    dialog.get_by_role("button", name=f"Stop sharing “{NOTEBOOK}”").click()
    dialog.get_by_role("button", name="Also share").wait_for()
    dialog.get_by_role("button", name="Done").click()
    page.type_at_end("/* private again */")
    page.bring_to_front(TEXT)
    page.type_at_end(" and again")
    guest.bring_to_front(TEXT)
    guest.wait_text("shared by Ada and again")
    guest.bring_to_front(NOTEBOOK)
    assert "private again" not in guest.content
