# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What is printed, into logs that everybody may read, holds no secrets."""

import json
from pathlib import Path

import pytest

from jupyterlite_webrtc.config_schema import config_keys, other_names, shown
from jupyterlite_webrtc.constants import LABEXTENSIONS
from jupyterlite_webrtc.masking import PUBLIC_KEYS, masked, masked_address, masked_sentence
from sites import lite, succeeded

#: part of each secret
HUSH = "hush"

#: configurations that are full of secrets, as the site's own file and as one that overrides it
OWN = {
    "fullWebRtcSignalingUrls": [f"wss://me:{HUSH}1@a.example/?token={HUSH}2", f"./s?{HUSH}3"],
    "webRtcRoomPrefix": f"{HUSH}4",
    "webRtcIceServers": [{"urls": "turn:a", "username": f"{HUSH}5", "credential": f"{HUSH}6"}],
}
OVERRIDING = {
    "signaling_urls": [f"ws://b.example/{HUSH[:-1]}?{HUSH}7"],
    "room_prefix": f"{HUSH}8",
    "ice_servers": [{"urls": "turns:b", "username": f"{HUSH}9", "credential": f"{HUSH}a"}],
}

#: the same with mistakes, of which each is told
WRONG = {
    "fullWebRtcSignalingUrls": [f"wss://me:{HUSH}1@a:99999/?{HUSH}2", f"http://a/#room={HUSH}3"],
    "webRtcRoomPrefix": [f"{HUSH}4"],
    "webRtcIceServers": [
        {"urls": "turn:a", "username": "me", "password": f"{HUSH}5"},
        {"urls": f"turn:me:{HUSH}6@a", "username": "me", "credential": 7},
        json.dumps({"urls": "turn:a", "username": "me", "credential": f"{HUSH}7"}),
    ],
}


@pytest.mark.parametrize("command", ["status", "build"])
def test_no_secret_is_printed(tmp_path: Path, command: str) -> None:
    (tmp_path / "jupyter-lite.json").write_text(json.dumps({"jupyter-config-data": OWN}))
    (tmp_path / "jupyter_lite_config.json").write_text(json.dumps({"WebRtcAddon": OVERRIDING}))
    result = succeeded(lite(command, cwd=tmp_path))
    assert "ws://b.example/" in result.stdout
    assert result.stderr.count(" overrides ") == 3
    assert HUSH not in result.stdout + result.stderr


def test_no_secret_is_printed_about_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "jupyter-lite.json").write_text(json.dumps({"jupyter-config-data": WRONG}))
    result = lite("build", cwd=tmp_path)
    assert result.returncode == 1
    assert "'wss://***@a:99999/?***' has no port" in result.stdout
    assert "'http://a/#***' is not a signaling URL" in result.stdout
    assert "(urls): 'turn:***@a' is not the URL" in result.stdout
    assert "'{***}' is not an ICE server" in result.stdout
    assert HUSH not in result.stdout + result.stderr


def test_a_build_says_of_us_one_line(tmp_path: Path) -> None:
    url = "wss://signaling.example.org"
    result = succeeded(lite("build", "--webrtc-signaling-url", url, cwd=tmp_path))
    ours = ("webrtc", "enabled:", *config_keys(), *LABEXTENSIONS)
    lines = [line for line in result.stdout.splitlines() if line.startswith("    ")]
    assert [line for line in lines if any(name in line for name in ours)] == [
        f"    webrtc: on, signaling: ['{url}'] (`jupyter lite status` tells all)"
    ]
    assert "webrtc" not in result.stderr


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("wss://a.example/path", "wss://a.example/path"),
        ("WSS://me:a@b/c@a.example?x", "WSS://***@a.example?***"),
        ("wss://a?t=1,wss://b", "wss://a?***"),
        ("turn:[::1]:1?transport=tcp", "turn:[::1]:1?transport=tcp"),
        ("turn:a?transport=tcp&password=x", "turn:a?***"),
        ("me:word@a", "***@a"),
        ("https://a/lab#room=x\ny", "https://a/lab#***"),
        (' [{"credential": "x"}]', "{***}"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(address: str, public: str) -> None:
    assert masked_address(address) == public
    assert shown([address]) == repr([public])


def test_each_of_our_keys_may_be_shown_but_for_the_prefix() -> None:
    keys = {*config_keys(), *other_names(), "urls"}
    assert keys - PUBLIC_KEYS == {"webRtcRoomPrefix"}
    assert keys > PUBLIC_KEYS


def test_of_keys_that_nobody_knows_no_value_is_shown() -> None:
    server = {"urls": ["turn:a"], "username": "", "pasword": "x", "credential": ["x"]}
    assert masked([server]) == [
        {"urls": ["turn:a"], "username": "", "pasword": "***", "credential": "***"}
    ]


def test_the_addresses_in_a_sentence_are_masked() -> None:
    said = "wss://me@a/?x works: see 'https://b?y' and turn:c?transport=udp, or ws://, stun:."
    assert masked_sentence(said) == (
        "wss://***@a/?*** works: see 'https://b?***' and turn:c?transport=udp, or ws://, stun:."
    )
