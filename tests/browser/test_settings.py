# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Settings: those of the predecessor, which sites set for people and people change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from harness.jupyter import JupyterPage
from harness.sites import NOTEBOOK, PLUGIN, build_test_site

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import ServeSite
    from harness.peers import Peers
    from harness.servers import ServerProcess


def test_a_site_sets_the_settings_and_a_person_changes_them(
    peers: Peers, serve_site: ServeSite, signaling: ServerProcess, tmp_path: Path
) -> None:
    settings = {
        "room": "course 1",
        "roomPrefix": "a prefix of the course",
        "signalingUrls": [signaling.url],
        "username": "Student",
        "usercolor": "15803d",
    }
    (tmp_path / "overrides.json").write_text(json.dumps({PLUGIN: settings}), encoding="utf-8")
    url = serve_site(build_test_site(tmp_path, {"webRtcIceServers": []}))
    ada = JupyterPage(peers.new("Ada").page, url).open("lab", NOTEBOOK).shown()
    ada.wait_status("alone", 0)
    me = ada.page.locator(".jp-WebRTCAvatars").get_by_role("button", name="(you)")
    expect(me).to_have_accessible_name("Student (you)")
    expect(me.locator("span")).to_have_css("background-color", "rgb(21, 128, 61)")
    # what an address says comes first
    grace = JupyterPage(peers.new("Grace").page, url)
    grace.open("notebooks", NOTEBOOK, username="Grace", usercolor="1d4ed8").shown()
    ada.wait_status("connected", 1)
    ada.page.locator(".jp-WebRTCAvatars").get_by_role("button", name="Grace").wait_for()

    # in the editor of settings, with the words that people see there
    ada.page.get_by_role("menuitem", name="Settings").click()
    ada.page.get_by_role("menuitem", name="Settings Editor").click()
    editor = ada.page.locator(".jp-SettingsPanel")
    ada.page.locator(".jp-PluginList-entry", has_text="WebRTC Sharing").click()
    for title in ("Room name", "Room prefix", "Signaling URLs", "User colour", "User name"):
        expect(editor.get_by_text(title, exact=True).first).to_be_visible()
    editor.get_by_role("textbox").last.fill("Ada Lovelace")  # of the user name
    grace.page.locator(".jp-WebRTCAvatars").get_by_role("button", name="Ada Lovelace").wait_for()
    editor.get_by_label("Disable WebRTC sharing").check()
    ada.wait_status("off", 0)
    grace.wait_status("alone", 0)
    editor.get_by_label("Disable WebRTC sharing").uncheck()
    ada.wait_status("connected", 1)
