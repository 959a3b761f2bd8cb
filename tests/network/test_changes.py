# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Networks change while two people write, and nothing is lost or doubled (P9)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from harness.waiting import wait_until
from network_rows import RANDOM, USUAL, Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from netlab import Lab
    from networld import OpenWorld, World

#: seconds for another way: a browser that has lost one looks for it now and then
PATH_TIMEOUT = 120

#: Ada, Grace, and a network to which Grace moves
DIRECT = Row("direct", (USUAL, USUAL, USUAL), "direct")
RELAYED = Row("relayed", (RANDOM, RANDOM, RANDOM), "relay")


@dataclass(frozen=True)
class Change:
    """What happens to Grace's connection."""

    name: str
    begin: Callable[[Lab], None]
    end: Callable[[Lab], None]
    #: seconds from one to the other
    seconds: float = 0


def _cut(lab: Lab) -> None:
    lab.forbid(1, "")


def _mend(lab: Lab) -> None:
    lab.allow(1)


def _unplug(lab: Lab) -> None:
    lab.unplug("grace")


def _plug(lab: Lab) -> None:
    lab.plug("grace", 1)


def _plug_elsewhere(lab: Lab) -> None:
    lab.plug("grace", 2)


CHANGES = (
    *(Change(f"a cut of {seconds} s", _cut, _mend, seconds) for seconds in (1, 10, 60)),
    Change("a cable out for 10 s", _unplug, _plug, 10),
    Change("another network at once", _unplug, _plug_elsewhere),
    Change("another network after 10 s", _unplug, _plug_elsewhere, 10),
)


class Writers:
    """Two people who write all the time."""

    def __init__(self, row: Row, world: World) -> None:
        self.pages = row.pages(world)
        self._written: list[str] = []
        for page in self.pages:
            page.share("one")

    def write(self) -> None:
        """Let each write a word."""
        for page in self.pages:
            self._written.append(f"{page.person.name}-{len(self._written)}")
            page.append(f"{self._written[-1]} ")

    def expect_all(self) -> None:
        """Wait until both have all words once."""
        for page in self.pages:
            page.wait_parts(self._written)

    def wait_path(self, expected: str) -> None:
        """Write until both reach each other by a way."""

        def is_reached() -> bool:
            self.write()
            return all(page.path == expected for page in self.pages)

        wait_until(is_reached, PATH_TIMEOUT, f"both are connected by {expected}")


def test_two_people_go_on_by_the_relay_when_udp_is_forbidden_and_directly_when_it_is_allowed(
    open_world: OpenWorld,
) -> None:
    world = open_world(DIRECT.homes)
    writers = Writers(DIRECT, world)
    writers.wait_path("direct")
    for _ in range(2):
        world.lab.forbid(1, "meta l4proto udp")
        writers.wait_path("relay")
        writers.expect_all()
        world.lab.allow(1)
        writers.wait_path("direct")
        writers.expect_all()


@pytest.mark.parametrize("row", [DIRECT, RELAYED], ids=lambda row: row.situation)
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_two_people_are_in_step_again_after_a_network_has_changed(
    row: Row, change: Change, open_world: OpenWorld, changes: list[list[str]]
) -> None:
    world = open_world(row.homes, row.internet)
    writers = Writers(row, world)
    writers.wait_path(row.path)
    change.begin(world.lab)
    end = time.monotonic() + change.seconds
    while time.monotonic() < end:
        writers.write()
        time.sleep(0.1)  # they write for as long as the link is cut
    change.end(world.lab)
    begun = time.monotonic()
    writers.write()
    writers.expect_all()
    in_step = time.monotonic() - begun
    writers.wait_path(row.path)
    same_path = time.monotonic() - begun
    writers.expect_all()
    changes.append([f"{change.name}, {row.situation}", f"{in_step:.1f} s", f"{same_path:.1f} s"])
