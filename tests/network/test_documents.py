# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Two people write in a notebook, whatever their networks allow: nothing is lost or doubled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.jupyter import visit
from harness.sites import NOTEBOOK
from harness.trouble import LEFT_WHILE_LOADING
from harness.waiting import wait_until
from network_rows import ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from harness.jupyter import JupyterPage
    from network_rows import Row
    from networld import OpenWorld

#: words that each writes at a time
WORDS = 8

#: the code cell in which they write
CODE = "const first = 1;"

#: seconds for pages to load, meet and write, by paths that are slow
TIMEOUT = 90


class Writers:
    """Two people in the same cell."""

    def __init__(self, pages: Sequence[JupyterPage], status: str) -> None:
        self._pages = pages
        self._status = status
        self._written: list[str] = []

    def meet(self) -> None:
        """Wait until each page says that the other is there, by the path that is expected."""
        for page in self._pages:
            page.wait_status(self._status, 1, TIMEOUT)

    def write(self) -> None:
        """Let both write words at the same time, at the end of the cell."""
        for page in self._pages:
            page.editors.first.click()
            page.page.keyboard.press("Control+End")
        for _ in range(WORDS):
            for page in self._pages:
                self._written.append(f"word{len(self._written)}")
                page.page.keyboard.insert_text(f" {self._written[-1]}")

    def expect_all(self) -> None:
        """Wait until both have all words once, and nothing else but what the site shipped."""
        words = sorted([*CODE.split(), *self._written])
        self.meet()
        for page in self._pages:
            wait_until(
                lambda page=page: sorted(page.sources[1].split()) == words,  # type: ignore[misc]
                TIMEOUT,
                f"{words}, once each",
            )
        first, second = (page.sources for page in self._pages)
        assert first == second
        assert first == ["# Waves\nA first lesson.", first[1], "The end."]


@pytest.mark.parametrize("row", [row for row in ROWS if row.has_documents], ids=str)
def test_each_word_of_two_people_stands_once_also_after_reloads(
    row: Row, open_world: OpenWorld, default_site: Path
) -> None:
    world = open_world(row.homes, row.internet, default_site)
    people = [
        world.person(name, home, has_webrtc=name not in row.without_webrtc)
        for name, home in zip(("Ada", "Grace"), row.places, strict=True)
    ]
    pages = [visit(each, world.url, "notebooks", NOTEBOOK, room="r1").shown() for each in people]
    for person in people:
        person.watch.allow(LEFT_WHILE_LOADING)
    writers = Writers(pages, "relayed" if row.path == "relay" else "connected")
    writers.meet()
    writers.write()
    writers.expect_all()
    for page in pages:
        writers.write()
        page.page.reload()
        page.shown()
        writers.write()
        writers.expect_all()
    for person in people:
        assert person.watch.unexpected() == []
