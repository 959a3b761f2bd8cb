# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The screen names each trouble, and one remedy (P10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.sites import NOTEBOOK
from harness.troubles import TROUBLES, Place
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.peers import Peers
    from harness.servers import ServerProcess


@pytest.mark.parametrize("name", TROUBLES)
def test_trouble_is_named_with_its_remedy(
    peers: Peers, site_url: str, site_signaling: ServerProcess, name: str
) -> None:
    trouble = TROUBLES[name]
    page = trouble.happen(Place(peers, site_url, site_signaling, NOTEBOOK, {}))
    status = page.page.locator(".jp-WebRTCStatus")
    if trouble.label is not None:
        status.get_by_text(trouble.label).wait_for()
    if trouble.is_told:
        page.page.locator(".Toastify").get_by_text(trouble.words).wait_for()
    else:
        wait_until(
            lambda: trouble.words in (status.get_attribute("title") or ""), message="the remedy"
        )
