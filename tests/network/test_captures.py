# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""With whom people's computers exchange packets, as their routers see it (P8)."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from network_rows import USUAL, Row

if TYPE_CHECKING:
    from pathlib import Path

    from networld import OpenWorld

#: what each writes, in characters: more than what finding each other takes
LARGE = 200_000

#: two homes, and two computers in one
HOMES, HOME = (USUAL, USUAL), (USUAL,)

#: the only others with whom packets are exchanged: the site with its signaling server, STUN and
#: TURN, and the other person
CASES = (
    (Row("two homes", HOMES, "direct"), {"site", "turn", "other"}),
    (Row("two homes", HOMES, "relay", turn="TURN", relay="always"), {"site"}),
    (Row("two homes", HOMES, "turn", turn="TURN", policy="relay"), {"site", "turn"}),
    # a browser asks its STUN server anyway, and tells nobody what that says
    (Row("two homes", HOMES, "relay", policy="relay"), {"site", "turn"}),
    (Row("one LAN", HOME, "relay", turn="TURN", relay="always", places=(0, 0)), {"site"}),
    (Row("one LAN", HOME, "turn", turn="TURN", policy="relay", places=(0, 0)), {"site", "turn"}),
    (
        Row("one LAN", HOME, "direct", relay="never", has_stun=False, places=(0, 0)),
        {"site", "other"},
    ),
)


@pytest.mark.parametrize(("row", "expected"), CASES, ids=str)
def test_computers_exchange_packets_with_those_that_the_site_allows_and_nobody_else(
    row: Row, expected: set[str], open_world: OpenWorld, tmp_path: Path
) -> None:
    world = open_world(row.homes, row.internet)
    names = ("ada", "grace")
    with ExitStack() as stack:
        pages = row.pages(world)
        seen = [stack.enter_context(world.lab.capture(name, tmp_path)) for name in names]
        for page in pages:
            page.share("one")
        for page in pages:
            page.wait_path(row.path)
            page.call("appendRandom", "one", LARGE)
        for page in pages:
            page.wait_length(2 * LARGE)
            page.person.close()
    family = world.lab.family
    for others, home, name in zip(seen, reversed(row.places), reversed(names), strict=True):
        is_near = len(row.homes) == 1
        places = {
            family.web: "site",
            family.turn: "turn",
            world.lab.address(name) if is_near else family.router(home): "other",
        }
        assert {places.get(other, other) for other in others} == expected
