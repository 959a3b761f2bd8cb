# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Pages with shared texts and nothing of Jupyter, which run our peer by itself."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from harness.peers import Peer

HARNESS = Path(__file__).parent
LABEXTENSION = HARNESS.parents[2] / "labextension-src"
PEER = LABEXTENSION / "src" / "peer"

#: makes one script of a page
BUNDLER = HARNESS / "bundle.mjs"

#: what our sources import of y-webrtc is bundled with ours, as `webpack.config.js` has it
ALIASES = (
    f"simple-peer/simplepeer.min.js={PEER / 'peer.ts'}",
    f"lib0/websocket={PEER / 'signaling' / 'socket.ts'}",
)

#: seconds for bundling
BUNDLE_TIMEOUT = 60

#: seconds for pages to meet, with several on two cores
MEET_TIMEOUT = 60.0


def bundle(script: Path, folder: Path) -> Path:
    """Make a site of one page, which runs a script with our peer in it.

    Parameters
    ----------
    script : pathlib.Path
        The script.
    folder : pathlib.Path
        Where to put the site.

    Returns
    -------
    pathlib.Path
        The folder.
    """
    subprocess.run(
        [
            "node",
            BUNDLER,
            script,
            folder / "page.js",
            LABEXTENSION / "node_modules",
            *ALIASES,
        ],
        check=True,
        timeout=BUNDLE_TIMEOUT,
    )
    (folder / "index.html").write_text("<!doctype html><script src='page.js'></script>")
    (folder / "jupyter-lite.json").write_text("{}")
    return folder


def bundle_peer_page(folder: Path) -> Path:
    """Make a site whose one page has shared texts, and return its folder."""
    return bundle(HARNESS / "peer_page.js", folder)


class PeerPage:
    """One person's page.

    Parameters
    ----------
    person : Peer
        The person.
    url : str
        Of the site that :func:`bundle_peer_page` makes.

    Attributes
    ----------
    id : str
        The page's id in the room, once it has entered.
    """

    def __init__(self, person: Peer, url: str) -> None:
        self.person = person
        self.id = ""
        person.open(url)

    def call(self, function: str, *arguments: Any) -> Any:
        """Call one of the functions of ``peer_page.js``."""
        return self.person.page.evaluate(
            "([name, args]) => peer[name](...args)", [function, [*arguments]]
        )

    @property
    def path(self) -> str | None:
        """How this page reaches the others, if it does and all by one way."""
        paths: set[str | None] = {route["path"] for route in self.call("routes")}
        return paths.pop() if len(paths) == 1 else None

    def enter(self, signaling: Sequence[str], room: str = "a room", **options: Any) -> PeerPage:
        """Enter a room, without sharing anything yet."""
        self.id = self.call("enter", room, [*signaling], options)
        return self

    def share(self, *subjects: str) -> PeerPage:
        """Share texts."""
        for subject in subjects:
            self.call("share", subject, self.person.name)
        return self

    def append(self, text: str, subject: str = "one") -> None:
        """Write at the end of a text."""
        self.call("append", subject, text)

    def text(self, subject: str = "one") -> str:
        """Read a text."""
        return str(self.call("text", subject))

    def wait_text(self, text: str, subject: str = "one") -> None:
        """Wait until a text is exactly this."""
        wait_until(
            lambda: self.text(subject) == text,
            MEET_TIMEOUT,
            f"{text!r} at {self.person.name}",
        )

    def wait_parts(self, parts: Iterable[str], subject: str = "one") -> None:
        """Wait until each of some parts is there once, and nothing else."""
        expected = sorted(parts)
        wait_until(
            lambda: sorted(self.text(subject).split()) == expected,
            MEET_TIMEOUT,
            f"{expected} at {self.person.name}",
        )

    def wait_part(self, part: str, subject: str = "one") -> None:
        """Wait until something is in a text."""
        wait_until(
            lambda: part in self.text(subject), MEET_TIMEOUT, f"{part!r} at {self.person.name}"
        )

    def wait_length(self, count: int, subject: str = "one") -> None:
        """Wait until a text has so many characters."""
        wait_until(
            lambda: self.call("length", subject) == count,
            MEET_TIMEOUT,
            f"{count} characters at {self.person.name}",
        )

    def wait_path(self, expected: str) -> None:
        """Wait until this page reaches all others by a way."""
        wait_until(
            lambda: self.path == expected,
            MEET_TIMEOUT,
            f"{self.person.name} reaches others by {expected}",
        )

    def wait_rid_of(self, other: PeerPage) -> None:
        """Wait until there is no connection to a page."""
        wait_until(
            lambda: other.id not in self.call("connections"),
            MEET_TIMEOUT,
            f"{self.person.name} is rid of {other.person.name}",
        )

    def wait_connected(self, count: int, subject: str = "one") -> None:
        """Wait until so many pages are connected, and all have sent what they had."""

        def is_connected() -> bool:
            state = self.call("state", subject)
            return bool(state["connected"] == count and (state["synced"] or not count))

        wait_until(is_connected, MEET_TIMEOUT, f"{count} connected to {self.person.name}")

    def wait_people(self, *names: str, subject: str = "one", timeout: float = MEET_TIMEOUT) -> None:
        """Wait until these are seen here, oneself included, and nobody else."""
        wait_until(
            lambda: self.call("people", subject) == sorted(names),
            timeout,
            f"{names} at {self.person.name}",
        )
