# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Networks change while two people write, and nothing is lost or doubled (P9)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from harness.waiting import wait_until
from netlab import Home

if TYPE_CHECKING:
    from networld import OpenWorld, World

#: seconds for another way: a browser that has lost one looks for it now and then
PATH_TIMEOUT = 120

#: seconds for which a link is cut
CUTS = (1, 10, 60)


class Writers:
    """Two people who write all the time."""

    def __init__(self, world: World) -> None:
        self.pages = [world.person("Ada", 0), world.person("Grace", 1)]
        self._written: list[str] = []
        signaling = world.signaling()
        for page in self.pages:
            page.enter([signaling], relay="auto", iceServers=[{"urls": world.stun}]).share("one")

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
            return all(
                [route["path"] for route in page.call("routes")] == [expected]
                for page in self.pages
            )

        wait_until(is_reached, PATH_TIMEOUT, f"both are connected by {expected}")


def test_two_people_go_on_by_the_relay_when_udp_is_forbidden_and_directly_when_it_is_allowed(
    open_world: OpenWorld,
) -> None:
    world = open_world((Home(), Home()))
    writers = Writers(world)
    writers.wait_path("direct")
    for _ in range(2):
        world.lab.forbid(1, "meta l4proto udp")
        writers.wait_path("relay")
        writers.expect_all()
        world.lab.allow(1)
        writers.wait_path("direct")
        writers.expect_all()


@pytest.mark.parametrize("seconds", CUTS)
def test_two_people_are_in_step_again_after_a_link_was_cut(
    open_world: OpenWorld, matrix: list[list[str]], seconds: int
) -> None:
    world = open_world((Home(), Home()))
    writers = Writers(world)
    writers.wait_path("direct")
    world.lab.forbid(1, "")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        writers.write()
        time.sleep(0.1)  # they write for as long as the link is cut
    world.lab.allow(1)
    begun = time.monotonic()
    writers.expect_all()
    healed = f"{time.monotonic() - begun:.1f} s"
    matrix.append([f"cut of {seconds} s", "default", "direct", healed, *["-"] * 4])
    writers.wait_path("direct")
    writers.expect_all()
