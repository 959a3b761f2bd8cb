# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Two pages in different networks meet, whatever these allow (P8)."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from harness.waiting import wait_until
from netlab import Home

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.peer_pages import PeerPage
    from networld import OpenWorld

#: edits whose time is taken, and the milliseconds between two
EDITS, PAUSE = 100, 50

#: characters of what is sent at once
LARGE = 5_000_000

#: seconds for it by the relay, on a machine that does other things too
LARGE_TIMEOUT = 300

#: two homes whose routers keep ports where they can, as most do
HOMES = (Home(), Home())
#: … whose routers choose another port for each destination
RANDOM = (Home(nat="fully-random"), Home(nat="fully-random"))
#: … and two networks that let no UDP out
NO_UDP = (Home(rules="meta l4proto udp drop"), Home(rules="meta l4proto udp drop"))


@dataclass(frozen=True)
class Row:
    """A situation and a configuration, and what is to come of it."""

    situation: str
    homes: Sequence[Home]
    configuration: str
    path: str
    #: in which homes Ada and Grace are
    places: tuple[int, int] = (0, 1)
    relay: str = "auto"
    signaling: str = "ours"


ROWS = (
    Row("one LAN", (Home(),), "default", "direct", places=(0, 0)),
    Row("two homes", HOMES, "default", "direct"),
    Row("two homes", HOMES, "relay always", "relay", relay="always"),
    Row("random ports", RANDOM, "default", "relay"),
    Row("random ports", RANDOM, "TURN", "turn"),
    Row("no UDP", NO_UDP, "default", "relay"),
    Row("no UDP", NO_UDP, "default, npm's signaling", "relay", signaling="npm's"),
    Row("no UDP", NO_UDP, "TURN", "turn"),
)


@dataclass
class Seen:
    """What was seen in one row."""

    path: str
    connected: float = 0
    first_edit: float = 0
    delays: list[float] = field(default_factory=list)
    large: float = 0

    @property
    def cells(self) -> list[str]:
        """As the table has them."""
        cuts = statistics.quantiles(self.delays, n=100)
        return [
            self.path,
            f"{self.connected:.1f} s",
            f"{self.first_edit:.1f} s",
            f"{cuts[49]:.0f} ms",
            f"{cuts[98]:.0f} ms",
            f"{self.large:.1f} s",
        ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.situation}, {row.configuration}")
def test_two_people_meet_and_nothing_is_lost_or_doubled(
    row: Row, open_world: OpenWorld, matrix: list[list[str]]
) -> None:
    world = open_world(row.homes)
    names_turn = row.configuration == "TURN"
    is_ours = row.signaling == "ours"
    signaling = world.signaling(names_turn=names_turn) if is_ours else world.npm_signaling()
    ada, grace = (
        world.person(name, home) for name, home in zip(("Ada", "Grace"), row.places, strict=True)
    )
    options: dict[str, Any] = {"relay": row.relay, "iceServers": [{"urls": world.stun}]}
    for page in (ada, grace):
        page.enter([signaling], **options)
    seen = observe(ada, grace, row.path)
    matrix.append([row.situation, row.configuration, *seen.cells])
    if row.relay == "always":
        assert world.lab.direct_packets == 0
    elif row.path == "direct" and len(row.homes) > 1:
        assert world.lab.direct_packets > 0


def observe(ada: PeerPage, grace: PeerPage, expected: str) -> Seen:
    """Let two people meet and write, see by which way, and take the times."""
    seen = Seen(expected)
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
    wait_until(lambda: path(ada) == path(grace) == expected, message=f"the way is {expected}")
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


def path(page: PeerPage) -> str | None:
    """Tell how a page reaches the other."""
    found: list[str | None] = [route["path"] for route in page.call("routes")]
    return found[0] if found else None
