# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Networks made for a test, and a table of what was seen in each.

``doit test_network`` runs this; it needs root, and takes some minutes.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from harness.peer_pages import bundle_peer_page
from netlab import why_not
from networld import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Playwright

    from networld import OpenWorld

#: what was seen: a row for each situation and configuration
MATRIX = pytest.StashKey[list[list[str]]]()

#: its columns; each time is in the units that are written there
COLUMNS = (
    *("situation", "configuration", "path", "connected", "first edit"),
    *("edit p50", "edit p99", "5 MB"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what this machine can't do, or what nobody asked for."""
    reason = why_not() if os.environ.get("WEBRTC_TEST_NETWORK") else "`doit test_network` runs it"
    for item in items:
        if reason and item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the table."""
    rows = config.stash.get(MATRIX, [])
    if not rows:
        return
    terminalreporter.section("networks")
    table = [list(COLUMNS), ["---"] * len(COLUMNS), *rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(COLUMNS))]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        terminalreporter.write_line(f"| {' | '.join(cells)} |")


@pytest.fixture
def matrix(pytestconfig: pytest.Config) -> list[list[str]]:
    """Collect the rows of the table that is printed in the end."""
    return pytestconfig.stash.setdefault(MATRIX, [])


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Drive browsers."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def peer_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a site whose one page runs our peer, without Jupyter."""
    return bundle_peer_page(tmp_path_factory.mktemp("peer"))


@pytest.fixture
def open_world(playwright: Playwright, peer_site: Path, tmp_path: Path) -> Iterator[OpenWorld]:
    """Make networks that end with the test."""
    with ExitStack() as stack:
        yield lambda homes: World(homes, peer_site, playwright, tmp_path, stack)
