# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a signaling server sees, and what it can do: next to nothing (P6)."""

from __future__ import annotations

import base64
import json
import random
import re
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from harness.jupyter import visit
from harness.peer_pages import MEET_TIMEOUT
from harness.proxy import SignalingProxy
from harness.sites import NOTEBOOK
from harness.waiting import wait_until

if TYPE_CHECKING:
    from contextlib import ExitStack

    from conftest import PeerPages, Site
    from harness.peer_pages import PeerPage
    from harness.peers import Peers
    from harness.servers import ServerProcess

#: a topic: a MAC, for one page with its random id
TOPIC = re.compile(r"[0-9a-f]{64}(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?")

#: letters of a word that random bytes may well contain
SHORT = 3


@pytest.fixture
def proxy(servers: ExitStack, signaling: ServerProcess) -> SignalingProxy:
    """Listen to what pages send to a signaling server."""
    return servers.enter_context(closing(SignalingProxy(signaling.url)))


@pytest.fixture
def site_proxy(servers: ExitStack, site: Site, signaling: ServerProcess) -> SignalingProxy:
    """Listen to what the site's pages send to their signaling server."""
    return servers.enter_context(closing(SignalingProxy(signaling.url, site.signaling_port)))


@pytest.mark.gate
def test_a_server_sees_no_path_name_room_route_or_content(
    peers: Peers, site_url: str, site_proxy: SignalingProxy
) -> None:
    ada, grace = (
        visit(peers.new(name), site_url, "notebooks", NOTEBOOK, room="club of five").shown()
        for name in ("Ada-Augusta", "Grace-Brewster")
    )
    for page in (ada, grace):
        page.wait_status("connected", 1)
    ada.type_at_end("/* confidential */")
    wait_until(lambda: "confidential" in grace.content, message="Ada's words at Grace's")
    seen = [*site_proxy.seen, *site_proxy.delivered]
    publishes = [publish for publish in site_proxy.publishes if "data" in publish]
    assert publishes
    topics = {topic for text in seen for topic in json.loads(text).get("topics", [])}
    assert all(TOPIC.fullmatch(topic) for topic in {*topics, *(p["topic"] for p in publishes)})
    assert all(set(publish) == {"type", "topic", "data"} for publish in publishes)
    plain = "\n".join(seen)
    decoded = b"\n".join(base64.b64decode(publish["data"], validate=True) for publish in publishes)
    decoded += b"\n".join(site_proxy.frames)
    for secret in (
        *("waves", "lesson", "ipynb", "club", "five", "Ada", "Grace", "confidential"),
        *("a=fingerprint", "candidate", "v=0", "sdp", "offer", "answer", "announce", "signal"),
    ):
        assert not re.search(rf"\b{secret}", plain), secret
        # three letters stand in some kilobytes of random bytes now and then
        assert len(secret) <= SHORT or secret.encode() not in decoded, secret


def connect(pages: list[PeerPage], url: str, **options: Any) -> None:
    """Let pages share a text, and wait until all are connected."""
    for page in pages:
        page.enter([url], **options).share("one")
    for page in pages:
        page.wait_connected(len(pages) - 1)


def expect_sync(ada: PeerPage, grace: PeerPage) -> None:
    """Edit on both sides."""
    ada.append("from Ada ")
    grace.wait_part("from Ada ")
    grace.append("from Grace ")
    ada.wait_part("from Grace ")
    assert ada.text() == grace.text()


def test_a_server_that_swaps_messages_between_people_connects_nobody(
    peer_pages: PeerPages, proxy: SignalingProxy
) -> None:
    pages = peer_pages("Ada", "Grace", "Joan")
    stolen: set[tuple[str, str]] = set()

    def swap(text: str) -> list[str]:
        message = json.loads(text)
        topic = message.get("topic", "")
        if "/" not in topic:
            return [text]  # they hear of each other
        stolen.add((topic, message["data"]))
        # but get what was said to others in place of what was said to them
        others = [data for other, data in stolen if other != topic]
        return [json.dumps({**message, "data": data}) for data in others]

    proxy.tamper = swap
    for page in pages:
        page.enter([proxy.url]).share("one", "two")

    def has_given_up() -> bool:
        return all(page.call("state", "one")["unroutable"] for page in pages)

    wait_until(has_given_up, MEET_TIMEOUT, "attempts that fail")
    assert [page.call("state", "one")["connected"] for page in pages] == [0, 0, 0]
    # once the server is honest, they meet
    proxy.tamper = lambda text: [text]
    for page in pages:
        page.wait_connected(2)


def test_a_server_that_repeats_and_reorders_messages_disturbs_nobody(
    peer_pages: PeerPages, proxy: SignalingProxy
) -> None:
    pages = peer_pages("Ada", "Grace", "Joan")
    generator = random.Random(7)
    past: list[str] = []

    def repeat(text: str) -> list[str]:
        past.append(text)
        messages = [text, text, *generator.choices(past, k=3)]
        generator.shuffle(messages)
        return messages

    proxy.tamper = repeat
    connect(pages, proxy.url)
    # all that was ever said, once more, and with what nobody has said
    for text in [*past, *(json.dumps({**json.loads(text), "data": "AAAA"}) for text in past)]:
        proxy.send_to_all(text)
    expect_sync(pages[0], pages[1])
    for page in pages:
        page.wait_connected(2)
        assert len(page.call("connections")) == 2
        page.wait_people("Ada", "Grace", "Joan")


def test_what_a_server_loses_is_said_again(peer_pages: PeerPages, proxy: SignalingProxy) -> None:
    ada, grace = peer_pages("Ada", "Grace")
    lost: list[str] = []

    def lose(text: str) -> list[str]:
        # offers, answers and routes, until there were some of each page
        if "/" in json.loads(text).get("topic", "") and len(lost) < 6:
            lost.append(text)
            return []
        return [text]

    proxy.tamper = lose
    connect([ada, grace], proxy.url)
    expect_sync(ada, grace)
    assert len(lost) == 6
    for page in (ada, grace):
        assert not any("Trouble" in line for line in page.person.watch.log)


@pytest.mark.parametrize(
    "data",
    [
        None,
        5,
        {},
        [],
        "",
        "A",
        "AAAA",
        "\x00\xff",
        "=" * 100,
        "A" * 65_536,
        "A" * 1_000_000,
        {"type": "announce", "from": "somebody"},
        {"type": "signal", "from": "x", "to": "y", "signal": {}},
    ],
    ids=lambda data: repr(data)[:20],
)
def test_what_nobody_sealed_is_not_heard(
    peer_pages: PeerPages, proxy: SignalingProxy, data: Any
) -> None:
    ada, grace = pages = peer_pages("Ada", "Grace")
    topics: set[str] = set()

    def garbage(text: str) -> list[str]:
        message = json.loads(text)
        if message["type"] != "publish":
            return [text]
        topics.add(message["topic"])
        forged = [
            json.dumps({"type": "publish", "topic": topic, "data": data, "clients": 3})
            for topic in (message["topic"], 5, None, "x/y/z", "")
        ]
        return [*forged, text, *forged]

    proxy.tamper = garbage
    connect(pages, proxy.url)
    expect_sync(ada, grace)


@pytest.mark.parametrize(
    "text", ["", "x", "5", "null", "[]", "{}", '"publish"', '{"type": "publish"}', '{"type": 5}']
)
def test_a_server_that_speaks_nonsense_disturbs_nobody(
    peer_pages: PeerPages, proxy: SignalingProxy, text: str
) -> None:
    ada, grace = pages = peer_pages("Ada", "Grace")
    proxy.tamper = lambda message: [text, message, text]
    connect(pages, proxy.url)
    proxy.send_to_all(text)
    expect_sync(ada, grace)


def test_what_comes_by_way_of_two_servers_counts_once(
    peer_pages: PeerPages, proxy: SignalingProxy, signaling: ServerProcess
) -> None:
    # the proxy is another server to the pages, and everything is heard twice
    pages = peer_pages("Ada", "Grace", "Joan")
    for page in pages:
        page.enter([proxy.url, signaling.url]).share("one")
    for page in pages:
        page.wait_connected(2)
        assert len(page.call("connections")) == 2
    expect_sync(pages[0], pages[1])


@pytest.mark.gate
def test_who_does_not_hold_the_key_is_told_and_alarms_nobody(
    peer_pages: PeerPages, signaling: ServerProcess
) -> None:
    ada, grace, mallory = peer_pages("Ada", "Grace", "Mallory")
    ada.enter([signaling.url]).share("one")
    ada.append("only for us")
    # she has learnt how to find the room, and not its key
    mallory.enter([signaling.url], key="guessed").share("one")
    wait_until(lambda: mallory.call("state", "one")["wrongKey"], message="Mallory is told")
    assert mallory.text() == ""
    grace.enter([signaling.url]).share("one")
    grace.wait_text("only for us")
    for page in (ada, grace):
        page.wait_people("Ada", "Grace")
        assert page.call("state", "one")["wrongKey"] is False
        assert mallory.id not in page.call("connections")
    assert mallory.text() == ""


@pytest.mark.usefixtures("site_proxy")
def test_pages_of_a_local_network_without_https_connect_and_sync(
    peers: Peers, site_url: str
) -> None:
    url = site_url.replace("127.0.0.1", "class.lan").replace("localhost", "class.lan")
    ada, grace = (
        visit(peers.new(name), url, "notebooks", NOTEBOOK, room="r1").shown()
        for name in ("Ada", "Grace")
    )
    assert ada.page.evaluate("[isSecureContext, !!crypto.subtle]") == [False, False]
    for page in (ada, grace):
        page.wait_status("connected", 1)
    ada.type_at_end("/* without a lock */")
    wait_until(lambda: "/* without a lock */" in grace.content, message="Ada's words")
