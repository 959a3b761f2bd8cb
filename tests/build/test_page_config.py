# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a page of a Jupyter server is configured with."""

from typing import Any

import pytest

from jupyterlite_webrtc import distributions, page_config
from jupyterlite_webrtc.constants import LABEXTENSION, NEEDED_LABEXTENSIONS, USER_PLUGIN

#: what our wheel brings to a server
CONFIG: dict[str, Any] = {
    "federated_extensions": [
        {"name": name} for name in ("other", LABEXTENSION, *NEEDED_LABEXTENSIONS)
    ],
    "disabledExtensions": ["a:b", "c:d"],
}

NEEDED = tuple(NEEDED_LABEXTENSIONS)


def test_without_collaboration_nothing_of_ours_is_loaded() -> None:
    page = page_config.without_us(CONFIG, NEEDED, {"a:b"})
    assert page["federated_extensions"] == [{"name": "other"}]
    assert page["disabledExtensions"] == sorted([*NEEDED, LABEXTENSION, "c:d"])


def test_what_others_or_users_disable_stays_disabled() -> None:
    lists = {NEEDED[0]: ["a:b", "c:d", "e:f"], "other": ["c:d"], "gone": ["a:b"]}
    assert page_config.disabled_only_by(NEEDED, lists, {"e:f": True}, CONFIG) == {"a:b"}


def test_a_page_that_collaborates_uses_our_plugins_and_the_servers_user() -> None:
    config = {**CONFIG, "collaborative": True, "fullWebRtcSignalingUrls": ["./x/", "wss://y"]}
    page = page_config.collaborating(config, "/user/ada/")
    assert page["fullWebRtcSignalingUrls"] == ["/user/ada/x/", "wss://y"]
    assert (
        "@jupyter/docprovider-extension:websocket-provider-document-factory"
        in (page["disabledExtensions"])
    )
    assert USER_PLUGIN not in page["disabledExtensions"]
    assert config["fullWebRtcSignalingUrls"] == ["./x/", "wss://y"]  # it is the server's own


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"collaborative": "yes"}, "is neither true nor false"),
        (
            {"collaborative": True, "fullWebRtcSignalingUrls": "wss://y"},
            "is not a list of signaling URLs",
        ),
        (
            {"collaborative": True, "federated_extensions": [{"name": LABEXTENSION}]},
            "is not installed: run `pip install jupyter-",
        ),
    ],
)
def test_a_mistake_is_told(values: dict[str, Any], part: str) -> None:
    assert part in page_config.mistakes({**CONFIG, **values})[0]


def test_who_does_not_collaborate_makes_no_mistake() -> None:
    assert page_config.mistakes({"fullWebRtcSignalingUrls": 1}) == []


def test_what_only_we_need_is_told_from_what_others_need() -> None:
    assert distributions.is_needed_elsewhere(["traitlets"])
    assert not distributions.is_needed_elsewhere(["no-such-distribution"])
