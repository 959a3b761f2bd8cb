# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A class behind a strict firewall: many whom a page can't reach, and one whom it can (P8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.servers import ServerProcess
from harness.waiting import wait_until

if TYPE_CHECKING:
    from contextlib import ExitStack

    from conftest import PeerPages
    from harness.peer_pages import PeerPage

#: people whom Ada can't reach
CLASSMATES = 120

#: milliseconds of a lesson, in the pages' time, and of a step
LESSON, STEP = 20 * 60_000, 5_000

#: milliseconds of the pages' time in which somebody who can be reached is met, and of a step
SOON, SHORT_STEP = 5_000, 50

#: seconds that the network and the machine get for such a step
REAL_STEP = 0.2

#: connections that a page may have made after a lesson
MOST_CONNECTIONS = 150

#: a server that does not mind that time passes quickly
PATIENT = [
    f"--SignalingLimits.{name}=1000000" for name in ("message_rate", "message_burst", "handshakes")
]

#: tabs that do not know of each other, and have no candidates
CLASSMATE = """
window.BroadcastChannel = class extends EventTarget { postMessage() {} close() {} };
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration) { super({ ...configuration, iceTransportPolicy: 'relay' }); }
  setConfiguration(configuration) {
    super.setConfiguration({ ...configuration, iceTransportPolicy: 'relay' });
  }
};
"""

#: one page of each, without a browser of each
ENTER_ALL = """async ([count, room, url, ada]) => {
    const load = number => new Promise(resolve => {
        const frame = document.createElement('iframe');
        frame.onload = () => {
            const { peer } = frame.contentWindow;
            peer.enter(room, [url]);
            peer.refuseAllBut(ada);
            peer.share('one', `classmate ${number}`);
            resolve();
        };
        frame.src = location.href;
        document.body.append(frame);
    });
    for (let number = 0; number < count; number++) {
        await load(number);
    }
}"""


def meets_soon(page: PeerPage) -> bool:
    """Tell whether a page meets somebody soon by its own time, however slow the machine is."""
    for _ in range(0, SOON, SHORT_STEP):
        page.person.page.clock.run_for(SHORT_STEP)
        try:
            wait_until(lambda: page.call("state", "one")["connected"] == 1, REAL_STEP)
        except TimeoutError:
            continue
        return True
    return False


def test_many_who_can_not_be_reached_take_one_connection_each_and_hinder_nobody(
    peer_pages: PeerPages, servers: ExitStack
) -> None:
    server = ServerProcess("signaling", PATIENT)
    servers.callback(server.kill)
    ada, classmates, grace = peer_pages("Ada", "classmates", "Grace")
    crowd = classmates.person.page
    classmates.person.context.add_init_script(CLASSMATE)
    for page in (ada.person.page, crowd):
        page.clock.install()
        page.reload()
    ada.enter([server.url]).share("one")
    crowd.evaluate(ENTER_ALL, [CLASSMATES, "a room", server.url, ada.id])

    def made() -> int:
        return int(ada.call("state", "one")["connectionsMade"])

    wait_until(lambda: made() >= CLASSMATES, message="all are looked for")
    for page in (ada.person.page, crowd):
        page.clock.pause_at(page.evaluate("Date.now()") + STEP)

    for _ in range(0, LESSON, STEP):
        for page in (ada.person.page, crowd):
            page.clock.run_for(STEP)
    state = ada.call("state", "one")
    assert (state["connected"], state["unroutable"]) == (0, CLASSMATES)
    assert made() < MOST_CONNECTIONS
    ada.append("hello")
    grace.enter([server.url])
    grace.call("refuseAllBut", ada.id)
    grace.share("one")
    # each search for a route takes sockets, which Chromium has some thousand of
    assert meets_soon(ada)
    grace.wait_text("hello")
