# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Many pages: what they send each other, and what servers have to deliver."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from harness.proxy import SignalingProxy
from harness.waiting import wait_until
from marks import gate

if TYPE_CHECKING:
    from conftest import PeerPages
    from harness.peer_pages import PeerPage
    from harness.servers import ServerProcess

NAMES = ("Ada", "Grace", "Joan", "Mary", "Rosa", "Emmy", "Lise", "Hedy")


def count_updates(pages: list[PeerPage]) -> int:
    """Count the Yjs updates that all pages have sent so far."""
    return sum(page.call("updates") for page in pages)


def meet(pages: list[PeerPage], url: str, *subjects: str) -> list[PeerPage]:
    """Let all pages share texts, and wait until everybody is connected to everybody."""
    for page in pages:
        page.enter([url]).share(*subjects)
    for page in pages:
        for subject in subjects:
            page.wait_connected(len(pages) - 1, subject)
    return pages


@pytest.mark.parametrize("count", [2, 4, 8])
def test_an_edit_is_sent_once_to_each_other_page(
    peer_pages: PeerPages, signaling: ServerProcess, count: int
) -> None:
    pages = meet(peer_pages(*NAMES[:count]), signaling.url, "one")
    # who knows who is connected to whom needs a moment, until nothing is forwarded
    before = count_updates(pages)
    for number, page in enumerate(pages):
        page.append(f"{number} ")
    everything = [str(number) for number in range(count)]
    for page in pages:
        page.wait_parts(everything)
    assert count_updates(pages) - before == count * (count - 1)


@pytest.mark.parametrize("count", [gate(3), 8])
def test_where_two_pages_are_not_connected_others_pass_on_what_they_write(
    peer_pages: PeerPages, signaling: ServerProcess, count: int
) -> None:
    pages = peer_pages(*NAMES[:count])
    for page in pages:
        page.enter([signaling.url])
    first, last = pages[0], pages[-1]
    first.call("refuse", [last.id])
    last.call("refuse", [first.id])
    for page in pages:
        page.share("one")
    for page in pages:
        page.wait_connected(count - 1 - (page in (first, last)))
    for number, page in enumerate(pages):
        page.append(f"{number} ")
        page.append(f"again-{number} ")
    everything = [f"{again}{number}" for number in range(count) for again in ("", "again-")]
    for page in pages:
        page.wait_parts(everything)
        page.wait_people(*NAMES[:count])


def test_what_servers_deliver_grows_with_the_square_of_the_pages(
    peer_pages: PeerPages, signaling: ServerProcess
) -> None:
    everybody = peer_pages(*NAMES)
    for count in (2, 8):
        with closing(SignalingProxy(signaling.url)) as proxy:
            pages = everybody[:count]
            for page in pages:
                page.enter([proxy.url], room=f"{count} people").share("one")
            for page in pages:
                page.wait_connected(count - 1)
            delivered = proxy.deliveries
            for page in pages:
                page.call("stop", "one")
        # each page is announced to those who are there, and each two exchange a description and,
        # as long as that is not in it, an address each, which reach one page: 7 of a pair, 148 of
        # eight, and not 1,024; a browser may have a second address to tell of
        assert delivered <= count**2 + 6 * count * (count - 1) // 2, (count, delivered)


def test_a_pair_of_pages_has_one_connection_whatever_they_share(
    peer_pages: PeerPages, signaling: ServerProcess
) -> None:
    subjects = ("one", "two", "three", "four", "five")
    pages = peer_pages("Ada", "Grace", "Joan")
    for page in pages:
        page.person.page.evaluate(
            """() => {
                window.made = 0;
                const Native = RTCPeerConnection;
                window.RTCPeerConnection = function (...args) {
                    window.made++;
                    return new Native(...args);
                };
            }"""
        )
    meet(pages, signaling.url, *subjects)
    for subject in subjects:
        pages[0].append(f"in {subject}", subject)
        for page in pages:
            page.wait_text(f"in {subject}", subject)
    assert [page.person.page.evaluate("made") for page in pages] == [2, 2, 2]


def test_a_small_edit_overtakes_a_large_one_in_another_document(
    peer_pages: PeerPages, signaling: ServerProcess
) -> None:
    ada, grace = meet(peer_pages("Ada", "Grace"), signaling.url, "large", "small")
    length = ada.person.page.evaluate(
        """() => {
            peer.appendRandom('large', 10e6);
            peer.append('small', 'quick');
            return peer.length('large');
        }"""
    )
    wait_until(lambda: grace.call("length", "large") == length, message="the large text")
    assert grace.call("arrivals") == [["small", 5], ["large", length]]
    assert grace.text("large") == ada.text("large")


@pytest.mark.parametrize("megabytes", [0.3, 1, gate(10), 50])
def test_a_state_of_any_size_comes_whole_and_in_order(
    peer_pages: PeerPages, signaling: ServerProcess, megabytes: float
) -> None:
    ada, grace = peer_pages("Ada", "Grace")
    ada.enter([signaling.url]).share("one")
    # as many edits, so that it can be sent in parts
    for _ in range(20):
        ada.call("appendRandom", "one", megabytes * 1e6 / 20)
        ada.append("|")
    grace.enter([signaling.url]).share("one")
    grace.wait_connected(1)
    assert grace.text() == ada.text()
    ada.append("later")
    grace.wait_text(ada.text())


def test_who_leaves_and_comes_back_is_met_again(
    peer_pages: PeerPages, signaling: ServerProcess
) -> None:
    ada, grace = meet(peer_pages("Ada", "Grace"), signaling.url, "one")
    for number in range(3):
        grace.call("stop", "one")
        ada.wait_people("Ada")
        ada.wait_connected(0)
        assert ada.call("connections") == []
        ada.append(f"{number} ")
        grace.share("one")
        grace.wait_text(ada.text())
        for page in (ada, grace):
            page.wait_people("Ada", "Grace")


def test_who_stops_sharing_one_of_two_texts_can_share_it_again(
    peer_pages: PeerPages, signaling: ServerProcess
) -> None:
    ada, grace = meet(peer_pages("Ada", "Grace"), signaling.url, "one", "two")
    for number in range(3):
        grace.call("stop", "one")
        ada.wait_people("Ada")
        ada.append(f"{number} ")
        ada.append(f"{number} ", "two")
        grace.wait_text(ada.text("two"), "two")
        grace.share("one")
        grace.wait_text(ada.text())
        ada.wait_people("Ada", "Grace")
