# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What of ours is left in a page after its documents were closed, and after its room was left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from harness.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from harness.peers import Peer

#: counts what our code begins and does not end: timers, channels to other tabs, sockets and
#: connections; each with the place in our code that it comes from
COUNT = """(() => {
    const live = new Map();
    // not the entry, which loads the rest, with a time-out of its own
    const OURS = /@jupyterlite\\/webrtc-docprovider\\/static\\/(?!remoteEntry)/;
    const note = (kind, key) => {
        const [, , , caller = ''] = (new Error().stack ?? '').split('\\n');
        if (OURS.test(caller)) {
            live.set(key, `${kind} of ${caller.trim().replace(/\\(?http.*\\//, '')}`);
        }
    };
    for (const [kind, isOnce] of [['Timeout', true], ['Interval', false]]) {
        const [set, clear] = [globalThis[`set${kind}`], globalThis[`clear${kind}`]];
        globalThis[`set${kind}`] = (call, delay, ...args) => {
            const key = set((...given) => {
                if (isOnce) {
                    live.delete(key);
                }
                return call(...given);
            }, delay, ...args);
            note(`${kind} (${delay} ms)`, key);
            return key;
        };
        globalThis[`clear${kind}`] = key => {
            live.delete(key);
            clear(key);
        };
    }
    for (const name of ['BroadcastChannel', 'WebSocket', 'RTCPeerConnection']) {
        globalThis[name] = class extends globalThis[name] {
            constructor(...args) {
                super(...args);
                note(name, this);
            }
            close(...args) {
                live.delete(this);
                super.close(...args);
            }
        };
    }
    globalThis.ours = () => [...live.values()].sort();
})()"""

#: closes all documents, without asking what is to be saved; those behind first, since JupyterLab
#: throws where a tab comes to the front and is closed at once (its toolbar resizes itself later)
CLOSE = """() => [...jupyterapp.shell.widgets('main')]
    .sort((one, other) => one.isVisible - other.isVisible)
    .forEach(each => each.dispose())"""

#: what is offered in notifications about documents, only as long as they are open
OFFERS = {"Stop waiting", "Go on with mine", "Keep it", "Close it"}

#: what all notifications that are shown offer
OFFERED = """() => [...document.querySelectorAll('.jp-toast-button')]
    .map(button => button.textContent)"""

#: leaves the room, where there may be one: some pages are without us
LEAVE = """() => {
    const command = 'webrtc-docprovider:disable';
    if (jupyterapp.commands.hasCommand(command)) {
        void jupyterapp.commands.execute(command);
    }
}"""

#: looks at a page that a test has hidden: whether its user is away is a matter of the page, which
#: waits a minute for that, whatever was closed
LOOK = """() => {
    delete document.visibilityState;
    document.dispatchEvent(new Event('visibilitychange'));
}"""

#: what JupyterLab's debugger says of a notebook that is closed while it asks the kernel
CLOSED_EARLY = r"Could not restore the debugger state: Canceled future"

#: of what is shared beside documents: who is here, and what there is
ROOM_CHANNELS = 2

#: timers that are shorter than this, in milliseconds, end what is under way
SHORT = 1000


def count(person: Peer) -> None:
    """Count what our code begins in the pages that a person will open."""
    person.context.add_init_script(COUNT)


def leaves_nothing(page: Page) -> None:
    """Close all documents of a page, and expect that nothing but the room is left; then leave it.

    What a document had begun, and not ended when it was closed, nobody ends later: so nothing at
    all of ours may be there once the room was left, and nothing that will run by itself. Nor may
    a notification offer what nobody can do any more. Y.Docs are not counted: a page without us
    keeps those of closed documents, too, and from there ours hang on them (the keys that were
    pressed last in an editor, and items of the status bar, lead to its model). One that is left
    and can do something has a timer, or a channel.
    """
    page.evaluate(CLOSE)
    page.evaluate(LOOK)
    wait_until(
        lambda: len(_ours(page, "BroadcastChannel")) <= ROOM_CHANNELS,
        message="no document is shared any more",
    )
    wait_until(
        lambda: OFFERS.isdisjoint(page.evaluate(OFFERED)),
        message="nothing is asked about a document any more",
    )
    page.evaluate(LEAVE)
    try:
        wait_until(lambda: all(each.startswith("Timeout") for each in _ours(page)))
    finally:
        left = [each for each in _ours(page) if not _is_short(each)]
        assert not left, left


def _ours(page: Page, kind: str = "") -> list[str]:
    left = cast("list[str]", page.evaluate("() => ours()"))
    return [each for each in left if each.startswith(kind)]


def _is_short(left: str) -> bool:
    delay = re.match(r"Timeout \((\d+) ms\)", left)
    return delay is not None and int(delay[1]) < SHORT
