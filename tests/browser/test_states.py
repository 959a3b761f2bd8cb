# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What the status says on the way, not only at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.jupyter import visit
from harness.sharing import join, newcomer, share
from harness.sites import NOTEBOOK

if TYPE_CHECKING:
    from harness.peers import Peers

#: notes each state that a page shows
RECORD = """
window.shownStates = [];
new MutationObserver(() => {
    const state = document.querySelector('.jp-WebRTCStatus[data-state]')?.dataset.state;
    if (state && state !== window.shownStates.at(-1)) {
        window.shownStates.push(state);
    }
}).observe(document, { subtree: true, childList: true, attributes: true });
"""


@pytest.mark.usefixtures("site_signaling")
@pytest.mark.parametrize("app", ["lab", "notebooks"])
def test_who_joins_others_is_not_told_on_the_way_that_nobody_is_here(
    peers: Peers, site_url: str, app: str
) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", NOTEBOOK).shown()
    link = share(ada)
    person = peers.new("Grace")
    person.context.add_init_script(RECORD)
    grace = join(person, link, app).shown()
    grace.wait_status("connected", 1)
    states = grace.page.evaluate("shownStates")
    assert states[-1] == "connected"
    assert "alone" not in states
