# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Two pages in different networks meet, whatever these allow (P8)."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from harness.waiting import wait_until
from network_rows import ROWS

if TYPE_CHECKING:
    from harness.peer_pages import PeerPage
    from network_rows import Row
    from networld import OpenWorld

#: edits whose time is taken, and the milliseconds between two
EDITS, PAUSE = 100, 50

#: characters of what is sent at once
LARGE = 5_000_000

#: seconds for it by the relay, on a machine that does other things too
LARGE_TIMEOUT = 300


@dataclass
class Seen:
    """What was seen in one row."""

    connected: float = 0
    first_edit: float = 0
    delays: list[float] = field(default_factory=list)
    large: float = 0

    @property
    def cells(self) -> list[str]:
        """As the table has them."""
        cuts = statistics.quantiles(self.delays, n=100)
        return [
            f"{self.connected:.1f} s",
            f"{self.first_edit:.1f} s",
            f"{cuts[49]:.0f} ms",
            f"{cuts[98]:.0f} ms",
            f"{self.large:.1f} s",
        ]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_two_people_meet_and_nothing_is_lost_or_doubled(
    row: Row, open_world: OpenWorld, meetings: list[list[str]]
) -> None:
    ada, grace = row.pages(open_world(row.homes, row.internet))
    seen = observe(ada, grace, row.path)
    meetings.append([row.people, row.configuration, row.path, *seen.cells])


def observe(ada: PeerPage, grace: PeerPage, expected: str) -> Seen:
    """Let two people meet and write, see by which way, and take the times."""
    seen = Seen()
    begun = time.monotonic()
    ada.share("one")
    grace.share("one")
    for page in (ada, grace):
        page.wait_connected(1)
    seen.connected = time.monotonic() - begun
    ada.append("first ")
    grace.wait_text("first ")
    seen.first_edit = time.monotonic() - begun
    # the way that was found first may not be the best
    wait_until(lambda: ada.path == grace.path == expected, message=f"the way is {expected}")
    ada.call("stamp", "one", EDITS, PAUSE)
    wait_until(lambda: ada.text() == grace.text(), message="all edits at Grace's")
    seen.delays = grace.call("delays", "one")
    assert len(seen.delays) == EDITS
    grace.call("appendRandom", "one", LARGE)
    begun = time.monotonic()
    length = grace.call("length", "one")
    wait_until(
        lambda: ada.call("length", "one") == length, LARGE_TIMEOUT, "all of a large text at Ada's"
    )
    seen.large = time.monotonic() - begun
    for page, part in ((ada, "last-of-Ada"), (grace, "last-of-Grace")):
        page.append(f" {part}")
    for page in (ada, grace):
        wait_until(
            lambda page=page: all(  # type: ignore[misc]
                page.text().count(part) == 1 for part in ("last-of-Ada", "last-of-Grace")
            ),
            message=f"what both wrote, once, at {page.person.name}",
        )
    assert ada.text() == grace.text()
    return seen
