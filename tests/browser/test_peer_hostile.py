# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Somebody who holds the key and means harm: the page goes on, and they are cut off (P11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from marks import gate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import PeerPages
    from harness.peer_pages import PeerPage
    from harness.servers import ServerProcess

#: how y-webrtc's messages begin
SYNC, AWARENESS, FORWARDED, NEIGHBOURS = 0, 1, 5, 6
#: the steps of the sync protocol
STEP_1, STEP_2, UPDATE = 0, 1, 2

#: bytes that are no frame
FRAMES: dict[str, list[int]] = {
    "empty": [],
    "of one byte": [2],
    "of another version": [3, 4, 0],
    "of no kind": [2, 0],
    "of an unknown kind": [2, 99],
    "with a short proof": [2, 1, 1, 2, 3],
    "with a wrong proof": [2, 1, *range(32)],
    "with a topic that is cut off": [2, 2, 9, 200],
    "with a topic that is too long": [2, 2, 9, 200, 1, *[97] * 200],
    "with a topic in bad UTF-8": [2, 2, 9, 2, 0xFF, 0xFE],
    "about an unknown channel": [2, 4, 77, 0],
    "closing an unknown channel": [2, 3, 77],
    "going on with nothing": [2, 6, 0, 1, 2, 3],
    "with a number beyond all": [2, 3, *[0xFF] * 12, 1],
    "that is too long": [2, 9, 0],
    "that has heard what was never said": [2, 11, 0xFF, 0xFF, 0x7F],
    "that says its number without an end": [2, 10, 0xFF],
    "of a gigantic message": [2, 5, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1],
    "of an empty part": [2, 5, 0, 9],
    "that begins with more than all": [2, 5, 0, 2, 1, 2, 3],
}

#: messages that are well framed, and nothing else
MESSAGES: dict[str, list[int]] = {
    "an empty message": [],
    "a sync message that is cut off": [SYNC],
    "a state vector that is cut off": [SYNC, STEP_1, 9],
    "a malformed state vector": [SYNC, STEP_1, 2, 0xFF, 0xFF],
    "a gigantic state vector": [SYNC, STEP_1, 6, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    "a malformed state": [SYNC, STEP_2, 3, 9, 9, 9],
    "a malformed update": [SYNC, UPDATE, 4, 1, 1, 0xFF, 0xFF],
    "an update of a gigantic client": [SYNC, UPDATE, 7, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    "presence that is cut off": [AWARENESS, 9, 1],
    "presence that is no JSON": [AWARENESS, 6, 1, 5, 1, 2, 123, 123],
    "presence that is a number": [AWARENESS, 5, 1, 5, 1, 1, 55],
    "presence of too many": [AWARENESS, 3, 0xFF, 0xFF, 0x7F],
    "something forwarded by nobody": [FORWARDED],
    "something malformed that was forwarded": [FORWARDED, 1, 97, SYNC, UPDATE, 3, 9, 9, 9],
    "neighbours that are cut off": [NEIGHBOURS, 1, 9],
}


@pytest.fixture
def pages(peer_pages: PeerPages, signaling: ServerProcess) -> list[PeerPage]:
    """Connect Ada, Grace and Eve, who means harm."""
    pages = peer_pages("Ada", "Grace", "Eve")
    for page in pages:
        page.enter([signaling.url]).share("one")
    for page in pages:
        page.wait_connected(2)
    for page in pages[:2]:
        page.wait_people("Ada", "Eve", "Grace")
    return pages


def expect_gone(pages: list[PeerPage], what: str = "") -> None:
    """See that Eve is cut off, and that Ada and Grace go on."""
    ada, grace, eve = pages
    for page in (ada, grace):
        page.wait_rid_of(eve)
        page.wait_people("Ada", "Grace")
        page.wait_connected(1)
    ada.append(f"Ada goes on {what} ")
    grace.wait_part(f"Ada goes on {what} ")
    grace.append(f"so does Grace {what} ")
    ada.wait_part(f"so does Grace {what} ")
    assert ada.text() == grace.text()


def each(pages: list[PeerPage], url: str, cases: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Go through what Eve can do; after a reload she is somebody whom nobody knows."""
    ada, grace, eve = pages
    for name, case in cases.items():
        yield name, case
        eve.person.page.reload()
        eve.enter([url]).share("one")
        for page in (ada, grace, eve):
            page.wait_connected(2)
            page.wait_people("Ada", "Eve", "Grace")


# the gate has one of them: each more is a meeting of three, and ICE failed in six of some thousand
@pytest.mark.parametrize("number", [gate(1), len(FRAMES)])
def test_who_sends_a_malformed_frame_is_cut_off(
    number: int, pages: list[PeerPage], signaling: ServerProcess
) -> None:
    frames = dict(list(FRAMES.items())[:number])
    for name, frame in each(pages, signaling.url, frames):
        pages[2].call("raw", frame)
        expect_gone(pages, name)


def test_who_sends_text_is_cut_off(pages: list[PeerPage]) -> None:
    pages[2].call("rawText", "hello")
    expect_gone(pages)


def test_who_sends_a_malformed_message_is_cut_off(
    pages: list[PeerPage], signaling: ServerProcess
) -> None:
    for name, message in each(pages, signaling.url, MESSAGES):
        pages[2].call("message", "one", message)
        expect_gone(pages, name)


def test_who_opens_a_topic_twice_is_cut_off(pages: list[PeerPage]) -> None:
    eve = pages[2]
    eve.call("frame", {"kind": "open", "channel": 9, "topic": eve.call("topic", "one")})
    expect_gone(pages)


def test_who_opens_too_many_topics_is_cut_off(pages: list[PeerPage]) -> None:
    pages[2].person.page.evaluate(
        """() => {
            for (let channel = 100; channel < 1300; channel++) {
                peer.frame({ kind: 'open', channel, topic: `topic ${channel}` });
            }
        }"""
    )
    expect_gone(pages)


def test_who_floods_is_cut_off(pages: list[PeerPage]) -> None:
    pages[2].person.page.evaluate(
        """() => {
            for (let number = 0; number < 50_000; number++) {
                try {
                    peer.frame({ kind: 'ping', number });
                } catch {
                    return; // they have hung up
                }
            }
        }"""
    )
    expect_gone(pages)


def test_who_begins_a_message_before_the_last_one_ended_is_cut_off(pages: list[PeerPage]) -> None:
    eve = pages[2]
    begin = {"kind": "begin", "channel": eve.call("channel", "one"), "total": 9, "data": [1]}
    eve.call("frame", begin)
    eve.call("frame", begin)
    expect_gone(pages)


def forge(eve: PeerPage, client: int, state: Any) -> None:
    """Let Eve say something of somebody, newer than all that they have said."""
    presence = eve.call("presenceOf", client, 1_000_000, state)
    size = [len(presence) % 128 + 128, len(presence) // 128]
    eve.call("message", "one", [AWARENESS, *size, *presence])


@pytest.mark.parametrize(
    "state",
    [gate(None), {"user": {"username": "mallory", "name": "Mallory" + "x" * 130}}],
    ids=["gone", "somebody-else"],
)
def test_nobody_speaks_for_somebody_who_is_here(pages: list[PeerPage], state: Any) -> None:
    ada, grace, eve = pages
    for page in (ada, grace):
        # of each of them, to both of them
        forge(eve, page.call("client", "one"), state and {**state, "pad": "x" * 130})
    # once this has arrived, so have the forged ones
    eve.append("a mark")
    for page in (ada, grace):
        page.wait_text("a mark")
        assert page.call("people", "one") == ["Ada", "Eve", "Grace"]


def test_nobody_takes_the_place_of_somebody_who_is_here(pages: list[PeerPage]) -> None:
    ada, grace, eve = pages
    client = grace.call("client", "one")
    low = []
    while client >= 128:
        low.append(client % 128 + 128)
        client //= 128
    # "I am Grace, and connected to nobody"
    eve.call("message", "one", [NEIGHBOURS, *low, client, 0])
    eve.append("a mark")
    ada.wait_text("a mark")
    # a change of the real Grace's presence still counts, and Eve's leaving isn't hers
    forge(eve, grace.call("client", "one"), {"user": {"username": "m", "name": "M" + "x" * 130}})
    eve.call("stop", "one")
    for page in (ada, grace):
        page.wait_people("Ada", "Grace")
    ada.wait_connected(1)


@pytest.fixture
def signals() -> list[Any]:
    """List signals that are properly sealed, and nothing else."""
    return [
        None,
        5,
        "x",
        [],
        {},
        {"epoch": 5},
        {"epoch": "x", "description": None},
        {"epoch": "x", "description": {"type": "rollback"}},
        {"epoch": "x", "description": {"type": "answer", "sdp": "nonsense"}},
        {"epoch": "x", "candidates": 5},
        {"epoch": "x", "candidates": [5, None, {"candidate": "nonsense"}]},
    ]


def test_a_malformed_signal_harms_nobody(pages: list[PeerPage], signals: list[Any]) -> None:
    ada, grace, eve = pages
    for signal in signals:
        for page in (ada, grace):
            eve.call("signal", "one", page.id, signal)
    eve.append("a mark ")
    ada.append("Ada goes on ")
    for page in (ada, grace):
        page.wait_part("a mark ")
        page.wait_part("Ada goes on ")
        page.wait_people("Ada", "Eve", "Grace")


@pytest.mark.parametrize("sdp", ["", "nonsense", "v=0\r\n", "v=0\r\nm=application 9 x 1\r\n"])
def test_a_malformed_offer_harms_nobody_else(pages: list[PeerPage], sdp: str) -> None:
    ada, grace, eve = pages
    for page in (ada, grace):
        eve.call(
            "signal", "one", page.id, {"epoch": "x", "description": {"type": "offer", "sdp": sdp}}
        )
    ada.append("Ada goes on ")
    grace.wait_part("Ada goes on ")
    # her connection was replaced by one that can't be, and comes back
    for page in pages:
        page.wait_connected(2)
        page.wait_people("Ada", "Eve", "Grace")
    eve.append("a mark ")
    for page in (ada, grace):
        page.wait_part("a mark ")
