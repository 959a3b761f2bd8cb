# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Each trouble that the page names (P10), brought about and ended.

For tests, for the docs' pictures, and for the benchmark.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from harness.files import write
from harness.jupyter import JupyterPage, visit
from harness.sharing import forged, join, newcomer, share
from harness.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Route

    from harness.peers import Peer, Peers
    from harness.servers import ServerProcess

#: stands for a network that lets nothing through from one browser to another, until it does:
#: with this policy only TURN servers are tried, and there are none
NO_ROUTE = """
window.hasRoute = false;
const Native = RTCPeerConnection;
window.RTCPeerConnection = class extends Native {
  constructor(configuration) {
    super({ ...configuration, ...(!window.hasRoute && { iceTransportPolicy: 'relay' }) });
  }
  setConfiguration(configuration) {
    const policy = !window.hasRoute && { iceTransportPolicy: 'relay' };
    super.setConfiguration({ ...configuration, ...policy });
  }
};
"""

#: the configuration of a site, or of one of its apps
CONFIGURATION = re.compile(r"/jupyter-lite\.json(\?|$)")

#: stands for a browser that has no space left for the site, until it has
NO_SPACE = """() => {
    const drive = jupyterapp.serviceManager.contents.defaultDrive;
    const { save } = drive;
    drive.save = async () => {
        throw new DOMException('no space', 'QuotaExceededError');
    };
    window.freeSpace = () => { drive.save = save; };
}"""

#: a file that only its maker has
ONLY_HERE = "plan.txt"

#: milliseconds for the screen to say what is the matter: three times the promise, and the page
#: is loaded meanwhile
PATIENCE = 60_000

#: milliseconds for the screen to say that all is well again: the page tries again now and then
RECOVERY = 90_000

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
    #: which app the page with the trouble is in
    app: str = "lab"
    #: when the cause came, as of `time.perf_counter`
    caused_at: float = field(default=0, init=False)

    def newcomer(self, name: str) -> Peer:
        """Bring somebody in."""
        return newcomer(self.peers, name, **self.options)

    def visit(self, peer: Peer) -> JupyterPage:
        """Let somebody open the notebook."""
        return visit(peer, self.site_url, self.app, self.notebook).shown()

    def join(self, peer: Peer, link: str) -> JupyterPage:
        """Let somebody follow a link, without waiting for what it leads to."""
        is_text = self.app != "lab" and ONLY_HERE in link
        return join(peer, link, "edit" if is_text else self.app)

    def now(self) -> None:
        """Note that the cause comes now."""
        self.caused_at = time.perf_counter()


def signaling_down(place: Place) -> Iterator[JupyterPage]:
    """Lose the signaling server before anybody has come."""
    ada = place.newcomer("Ada")
    ada.expect_trouble("WebSocket connection to")
    page = place.visit(ada)
    share(page)
    page.wait_status("alone", 0)
    place.now()
    place.signaling.kill()
    yield page
    place.signaling.restart()


def truncated_link(place: Place) -> Iterator[JupyterPage]:
    """Follow a link that lost its end."""
    link = share(place.visit(place.newcomer("Ada")))
    grace = place.newcomer("Grace")
    place.now()
    yield place.join(grace, link[:-5])
    place.join(grace, link).shown().wait_status("connected", 1)


def wrong_secret(place: Place) -> Iterator[JupyterPage]:
    """Follow a link to a room in which nobody ever is."""
    link = share(place.visit(place.newcomer("Ada")))
    grace = place.newcomer("Grace")
    place.now()
    yield place.join(grace, forged(link))
    place.join(grace, link).shown().wait_status("connected", 1)


def holder_away(place: Place) -> Iterator[JupyterPage]:
    """Follow a link to a file whose only holder has left."""
    ada, grace = place.newcomer("Ada"), place.newcomer("Grace")
    page = visit(ada, place.site_url, "lab", place.notebook).shown()
    write(page, ONLY_HERE, "a plan")
    page.open("lab", ONLY_HERE, username="Ada").wait_current(ONLY_HERE)
    link = share(page.shown())
    page.page.goto("about:blank")
    place.now()
    yield (guest := place.join(grace, link))
    join(ada, link).shown()
    guest.shown().wait_text("a plan")


def alone(place: Place) -> Iterator[JupyterPage]:
    """Share while nobody else is there."""
    page = place.visit(place.newcomer("Ada"))
    place.now()
    link = share(page)
    yield page
    join(place.newcomer("Grace"), link).shown()


def no_route(place: Place) -> Iterator[JupyterPage]:
    """Share with somebody whom no network route leads to, on a site that allows no relay."""
    ada = place.newcomer("Ada")
    ada.context.add_init_script(NO_ROUTE)
    configure(ada, webRtcRelay="never")
    page = place.visit(ada)
    grace = join(place.newcomer("Grace"), share(page)).shown()
    grace.page.locator(".jp-WebRTCStatus[data-state='connecting']").wait_for()
    place.now()
    yield page
    page.page.evaluate("() => { window.hasRoute = true; }")


def configure(peer: Peer, **data: Any) -> None:
    """Make somebody see a site as if it was configured in another way.

    Parameters
    ----------
    peer
        Has not opened the site yet.
    **data
        Keys of its ``jupyter-config-data``.
    """

    def answer(route: Route) -> None:
        response = route.fetch()
        site = response.json()
        site.setdefault("jupyter-config-data", {}).update(data)
        route.fulfill(response=response, json=site)

    peer.context.route(CONFIGURATION, answer)


def full_storage(place: Place) -> Iterator[JupyterPage]:
    """Write while the browser has no space left for the site."""
    page = place.visit(place.newcomer("Ada"))
    share(page)
    page.wait_status("alone", 0)
    page.page.evaluate(NO_SPACE)
    place.now()
    page.type_at_end("// no space left")
    yield page
    page.page.evaluate("() => { window.freeSpace(); }")


def too_large(place: Place) -> Iterator[JupyterPage]:
    """Run a cell whose output is too large to be shared."""
    page = place.visit(place.newcomer("Ada"))
    grace = join(place.newcomer("Grace"), share(page)).shown()
    page.wait_status("connected", 1)
    page.insert_code_cell(LARGE_OUTPUT)
    place.now()
    page.run_cell()
    yield page
    page.execute("notebook:clear-cell-output")
    page.type_at_end("// small again")
    grace.wait_content("// small again")


@dataclass
class Trouble:
    """A trouble, and what the screen says about it."""

    #: brings it about, yields the page that has to say so, and does what helps
    happen: Callable[[Place], Iterator[JupyterPage]]
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
    "wrong-secret": Trouble(wrong_secret, "Only you", "ask for the link again"),
    "holder-away": Trouble(holder_away, "Only you", "ask them to open it"),
    "alone": Trouble(alone, "Only you", "Anybody who has the link can join", is_told=False),
    "no-route": Trouble(no_route, "No way through", "Try another network"),
    "full-storage": Trouble(full_storage, None, "Free some space"),
    "too-large": Trouble(too_large, "Too large to share", "Clear that output"),
}


#: from now on, keeps what the status item says, each time that it says something else
LISTEN = """() => {
    const status = document.querySelector('.jp-WebRTCStatus');
    const said = window.said = [status.textContent];
    new MutationObserver(() => {
        if (status.textContent !== said.at(-1)) {
            said.push(status.textContent);
        }
    }).observe(status, { subtree: true, childList: true, characterData: true });
}"""


def wait_named(page: JupyterPage, trouble: Trouble) -> None:
    """Wait until the screen names a trouble and its remedy."""
    status = page.page.locator(".jp-WebRTCStatus")
    if trouble.label is not None:
        # on a phone it is a picture, whose name this is
        status.get_by_text(trouble.label).wait_for(state="attached", timeout=PATIENCE)
        page.page.evaluate(LISTEN)
    if trouble.is_told:
        page.page.locator(".Toastify").get_by_text(trouble.words).first.wait_for(timeout=PATIENCE)
    else:
        wait_until(
            lambda: trouble.words in (status.get_attribute("title") or ""), message="the remedy"
        )


def wait_over(page: JupyterPage, trouble: Trouble) -> None:
    """Wait until the screen says no more that there is trouble."""
    toasts = page.page.locator(".Toastify").get_by_text(trouble.words)
    expect(toasts).to_have_count(0, timeout=RECOVERY)
    if trouble.label is not None:
        status = page.page.locator(".jp-WebRTCStatus")
        status.get_by_text(trouble.label).wait_for(state="hidden", timeout=RECOVERY)
        said = [trouble.label in words for words in page.page.evaluate("() => window.said ?? []")]
        # it neither went and came again, nor came with other words between
        assert said == sorted(said, reverse=True)
