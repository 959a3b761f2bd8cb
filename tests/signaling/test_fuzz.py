# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Anything at all, on a real exchange: it is applied or refused, and nothing else happens.

``SIGNALING_FUZZ_MESSAGES`` sets how many messages; ``doit check_all:fuzz`` tries many more.
"""

from __future__ import annotations

import json
import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyterlite_webrtc.signaling.closing import ProtocolError
from jupyterlite_webrtc.signaling.exchange import Delivery, Exchange, Publication
from jupyterlite_webrtc.signaling.hub import Hub
from jupyterlite_webrtc.signaling.limits import SignalingLimits
from jupyterlite_webrtc.signaling.protocol import Relay

#: messages of one example
PER_EXAMPLE = 100

#: messages in all
MESSAGES = int(os.environ.get("SIGNALING_FUZZ_MESSAGES", "10000"))

TOPICS = st.one_of(
    st.sampled_from(["a", "a/b", "a/b/c", "/", "", "ä", "\ud800", "x" * 200]), st.text(max_size=9)
)

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3)
    ),
    max_leaves=5,
)

SHAPED = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["subscribe", "unsubscribe", "publish", "ping", "features", "pong"])
        | JSON_VALUES,
        "topics": st.lists(TOPICS, max_size=5) | JSON_VALUES,
        "topic": TOPICS | JSON_VALUES,
        "data": JSON_VALUES,
        "clients": JSON_VALUES,
    },
)

RIGHT = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["subscribe", "subscribe", "unsubscribe"]),
            "topics": st.lists(TOPICS, max_size=3),
        }
    ),
    st.fixed_dictionaries({"type": st.just("publish"), "topic": TOPICS, "data": JSON_VALUES}),
)


def torn(text: str, cuts: tuple[int, int]) -> str:
    """Take something out of the middle."""
    start, end = sorted(cut % (len(text) + 1) for cut in cuts)
    return text[:start] + text[end:]


TEXTS = st.one_of(
    SHAPED.map(json.dumps),
    RIGHT.map(json.dumps),
    st.builds(torn, RIGHT.map(json.dumps), st.tuples(st.integers(0, 99), st.integers(0, 99))),
    st.text(max_size=50),
    st.sampled_from(["[" * 70_000, "[" * 60_000, '{"type":"ping"}' * 2, "9" * 5000]),
)

FRAMES = st.one_of(
    st.binary(max_size=50),
    st.builds(
        lambda topic, rest: b"\x01" + bytes([len(topic)]) + topic + rest,
        TOPICS.map(lambda topic: topic.encode("utf-8", "replace")[:255]),
        st.binary(max_size=20),
    ),
)

STEPS = st.tuples(st.integers(0, 5), TEXTS | FRAMES, st.floats(0, 2))


@settings(
    max_examples=max(1, MESSAGES // PER_EXAMPLE),
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(steps=st.lists(STEPS, min_size=PER_EXAMPLE, max_size=PER_EXAMPLE))
def test_no_message_does_anything_but_what_is_specified(
    steps: list[tuple[int, str | bytes, float]],
) -> None:
    limits = SignalingLimits(
        topics_per_connection=4, subscribers_per_topic=3, message_burst=20, message_rate=10
    )
    hub: Hub[int] = Hub(limits)
    now = 0.0
    exchange = Exchange(hub, limits, lambda: now)
    for sender, frame, seconds in steps:
        now += seconds
        before = hub.counts()
        result = receive(exchange, sender, frame)
        if isinstance(result, ProtocolError):
            assert hub.counts() == before
            assert 1000 <= result.code < 5000
            assert 0 < len(result.reason.encode()) <= 123
            exchange.leave(sender)
        elif isinstance(result, Publication):
            check_publication(exchange, hub, result)
        elif isinstance(result, Delivery):
            assert result.recipients == (sender,)
    for sender in range(6):
        exchange.leave(sender)
    assert (hub.topic_count, hub.subscriber_count) == (0, 0)


def receive(
    exchange: Exchange[int], sender: int, frame: str | bytes
) -> Delivery[int] | Publication[int] | ProtocolError | None:
    """Apply a frame; what is raised for its sender is returned, and all else is a failure."""
    try:
        return exchange.receive(sender, frame)
    except ProtocolError as error:
        return error


def check_publication(
    exchange: Exchange[int], hub: Hub[int], publication: Publication[int]
) -> None:
    """Make sure that nobody but subscribers gets it, as it came."""
    message = publication.message
    delivery = exchange.deliver(message, publication.sender)
    recipients = () if delivery is None else delivery.recipients
    subscribers = hub.subscribers(message.topic)
    if isinstance(message, Relay):
        assert set(recipients) == set(subscribers) - {publication.sender}
        assert delivery is None or delivery.payload == message.frame
        return
    assert recipients == subscribers
    if delivery is not None:
        received: dict[str, Any] = json.loads(delivery.payload)
        assert received["clients"] == len(subscribers)
        sent: dict[str, Any] = json.loads(message.text)
        # compared as text, because NaN can't be among them and 1.0 is not 1
        assert json.dumps({**sent, "clients": 0}) == json.dumps({**received, "clients": 0})
