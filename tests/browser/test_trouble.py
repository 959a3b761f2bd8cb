# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The screen names each trouble, and one remedy (P10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.sites import NOTEBOOK
from harness.troubles import TROUBLES, Place, wait_named, wait_over

if TYPE_CHECKING:
    from harness.peers import Peers
    from harness.servers import ServerProcess


@pytest.mark.parametrize("name", TROUBLES)
def test_trouble_is_named_with_its_remedy_and_no_longer_once_that_has_helped(
    peers: Peers, site_url: str, site_signaling: ServerProcess, name: str
) -> None:
    trouble = TROUBLES[name]
    story = trouble.happen(Place(peers, site_url, site_signaling, NOTEBOOK, {}))
    page = next(story)
    wait_named(page, trouble)
    next(story, None)
    wait_over(page, trouble)
