# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Each trouble that the page names (P10), brought about: for tests, and for the docs' pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.jupyter import JupyterPage, visit
from harness.sharing import join, newcomer, share

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Route

    from harness.peers import Peer, Peers
    from harness.servers import ServerProcess

#: stands for a network that lets nothing through from one browser to another: with this policy
#: only TURN servers are tried, and there are none
NO_ROUTE = """
const Native = RTCPeerConnection;
window.RTCPeerConnection = class extends Native {
  constructor(configuration) {
    super({ ...configuration, iceTransportPolicy: 'relay' });
  }
};
"""

#: the configuration of a site, or of one of its apps
CONFIGURATION = re.compile(r"/jupyter-lite\.json(\?|$)")

#: stands for a browser that has no space left for the site
NO_SPACE = """() => {
    jupyterapp.serviceManager.contents.defaultDrive.save = async () => {
        throw new DOMException('no space', 'QuotaExceededError');
    };
}"""

#: a cell whose output is larger than any message may be; nothing renders its type
LARGE_OUTPUT = (
    "postMessage({type: 'display_data', bundle: {data: {'application/x-large': "
    "'x'.repeat(70e6)}, metadata: {}, transient: {}}})"
)


@dataclass
class Place:
    """Where troubles happen: a site, its signaling server, and people."""

    peers: Peers
    site_url: str
    signaling: ServerProcess
    #: a notebook of the site
    notebook: str
    #: of all browsers
    options: dict[str, Any]

    def newcomer(self, name: str) -> Peer:
        """Bring somebody in."""
        return newcomer(self.peers, name, **self.options)

    def visit(self, peer: Peer) -> JupyterPage:
        """Let somebody open the notebook."""
        return visit(peer, self.site_url, "lab", self.notebook).shown()


def signaling_down(place: Place) -> JupyterPage:
    """Share while no signaling server answers."""
    place.signaling.kill()
    ada = place.newcomer("Ada")
    ada.expect_trouble("WebSocket connection to")
    page = place.visit(ada)
    share(page)
    return page


def truncated_link(place: Place) -> JupyterPage:
    """Follow a link that lost its end."""
    link = share(place.visit(place.newcomer("Ada")))
    return join(place.newcomer("Grace"), link[:-5]).shown()


def alone(place: Place) -> JupyterPage:
    """Share while nobody else is there."""
    page = place.visit(place.newcomer("Ada"))
    share(page)
    return page


def no_route(place: Place) -> JupyterPage:
    """Share with somebody whom no network route leads to, on a site that allows no relay."""
    ada = place.newcomer("Ada")
    ada.context.add_init_script(NO_ROUTE)
    ada.context.route(CONFIGURATION, _without_relay)
    page = place.visit(ada)
    join(place.newcomer("Grace"), share(page)).shown()
    return page


def _without_relay(route: Route) -> None:
    """Answer with a site's configuration as if it switched the relay off."""
    response = route.fetch()
    site = response.json()
    site.setdefault("jupyter-config-data", {})["webRtcRelay"] = "never"
    route.fulfill(response=response, json=site)


def full_storage(place: Place) -> JupyterPage:
    """Write while the browser has no space left for the site."""
    page = place.visit(place.newcomer("Ada"))
    share(page)
    page.wait_status("alone", 0)
    page.page.evaluate(NO_SPACE)
    page.type_at_end("// no space left")
    return page


def too_large(place: Place) -> JupyterPage:
    """Run a cell whose output is too large to be shared."""
    page = place.visit(place.newcomer("Ada"))
    join(place.newcomer("Grace"), share(page)).shown()
    page.wait_status("connected", 1)
    page.insert_code_cell(LARGE_OUTPUT)
    page.run_cell()
    return page


@dataclass
class Trouble:
    """A trouble, and what the screen says about it."""

    happen: Callable[[Place], JupyterPage]
    #: part of what the status item says; None if it goes on as before
    label: str | None
    #: part of what is said about it, with the remedy
    words: str
    #: whether it is said in a notification, or only by the status item's tooltip
    is_told: bool = True


#: each trouble of the promise, by the name of its picture
TROUBLES = {
    "signaling-down": Trouble(signaling_down, "reach others", "Check your connection"),
    "truncated-link": Trouble(truncated_link, "Wrong link", "ask for it again"),
    "alone": Trouble(alone, "Only you", "Anybody who has the link can join", is_told=False),
    "no-route": Trouble(no_route, "No way through", "Try another network"),
    "full-storage": Trouble(full_storage, None, "Free some space"),
    "too-large": Trouble(too_large, "Too large to share", "Clear that output"),
}
