# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What several sources ask for, and what a site gets."""

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlite_webrtc import config_sources, site_config
from jupyterlite_webrtc.config_files import OurPart
from jupyterlite_webrtc.config_sources import Request
from jupyterlite_webrtc.constants import DISABLED_PLUGINS, LABEXTENSION
from jupyterlite_webrtc.site_config import SiteConfig

URLS = "fullWebRtcSignalingUrls"


def notebook(config_data: dict[str, Any]) -> str:
    """Write a ``jupyter-lite.ipynb``."""
    metadata = {"jupyter-lite": {"jupyter-config-data": config_data}}
    return json.dumps({"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def ask_trait(urls: list[str]) -> Request:
    return config_sources.from_traits("WebRtcAddon", {"signaling_urls": urls})


def ask_environment(urls: list[str]) -> Request:
    return config_sources.from_environment({"JUPYTERLITE_WEBRTC_SIGNALING_URLS": " ".join(urls)})


def ask_json(urls: list[str]) -> Request:
    text = json.dumps({"jupyter-config-data": {URLS: urls}})
    return config_sources.from_site_file("jupyter-lite.json", text)


def ask_ipynb(urls: list[str]) -> Request:
    return config_sources.from_site_file("jupyter-lite.ipynb", notebook({URLS: urls}))


#: every source, the one that prevails first, and how it is named to the user
SOURCES = [
    (ask_trait, "WebRtcAddon.signaling_urls"),
    (ask_environment, "JUPYTERLITE_WEBRTC_SIGNALING_URLS"),
    (ask_json, f"{URLS} in jupyter-lite.json"),
    (ask_ipynb, f"{URLS} in jupyter-lite.ipynb"),
]

#: every two of them, the one that prevails first
PAIRS = list(itertools.combinations(SOURCES, 2))


@pytest.mark.parametrize(("ask", "origin"), SOURCES)
def test_each_source_is_heard(ask: Any, origin: str) -> None:
    config = site_config.resolve([ask(["wss://a", "./b"])])
    assert config.values[URLS] == ["wss://a", "./b"]
    assert config.origins[URLS] == origin
    assert config.warnings == ()
    assert config.mistakes == ()


@pytest.mark.parametrize(("higher", "lower"), PAIRS)
def test_the_higher_of_two_sources_prevails_with_a_warning(higher: Any, lower: Any) -> None:
    (ask_higher, origin), (ask_lower, overridden) = higher, lower
    config = site_config.resolve([ask_higher(["wss://high"]), ask_lower(["wss://low"])])
    assert config.values[URLS] == ["wss://high"]
    assert config.warnings == (
        f"{origin}: ['wss://high'] overrides ['wss://low'] of {overridden}.",
    )


@pytest.mark.parametrize(("higher", "lower"), PAIRS)
def test_two_sources_that_agree_need_no_warning(higher: Any, lower: Any) -> None:
    config = site_config.resolve([higher[0](["wss://same"]), lower[0](["wss://same"])])
    assert config.values[URLS] == ["wss://same"]
    assert config.warnings == ()


def test_different_keys_of_several_sources_are_joined() -> None:
    config = site_config.resolve(
        [
            config_sources.from_traits("WebRtcAddon", {"ice_transport_policy": "all"}),
            ask_environment(["wss://a"]),
            config_sources.from_site_file(
                "jupyter-lite.json", '{"jupyter-config-data": {"collaborative": false}}'
            ),
        ]
    )
    assert config.values == {
        "webRtcIceTransportPolicy": "all",
        URLS: ["wss://a"],
        "collaborative": False,
    }
    assert config.warnings == ()


def test_who_asks_for_nothing_gets_collaboration_and_advice() -> None:
    config = site_config.resolve([])
    assert config.values == {"collaborative": True}
    assert config.origins == {"collaborative": "default"}
    (advice,) = config.warnings
    assert "--webrtc-signaling-url" in advice


def test_who_wants_no_collaboration_needs_no_advice() -> None:
    config = site_config.resolve([config_sources.from_traits("W", {"collaborative": False})])
    assert config.values == {"collaborative": False}
    assert config.warnings == ()


@pytest.mark.parametrize(
    ("servers", "count"),
    [
        (None, 1),
        ([], 1),
        (["stun:a"], 1),
        ([{"urls": ["stun:a", "turn:b"], "username": "u", "credential": "c"}], 0),
        ([{"urls": "turns:b", "username": "u", "credential": "c"}], 0),
    ],
)
def test_who_allows_turn_servers_only_is_asked_for_one(servers: Any, count: int) -> None:
    traits = {
        "signaling_urls": ["wss://a"],
        "ice_transport_policy": "relay",
        "relay": "never",
        "ice_servers": servers,
    }
    config = site_config.resolve([config_sources.from_traits("W", traits)])
    assert config.mistakes == ()
    assert [warning for warning in config.warnings if "no TURN server" in warning] == list(
        config.warnings
    )
    assert len(config.warnings) == count


def test_an_explicit_empty_list_is_configured() -> None:
    config = site_config.resolve([ask_trait([]), ask_json(["wss://low"])])
    assert config.values[URLS] == []
    (warning,) = config.warnings
    assert "overrides" in warning


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("jupyter-lite.json", "{", "jupyter-lite.json: not valid JSON"),
        ("jupyter-lite.json", "[]", "jupyter-lite.json: the file holds []"),
        ("jupyter-lite.json", '{"jupyter-config-data": 5}', ": jupyter-config-data holds 5"),
        ("jupyter-lite.ipynb", '{"metadata": [1]}', "jupyter-lite.ipynb: metadata holds [1]"),
    ],
)
def test_a_site_file_that_makes_no_sense_is_a_mistake(name: str, text: str, sentence: str) -> None:
    (mistake,) = site_config.resolve([config_sources.from_site_file(name, text)]).mistakes
    assert sentence in mistake
    assert mistake.endswith(".")


@pytest.mark.parametrize(("ask", "origin"), SOURCES)
def test_a_bad_url_is_named_together_with_its_source(ask: Any, origin: str) -> None:
    (mistake,) = site_config.resolve([ask(["http://x"])]).mistakes
    assert mistake.startswith(f"{origin}: 'http://x' is not a signaling URL: it must start with ")


def test_a_mistake_that_is_overridden_is_still_a_mistake() -> None:
    config = site_config.resolve([ask_trait(["wss://good"]), ask_json(["http://x"])])
    (mistake,) = config.mistakes
    assert "'http://x'" in mistake


def test_all_mistakes_are_told_at_once() -> None:
    config = site_config.resolve(
        [
            config_sources.from_traits("W", {"ice_transport_policy": "x", "room_prefix": 1}),
            ask_environment(["http://x"]),
            config_sources.from_site_file("jupyter-lite.json", "{"),
        ]
    )
    assert len(config.mistakes) == 4


def entry_of(*names: str) -> dict[str, Any]:
    return {"federated_extensions": [{"name": name} for name in names]}


@given(st.dictionaries(st.sampled_from(["collaborative", "webRtcRoomPrefix"]), st.booleans()))
def test_what_is_configured_comes_over_what_the_user_wrote(values: dict[str, Any]) -> None:
    own = {"collaborative": 1, "webRtcIceTransportPolicy": "all", "disabledExtensions": ["a"]}
    part = SiteConfig(values, {}, (), ()).part(OurPart.of(own), OurPart(), ())
    assert part.values == {"collaborative": 1, "webRtcIceTransportPolicy": "all", **values}
    assert part.disabled == DISABLED_PLUGINS


def test_switched_off_there_is_what_the_user_wrote() -> None:
    own = OurPart.of({"collaborative": False, "disabledExtensions": ["a", DISABLED_PLUGINS[0]]})
    found = OurPart.of({"collaborative": True, "disabledExtensions": [*DISABLED_PLUGINS]})
    assert site_config.switched_off().part(own, found, ()) == own


def test_switching_off_takes_out_entries_of_what_is_gone_or_does_not_work_alone() -> None:
    needed = "@jupyter/docprovider-extension"
    found = OurPart.of(entry_of(LABEXTENSION, needed))
    off = site_config.switched_off()
    assert off.part(OurPart(), found, [needed]) == OurPart()
    assert off.part(OurPart(), found, [LABEXTENSION]) == OurPart.of(entry_of(LABEXTENSION))
    own = OurPart.of({"federated_extensions": [{"name": LABEXTENSION, "load": "x"}]})
    assert off.part(own, found, []) == own


def test_a_site_that_is_kept_says_what_it_said_and_refuses_options() -> None:
    part = OurPart.of({"collaborative": True})
    assert site_config.kept(part, True, []).values == part.values
    (mistake,) = site_config.kept(part, True, ["W.a", "W.b"]).mistakes
    assert mistake.startswith("W.a, W.b: only a build changes a site that is there")


def test_the_app_archive_comes_before_defaults_only() -> None:
    archive = config_sources.from_archive(
        {"jupyter-config-data": {"collaborative": False, URLS: ["wss://archive"]}}
    )
    config = site_config.resolve([ask_json(["wss://json"]), archive])
    assert config.values == {"collaborative": False, URLS: ["wss://json"]}
    assert config.origins["collaborative"] == "collaborative in the app archive"


def test_an_apps_own_file_is_checked_but_not_merged() -> None:
    app = config_sources.from_site_file(
        "lab/jupyter-lite.json", json.dumps({"jupyter-config-data": {URLS: ["wss://app"]}})
    )
    config = site_config.resolve([ask_json(["wss://json"])], [app])
    assert config.values[URLS] == ["wss://json"]
    (warning,) = config.warnings
    assert warning.startswith(f"{URLS} in lab/jupyter-lite.json: ['wss://app'] overrides")
    bad = config_sources.from_site_file(
        "lab/jupyter-lite.json", json.dumps({"jupyter-config-data": {URLS: ["http://app"]}})
    )
    (mistake,) = site_config.resolve([], [bad]).mistakes
    assert mistake.startswith(f"{URLS} in lab/jupyter-lite.json: 'http://app' is not")


def ask_file(**config_data: Any) -> Request:
    return config_sources.from_site_file(
        "jupyter-lite.json", json.dumps({"jupyter-config-data": config_data})
    )


def test_the_other_name_of_the_signaling_list_means_the_same() -> None:
    config = site_config.resolve([ask_file(signalingServers=["wss://a"])])
    assert config.values[URLS] == ["wss://a"]
    assert config.origins[URLS] == "signalingServers in jupyter-lite.json"
    (mistake,) = site_config.resolve([ask_file(signalingServers=["http://a"])]).mistakes
    assert mistake.startswith("signalingServers in jupyter-lite.json: 'http://a' is not")


def test_the_usual_name_of_the_signaling_list_prevails() -> None:
    request = ask_file(signalingServers=["wss://b"], **{URLS: ["wss://a"]})
    config = site_config.resolve([request])
    assert config.values[URLS] == ["wss://a"]
    (warning,) = config.warnings
    assert warning == (
        f"{URLS} in jupyter-lite.json: ['wss://a'] overrides ['wss://b'] of "
        "signalingServers in jupyter-lite.json."
    )
    bad = ask_file(signalingServers=["http://b"], **{URLS: ["wss://a"]})
    assert len(site_config.resolve([bad]).mistakes) == 1


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("ws://example.org", True),
        ("ws://192.168.1.2:4444", True),
        ("ws://127.0.0.1:4444", False),
        ("ws://127.1.2.3", False),
        ("ws://[::1]:4444", False),
        ("ws://localhost:4444", False),
        ("ws://a.localhost", False),
        ("wss://example.org", False),
        ("./signaling", False),
    ],
)
def test_a_url_without_encryption_is_warned_of(url: str, warned: bool) -> None:
    warnings = site_config.resolve([ask_trait([url])]).warnings
    assert ["is not encrypted" in warning for warning in warnings] == [True] * warned
