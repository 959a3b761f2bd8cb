# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Links: cut, pasted, followed in new tabs, and beside the name of a room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from harness.absence import nothing_comes
from harness.jupyter import JupyterPage, visit
from harness.sharing import join, newcomer, share
from harness.sites import NOTEBOOK
from harness.traffic import record_traffic, talk
from marks import gate

if TYPE_CHECKING:
    from harness.peers import Peer, Peers


def follow(joan: Peer, link: str, ada: JupyterPage) -> None:
    """Let somebody follow the whole link: the two of them meet, and nobody else."""
    page = join(joan, link).shown()
    for each in (ada, page):
        each.wait_status("connected", 1)


@pytest.mark.usefixtures("site_signaling")
@pytest.mark.parametrize("app", ["lab", gate("notebooks")])
def test_a_link_that_was_cut_is_named_and_joins_nothing(
    peers: Peers, site_url: str, app: str
) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", NOTEBOOK).shown()
    link = share(ada)
    grace = newcomer(peers, "Grace")
    record_traffic(grace)
    guest = join(grace, link[:-5], app).shown()  # the document opens, privately
    guest.wait_status("wrong-key", 0)
    guest.page.get_by_text("This link is incomplete or mistyped: ask for it again").wait_for()
    assert "room" not in guest.page.url
    guest.type_at_end("/* private */")
    joan = peers.new("Joan")
    nothing_comes(lambda: talk(grace), lambda: follow(joan, link, ada))
    # the right link, pasted into the address bar of the same tab
    join(grace, link, app).shown().wait_status("connected", 2)


@pytest.mark.usefixtures("site_signaling")
def test_a_link_that_lost_its_secret_opens_the_document_privately(
    peers: Peers, site_url: str
) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", NOTEBOOK).shown()
    link = share(ada)
    grace = newcomer(peers, "Grace")
    record_traffic(grace)
    guest = join(grace, link.partition("#")[0], "notebooks").shown()
    guest.type_at_end("/* private */")
    guest.save()
    guest.wait_status("off", 0)
    joan = peers.new("Joan")
    nothing_comes(lambda: talk(grace), lambda: follow(joan, link, ada))
    # with the whole one, in the page that shows the document, what Grace did is shared, too
    join(grace, link, "notebooks").shown().wait_status("connected", 2)
    expect(ada.editors.first).to_contain_text("/* private */")


@pytest.mark.usefixtures("site_signaling")
def test_a_link_pasted_into_the_very_page_that_is_open_is_followed(
    peers: Peers, site_url: str
) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "notebooks", NOTEBOOK).shown()
    link = share(ada)
    grace = visit(peers.new("Grace"), site_url, "notebooks", NOTEBOOK).shown()
    grace.wait_status("off", 0)
    # only the fragment differs: a browser does not load the page again by itself
    grace.page.evaluate("fragment => { location.hash = fragment; }", link.split("#")[1])
    grace.page.wait_for_url(lambda url: "room" not in url)
    grace.shown().wait_status("connected", 1)


@pytest.mark.usefixtures("site_signaling")
def test_a_document_that_the_page_opens_in_a_new_tab_stays_in_the_room(
    peers: Peers, site_url: str
) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "notebooks", NOTEBOOK).shown()
    link = share(ada)
    grace = peers.new("Grace")
    guest = join(grace, link).shown()
    guest.wait_status("connected", 1)
    with grace.context.expect_page() as opened:
        # by a link, as Chromium now and then reports an error for `window.open` in `evaluate`
        guest.page.evaluate(
            """() => {
                const link = Object.assign(document.createElement('a'), {
                    href: location.href, target: '_blank', rel: 'opener'
                });
                document.body.append(link);
                link.click();
                link.remove();
            }"""
        )
    tab = JupyterPage(opened.value, site_url).shown()
    tab.wait_status("connected", 1)
    tab.type_at_end("/* in the new tab */")
    ada.wait_content("/* in the new tab */")
    ada.wait_status("connected", 1)


@pytest.mark.usefixtures("site_signaling")
def test_a_link_comes_before_a_named_room_and_leaving_leaves_both(
    peers: Peers, site_url: str
) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "notebooks", NOTEBOOK).shown()
    link = share(ada)
    grace = join(peers.new("Grace"), link.replace("?", "?room=demo&")).shown()
    grace.wait_status("connected", 1)
    assert "demo" not in grace.page.url
    grace.page.reload()
    grace.shown().wait_status("connected", 1)
    grace.execute("webrtc-docprovider:stop")
    grace.wait_status("off", 0)
    grace.page.reload()
    grace.shown().wait_status("off", 0)
