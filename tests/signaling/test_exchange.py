# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What each message does, compared with what y-webrtc's own server does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlite_webrtc.signaling.exchange import Exchange
from jupyterlite_webrtc.signaling.hub import Hub
from jupyterlite_webrtc.signaling.protocol import ProtocolError

CLIENTS = st.integers(0, 3)
TOPICS = st.sampled_from(["a", "b", "c"])

MESSAGES = st.one_of(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["subscribe", "unsubscribe"]), "topics": st.lists(TOPICS)}
    ),
    st.fixed_dictionaries(
        {"type": st.just("publish"), "topic": TOPICS},
        optional={
            "data": st.sampled_from([0, "x", {"from": "ada"}]),
            "clients": st.integers(),
            "more": st.none(),
        },
    ),
    st.just({"type": "ping"}),
    st.just({"type": "unknown"}),
)


def npm_server(
    topics: dict[str, list[int]], sender: int, message: dict[str, Any]
) -> list[tuple[int, dict[str, Any]]]:
    """Do as ``onconnection`` of y-webrtc 10.3.0's ``bin/server.js`` does, for valid messages."""
    match message["type"]:
        case "subscribe":
            for topic in message["topics"]:
                receivers = topics.setdefault(topic, [])
                if sender not in receivers:
                    receivers.append(sender)
        case "unsubscribe":
            for topic in message["topics"]:
                topics[topic] = [client for client in topics.get(topic, []) if client != sender]
        case "publish":
            receivers = topics.get(message["topic"], [])
            return [(client, {**message, "clients": len(receivers)}) for client in receivers]
        case "ping":
            return [(sender, {"type": "pong"})]
    return []


@given(st.lists(st.tuples(CLIENTS, MESSAGES), max_size=60))
def test_delivers_what_the_npm_server_delivers(steps: list[tuple[int, dict[str, Any]]]) -> None:
    exchange: Exchange[int] = Exchange(Hub())
    topics: dict[str, list[int]] = {}
    for sender, message in steps:
        delivery = exchange.receive(sender, json.dumps(message))
        received = (
            [(client, json.loads(delivery.text)) for client in delivery.recipients]
            if delivery
            else []
        )
        assert received == npm_server(topics, sender, message)


def test_whoever_left_gets_nothing_more_and_is_not_counted() -> None:
    exchange: Exchange[str] = Exchange(Hub())
    for name in ("ada", "grace"):
        exchange.receive(name, '{"type":"subscribe","topics":["t"]}')
    exchange.leave("ada")
    exchange.leave("nobody")
    delivery = exchange.receive("grace", '{"type":"publish","topic":"t"}')
    assert delivery is not None
    assert delivery.recipients == ("grace",)
    assert json.loads(delivery.text)["clients"] == 1


def test_a_refused_message_changes_nothing() -> None:
    exchange: Exchange[str] = Exchange(Hub())
    with pytest.raises(ProtocolError):
        exchange.receive("ada", '{"type":"subscribe","topics":["t", 5]}')
    assert exchange.receive("grace", '{"type":"publish","topic":"t"}') is None
