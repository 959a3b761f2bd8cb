# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The JSON Schema of our configuration, and the sentences in it."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, FormatChecker

from jupyterlite_webrtc import config_schema
from jupyterlite_webrtc.constants import CONFIG_SCHEMA

SCHEMA = json.loads(CONFIG_SCHEMA.read_text(encoding="utf-8"))

#: values that a page can use, by key
GOOD: list[tuple[str, Any]] = [
    ("collaborative", True),
    ("collaborative", False),
    ("fullWebRtcSignalingUrls", []),
    (
        "fullWebRtcSignalingUrls",
        ["ws://127.0.0.1:4444", "wss://example.org/a?b=c,d", "./signaling"],
    ),
    ("fullWebRtcSignalingUrls", ["WSS://[::1]:4444", "wss://user:word@exämple.org"]),
    ("webRtcRoomPrefix", "x"),
    ("webRtcIceServers", []),
    ("webRtcIceServers", [{"urls": "stun:stun.example.org:3478"}]),
    ("webRtcIceServers", [{"urls": ["stun:a", "STUN:[::1]:3478"]}]),
    (
        "webRtcIceServers",
        [{"urls": ["turn:a?transport=udp", "turns:a"], "username": "u", "credential": "c"}],
    ),
    ("webRtcIceTransportPolicy", "relay"),
    ("webRtcRelay", "never"),
]

#: values that a page can't use, by key, and how the sentence about them continues
BAD: list[tuple[str, Any, str]] = [
    ("collaborative", "yes", "'yes' is neither true nor false"),
    ("collaborative", "true", "'true' is neither true nor false"),
    ("collaborative", 1, "1 is neither true nor false"),
    ("collaborative", None, "None is neither true nor false"),
    ("fullWebRtcSignalingUrls", "ws://a", "'ws://a' is not a list of signaling URLs"),
    ("fullWebRtcSignalingUrls", {}, "{} is not a list of signaling URLs"),
    ("fullWebRtcSignalingUrls", ["http://x"], "'http://x' is not a signaling URL"),
    ("fullWebRtcSignalingUrls", ["ws://ok", "https://x"], "'https://x' is not a signaling URL"),
    ("fullWebRtcSignalingUrls", ["ws://"], "'ws://' has no host that a browser"),
    ("fullWebRtcSignalingUrls", ["ws:///path"], "'ws:///path' has no host that a browser"),
    ("fullWebRtcSignalingUrls", ["ws://a b"], "'ws://a b' is not a signaling URL"),
    ("fullWebRtcSignalingUrls", ["ws://a#b"], "'ws://a#***' is not a signaling URL"),
    ("fullWebRtcSignalingUrls", ["signaling"], "'signaling' is not a signaling URL"),
    ("fullWebRtcSignalingUrls", ["/signaling"], "'/signaling' is not a signaling URL"),
    ("fullWebRtcSignalingUrls", ["ws://a,ws://b"], "'ws://a,ws://b' has a comma behind an address"),
    ("fullWebRtcSignalingUrls", ["ws://a,"], "separate several with blanks in a variable"),
    ("fullWebRtcSignalingUrls", ["wss://a:99999"], "'wss://a:99999' has no port from 1 to 65535"),
    ("fullWebRtcSignalingUrls", ["wss://[::1"], "'wss://[::1' has brackets, but no IPv6 address"),
    ("fullWebRtcSignalingUrls", ["wss://[::g]"], "'wss://[::g]' has brackets, but no IPv6 address"),
    ("fullWebRtcSignalingUrls", ["wss://exa%mple"], "'wss://exa%mple' has no host that a browser"),
    ("fullWebRtcSignalingUrls", ["ws://a\n"], "'ws://a\\n' is not a signaling URL"),
    ("fullWebRtcSignalingUrls", [""], "'' is not a signaling URL"),
    ("fullWebRtcSignalingUrls", [1], "1 is not a signaling URL"),
    ("fullWebRtcSignalingUrls", [None], "None is not a signaling URL"),
    ("fullWebRtcSignalingUrls", ["ws://a", "ws://a"], "names a signaling URL twice"),
    ("webRtcRoomPrefix", "", "'' is not a room prefix"),
    ("webRtcRoomPrefix", 5, "'***' is not a room prefix"),
    ("webRtcIceServers", "stun:a", "'stun:a' is not a list of ICE servers"),
    ("webRtcIceServers", ["stun:a"], "'stun:a' is not an ICE server"),
    ("webRtcIceServers", [{"url": "stun:a"}], "{'url': '***'} is not an ICE server"),
    ("webRtcIceServers", [{"urls": "http://a"}], "(urls): 'http://a' is not the URL of a STUN"),
    ("webRtcIceServers", [{"urls": []}], "(urls): [] is not the URL of an ICE server"),
    ("webRtcIceServers", [{"urls": ["a"]}], "(urls): 'a' is not the URL of a STUN or TURN"),
    ("webRtcIceServers", [{"urls": 1}], "(urls): 1 is not the URL of an ICE server, or a list"),
    ("webRtcIceServers", [{"urls": "stun:h?transport=udp"}], "names a transport, which only TURN"),
    ("webRtcIceServers", [{"urls": "stun:h:99999"}], "(urls): 'stun:h:99999' has no port from 1"),
    ("webRtcIceServers", [{"urls": "stuns:h"}], "asks for encryption over UDP"),
    ("webRtcIceServers", [{"urls": "stun:ä"}], "write the name as DNS has it, with xn--"),
    (
        "webRtcIceServers",
        [{"urls": "turns:h?transport=udp", "username": "u", "credential": "c"}],
        "(urls): 'turns:h?transport=udp' asks for encryption over UDP, which browsers don't speak",
    ),
    ("webRtcIceServers", [{"urls": "TURN:a"}], "{'urls': 'TURN:a'} is not a TURN server"),
    ("webRtcIceServers", [{"urls": "turn:a"}], "{'urls': 'turn:a'} is not a TURN server"),
    (
        "webRtcIceServers",
        [{"urls": ["stun:a", "turn:a"], "username": "u"}],
        "is not a TURN server that a browser accepts: give it a username and a credential",
    ),
    (
        "webRtcIceServers",
        [{"urls": "turn:a", "username": 1, "credential": "c"}],
        "(username): '***' is not a user name",
    ),
    (
        "webRtcIceServers",
        [{"urls": "turn:a", "username": "u", "credential": 1}],
        "(credential): '***' is not a credential",
    ),
    ("webRtcIceTransportPolicy", "none", "'none' is not an ICE transport policy"),
    ("webRtcIceTransportPolicy", True, "True is not an ICE transport policy: it must be all or"),
    ("webRtcRelay", "sometimes", "'sometimes' is not a use of the relay: it must be auto, never"),
]


def schemas_within(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield a schema and all that it is made of, except conditions."""
    if isinstance(schema, dict):
        if "type" in schema or "required" in schema:
            yield schema
        for key, part in schema.items():
            if key != "if":
                yield from schemas_within(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from schemas_within(part)


def test_the_schema_is_valid() -> None:
    Draft7Validator.check_schema(SCHEMA)


def test_the_keys_are_those_of_the_design() -> None:
    assert config_schema.config_keys() == (
        "collaborative",
        "fullWebRtcSignalingUrls",
        "webRtcRoomPrefix",
        "webRtcIceServers",
        "webRtcIceTransportPolicy",
        "webRtcRelay",
    )


@pytest.mark.parametrize("key", config_schema.config_keys())
def test_each_key_says_what_it_is_for(key: str) -> None:
    assert SCHEMA["properties"][key]["title"]
    assert SCHEMA["properties"][key]["description"].endswith(".")


@pytest.mark.parametrize("key", config_schema.config_keys())
def test_each_default_is_valid(key: str) -> None:
    if "default" in SCHEMA["properties"][key]:
        assert config_schema.mistakes({key: SCHEMA["properties"][key]["default"]}, {key: key}) == []


@pytest.mark.parametrize(("key", "value"), GOOD)
def test_what_a_page_can_use_is_accepted(key: str, value: Any) -> None:
    assert config_schema.mistakes({key: value}, {key: "somewhere"}) == []


@pytest.mark.parametrize(("key", "value", "sentence"), BAD)
def test_what_a_page_cannot_use_gets_one_sentence(key: str, value: Any, sentence: str) -> None:
    (mistake,) = config_schema.mistakes({key: value}, {key: "somewhere"})
    assert mistake.startswith("somewhere")
    assert sentence in mistake
    assert mistake.endswith(".")


#: values that are about as our keys have them
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1, 1)
    | st.sampled_from(
        ["", "all", "wss://a", "./b", "wss://a\n", "http://a", "stun:a", "stun:a\n", "turn:b"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["urls", "username", "credential", "x"]), inner)
    ),
    max_leaves=5,
)


def accepts(check: Callable[[str], object], value: object) -> bool:
    """Tell whether a value has a format, or is no text."""
    with suppress(ValueError):
        return not isinstance(value, str) or check(value) is not ...
    return False


@given(st.dictionaries(st.sampled_from(list(SCHEMA["properties"])), VALUES, min_size=1))
def test_what_is_found_fast_is_what_the_schema_says(values: dict[str, Any]) -> None:
    before = json.dumps(values)
    found = config_schema.mistakes(values, dict.fromkeys(values, "there"))
    checker = FormatChecker(formats=())
    for name, check in config_schema.FORMATS.items():
        checker.checks(name)(partial(accepts, check))
    assert (found == []) is Draft7Validator(SCHEMA, format_checker=checker).is_valid(values)
    assert json.dumps(values) == before


def test_each_bad_url_gets_its_own_sentence() -> None:
    values = {"fullWebRtcSignalingUrls": ["http://x", "wss://good", "ftp://y"]}
    found = config_schema.mistakes(values, {"fullWebRtcSignalingUrls": "there"})
    assert [sentence.split(" is ")[0] for sentence in found] == [
        "there: 'http://x'",
        "there: 'ftp://y'",
    ]


def test_a_long_value_does_not_hide_the_sentence() -> None:
    key = "webRtcIceTransportPolicy"
    (mistake,) = config_schema.mistakes({key: "x" * 10_000}, {key: "there"})
    assert len(mistake) < 300
    assert "is not an ICE transport policy" in mistake


def test_keys_of_others_are_none_of_our_business() -> None:
    assert config_schema.mistakes({"appName": 5}, {"appName": "there"}) == []
