# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a single source asks for, and what in it nobody could mean."""

import json
from typing import Any

import pytest

from jupyterlite_webrtc import config_sources
from jupyterlite_webrtc.config_sources import Request

URLS = "fullWebRtcSignalingUrls"


def request_of(config_data: dict[str, Any]) -> Request:
    text = json.dumps({"jupyter-config-data": config_data})
    return config_sources.from_site_file("jupyter-lite.json", text)


def test_traits_without_a_value_ask_for_nothing() -> None:
    assert config_sources.from_traits("W", dict.fromkeys(config_sources.TRAIT_KEYS)) == Request()


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_a_blank_variable_asks_for_nothing(text: str) -> None:
    assert config_sources.from_environment({"JUPYTERLITE_WEBRTC_SIGNALING_URLS": text}) == Request()


def test_a_stun_url_stands_for_the_server() -> None:
    turn = {"urls": "turn:b", "username": "u", "credential": "c"}
    request = config_sources.from_traits("W", {"ice_servers": ["stun:a", turn]})
    assert request.values == {"webRtcIceServers": [{"urls": "stun:a"}, turn]}


def test_tuples_of_a_python_config_file_are_lists() -> None:
    request = config_sources.from_traits("W", {"ice_servers": ({"urls": ("stun:a",)},)})
    assert request.values == {"webRtcIceServers": [{"urls": ["stun:a"]}]}


def test_keys_of_others_in_a_site_file_are_left_alone() -> None:
    text = json.dumps({"jupyter-config-data": {"appName": "x", "collaborative": False}})
    assert config_sources.from_site_file("jupyter-lite.json", text).values == {
        "collaborative": False
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("jupyter-lite.json", "{}"),
        ("jupyter-lite.json", '{"jupyter-config-data": null}'),
        ("jupyter-lite.json", '{"jupyter-config-data": {}}'),
        ("jupyter-lite.ipynb", "{}"),
        ("jupyter-lite.ipynb", '{"metadata": {}}'),
    ],
)
def test_a_site_file_without_config_data_asks_for_nothing(name: str, text: str) -> None:
    assert config_sources.from_site_file(name, text) == Request()


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("fullWebRTCSignalingUrls", URLS),
        ("fullWebRtcSignallingUrls", URLS),
        ("Collaborative", "collaborative"),
        ("webRtcRoomPrefixes", "webRtcRoomPrefix"),
    ],
)
def test_a_slip_of_the_pen_in_a_key_is_pointed_out(key: str, meant: str) -> None:
    (warning,) = request_of({key: 1}).warnings
    assert warning == f"{key} in jupyter-lite.json: there is no such key: did you mean {meant}?"


@pytest.mark.parametrize("key", ["appName", "fullStaticUrl", "disabledExtensions", URLS])
def test_keys_that_are_known_are_not_pointed_out(key: str) -> None:
    assert request_of({key: ["wss://a"]}).warnings == ()


@pytest.mark.parametrize(
    ("section", "name", "hint"),
    [
        ("WebRtcAddon", "signalling_urls", "did you mean signaling_urls?"),
        ("WebRtcAddon", "xyz", "choose enabled, signaling_urls."),
        ("WebRTCAddon", "signaling_urls", "did you mean WebRtcAddon?"),
        ("WebrtcAddons", "signaling_urls", "did you mean WebRtcAddon?"),
    ],
)
def test_a_misspelt_trait_or_class_is_a_mistake(section: str, name: str, hint: str) -> None:
    traits = ["enabled", "signaling_urls"]
    request = config_sources.misspelt("WebRtcAddon", traits, {section: {name: 1}})
    (mistake,) = request.mistakes
    assert mistake.endswith(hint)


@pytest.mark.parametrize("section", ["WebRtcAddon", "LiteBuildConfig", "PyodideAddon"])
def test_what_is_spelt_well_is_no_mistake(section: str) -> None:
    config: dict[str, Any] = {section: {"signaling_urls": []}}
    assert config_sources.misspelt("WebRtcAddon", ["signaling_urls"], config) == Request()


@pytest.mark.parametrize("value", ["no", 0, None, []])
def test_the_switch_is_true_or_false(value: Any) -> None:
    (mistake,) = config_sources.from_switch("WebRtcAddon", value).mistakes
    assert "WebRtcAddon.enabled: " in mistake
    assert config_sources.from_switch("WebRtcAddon", True) == Request()
