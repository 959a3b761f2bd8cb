# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""``jupyter lite build``, as a user runs it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from jupyterlite_webrtc.constants import DISABLED_PLUGINS, LABEXTENSION, NEEDED_LABEXTENSIONS
from sites import config_data, lite, succeeded, tree

URL = "ws://127.0.0.1:4444"

#: how doit reports a task of ours that ran, other than telling the status
RAN = re.compile(r"^\.  (?!status)\w+:jupyterlite-webrtc:.*$", re.MULTILINE)


def entries(site: Path, name: str) -> list[dict[str, Any]]:
    """List what a page knows about a labextension."""
    return [e for e in config_data(site)["federated_extensions"] if e["name"] == name]


def build(lite_dir: Path, *args: str, **env: str) -> Path:
    """Build in a folder with sources, as the user does who stands in it."""
    succeeded(lite("build", "--contents", "files", *args, cwd=lite_dir, env=env))
    return lite_dir / "_output"


def test_a_url_on_the_command_line_makes_a_collaborative_site(lite_dir: Path) -> None:
    site = build(lite_dir, "--webrtc-signaling-url", URL)
    data = config_data(site)
    assert data["collaborative"] is True
    assert data["fullWebRtcSignalingUrls"] == [URL]
    assert (site / "files" / "text.txt").read_text() == "Hello\n"
    for name in [LABEXTENSION, *NEEDED_LABEXTENSIONS]:
        (entry,) = entries(site, name)
        assert (site / "extensions" / name / entry["load"]).is_file()


def test_two_urls_stay_in_order(lite_dir: Path) -> None:
    urls = ["wss://b.example.org", "./signaling"]
    site = build(lite_dir, "--webrtc-signaling-url", urls[0], "--webrtc-signaling-url", urls[1])
    assert config_data(site)["fullWebRtcSignalingUrls"] == urls


def test_only_what_is_configured_is_written(lite_dir: Path) -> None:
    data = config_data(build(lite_dir))
    assert {key for key in data if "webrtc" in key.lower()} == set()


def test_every_option_reaches_the_site(lite_dir: Path) -> None:
    site = build(
        lite_dir,
        *("--webrtc-signaling-url", URL),
        *("--webrtc-room-prefix", "our-course"),
        *("--webrtc-ice-server", "stun:a.example.org", "--webrtc-ice-server", "stun:b.example.org"),
        *("--webrtc-ice-transport-policy", "relay"),
        *("--webrtc-relay", "always"),
        *("--webrtc-collaborative", "false"),
    )
    data = config_data(site)
    assert data["webRtcRoomPrefix"] == "our-course"
    assert data["webRtcIceServers"] == [
        {"urls": "stun:a.example.org"},
        {"urls": "stun:b.example.org"},
    ]
    assert data["webRtcIceTransportPolicy"] == "relay"
    assert data["webRtcRelay"] == "always"
    assert data["collaborative"] is False


def test_a_second_build_does_nothing_new(lite_dir: Path) -> None:
    args = ["build", "--contents", "files", "--webrtc-signaling-url", URL]
    first = succeeded(lite(*args, cwd=lite_dir))
    assert RAN.findall(first.stdout)
    before = tree(lite_dir / "_output")
    second = succeeded(lite(*args, cwd=lite_dir))
    assert RAN.findall(second.stdout) == []
    assert tree(lite_dir / "_output") == before


def test_a_changed_url_replaces_the_one_before(lite_dir: Path) -> None:
    build(lite_dir, "--webrtc-signaling-url", URL)
    site = build(lite_dir, "--webrtc-signaling-url", "wss://other.example.org")
    assert config_data(site)["fullWebRtcSignalingUrls"] == ["wss://other.example.org"]


@pytest.mark.parametrize("clean", [True, False], ids=["clean", "incremental"])
def test_the_sites_own_plugins_stay_disabled(lite_dir: Path, clean: bool) -> None:
    if not clean:
        build(lite_dir)
    own = {"disabledExtensions": ["@own/one:plugin", DISABLED_PLUGINS[0]], "appName": "Ours"}
    (lite_dir / "jupyter-lite.json").write_text(json.dumps({"jupyter-config-data": own}))
    data = config_data(build(lite_dir))
    assert sorted(data["disabledExtensions"]) == sorted(["@own/one:plugin", *DISABLED_PLUGINS])
    assert data["appName"] == "Ours"


def test_a_site_can_be_built_without_collaboration(lite_dir: Path) -> None:
    own = {"collaborative": False}
    (lite_dir / "jupyter-lite.json").write_text(json.dumps({"jupyter-config-data": own}))
    site = build(lite_dir)
    assert config_data(site)["collaborative"] is False
    assert set(DISABLED_PLUGINS) <= set(config_data(site)["disabledExtensions"])
    assert len(entries(site, LABEXTENSION)) == 1


def test_an_output_that_is_wiped_gets_everything_again(lite_dir: Path) -> None:
    build(lite_dir, "--webrtc-signaling-url", URL)
    # core empties the output when this changes
    site = build(lite_dir, "--webrtc-signaling-url", URL, "--no-sourcemaps")
    for name in [LABEXTENSION, *NEEDED_LABEXTENSIONS]:
        (entry,) = entries(site, name)
        assert (site / "extensions" / name / entry["load"]).is_file()
    assert config_data(site)["fullWebRtcSignalingUrls"] == [URL]
    assert list((site / "extensions").rglob("*.js.map")) == []


def test_the_settings_of_ours_are_in_the_site(lite_dir: Path) -> None:
    site = build(lite_dir)
    settings = json.loads((site / "build" / "schemas" / "all_federated.json").read_text())
    assert f"{LABEXTENSION}:plugin" in [setting["id"] for setting in settings]


def test_the_status_names_each_value_and_its_source(lite_dir: Path) -> None:
    own = {"webRtcRoomPrefix": "ours"}
    (lite_dir / "jupyter-lite.json").write_text(json.dumps({"jupyter-config-data": own}))
    result = succeeded(lite("status", "--webrtc-signaling-url", URL, cwd=lite_dir))
    assert f'fullWebRtcSignalingUrls: ["{URL}"] (WebRtcAddon.signaling_urls)' in result.stdout
    assert 'webRtcRoomPrefix: "***" (webRtcRoomPrefix in jupyter-lite.json)' in result.stdout
    assert "collaborative: true (default)" in result.stdout
    assert "webRtcIceTransportPolicy: not configured" in result.stdout
    assert f"{LABEXTENSION}: " in result.stdout
    assert not (lite_dir / "_output").exists()


def test_the_help_names_the_options(lite_dir: Path) -> None:
    result = lite("build", "--help", cwd=lite_dir)
    assert "--webrtc-signaling-url=" in result.stdout
    assert "JUPYTERLITE_WEBRTC_SIGNALING_URLS" in result.stdout
