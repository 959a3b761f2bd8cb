# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a ``jupyter_lite_config.py`` does to our traits, which a JSON file can't."""

from pathlib import Path

import pytest

from sites import Result, lite, succeeded

#: what somebody writes, and what the site says then
ADDED = [
    ('signaling_urls.append("wss://a")', 'fullWebRtcSignalingUrls: ["wss://a"]'),
    ('signaling_urls.extend(["wss://a", "./b"])', 'fullWebRtcSignalingUrls: ["wss://a", "./b"]'),
    ('signaling_urls.prepend(["wss://a"])', 'fullWebRtcSignalingUrls: ["wss://a"]'),
    ('signaling_urls.insert(0, "wss://a")', 'fullWebRtcSignalingUrls: ["wss://a"]'),
    ('ice_servers.append("stun:a")', 'webRtcIceServers: [{"urls": "stun:a"}]'),
    ('ice_servers.append({"urls": ["stun:a"]})', 'webRtcIceServers: [{"urls": ["stun:a"]}]'),
    ("signaling_urls", "fullWebRtcSignalingUrls: not configured"),
    ("room_prefix", "webRtcRoomPrefix: not configured"),
]

#: what can't be meant
WRONG = [
    ('signaling_urls.add("wss://a")', "signaling_urls: {'update': '***'} is not a list of"),
    ('signaling_urls.append("http://a")', "signaling_urls: 'http://a' is not a signaling URL"),
    ('room_prefix.append("x")', "room_prefix: '***' is not a room prefix"),
]


def status(lite_dir: Path, line: str, *args: str) -> Result:
    """Ask what is in force."""
    (lite_dir / "jupyter_lite_config.py").write_text(f"c.WebRtcAddon.{line}\n")
    return lite("status", *args, cwd=lite_dir)


@pytest.mark.parametrize(("line", "said"), ADDED)
def test_what_is_added_to_a_list_that_nobody_has_set_is_configured(
    tmp_path: Path, line: str, said: str
) -> None:
    assert said in succeeded(status(tmp_path, line)).stdout


@pytest.mark.parametrize(("line", "said"), WRONG)
def test_what_makes_no_list_is_a_mistake(tmp_path: Path, line: str, said: str) -> None:
    result = status(tmp_path, line)
    assert result.returncode == 1
    assert said in result.stdout


def test_the_command_line_replaces_what_is_added(tmp_path: Path) -> None:
    line = 'signaling_urls.append("wss://a")'
    result = succeeded(status(tmp_path, line, "--webrtc-signaling-url", "wss://b"))
    assert 'fullWebRtcSignalingUrls: ["wss://b"]' in result.stdout
