# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Addresses of servers that the browser refuses stop nothing, and are named (P3, P10)."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from harness.jupyter import visit
from harness.servers import ServerProcess
from harness.sites import TEXT, free_port
from harness.static_host import static_host
from harness.stories import edit_text_together

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    from certificates import Certificate
    from conftest import Site
    from harness.peers import Peers


@pytest.fixture
def tls_signaling(certificate: Certificate, servers: ExitStack) -> str:
    """Run a signaling server that a page on https may use, and tell where."""
    tls = ("--certfile", str(certificate.certfile), "--keyfile", str(certificate.keyfile))
    port = free_port()
    servers.callback(ServerProcess("signaling", tls, port).kill)
    return f"wss://127.0.0.1:{port}"


@pytest.fixture
def moved_site_url(
    site: Site, tls_signaling: str, certificate: Certificate, servers: ExitStack, tmp_path: Path
) -> str:
    """Serve a site that was made for http on this computer, and was put where all have https."""
    shutil.copytree(site.path, tmp_path / "site", copy_function=os.link)
    lite_json = tmp_path / "site" / "jupyter-lite.json"
    lite = json.loads(lite_json.read_text(encoding="utf-8"))
    lite["jupyter-config-data"] |= {
        "fullWebRtcSignalingUrls": ["ws://signaling.example.org/?token=hush", tls_signaling],
        "webRtcIceServers": [{"urls": ["stun:127.0.0.1:99999", "turn:127.0.0.1:3478"]}],
    }
    lite_json.unlink()  # not the one that it is a link to
    lite_json.write_text(json.dumps(lite), encoding="utf-8")
    return servers.enter_context(static_host(tmp_path / "site", certificate))


@pytest.mark.gate
def test_an_address_that_the_browser_refuses_stops_nothing_and_is_named(
    peers: Peers, moved_site_url: str
) -> None:
    people = [peers.new("Ada"), peers.new("Grace")]
    for person in people:
        person.expect_trouble(r"Mixed Content: .*insecure WebSocket endpoint 'ws://signaling")
    pages = [visit(person, moved_site_url, "edit", TEXT, room="r1") for person in people]
    for page in pages:
        page.shown().wait_status("connected", 1)
    edit_text_together(pages[0], pages[1])
    for page in pages:
        words = page.page.locator(".jp-WebRTCStatus").first.get_attribute("title") or ""
        assert "ws://signaling.example.org/ is not used: a page on https:// needs wss://" in words
        assert "hush" not in words
        for address in ("stun:127.0.0.1:99999", "turn:127.0.0.1:3478"):
            assert f"{address} is not used: this browser does not understand" in words
