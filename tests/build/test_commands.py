# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""``jupyter lite check``, ``serve`` and ``archive`` leave of ours in a site what was built."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from environments import Environment
from harness.sites import free_port
from harness.waiting import wait_until
from site_parts import ours
from site_states import State, build_state, small_archive, try_state, write_sources
from sites import Result, config_data, environment, lite, succeeded

#: what is built: something that nothing but the command line says, and nothing
BUILT = {
    "with us": State(urls=("wss://x.example.org",)),
    "switched off": State(enabled=False),
    "without us": State(args=("--disable-addons", "jupyterlite-webrtc")),
}

#: what may be otherwise when the command runs
LATER: dict[str, State] = {
    "nothing": State(),
    "the user's files": State(
        own=(("collaborative", False), ("appName", "Other")),
        own_lab=(("webRtcRoomPrefix", "other"),),
    ),
    "the environment": State(urls=("wss://other.example.org",), place="environment"),
    "what can't be built": State(own=(("webRtcRelay", "nonsense"),)),
    "the apps, so that all is built anew": State(apps=("lab", "repl")),
    "no source maps": State(sourcemaps=False),
}

#: the commands that come to an end
COMMANDS = ("check", "archive")


def use(command: str, lite_dir: Path, *args: str) -> Result:
    """Run a command without any state of its own."""
    env = {"JUPYTERLITE_APP_ARCHIVE": str(small_archive())}
    return lite(command, "--apps", "lab", *args, cwd=lite_dir, env=env)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("state", BUILT.values(), ids=BUILT)
def test_what_was_built_is_still_there(state: State, command: str, tmp_path: Path) -> None:
    build_state(state, tmp_path)
    before = ours(tmp_path / "_output")
    said = succeeded(try_state(State(), tmp_path, command=command))
    assert ours(tmp_path / "_output") == before
    is_on = state == BUILT["with us"]
    assert f"    webrtc: {'on' if is_on else 'off'}" in said.stdout
    assert "demonstration server" not in said.stderr


@pytest.mark.thorough
@pytest.mark.parametrize("state", [BUILT["with us"], BUILT["switched off"]], ids=["on", "off"])
@pytest.mark.parametrize("later", LATER.values(), ids=LATER)
def test_whatever_has_changed_meanwhile(state: State, later: State, tmp_path: Path) -> None:
    build_state(state, tmp_path)
    before = ours(tmp_path / "_output")
    succeeded(try_state(later, tmp_path, command="archive"))
    assert ours(tmp_path / "_output") == before


@pytest.mark.thorough
def test_an_upgrade_of_ours_is_not_taken_into_a_site_that_is_there(
    plain: Environment, upgraded: Environment, tmp_path: Path
) -> None:
    build_state(State(python=plain.python), tmp_path)
    before = ours(tmp_path / "_output")
    succeeded(try_state(State(python=upgraded.python), tmp_path, command="archive"))
    assert ours(tmp_path / "_output") == before
    build_state(State(python=upgraded.python), tmp_path)
    assert ours(tmp_path / "_output") != before


def test_serving_leaves_what_was_built(tmp_path: Path) -> None:
    build_state(BUILT["with us"], tmp_path)
    before = ours(tmp_path / "_output")
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlite_core", "serve", "--apps", "lab", f"--port={port}"],
        cwd=tmp_path,
        env=environment({"JUPYTERLITE_APP_ARCHIVE": str(small_archive())}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: is_served(port, server), 60, "the server")
    finally:
        server.terminate()
        server.wait(timeout=30)
    assert ours(tmp_path / "_output") == before


def is_served(port: int, server: "subprocess.Popen[bytes]") -> bool:
    """Tell whether a server listens, which core's does when all else is done."""
    assert server.poll() is None
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize(
    ("command", "options", "named"),
    [
        ("check", ["--no-webrtc"], "WebRtcAddon.enabled"),
        ("archive", ["--webrtc-signaling-url=wss://y"], "WebRtcAddon.signaling_urls"),
        # what serves would never end if it were not refused
        ("doit", ["--WebRtcAddon.relay=never", "--", "pre_serve"], "WebRtcAddon.relay"),
        (
            "check",
            ["--webrtc-room-prefix=x", "--webrtc-collaborative=False"],
            "WebRtcAddon.collaborative, WebRtcAddon.room_prefix",
        ),
    ],
)
def test_options_of_ours_are_refused_with_one_sentence(
    command: str, options: list[str], named: str, tmp_path: Path
) -> None:
    build_state(BUILT["with us"], tmp_path)
    before = ours(tmp_path / "_output")
    result = use(command, tmp_path, *options)
    assert result.returncode == 1
    assert "Traceback" not in result.stdout + result.stderr
    sentence = (
        f"{named}: only a build changes a site that is there: run `jupyter lite build` with them."
    )
    assert f"\n{sentence}\n\n" in result.stdout
    assert ours(tmp_path / "_output") == before


@pytest.mark.parametrize("command", COMMANDS)
def test_where_there_is_no_site_yet_it_is_built(command: str, tmp_path: Path) -> None:
    succeeded(use(command, tmp_path, "--webrtc-signaling-url=wss://x.example.org"))
    data = config_data(tmp_path / "_output")
    assert data["fullWebRtcSignalingUrls"] == ["wss://x.example.org"]


def test_a_task_of_doit_is_the_command_that_it_belongs_to(tmp_path: Path) -> None:
    build_state(BUILT["with us"], tmp_path)
    before = ours(tmp_path / "_output")
    succeeded(use("doit", tmp_path, "--", "check"))
    assert ours(tmp_path / "_output") == before
    succeeded(use("doit", tmp_path, "--webrtc-relay=never", "--", "post_build"))
    assert config_data(tmp_path / "_output")["webRtcRelay"] == "never"


def test_a_site_that_is_checked_is_told_who_serves_its_signaling(tmp_path: Path) -> None:
    build_state(State(urls=("./signaling",)), tmp_path)
    write_sources(State(), tmp_path)
    result = succeeded(use("doit", tmp_path, "--", "pre_serve"))
    assert "`jupyter lite serve` has no signaling server at ./signaling" in result.stderr
