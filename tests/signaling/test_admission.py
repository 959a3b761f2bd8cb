# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Who may connect, and as whom they count."""

from __future__ import annotations

from typing import Any

import pytest

from jupyterlite_webrtc.signaling.admission import Admission, OptionError, Visitor, is_local
from jupyterlite_webrtc.signaling.closing import Close, ProtocolError
from jupyterlite_webrtc.signaling.limits import SignalingLimits
from jupyterlite_webrtc.signaling.options import SignalingOptions


def admission(**traits: Any) -> Admission:
    """Make one of limits and options."""
    names = set(SignalingLimits.class_trait_names())
    return Admission(
        SignalingLimits(**{name: value for name, value in traits.items() if name in names}),
        SignalingOptions(**{name: value for name, value in traits.items() if name not in names}),
    )


def refusal(door: Admission, visitor: Visitor) -> int:
    """Be refused; return the code."""
    with pytest.raises(ProtocolError) as caught:
        door.enter(visitor)
    return caught.value.code


def test_connections_are_counted_in_all_and_per_address() -> None:
    door = admission(connections=3, connections_per_address=2)
    ada, grace = Visitor("192.0.2.1"), Visitor("192.0.2.2")
    names = [door.enter(ada), door.enter(ada)]
    assert refusal(door, ada) == Close.ADDRESS_FULL
    door.enter(grace)
    assert refusal(door, grace) == Close.SERVER_FULL
    door.leave(names[0])
    assert door.count == 2
    door.enter(grace)


def test_a_network_of_ipv6_counts_as_one_address() -> None:
    door = admission()
    assert door.name(Visitor("2001:db8::1")) == door.name(Visitor("2001:db8::ffff:1"))
    assert door.name(Visitor("2001:db8::1")) != door.name(Visitor("2001:db8:0:1::1"))
    assert door.name(Visitor("::ffff:192.0.2.1")) == "192.0.2.1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "name"),
    [
        # nobody but a trusted proxy is believed
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        # clients can write what they like, but only at the front
        ("127.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.7, 10.1.2.3", "198.51.100.7"),
        ("127.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("127.0.0.1", "[2001:db8::1]:4711", "2001:db8::/64"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("10.1.2.3", "10.9.9.9", "10.9.9.9"),
    ],
)
def test_who_stands_behind_a_proxy(peer: str, forwarded: str, name: str) -> None:
    door = admission(trusted_proxies=["127.0.0.1", "10.0.0.0/8"])
    assert door.name(Visitor(peer, "/", {"x-forwarded-for": forwarded})) == name


def test_only_pages_of_listed_origins_are_let_in() -> None:
    door = admission(origins=["https://Example.org", "http://localhost:8000"])
    for origin in ("https://example.org", "http://localhost:8000"):
        door.enter(Visitor("192.0.2.1", "/", {"origin": origin}))
    for headers in ({}, {"origin": "https://example.com"}, {"origin": "https://example.org:8443"}):
        assert refusal(door, Visitor("192.0.2.1", "/", headers)) == Close.ORIGIN


@pytest.mark.parametrize(
    ("option", "origin"),
    {
        "https://example.org:443": "https://example.org",
        "HTTP://example.org:80": "http://example.org",
        "http://example.org:443": "http://example.org:443",
        "http://[::80]": "http://[::80]",
    }.items(),
)
def test_an_origin_is_compared_as_browsers_write_it(option: str, origin: str) -> None:
    admission(origins=[option]).enter(Visitor("192.0.2.1", "/", {"origin": origin}))


def test_a_server_of_pages_takes_only_its_own_unless_it_is_told_others_or_has_a_proxy() -> None:
    own = {"origin": "http://Localhost:8000", "host": "localhost:8000"}
    other = {"origin": "https://example.com", "host": "localhost:8000"}
    program = {"host": "localhost:8000"}

    def door(**options: Any) -> Admission:
        return Admission(SignalingLimits(), SignalingOptions(**options), own_pages_only=True)

    for headers in (own, program):
        door().enter(Visitor("127.0.0.1", "/", headers))
    assert refusal(door(), Visitor("127.0.0.1", "/", other)) == Close.ORIGIN
    door(origins=["https://example.com"]).enter(Visitor("127.0.0.1", "/", other))
    door(trusted_proxies=["127.0.0.1"]).enter(Visitor("127.0.0.1", "/", other))


def test_only_who_has_the_token_is_let_in() -> None:
    door = admission(token="sécret")  # noqa: S106 (a test)
    for target, headers in (
        ("/?token=s%C3%A9cret", {}),
        ("/x?y=1&token=s%C3%A9cret", {}),
        ("/", {"authorization": "Bearer sécret"}),
    ):
        door.enter(Visitor("192.0.2.1", target, headers))
    for target in ("/", "/?token=", "/?token=secret", "/?token", "/?" + "a=b&" * 1000):
        assert refusal(door, Visitor("192.0.2.1", target)) == Close.TOKEN


@pytest.mark.parametrize("target", ["/?token=a+b%2B", "/?token=a%2Bb%2B", "/?token=a+b+"])
def test_a_plus_in_a_token_fits_however_it_is_written(target: str) -> None:
    admission(token="a+b+").enter(Visitor("192.0.2.1", target))  # noqa: S106 (a test)
    admission(token="a b").enter(Visitor("192.0.2.1", "/?token=a+b"))  # noqa: S106


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("origins", "example.org", "'example.org' is no origin: write it as https://example.org"),
        ("origins", "https://example.org/x", "is no origin"),
        ("trusted_proxies", "proxy", "'proxy' is no address of a trusted proxy: write it as"),
    ],
)
def test_an_option_that_makes_no_sense_is_named(option: str, value: str, sentence: str) -> None:
    with pytest.raises(OptionError, match=sentence):
        admission(**{option: [value]})


@pytest.mark.parametrize(
    ("peer", "headers", "local"),
    [
        ("127.0.0.1", {}, True),
        ("127.8.8.8", {}, True),
        ("::1", {}, True),
        ("::ffff:127.0.0.1", {}, True),
        ("192.0.2.1", {}, False),
        ("2001:db8::1", {}, False),
        ("", {}, False),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, False),
        ("127.0.0.1", {"via": "1.1 Caddy"}, False),
    ],
)
def test_who_is_a_program_on_this_machine(
    peer: str, headers: dict[str, str], *, local: bool
) -> None:
    assert is_local(Visitor(peer, "/metrics", headers)) is local
