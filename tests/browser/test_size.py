# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""How much code of ours a page loads; ``doit sizes`` prints what takes the space."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from harness.jupyter import visit
from harness.sites import NOTEBOOK
from harness.trouble import LEFT_WHILE_LOADING

if TYPE_CHECKING:
    from conftest import Site
    from harness.peers import Peer, Peers
    from harness.servers import ServerProcess

#: where the code of ours is in a site
STATIC = "extensions/@jupyterlite/webrtc-docprovider/static/"

#: bytes of gzipped code that a page may load: without a document, …
EMPTY_PAGE = 36_200
#: … with a notebook that is shared with nobody, …
PRIVATE_NOTEBOOK = 71_000
#: … and with one in a room, too: what the page loaded, and what talks to others
SHARED_NOTEBOOK = 113_500


def test_a_page_loads_little_code_and_most_of_it_only_for_a_document_or_a_room(
    peers: Peers, site: Site, site_url: str, site_signaling: ServerProcess
) -> None:
    assert site_signaling.is_running
    static = site.path / STATIC
    if any(static.glob("*.js.map")):
        pytest.skip("The labextension was built for development: `doit build` makes it small.")
    ada = peers.new("Ada")
    ada.expect_trouble(LEFT_WHILE_LOADING)

    loaded = code_loaded(ada)
    visit(ada, site_url, "lab").wait_status("off", 0)
    assert size(site, loaded) <= EMPTY_PAGE

    visit(ada, site_url, "notebooks", NOTEBOOK).shown()
    assert EMPTY_PAGE < size(site, loaded) <= PRIVATE_NOTEBOOK

    visit(ada, site_url, "notebooks", NOTEBOOK, room="r1", username="Ada").shown().wait_status(
        "alone", 0
    )
    assert PRIVATE_NOTEBOOK < size(site, loaded) <= SHARED_NOTEBOOK


def code_loaded(peer: Peer) -> set[str]:
    """Collect the names of our files that a person's pages ask for from now on."""
    names: set[str] = set()

    def note(url: str) -> None:
        if STATIC in url:
            names.add(url.partition("?")[0].rpartition("/")[2])

    peer.page.on("request", lambda request: note(request.url))
    return names


def size(site: Site, names: set[str]) -> int:
    """Sum up files of ours, gzipped."""
    static = site.path / STATIC
    return sum(len(gzip.compress((static / name).read_bytes(), 9)) for name in names)
