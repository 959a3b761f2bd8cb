# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Firefox and Chromium in one room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.driven import DrivenJupyterPage
from harness.firefox import Firefox, FirefoxPerson
from harness.jupyter import visit
from harness.large import LARGE_TIMEOUT, digest, expect_small_edits, make_large
from harness.peer_pages import MEET_TIMEOUT, PeerPage
from harness.sharing import newcomer, share
from harness.sites import TEXT
from harness.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import PeerPages, ServeSite
    from harness.peers import Peers
    from harness.servers import ServerProcess

pytestmark = pytest.mark.usefixtures("site_signaling")


@pytest.fixture(scope="module", params=[True, False], ids=["names", "addresses"])
def browser_with(request: pytest.FixtureRequest) -> Iterator[Firefox]:
    """Start Firefox, which tells others its addresses in the network, or names for them."""
    firefox = Firefox(
        {
            "media.peerconnection.ice.obfuscate_host_addresses": request.param,
            # a machine may have no other interface
            "media.peerconnection.ice.loopback": True,
        },
    )
    yield firefox
    firefox.stop()


@pytest.fixture
def firefox(browser_with: Firefox) -> Iterator[Firefox]:
    """Have a Firefox in which nothing has gone wrong, also at the end."""
    browser_with.trouble.clear()
    yield browser_with
    browser_with.close_pages()
    assert browser_with.trouble == []


def test_people_with_firefox_and_chromium_edit_one_file_and_come_again(
    peers: Peers, site_url: str, firefox: Firefox
) -> None:
    ada = visit(peers.new("Ada"), site_url, "edit", TEXT, room="r1")
    grace = DrivenJupyterPage(firefox.new_page(), site_url)
    grace.open("lab", TEXT, room="r1", username="Grace")
    for page in (ada, grace):
        page.shown()
        page.wait_status("connected", 1)
    ada.type_at_end("Ada was here.")
    grace.wait_text("Ada was here.", "Hello world", "second line")
    grace.type_at_end(" So was Grace.")
    for page in (ada, grace):
        page.wait_text("Ada was here. So was Grace.", "Hello world", "second line")
    wait_until(lambda: ada.cursor_names == ["Grace"], message="Grace's cursor at Ada's")
    grace.open("lab", TEXT, room="r1", username="Grace").shown()
    for page in (ada, grace):
        page.wait_status("connected", 1)
        page.wait_text("Ada was here. So was Grace.", "Hello world", "second line")
    grace.tab_.goto("about:blank")
    ada.wait_status("alone", 0)


def test_a_link_leads_firefox_to_a_file_of_ten_megabytes_that_it_lacks(
    peers: Peers, site_url: str, firefox: Firefox
) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", TEXT).shown()
    make_large(ada, "large.txt", 10, "text")
    ada.open("lab", "large.txt", username="Ada").shown().wait_current("large.txt")
    link = share(ada)
    grace = DrivenJupyterPage(firefox.new_page(), site_url)
    grace.tab_.goto(link)
    grace.shown()
    for page in (ada, grace):
        page.wait_status("connected", 1, timeout=LARGE_TIMEOUT)
    assert digest(grace) == digest(ada)
    expect_small_edits(ada, grace, 10)


def test_firefox_with_a_wrong_key_is_told_so_and_gets_nothing(
    peer_pages: PeerPages,
    peer_site: Path,
    serve_site: ServeSite,
    signaling: ServerProcess,
    firefox: Firefox,
) -> None:
    (ada,) = peer_pages("Ada")
    mallory = PeerPage(FirefoxPerson("Mallory", firefox), serve_site(peer_site))  # type: ignore[arg-type]
    ada.enter([signaling.url]).share("one").append("secret")
    mallory.enter([signaling.url], key="another").share("one")
    wait_until(lambda: mallory.call("state", "one")["wrongKey"], MEET_TIMEOUT, "Mallory is told")
    assert mallory.text() == ""
    assert ada.call("state", "one")["wrongKey"] is False
    assert ada.call("people", "one") == ["Ada"]
