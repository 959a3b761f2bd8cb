# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Sharing by link: a teacher, two students, and what must stay private (P4, P5, P6, P10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.jupyter import JupyterPage, visit
from harness.leaks import Wiretap
from harness.sharing import copied, join, newcomer, open_dialog, secret, share, share_button
from harness.sites import NOTEBOOK, TEXT, build_test_site
from harness.traffic import record_traffic, traffic
from harness.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import ServeSite
    from harness.peers import Peers
    from harness.servers import ServerProcess

#: JupyterLite's own channel, between the page and its service worker
SERVICE_WORKER_CHANNEL = "/sw-api.v1"


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
    recorded = traffic(ada)
    assert recorded["WebSocket"] == []
    assert recorded["RTCPeerConnection"] == 0
    assert set(recorded["BroadcastChannel"]) <= {SERVICE_WORKER_CHANNEL}
    share(page)
    page.wait_status("alone", 0)
    sockets = {url.rstrip("/") for url in traffic(ada)["WebSocket"]}
    assert sockets == {site_signaling.url.rstrip("/")}


@pytest.mark.usefixtures("site_signaling")
def test_only_what_was_shared_on_purpose_is_in_the_room(peers: Peers, site_url: str) -> None:
    ada, grace = newcomer(peers, "Ada"), newcomer(peers, "Grace")
    # a private document, open in the layout that Lab remembers
    page = visit(ada, site_url, "lab", NOTEBOOK).shown()
    wait_until(lambda: page.is_in_saved_layout(NOTEBOOK), message="the layout to be saved")
    page.open("lab", TEXT, username="Ada").shown()
    page.tab("waves.ipynb").wait_for()
    page.tab("hello.txt").click()
    link = share(page)
    guest = join(grace, link).shown()
    page.wait_status("connected", 1)
    guest.wait_status("connected", 1)

    # the restored tab: the guest opens the same file, and each stays alone with it
    page.tab("waves.ipynb").click()
    page.editors.first.wait_for(state="visible")
    page.type_at_end("/* private of Ada */")
    guest.page.evaluate(
        "path => jupyterapp.commands.execute('docmanager:open', { path })", NOTEBOOK
    )
    guest.tab("waves.ipynb").wait_for()
    guest.page.locator(".jp-Notebook").filter(visible=True).wait_for()
    guest.type_at_end("/* private of Grace */")
    guest.tab("hello.txt").click()
    page.tab("hello.txt").click()
    page.type_at_end("shared by Ada")
    guest.wait_text("shared by Ada")
    guest.tab("waves.ipynb").click()
    guest.wait_current(NOTEBOOK)
    assert "private of Ada" not in guest.content
    for reader in (page, guest):
        assert "waves" not in reader.presence
    told = guest.page.evaluate(
        "() => JSON.stringify([...document.querySelectorAll('.jp-RTCPanel *')].map(e => e.title))"
    )
    assert "waves" not in told

    # until it is shared, too, with the guest as well as with the room
    for reader in (page, guest):
        reader.tab("waves.ipynb").click()
        reader.wait_current(NOTEBOOK)
        dialog = open_dialog(reader)
        dialog.get_by_role("button", name="Also share").click()
        dialog.get_by_text(NOTEBOOK, exact=True).wait_for()
        dialog.get_by_role("button", name="Done").click()
    page.type_at_end("/* now shared */")
    guest.wait_content("/* now shared */")

    # and no longer, once it is taken out
    page.tab("waves.ipynb").click()
    dialog = open_dialog(page)
    dialog.get_by_role("button", name=f"Stop sharing “{NOTEBOOK}”").click()
    dialog.get_by_role("button", name="Also share").wait_for()
    dialog.get_by_role("button", name="Done").click()
    page.type_at_end("/* private again */")
    page.tab("hello.txt").click()
    page.type_at_end(" and again")
    guest.tab("hello.txt").click()
    guest.wait_text("shared by Ada and again")
    guest.tab("waves.ipynb").click()
    assert "private again" not in guest.content


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


@pytest.mark.usefixtures("site_signaling")
@pytest.mark.parametrize("app", ["lab", "notebooks"])
def test_a_link_that_was_cut_is_named_and_joins_nothing(
    peers: Peers, site_url: str, app: str
) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", NOTEBOOK).shown()
    link = share(ada)
    grace = newcomer(peers, "Grace")
    record_traffic(grace)
    guest = join(grace, link[:-5], app).shown()  # the document opens, privately
    guest.wait_status("wrong-key", 0)
    guest.page.get_by_text("This link is incomplete or mistyped: ask for it again").wait_for()
    assert "room" not in guest.page.url
    guest.type_at_end("/* private */")
    recorded = traffic(grace)
    assert recorded["WebSocket"] == []
    assert recorded["RTCPeerConnection"] == 0
    # the right link, pasted into the address bar of the same tab
    join(grace, link, app).shown().wait_status("connected", 1)


@pytest.mark.usefixtures("site_signaling")
def test_a_link_pasted_into_the_very_page_that_is_open_is_followed(
    peers: Peers, site_url: str
) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "notebooks", NOTEBOOK).shown()
    link = share(ada)
    grace = visit(peers.new("Grace"), site_url, "notebooks", NOTEBOOK).shown()
    grace.wait_status("off", 0)
    # only the fragment differs: a browser does not load the page again by itself
    grace.page.evaluate("fragment => { location.hash = fragment; }", link.split("#")[1])
    grace.page.wait_for_url(lambda url: "room" not in url)
    grace.shown().wait_status("connected", 1)


@pytest.mark.usefixtures("site_signaling")
def test_a_document_that_the_page_opens_in_a_new_tab_stays_in_the_room(
    peers: Peers, site_url: str
) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "notebooks", NOTEBOOK).shown()
    link = share(ada)
    grace = peers.new("Grace")
    guest = join(grace, link).shown()
    guest.wait_status("connected", 1)
    with grace.context.expect_page() as opened:
        guest.page.evaluate("() => { window.open(location.href); }")
    tab = JupyterPage(opened.value, site_url).shown()
    tab.wait_status("connected", 1)
    tab.type_at_end("/* in the new tab */")
    ada.wait_content("/* in the new tab */")
    ada.wait_status("connected", 1)


@pytest.mark.usefixtures("site_signaling")
def test_a_link_comes_before_a_named_room_and_leaving_leaves_both(
    peers: Peers, site_url: str
) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "notebooks", NOTEBOOK).shown()
    link = share(ada)
    grace = join(peers.new("Grace"), link.replace("?", "?room=demo&")).shown()
    grace.wait_status("connected", 1)
    assert "demo" not in grace.page.url
    grace.page.reload()
    grace.shown().wait_status("connected", 1)
    grace.execute("webrtc-docprovider:stop")
    grace.wait_status("off", 0)
    grace.page.reload()
    grace.shown().wait_status("off", 0)


@pytest.mark.usefixtures("site_signaling")
def test_somebody_without_a_name_is_asked_once_and_may_decline(peers: Peers, site_url: str) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "notebooks", NOTEBOOK).shown()
    link = share(ada)
    # who has a name already is not asked
    assert ada.page.get_by_label("Your name, as others see it").count() == 0
    grace = join(peers.new("Grace"), link).shown()
    grace.wait_status("connected", 1)
    name = grace.page.get_by_label("Your name, as others see it")
    name.fill("Grace Hopper")
    name.press("Enter")
    name.wait_for(state="detached")
    people = open_dialog(ada).locator(".jp-WebRTCShare-people")
    people.get_by_text("Grace Hopper").wait_for()
    grace.page.reload()
    grace.shown().wait_status("connected", 1)
    assert name.count() == 0
    people.get_by_text("Grace Hopper").wait_for()

    joan = join(peers.new("Joan"), link).shown()
    joan.page.get_by_role("button", name="Not now").click()
    people.get_by_text("Anonymous").wait_for()
    # a name can be changed where it stands
    dialog = open_dialog(joan)
    dialog.get_by_role("button", name="(you)").click()
    dialog.get_by_label("Your name, as others see it").fill("Joan Clarke")
    dialog.get_by_role("button", name="Use this name").click()
    people.get_by_text("Joan Clarke").wait_for()


def test_the_details_of_the_connection_name_the_server_that_does_not_answer(
    peers: Peers, site_url: str, site_signaling: ServerProcess
) -> None:
    grace = newcomer(peers, "Grace")
    grace.expect_trouble("WebSocket connection to")
    page = visit(grace, site_url, "notebooks", NOTEBOOK).shown()
    link = share(page)
    status = page.page.locator(".jp-WebRTCStatus").get_by_role("button")
    status.click()
    dialog = page.page.get_by_role("dialog").filter(has_text="Connection details")
    dialog.get_by_text("answers in").wait_for()
    dialog.get_by_role("button", name="Close").click()
    site_signaling.kill()
    page.wait_status("unreachable", 0)
    status.click()
    dialog.get_by_text("does not answer").wait_for()
    dialog.get_by_role("button", name="Copy report").click()
    dialog.get_by_text("Copied. It holds no link and no names.").wait_for()
    report = copied(page)
    assert "no answer" in report
    assert site_signaling.url.rstrip("/") in report
    for private in (secret(link)[:16], NOTEBOOK, "waves", "Grace"):
        assert private not in report


@pytest.mark.usefixtures("site_signaling")
def test_a_page_that_can_not_share_has_no_button(
    peers: Peers, serve_site: ServeSite, tmp_path: Path
) -> None:
    url = serve_site(build_test_site(tmp_path, {"collaborative": False}))
    ada = peers.new("Ada")
    for app, path in (("lab", TEXT), ("edit", TEXT), ("notebooks", NOTEBOOK)):
        page = visit(ada, url, app, path).shown()
        assert page.page.locator(".jp-WebRTCShareButton, .jp-WebRTCStatus").count() == 0
