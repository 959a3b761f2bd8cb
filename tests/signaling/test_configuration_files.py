# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Which configuration files are in force: those that the guide says, and the log names them."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from websockets.sync.client import connect
from websockets.typing import Origin

from harness.servers import ServerProcess
from signaling_clients import closed, settle
from sites import REPOSITORY
from snippets import snippets

if TYPE_CHECKING:
    from pathlib import Path

#: seconds after which a command is taken for hanging
PATIENCE = 20

#: what the guide shows
GUIDE = list(snippets(REPOSITORY / "docs" / "guide" / "signaling.md"))

#: the configuration that it shows, and the command that reads it
FILE, COMMAND = next(pair for pair in pairwise(GUIDE) if pair[0].file)

#: whose pages that configuration lets in
ORIGIN = Origin("https://example.org")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be somebody who has written that file into the current folder."""
    here = tmp_path / "here"
    here.mkdir()
    (here / FILE.file).write_text(FILE.text, encoding="utf-8")
    monkeypatch.chdir(here)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    return here


def arguments() -> list[str]:
    """Take the guide's command apart: what it gives the server."""
    words = shlex.split(COMMAND.text)
    assert words[:3] == ["jupyter", "lite-webrtc", "signaling"]
    return words[3:]


def assert_in_force(server: ServerProcess) -> None:
    """Let in whom the configuration lets in, and nobody else."""
    try:
        with connect(server.url, origin=ORIGIN) as ada:
            settle(ada)
        with connect(server.url, origin=Origin("https://elsewhere.example.org")) as eve:
            assert closed(eve) == (4403, "this server is not for pages of this site")
    finally:
        server.kill()


def test_the_guides_command_reads_the_guides_file_and_the_log_names_it(folder: Path) -> None:
    server = ServerProcess("signaling", arguments())
    assert_in_force(server)
    assert f"Configuration is read from {folder / FILE.file}\n" in server.log


def test_a_file_in_jupyters_configuration_folder_is_read_and_named(folder: Path) -> None:
    config = folder.parent / "config"
    config.mkdir()
    place = (folder / FILE.file).rename(config / FILE.file)
    server = ServerProcess("signaling", ["--log-json"])
    assert_in_force(server)
    events = [json.loads(line) for line in server.log.splitlines()]
    assert str(place) in [event.get("files") for event in events]


@pytest.mark.parametrize("subcommand", ["signaling", "serve"])
def test_a_file_in_the_current_folder_is_never_left_out_in_silence(
    folder: Path, subcommand: str
) -> None:
    (folder / "_output").mkdir()
    (folder / "_output" / "jupyter-lite.json").write_text("{}", encoding="utf-8")
    command = [sys.executable, "-m", "jupyterlite_webrtc.app", subcommand, "--port", "0"]
    try:
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.fail("it runs, without what the file says")
    assert done.returncode == 1
    assert f"{FILE.file} in the current folder is not read: say --config {FILE.file}" in done.stderr
    assert done.stderr.count("\n") == 1
