# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""No command of one person takes away, doubles or stops what others write and run (P13).

Each command about documents is executed by one while another types, and a third runs a cell.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Error as PlaywrightError

from harness.commands import (
    ARGUMENTS,
    CELLS,
    CommandPage,
    load,
    notebook,
    prepare,
)
from harness.trouble import LEFT_WHILE_LOADING
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: tells which commands could be executed: ``--log-cli-level=info``
LOG = logging.getLogger(__name__)

#: all take half an hour, and are tried in parts
PARTS = 8

#: what is not tried, and why
LEFT_OUT = {
    "application:clear-browser-data": "takes the whole storage, and says so",
    "apputils:print": "opens the browser's own dialog",
    "docmanager:open-browser-tab": "opens another page",
    "filebrowser:open-browser-tab": "opens another page",
    "help:jupyter-forum": "opens a page of the internet",
    "help:open": "wants the address of a page",
    "settingeditor:import": "opens the browser's own dialog",
    "webrtc-docprovider:disable": "leaves the room",
    "webrtc-docprovider:share": "asks to take the document out of the room",
    "webrtc-docprovider:stop": "does so",
    "workspace-ui:import": "opens the browser's own dialog",
    "workspace-ui:save-as": "loads the page anew",
}

#: what can't be executed where these commands are tried, beside a notebook: it is not covered
NOT_ENABLED = frozenset(
    Path(__file__).with_name("commands_not_enabled.txt").read_text().splitlines()
)

#: commands that are asked to take what others run, or may
TAKES_OUTPUTS = {
    "editmenu:clear-all": "clears the outputs of all cells",
    "kernelmenu:restart-and-clear": "does so, too",
    "notebook:clear-all-cell-outputs": "does so, too",
    "notebook:restart-clear-output": "does so, too",
}

#: what Jupyter says itself: of notebooks that are closed when something has just changed in them,
#: of what the JavaScript kernel can't be asked, and of commands that want a value
JUPYTERS_OWN = (
    LEFT_WHILE_LOADING,
    "reading 'observe'",
    "reading 'widgets'[^$]*widgetCount",
    "Failed to update the table of contents",
    "Failed to set @jupyterlab/console-extension:tracker:keyMap",
    "fileeditor:change-font-size: delta arg must be a number",
    r"Error: Not implemented[^$]*_(inspect|isCompleteRequest)",
    "Canceled future for inspect_request",
    "Kernel subshells are not supported",
)


def running(number: int) -> dict[str, Any]:
    """Make a cell that takes a moment, and says its number then."""
    wait = f"const t{number} = Date.now(); while (Date.now() - t{number} < 700);"
    return {**CELLS[-1], "source": f"{wait} console.log('ran {number}')"}


class Room:
    """Three people in one document after the other."""

    def __init__(self, peers: Peers, url: str) -> None:
        self.everybody = [
            CommandPage(peers.new(name), url, room="r1", username=name)
            for name in ("Ada", "Grace", "Joan")
        ]
        self.executes, self.types, self.runs = self.everybody
        self.path = ""
        for page in self.everybody:
            for pattern in JUPYTERS_OWN:
                page.peer.expect_trouble(pattern)
        load(self.everybody)

    def gather(self, number: int) -> None:
        """Bring all into a new document."""
        self.path = f"c{number}.ipynb"
        prepare(self.everybody, self.path, notebook(*CELLS[:-1], running(number)))
        for page in self.everybody:
            wait_until(lambda: page.ask("company") == len(self.everybody))  # noqa: B023 (at once)

    def try_command(self, number: int, command: str) -> list[str] | None:
        """Execute a command in company, and name all that is not as it has to be.

        `None` if it can't be executed.
        """
        self.gather(number)
        token = f"<token {number}>"
        arguments = ARGUMENTS.get(command, {})
        if not self.executes.ask("isEnabled", command, arguments):
            return None
        self.runs.ask("startRunning")
        self.types.ask("startTyping", token)
        with suppress(PlaywrightError):  # it may leave the page
            self.executes.ask("run", command, arguments)
        for page in (self.types, self.runs):
            page.ask("ended")
        here = [page for page in self.everybody if page.path == self.path]
        if self.types not in here or self.runs not in here:
            return ["others lost the document"]
        for page in here:
            page.ask("save")
        wanted = {token: 1}
        if command not in TAKES_OUTPUTS:
            wanted[json.dumps(f"ran {number}\n")] = 1
        problems = self.compare(here, wanted) + self.trouble()
        if problems or here != self.everybody:
            load([self.executes])
        return problems

    def compare(self, pages: list[CommandPage], wanted: dict[str, int]) -> list[str]:
        """Name what is lost, stands twice, or is not the same at everybody in the end."""
        problems: list[str] = []

        def is_well() -> bool:
            contents = [json.dumps(page.ask("state")["content"]) for page in pages]
            problems[:] = [] if len(set(contents)) == 1 else ["is not the same at everybody"]
            drives = [json.dumps(page.ask("drive", self.path)) for page in pages]
            problems.extend(
                f"{page.peer.name} has {part} {content.count(part)} times in {where}"
                for where, all_contents in (("the page", contents), ("the drive", drives))
                for page, content in zip(pages, all_contents, strict=True)
                for part, count in wanted.items()
                if content.count(part) != count
            )
            return not problems

        with suppress(TimeoutError):
            wait_until(is_well)
        return problems

    def trouble(self) -> list[str]:
        """Name what went wrong in the pages since this was asked last."""
        return [
            f"{page.peer.name}: {line}" for page in self.everybody for line in page.take_trouble()
        ]


@pytest.mark.parametrize("part", range(PARTS))
def test_in_company_no_command_takes_doubles_or_stops_what_others_do(
    peers: Peers, site_url: str, part: int
) -> None:
    room = Room(peers, site_url)
    rows = [command for command in room.executes.commands if command not in LEFT_OUT]
    problems: dict[str, list[str]] = {}
    tried = []
    for number, command in enumerate(rows[part::PARTS]):
        found = room.try_command(number, command)
        if found is None:
            LOG.info("not enabled: %s", command)
            if command not in NOT_ENABLED:
                problems[command] = ["is new, or can't be executed any more"]
            continue
        tried.append(command)
        LOG.info("%s", command)
        if found:
            LOG.info("%s: %s", command, json.dumps(found, indent=1))
            problems[command] = found
    LOG.info("%s of %s: %s", len(tried), len(rows[part::PARTS]), " ".join(tried))
    assert tried
    assert not problems, json.dumps(problems, indent=1)
