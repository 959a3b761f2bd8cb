# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""People come, go, crash and lose their network: all is in step again (P9)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error as PlaywrightError

from harness.jupyter import JupyterPage, visit
from harness.sites import NOTEBOOK, TEXT
from harness.traffic import open_connections, record_traffic
from harness.trouble import NO_SERVER
from harness.waiting import wait_until

if TYPE_CHECKING:
    from conftest import PeerPages
    from harness.peers import Peer, Peers
    from harness.servers import ServerProcess

#: seconds within which somebody who crashed is seen to be gone: three times what is promised,
#: on a machine that does other things too
GONE_TIMEOUT = 60.0

#: what a page logs when another one does not answer any more
SILENCE = "does not answer"


def meet(peers: Peers, url: str, app: str = "edit", path: str = TEXT) -> list[JupyterPage]:
    """Bring Ada and Grace into one document."""
    pages = [visit(peers.new(name), url, app, path, room="r1") for name in ("Ada", "Grace")]
    for page in pages:
        page.shown()
    for page in pages:
        page.wait_status("connected", 1)
    return pages


def crash(peer: Peer) -> None:
    """Kill the process of a person's page, as a lack of memory does."""
    with peer.page.expect_event("crash"), suppress(PlaywrightError):
        peer.page.goto("chrome://crash")


@pytest.mark.usefixtures("site_signaling")
def test_who_crashed_is_gone_from_status_presence_and_cursors(peers: Peers, site_url: str) -> None:
    ada, grace = meet(peers, site_url, "lab")
    grace.type_at_end("the last words")
    ada.wait_text("the last words")
    wait_until(lambda: ada.cursor_names == ["Grace"], message="Grace's cursor")
    wait_until(lambda: "Grace" in ada.presence, message="Grace's presence")
    crash(peers.by_name("Grace"))
    ada.wait_status("alone", 0, timeout=GONE_TIMEOUT)
    wait_until(lambda: ada.cursor_names == [], message="no cursor")
    wait_until(lambda: "Grace" not in ada.presence, message="no presence")
    assert any(SILENCE in line for line in peers.by_name("Ada").watch.log)


@pytest.mark.usefixtures("site_signaling")
@pytest.mark.parametrize("how", ["another page", "the tab"])
def test_who_leaves_is_gone_at_once(peers: Peers, site_url: str, how: str) -> None:
    ada, _ = meet(peers, site_url, "lab")
    grace = peers.by_name("Grace")
    wait_until(lambda: "Grace" in ada.presence, message="Grace's presence")
    if how == "the tab":
        grace.page.close()
    else:
        grace.page.goto("about:blank")
    ada.wait_status("alone", 0)
    wait_until(lambda: "Grace" not in ada.presence, message="no presence")
    # they said so: nobody had to find out
    assert not any(SILENCE in line for line in peers.by_name("Ada").watch.log)


@pytest.mark.usefixtures("site_signaling")
def test_who_reloads_again_and_again_is_back_and_leaves_no_ghost(
    peers: Peers, site_url: str
) -> None:
    person = peers.new("Ada")
    record_traffic(person)
    ada = visit(person, site_url, "edit", TEXT, room="r1").shown()
    grace = visit(peers.new("Grace"), site_url, "edit", TEXT, room="r1").shown()
    for number in range(3):
        ada.wait_status("connected", 1)
        grace.type_at_end(f"[{number}]")
        ada.wait_text(f"[{number}]")
        grace.page.reload()
        grace.shown()
        grace.wait_text(*(f"[{before}]" for before in range(number + 1)))
    ada.wait_status("connected", 1)
    grace.wait_status("connected", 1)
    ada.type_at_end("to the last one")
    grace.wait_text("to the last one")
    wait_until(lambda: open_connections(person) == 1, GONE_TIMEOUT, "one connection")


def test_a_server_that_is_killed_and_restarted_is_not_noticed_by_those_who_are_connected(
    peers: Peers, site_url: str, site_signaling: ServerProcess
) -> None:
    ada, grace = meet(peers, site_url)
    for person in ("Ada", "Grace"):
        peers.by_name(person).expect_trouble(NO_SERVER)
    site_signaling.kill()
    ada.type_at_end("without a server")
    grace.wait_text("without a server")
    grace.type_at_end(", both ways")
    ada.wait_text("without a server, both ways")
    for page in (ada, grace):
        page.wait_status("connected", 1)
    site_signaling.restart()
    ada.type_at_end(", and after")
    # who comes now is met by both
    joan = visit(peers.new("Joan"), site_url, "edit", TEXT, room="r1").shown()
    for page in (ada, grace, joan):
        page.wait_status("connected", 2, timeout=GONE_TIMEOUT)
        page.wait_text("without a server, both ways, and after")


@pytest.mark.gate
@pytest.mark.usefixtures("site_signaling")
def test_what_both_write_while_the_network_is_cut_is_at_both_when_it_is_back(
    peers: Peers, site_url: str
) -> None:
    ada, grace = meet(peers, site_url)
    person = peers.by_name("Grace")
    person.expect_trouble(NO_SERVER)
    # also of what the page asks the site for just then, by way of the service worker
    person.expect_trouble(r"net::ERR_(INTERNET_DISCONNECTED|FAILED)")
    # Chromium's emulation cuts all but WebRTC: so the other page goes, and comes back
    person.context.set_offline(True)
    ada.page.reload()
    ada.shown()
    ada.type_at_end("[by Ada]")
    grace.wait_status("unreachable", 0, timeout=GONE_TIMEOUT)
    grace.type_at_end("[by Grace]")
    ada.wait_status("alone", 0)
    assert "by Grace" not in ada.text
    person.context.set_offline(False)
    for page in (ada, grace):
        page.wait_status("connected", 1, timeout=GONE_TIMEOUT)
        page.wait_text("[by Ada]", "[by Grace]")


@pytest.mark.usefixtures("site_signaling")
def test_two_people_have_one_connection_however_many_documents_they_share(
    peers: Peers, site_url: str
) -> None:
    people = [peers.new(name) for name in ("Ada", "Grace")]
    for person in people:
        record_traffic(person)
    ada, grace = (visit(p, site_url, "lab", TEXT, room="r1").shown() for p in people)
    for page in (ada, grace):
        page.wait_status("connected", 1)
    for page in (ada, grace):
        page.page.evaluate(
            "path => jupyterapp.commands.execute('docmanager:open', { path })", NOTEBOOK
        )
        wait_until(lambda page=page: "# Waves\nA first lesson." in page.sources)  # type: ignore[misc]
        page.wait_status("connected", 1)
    ada.type_at_end("/* shared */")
    wait_until(lambda: "/* shared */" in grace.content, message="Ada's words at Grace's")
    assert [open_connections(person) for person in people] == [1, 1]


def test_of_a_crashed_page_no_connection_is_left(
    peer_pages: PeerPages, signaling: ServerProcess
) -> None:
    ada, grace, joan = pages = peer_pages("Ada", "Grace", "Joan")
    for page in pages:
        page.enter([signaling.url]).share("one", "two")
    for page in pages:
        page.wait_connected(2)
    crash(joan.person)
    for page in (ada, grace):
        page.wait_people("Ada", "Grace", timeout=GONE_TIMEOUT)
        page.wait_people("Ada", "Grace", subject="two")
        page.wait_rid_of(joan)
    ada.append("both go on")
    grace.wait_text("both go on")
