# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Expect that something does not come: at once, it could not have come yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.jupyter import visit
from harness.sites import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.jupyter import JupyterPage
    from harness.peers import Peers


def nothing_comes(what: Callable[[], object], marker: Callable[[], object]) -> None:
    """Expect that nothing has come once what was sent later, by the same way, is here.

    Parameters
    ----------
    what : callable
        Tells what has come, as something that is false if nothing has.
    marker : callable
        Sends something by the way by which it would come, and waits for its arrival.
    """
    marker()
    come = what()
    assert not come, come


def others_meet(peers: Peers, site: str) -> None:
    """Let two newcomers do all that pages in a room do, until they read each other's words.

    This is the marker for a page that is not to take part: in the time that it takes others to
    load, meet and write, it would have begun with it.
    """
    joan, kim = (
        visit(peers.new(name), site, "edit", TEXT, room="elsewhere") for name in ("Joan", "Kim")
    )
    for page in (joan, kim):
        page.shown()
    for page in (joan, kim):
        page.wait_status("connected", 1)
    joan.type_at_end("<Joan>")
    kim.wait_text("<Joan>")
    kim.type_at_end("<Kim>")
    joan.wait_text("<Joan>", "<Kim>")


def all_started(page: JupyterPage) -> None:
    """Wait until all that starts by itself has started, such as what would show an item of ours."""
    page.page.evaluate("() => jupyterapp.restored.then(() => undefined)")
