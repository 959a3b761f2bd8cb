# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Without a room, a page is as without us, but for one button; and without that, too."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import pytest

from harness.absence import all_started, nothing_comes
from harness.jupyter import JupyterPage
from harness.sites import NOTEBOOK, TEXT, build_test_site
from harness.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conftest import ServeSite
    from harness.peers import Peers

#: what `jupyter lite build` is told so that no two pages differ by kernels
ARGUMENTS = ("--ignore-sys-prefix",)

#: what we add, as screen readers have it; the status is for them only
ADDED = [
    '- button "Share"',
    '- status "Nothing is shared. Click “Share” to work on a document with others.": Not shared',
]

#: tells where each piece of text and each picture is, but for ours and what depends on the time
LAYOUT = """() => {
    const moving = '[class*=jp-WebRTC] *, .jp-DirListing-itemModified';
    return [...document.querySelectorAll('body *')]
        .filter(each => !each.children.length && !each.matches(moving) && each.checkVisibility())
        .filter(each => each.textContent.trim() || each.matches('svg *, img'))
        .map(each => [each.tagName, each.getBoundingClientRect()])
        .filter(([, { width, height }]) => width * height > 0)
        .map(([tag, { x, y, width, height }]) => [tag, x, y, width, height].join(' '));
}"""


def heard(page: JupyterPage, without: Sequence[str] = ()) -> list[str]:
    """Describe a page as screen readers have it, without some lines."""
    snapshot = page.page.locator("body").aria_snapshot().replace(page.site, "/")
    age = re.compile(r"\bnow\b|[\w ]+\bago\b|\d+/\d+/\d+, \d+:\d+ [AP]M")
    lines = [age.sub("AGE", line.strip()) for line in snapshot.splitlines()]
    return [line for line in lines if line not in without]


def seen(page: JupyterPage) -> list[str]:
    """Tell where everything is in a page."""
    layout: list[str] = page.page.evaluate(LAYOUT)
    return layout


def are_alike(page: JupyterPage, reference: JupyterPage, added: Sequence[str]) -> bool:
    """Whether a page is as another one, but for some lines that are heard."""
    return heard(page, without=added) == heard(reference) and seen(page) == seen(reference)


@pytest.mark.parametrize("collaborative", [True, False])
def test_without_a_room_a_page_looks_as_without_us(
    peers: Peers, serve_site: ServeSite, tmp_path: Path, *, collaborative: bool
) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "ours").mkdir()
    without_us = ("--disable-addons", "jupyterlite-webrtc")
    plain_url = serve_site(build_test_site(tmp_path / "plain", {}, *ARGUMENTS, *without_us))
    config = {"collaborative": collaborative, "fullWebRtcSignalingUrls": []}
    our_url = serve_site(build_test_site(tmp_path / "ours", config, *ARGUMENTS))
    plain, ours = peers.new("Ada"), peers.new("Grace")
    for app, path in (("lab", TEXT), ("edit", TEXT), ("notebooks", NOTEBOOK)):
        pages = [
            JupyterPage(peer.page, url).open(app, path).shown()
            for peer, url in ((plain, plain_url), (ours, our_url))
        ]
        added = ADDED if collaborative else []
        reference, page = pages
        with suppress(TimeoutError):  # cells are rendered one after the other
            wait_until(partial(are_alike, page, reference, added))
        assert heard(page, without=added) == heard(reference)
        assert seen(page) == seen(reference)
        assert all(line in heard(page) for line in added)


def test_a_site_that_is_switched_off_opens_documents_whatever_is_installed(
    peers: Peers, serve_site: ServeSite, tmp_path: Path
) -> None:
    url = serve_site(build_test_site(tmp_path, {}, "--no-webrtc"))
    joan = peers.new("Joan")
    for app, path in (("lab", TEXT), ("notebooks", NOTEBOOK)):
        page = JupyterPage(joan.page, url).open(app, path).shown()
        nothing_comes(lambda: page.status, lambda: all_started(page))  # noqa: B023 (called at once)
        assert not page.is_collaborative
