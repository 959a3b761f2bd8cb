# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What leaves the page: nothing, until somebody shares (P5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.absence import all_started, nothing_comes, others_meet
from harness.jupyter import JupyterPage, visit
from harness.sites import NOTEBOOK, TEXT, build_test_site
from harness.traffic import (
    SERVICE_WORKER_CHANNEL,
    open_connections,
    record_traffic,
    talk,
    traffic,
)
from harness.waiting import wait_until
from sites import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import ServeSite
    from harness.peers import Peers
    from harness.servers import ServerProcess

#: opens a document in Lab
OPEN = "path => jupyterapp.commands.execute('docmanager:open', { path })"


@pytest.mark.gate
def test_without_a_room_nothing_leaves_the_page(
    peers: Peers, site_url: str, site_signaling: ServerProcess
) -> None:
    private = {app: peers.new(app) for app in ("lab", "notebooks", "edit")}
    for app, person in private.items():
        record_traffic(person)
        page = visit(person, site_url, app, TEXT if app == "edit" else NOTEBOOK).shown()
        page.type_at_end(f"typed in {app}")
        page.save()
        page.wait_status("off", 0)

    # until others, who are in a room, have met: what they do for that is seen
    ada, grace = peers.new("Ada"), peers.new("Grace")
    record_traffic(ada)
    pages = [visit(person, site_url, "edit", TEXT, room="r1").shown() for person in (ada, grace)]

    def meet() -> None:
        for page in pages:
            page.wait_status("connected", 1)
        pages[0].type_at_end("<Ada>")
        pages[1].wait_text("<Ada>")

    nothing_comes(lambda: [talk(person) for person in private.values() if talk(person)], meet)
    recorded = traffic(ada)
    assert {url.rstrip("/") for url in recorded["WebSocket"]} == {site_signaling.url.rstrip("/")}
    assert recorded["RTCPeerConnection"] >= 1
    assert set(recorded["BroadcastChannel"]) - {SERVICE_WORKER_CHANNEL}
    # what the security guide says of `"webRtcIceServers": []`, which this site has
    assert recorded["ice"] == []


def test_without_configuration_a_page_in_a_room_asks_the_stun_server_that_the_guide_names(
    peers: Peers, serve_site: ServeSite, tmp_path: Path
) -> None:
    url = serve_site(build_test_site(tmp_path, {}, "--webrtc-signaling-url", "./signaling"))
    ada, grace = peers.new("Ada"), peers.new("Grace")
    record_traffic(ada)
    page = visit(ada, url, "edit", TEXT, room="r1").shown()
    assert open_connections(ada) == 0  # whether addresses are any was tried, and closed
    visit(grace, url, "edit", TEXT, room="r1").shown()
    page.wait_status("connected", 1)
    asked = {server.removeprefix("stun:").split(":")[0] for server in traffic(ada)["ice"]}
    guide = (REPOSITORY / "docs" / "guide" / "security.md").read_text(encoding="utf-8")
    assert asked
    assert all(f"`{host}`" in guide for host in asked)


def test_a_restored_tab_stays_private_and_what_was_shared_is_shared_after_a_reload(
    peers: Peers, site_url: str, site_signaling: ServerProcess
) -> None:
    assert site_signaling.is_running
    ada = peers.new("Ada")
    # a private document, open in the layout that Lab remembers
    page = visit(ada, site_url, "lab", NOTEBOOK).shown()
    wait_until(lambda: page.is_in_saved_layout(NOTEBOOK), message="the layout to be saved")

    # the room is entered by way of another document: the first one is only restored
    page.open("lab", TEXT, room="r1", username="Ada").shown()
    page.tab("waves.ipynb").wait_for()
    grace = visit(peers.new("Grace"), site_url, "lab", TEXT, room="r1").shown()
    page.wait_status("connected", 1)

    # who opens the restored document elsewhere sees nothing of Ada in it
    grace.open("lab", NOTEBOOK, room="r1", username="Grace").shown()
    grace.wait_status("connected", 1)
    page.bring_to_front(NOTEBOOK)
    page.shown()
    page.type_at_end("// private")

    # what is shared by the same connection comes, though it was typed later
    def share_a_word() -> None:
        grace.wait_current(NOTEBOOK)  # the page may still be about to show it
        grace.page.evaluate(OPEN, TEXT)
        grace.bring_to_front(TEXT)
        page.bring_to_front(TEXT)
        page.type_at_end("<shared>")
        grace.wait_text("<shared>")
        grace.bring_to_front(NOTEBOOK)
        grace.shown()

    nothing_comes(lambda: "private" in "".join(grace.sources), share_a_word)
    assert NOTEBOOK not in grace.presence

    # after a reload, what Ada shared is shared again, and what she did not is not
    wait_until(lambda: page.is_in_saved_layout(TEXT), message="the layout to be saved")
    page.page.reload()
    page.shown()
    grace.open("lab", TEXT, room="r1", username="Grace").shown()
    page.wait_status("connected", 1)
    page.bring_to_front(TEXT)
    page.type_at_end("shared again")
    grace.wait_text("shared again")


def test_switched_off_in_the_settings_nothing_leaves_the_page(
    peers: Peers, site_url: str, site_signaling: ServerProcess
) -> None:
    assert site_signaling.is_running
    ada = peers.new("Ada")
    page = visit(ada, site_url, "lab", TEXT, room="r1").shown()
    page.wait_status("alone", 0)
    page.execute("webrtc-docprovider:disable")
    page.wait_status("off", 0)
    # those who are in the room see each other, and not her
    grace, joan = (
        visit(peers.new(name), site_url, "lab", TEXT, room="r1").shown()
        for name in ("Grace", "Joan")
    )

    def meet() -> None:
        for other in (grace, joan):
            other.wait_status("connected", 1)
        grace.type_at_end("<without Ada>")
        joan.wait_text("<without Ada>")

    nothing_comes(lambda: "without Ada" in page.text, meet)
    # and on again
    page.execute("webrtc-docprovider:disable")
    page.wait_status("connected", 2)
    grace.type_at_end("welcome back")
    page.wait_text("<without Ada>", "welcome back")


@pytest.mark.usefixtures("site_signaling")
def test_not_collaborative_the_page_is_as_without_us(
    peers: Peers, serve_site: ServeSite, site_url: str, tmp_path: Path
) -> None:
    url = serve_site(build_test_site(tmp_path, {"collaborative": False}))
    ada = peers.new("Ada")
    record_traffic(ada)
    for app, path in (("lab", TEXT), ("edit", TEXT), ("notebooks", NOTEBOOK)):
        page = visit(ada, url, app, path, room="r1").shown()
        page.type_at_end(f"typed in {app}")
        page.save()
        page.open(app, path, room="r1").shown()
        # without collaboration, a notebook shows an empty cell until it is read
        page.wait_content(f"typed in {app}")
        nothing_comes(lambda: page.status, lambda: all_started(page))  # noqa: B023 (called at once)
        assert page.page.locator(".jp-RTCPanel, #jp-UserMenu").count() == 0
        assert page.is_collaborative is False
        assert talk(ada) == {}
    # the last of them stays for longer than others need for all that they do in a room
    nothing_comes(lambda: talk(ada), lambda: others_meet(peers, site_url))


def test_one_app_can_collaborate_while_the_site_does_not(
    peers: Peers, serve_site: ServeSite, tmp_path: Path
) -> None:
    (tmp_path / "edit").mkdir()
    (tmp_path / "edit" / "jupyter-lite.json").write_text(
        '{"jupyter-lite-schema-version": 0, "jupyter-config-data": {"collaborative": true}}',
        encoding="utf-8",
    )
    config = {"collaborative": False, "fullWebRtcSignalingUrls": []}
    url = serve_site(build_test_site(tmp_path, config))
    ada = peers.new("Ada")
    visit(ada, url, "edit", TEXT, room="r1").shown().wait_status("alone", 0)
    lab = JupyterPage(ada.new_tab(), url).open("lab", TEXT, room="r1").shown()
    nothing_comes(lambda: lab.status, lambda: all_started(lab))
