# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Networks made for a test, and tables of what was seen in each.

``doit check_all:network*`` runs this; it needs root, and takes half an hour.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from harness.peer_pages import bundle_peer_page
from harness.sites import build_test_site
from netlab import sweep, why_not
from networld import Internet, Tools, World

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Playwright

    from certificates import Certificate
    from netlab import Home
    from networld import OpenWorld

#: what was seen: rows of each table
SEEN = pytest.StashKey[dict[str, list[list[str]]]]()

#: the tables' columns
COLUMNS = {
    "meetings": (
        *("situation", "configuration", "path", "connected", "first edit"),
        *("edit p50", "edit p99", "5 MB"),
    ),
    "changes": ("change", "in step after", "the same path after"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what this machine can't do, or what nobody asked for."""
    is_asked_for = os.environ.get("WEBRTC_TEST_NETWORK")
    reason = why_not() if is_asked_for else "`doit check_all:network*` runs it"
    for item in items:
        if reason and item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the tables."""
    for name, rows in config.stash.get(SEEN, {}).items():
        terminalreporter.section(name)
        columns = COLUMNS[name]
        table = [[*columns], ["---"] * len(columns), *rows]
        widths = [max(len(row[i]) for row in table) for i in range(len(columns))]
        for row in table:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            terminalreporter.write_line(f"| {' | '.join(cells)} |")


@pytest.fixture
def meetings(pytestconfig: pytest.Config) -> list[list[str]]:
    """Collect the rows of the table about how people met."""
    return pytestconfig.stash.setdefault(SEEN, {}).setdefault("meetings", [])


@pytest.fixture
def changes(pytestconfig: pytest.Config) -> list[list[str]]:
    """Collect the rows of the table about changes of networks."""
    return pytestconfig.stash.setdefault(SEEN, {}).setdefault("changes", [])


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Drive browsers."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def peer_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a site whose one page runs our peer, without Jupyter."""
    return bundle_peer_page(tmp_path_factory.mktemp("peer"))


@pytest.fixture(scope="session")
def default_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site with nothing configured but its signaling URL."""
    folder = tmp_path_factory.mktemp("site")
    return build_test_site(folder, {}, "--webrtc-signaling-url", "./signaling")


@pytest.fixture
def open_world(
    playwright: Playwright, peer_site: Path, certificate: Certificate, tmp_path: Path
) -> Iterator[OpenWorld]:
    """Make networks that end with the test."""
    sweep()

    def make(
        homes: Sequence[Home], internet: Internet | None = None, site: Path | None = None
    ) -> World:
        return World(homes, internet or Internet(), site or peer_site, tools)

    with ExitStack() as stack:
        tools = Tools(playwright, certificate, tmp_path, stack)
        yield make
