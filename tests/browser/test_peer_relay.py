# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What two pages share by way of a signaling server where there is no other way (P8)."""

from __future__ import annotations

import base64
import json
import random
import re
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from harness.jupyter import JupyterPage, visit
from harness.proxy import SignalingProxy
from harness.servers import ServerProcess
from harness.sharing import join, newcomer, share
from harness.sites import TEXT
from harness.traffic import open_connections, record_traffic
from harness.troubles import NO_ROUTE as NO_ROUTE_SCRIPT
from harness.waiting import wait_until
from npm_server import npm_server

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import ExitStack

    from conftest import PeerPages
    from harness.peer_pages import PeerPage
    from harness.peers import Peers

#: no candidates at all: WebRTC finds no route
NO_ROUTE = {"relay": "auto", "iceTransportPolicy": "relay"}

#: bytes of a packet that tell for which path it is
ADDRESS = 12

#: loses all that the pages say of where they can be reached, until told to let it pass
LOSE_CANDIDATES = """
window.isLosing = true;
const Native = RTCPeerConnection;
window.RTCPeerConnection = class extends Native {
  async addIceCandidate(candidate) {
    return window.isLosing ? undefined : super.addIceCandidate(candidate);
  }
  async setRemoteDescription({ type, sdp }) {
    const kept = window.isLosing ? sdp.replace(/^a=candidate:.*\\r\\n/gm, '') : sdp;
    return super.setRemoteDescription({ type, sdp: kept });
  }
};
"""

#: how often a hostile server brings a packet later than the next, or not at all
LATE, LOST = 0.3, 0.1

#: characters of a text that takes several seconds of a host's ration
LARGE = 1_000_000

#: seconds for a page to say what it knows: what was asked for in vain is asked for again after 30
IN_STEP_TIMEOUT = 10.0

#: seconds until a direct path is looked for again and found
DIRECT_TIMEOUT = 60.0

#: seconds for it, on a machine that does other things too
LARGE_TIMEOUT = 120


@pytest.fixture(params=["ours", "npm's"])
def proxy(request: pytest.FixtureRequest, servers: ExitStack) -> SignalingProxy:
    """Record what pages send by way of a server, and change it."""
    if request.param == "ours":
        server = ServerProcess("signaling")
        servers.callback(server.kill)
        url = server.url
    else:
        url, _ = servers.enter_context(npm_server())
    return servers.enter_context(closing(SignalingProxy(url)))


def packets(proxy: SignalingProxy) -> list[bytes]:
    """All packets that pages have relayed, without their envelopes."""
    texts = [base64.b64decode(p["relay"]) for p in proxy.publishes if "relay" in p]
    return [*texts, *(frame[2 + frame[1] :] for frame in proxy.frames)]


def expect_relayed(pages: Sequence[PeerPage]) -> None:
    """Wait until all are connected, and see that it is by the relay."""
    for page in pages:
        page.wait_connected(len(pages) - 1)
        assert page.call("state", "one")["relayed"] == len(pages) - 1


@pytest.mark.gate
def test_pages_without_a_route_meet_through_a_server_that_sees_ciphertext(
    peer_pages: PeerPages, proxy: SignalingProxy, request: pytest.FixtureRequest
) -> None:
    ada, grace = pages = peer_pages("Ada", "Grace")
    ada.enter([proxy.url], **NO_ROUTE).share("one")
    ada.append("written before Grace came ")
    grace.enter([proxy.url], **NO_ROUTE).share("one")
    expect_relayed(pages)
    grace.wait_text("written before Grace came ")
    grace.append("and after")
    ada.wait_text("written before Grace came and after")
    ada.call("appendRandom", "one", LARGE)
    # what is small does not wait for what is large
    ada.call("share", "two", "Ada")
    grace.call("share", "two", "Grace")
    ada.append("small", "two")
    grace.wait_text("small", "two")
    wait_until(lambda: grace.text() == ada.text(), LARGE_TIMEOUT, "all of a large text at Grace's")
    subjects = [subject for subject, _ in grace.call("arrivals")]
    assert "one" in subjects[subjects.index("two") :]
    for page in pages:
        page.wait_people("Ada", "Grace")
    seen = packets(proxy)
    # npm's server would end over a binary message
    assert bool(proxy.frames) == ("[ours]" in request.node.name)
    assert sum(map(len, seen)) > LARGE * 3 / 4
    for packet in seen:
        assert b"written" not in packet
        # three letters would stand somewhere in a million random bytes, by chance
        assert b'"username":"Ada"' not in packet
    # equal content never looks the same
    assert len({packet[ADDRESS:] for packet in seen}) == len(seen)


def test_what_was_lost_of_a_direct_path_is_said_again_while_the_relay_is_used(
    peer_pages: PeerPages, signaling: ServerProcess
) -> None:
    ada, grace = pages = peer_pages("Ada", "Grace")
    for page in pages:
        page.person.context.add_init_script(LOSE_CANDIDATES)
        page.person.page.reload()
        page.enter([signaling.url], relay="auto").share("one")
    expect_relayed(pages)
    for page in pages:
        page.person.page.evaluate("() => { window.isLosing = false; }")
    for page in pages:
        wait_until(
            lambda page=page: page.call("state", "one")["relayed"] == 0,  # type: ignore[misc]
            DIRECT_TIMEOUT,
            "a direct path",
        )
    ada.append("by a direct path")
    grace.wait_text("by a direct path")


def test_where_only_the_relay_is_allowed_no_connection_is_made(
    peer_pages: PeerPages, signaling: ServerProcess
) -> None:
    ada, grace = pages = peer_pages("Ada", "Grace")
    for page in pages:
        record_traffic(page.person)
        page.person.page.reload()
        page.enter([signaling.url], relay="always").share("one")
    expect_relayed(pages)
    ada.append("hidden")
    grace.wait_text("hidden")
    assert [open_connections(page.person) for page in pages] == [0, 0]
    grace.call("stop", "one")
    ada.wait_connected(0)
    ada.wait_people("Ada")


class HostileServer:
    """Do to relayed packets what a server can do."""

    def __init__(self) -> None:
        self.past: list[tuple[str, bytes]] = []
        self._held: list[tuple[str, bytes]] = []
        self._generator = random.Random(11)

    def tamper(self, text: str) -> list[str]:
        """Change what is published in text."""
        message = json.loads(text)
        if message["type"] != "publish" or "relay" not in message:
            return [text]
        packet = (message["topic"], base64.b64decode(message["relay"]))
        return [self.publish(*each) for each in self._instead(packet)]

    def tamper_frame(self, frame: bytes) -> list[bytes]:
        """Change what is relayed in binary."""
        end = 2 + frame[1]
        return [self.frame(*each) for each in self._instead((frame[2:end].decode(), frame[end:]))]

    @staticmethod
    def publish(topic: str, packet: bytes) -> str:
        """Wrap a packet in text."""
        return json.dumps(
            {"type": "publish", "topic": topic, "relay": base64.b64encode(packet).decode()}
        )

    @staticmethod
    def frame(topic: str, packet: bytes) -> bytes:
        """Wrap a packet in binary."""
        return bytes([1, len(topic)]) + topic.encode() + packet

    def _instead(self, packet: tuple[str, bytes]) -> list[tuple[str, bytes]]:
        generator = self._generator
        self.past.append(packet)
        self._held.append(packet)
        if generator.random() < LATE:
            return []
        topic, content = packet
        forged = content[:ADDRESS] + generator.randbytes(len(content) - ADDRESS)
        packets = [*self._held, (topic, forged), *generator.choices(self.past, k=2)]
        self._held = []
        generator.shuffle(packets)
        return [] if generator.random() < LOST else packets


def test_a_server_can_neither_repeat_reorder_inject_nor_hide_what_is_relayed(
    peer_pages: PeerPages, proxy: SignalingProxy
) -> None:
    ada, grace = pages = peer_pages("Ada", "Grace")
    server = HostileServer()
    proxy.tamper, proxy.tamper_frame = server.tamper, server.tamper_frame
    for page in pages:
        page.enter([proxy.url], **NO_ROUTE).share("one")
    parts = []
    for number in range(15):
        for page in pages:
            parts.append(f"{page.person.name}{number}")
            page.append(f"{parts[-1]} ")
    for page in pages:
        page.wait_parts(parts)
    assert ada.text() == grace.text()
    # the whole past once more, to everybody
    for packet in list(server.past):
        proxy.send_to_all(server.publish(*packet))
        proxy.send_to_all(server.frame(*packet))
    ada.append("Ada-goes-on ")
    grace.append("Grace-too ")
    for page in pages:
        page.wait_parts([*parts, "Ada-goes-on", "Grace-too"])
        page.wait_people("Ada", "Grace")


@pytest.mark.usefixtures("site_signaling")
def test_people_without_a_route_work_in_one_file_and_see_how_they_are_connected(
    peers: Peers, site_url: str
) -> None:
    people = [newcomer(peers, "Ada"), peers.new("Grace")]
    people[0].context.add_init_script(NO_ROUTE_SCRIPT)
    ada = visit(people[0], site_url, "lab", TEXT).shown()
    link = share(ada)
    grace = join(people[1], link.replace("?", "?username=Grace&")).shown()
    for page in (ada, grace):
        page.wait_status("relayed", 1)
    ada.type_at_end("/* from Ada */")
    grace.wait_content("/* from Ada */")
    grace.type_at_end("/* from Grace */")
    ada.wait_content("/* from Ada *//* from Grace */")
    ada.page.locator(".jp-WebRTCStatus").get_by_role("button").click()
    dialog = ada.page.get_by_role("dialog").filter(has_text="Connection details")
    row = dialog.get_by_role("row", name="Grace")
    words = r"Grace\s*signaling server; no direct way: this page offers nothing.*\d+ ms.*in step"
    expect(row).to_have_text(re.compile(words))


@pytest.mark.usefixtures("site_signaling")
def test_who_has_no_webrtc_is_in_step_as_soon_as_all_is_here(peers: Peers, site_url: str) -> None:
    people = [peers.new("Ada"), peers.new("Grace")]
    for person in people:
        person.context.add_init_script("delete window.RTCPeerConnection")
    for room in ("r1", "r2", "r3"):
        ada, grace = (JupyterPage(person.page, site_url) for person in people)
        visit(people[0], site_url, "edit", TEXT, room=room).shown()
        ada.wait_status("alone", 0)
        visit(people[1], site_url, "edit", TEXT, room=room).shown()
        for writer, reader in ((grace, ada), (ada, grace)):
            word = f"<{room} {'Ada' if writer is ada else 'Grace'}>"
            writer.type_at_end(word)
            reader.wait_text(word)
        # the one has what the other has written since: nothing is to be received any more
        for page in (ada, grace):
            page.wait_status("relayed", 1, IN_STEP_TIMEOUT)
