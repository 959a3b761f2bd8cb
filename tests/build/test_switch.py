# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Switched off, nothing of ours is in a site, and what is the user's is back."""

import json
from pathlib import Path

import pytest

from jupyterlite_webrtc.constants import DISABLED_PLUGINS, LABEXTENSION, NEEDED_LABEXTENSIONS
from site_states import State, build_state, clean_tree
from sites import config_data, lite, succeeded, tree

ON = State(urls=("wss://a.example.org",))

OFF = ON.but(enabled=False, urls=None)


def names(site: Path) -> list[str]:
    return [entry["name"] for entry in config_data(site)["federated_extensions"]]


def test_a_site_that_is_switched_off_is_one_that_never_had_the_addon(tmp_path: Path) -> None:
    # an environment without ours has not what ours needs, either
    ignore = ("--ignore-sys-prefix",)
    never = ON.but(urls=None, args=("--disable-addons", "jupyterlite-webrtc", *ignore))
    off = OFF.but(args=ignore)
    assert clean_tree(off, tmp_path / "off") == clean_tree(never, tmp_path / "never")


def test_switching_off_removes_what_only_we_brought(tmp_path: Path) -> None:
    ignore = ("--ignore-sys-prefix",)
    build_state(ON.but(args=ignore), tmp_path)
    site = tmp_path / "_output"
    assert {LABEXTENSION, *NEEDED_LABEXTENSIONS} == set(names(site))
    build_state(OFF.but(args=ignore), tmp_path)
    assert names(site) == []
    assert not (site / "extensions" / "@jupyterlite").exists()
    assert not (site / "extensions" / "@jupyter").exists()
    assert LABEXTENSION not in (site / "build/schemas/all_federated.json").read_text()


def test_what_only_waits_for_a_server_without_us_is_not_loaded(tmp_path: Path) -> None:
    build_state(ON, tmp_path)
    before = {*names(tmp_path / "_output")}
    assert {LABEXTENSION, *NEEDED_LABEXTENSIONS} < before
    build_state(OFF, tmp_path)
    # what else JupyterLite copies of its own accord stays
    assert {*names(tmp_path / "_output")} == before - {LABEXTENSION, *NEEDED_LABEXTENSIONS}


def test_the_users_own_values_are_back(tmp_path: Path) -> None:
    own = (
        ("collaborative", False),
        ("fullWebRtcSignalingUrls", ["wss://own.example.org"]),
        ("disabledExtensions", ["z:z", DISABLED_PLUGINS[0], "a:a"]),
    )
    build_state(ON.but(own=own), tmp_path)
    site = tmp_path / "_output"
    assert config_data(site)["fullWebRtcSignalingUrls"] == ["wss://a.example.org"]
    build_state(OFF.but(own=own), tmp_path)
    assert config_data(site)["fullWebRtcSignalingUrls"] == ["wss://own.example.org"]
    assert config_data(site)["disabledExtensions"] == ["z:z", DISABLED_PLUGINS[0], "a:a"]


def test_it_can_be_switched_off_in_the_config_file(tmp_path: Path) -> None:
    config = {"WebRtcAddon": {"enabled": False}}
    (tmp_path / "jupyter_lite_config.json").write_text(json.dumps(config))
    result = succeeded(lite("status", cwd=tmp_path))
    assert "enabled: false (WebRtcAddon.enabled)" in result.stdout
    assert "WARNING" not in result.stderr


def test_values_that_are_not_used_stop_nothing(tmp_path: Path) -> None:
    succeeded(lite("status", "--no-webrtc", "--webrtc-signaling-url", "http://x", cwd=tmp_path))


@pytest.mark.parametrize("ignore", [(), ("--ignore-sys-prefix",)], ids=["all", "ours only"])
def test_a_second_build_that_is_switched_off_changes_nothing(
    ignore: tuple[str, ...], tmp_path: Path
) -> None:
    off = OFF.but(args=ignore)
    build_state(ON.but(args=ignore), tmp_path)
    build_state(off, tmp_path)
    before = tree(tmp_path / "_output")
    said = build_state(off, tmp_path)
    assert tree(tmp_path / "_output") == before
    ran = [line for line in said.splitlines() if line.startswith(".  ") and "-webrtc:" in line]
    # JupyterLite enters what it has copied each time
    again = [] if ignore else [".  post_build:jupyterlite-webrtc:patch"]
    assert ran == [".  status:jupyterlite-webrtc:config", *again]
