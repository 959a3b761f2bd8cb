# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The details of the connection, and the report (P10)."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from harness.jupyter import JupyterPage, visit
from harness.servers import ServerProcess
from harness.sharing import copied, join, newcomer, secret, share
from harness.sites import NOTEBOOK, TEXT
from harness.troubles import configure
from turn_server import SECRET, TurnServer

if TYPE_CHECKING:
    from contextlib import ExitStack

    from conftest import Site
    from harness.peers import Peers


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
def test_the_details_tell_how_each_page_is_reached(peers: Peers, site_url: str) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", TEXT).shown()
    link = share(ada)
    grace = join(peers.new("Grace"), link.replace("?", "?username=Grace&")).shown()
    with ada.page.context.expect_page() as opened:
        ada.page.evaluate("() => { window.open(location.href); }")
    tab = JupyterPage(opened.value, site_url)
    tab.page.locator(".jp-WebRTCStatus[data-state='connected']").wait_for()
    grace.wait_status("connected", 1)
    ada.page.locator(".jp-WebRTCStatus").get_by_role("button").click()
    dialog = ada.page.get_by_role("dialog").filter(has_text="Connection details")
    row = dialog.get_by_role("row", name="Grace")
    expect(row).to_have_text(re.compile(r"Grace\s*direct\s*\d+ ms.* k?B.* k?B.*in step"))
    dialog.get_by_role("row", name=re.compile("Another tab.*in step")).wait_for()
    dialog.get_by_role("button", name="Copy report").click()
    dialog.get_by_text("Copied. It holds no link and no names.").wait_for()
    report = copied(ada)
    assert re.search(r"page \d: direct, \d+ ms, sent \d+ B, received \d+ B, in step", report)
    assert re.search(r"page \d: tab, .*in step", report)
    for private in (secret(link)[:16], TEXT, "Grace"):
        assert private not in report


def test_a_turn_server_that_refuses_the_name_or_the_password_is_named(
    peers: Peers, site: Site, site_url: str, servers: ExitStack
) -> None:
    turn = servers.enter_context(closing(TurnServer(SECRET)))
    arguments = ["--turn-for-all", "--turn-secret", "another secret", "--turn-uri", turn.uri]
    signaling = ServerProcess("signaling", arguments, port=site.signaling_port)
    servers.callback(signaling.kill)
    ada, grace = newcomer(peers, "Ada"), peers.new("Grace")
    for peer in (ada, grace):
        # whose pages ask signaling for TURN servers, which are the only direct way
        servers_of_site = [{"urls": "stun:127.0.0.1:9"}]
        configure(peer, webRtcIceServers=servers_of_site, webRtcIceTransportPolicy="relay")
    page = visit(ada, site_url, "edit", TEXT).shown()
    join(grace, share(page)).shown()
    page.wait_status("relayed", 1)
    page.page.locator(".jp-WebRTCStatus").get_by_role("button").click()
    dialog = page.page.get_by_role("dialog").filter(has_text="Connection details")
    words = f"{turn.uri}.* refuses the name or password that this site has for it: they are wrong"
    dialog.get_by_text(re.compile(words)).wait_for()
    dialog.get_by_role("button", name="Copy report").click()
    dialog.get_by_text("Copied. It holds no link and no names.").wait_for()
    assert re.search(f"{turn.uri}.* REFUSES", copied(page))
