# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What each message does, compared with what y-webrtc's own server does; and the limits."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlite_webrtc.signaling.closing import Close, ProtocolError
from jupyterlite_webrtc.signaling.exchange import Delivery, Exchange, Publication
from jupyterlite_webrtc.signaling.hub import Hub
from jupyterlite_webrtc.signaling.limits import KIB, SignalingLimits

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


class Desk:
    """An exchange, and a clock that tests turn."""

    def __init__(self, **limits: float) -> None:
        self.now = 1000.0
        self.limits = SignalingLimits(**limits)
        self.hub: Hub[int] = Hub(self.limits)
        self.exchange = Exchange(self.hub, self.limits, lambda: self.now)
        self.wait = 0.0

    def receive(self, sender: int, frame: str | bytes) -> list[tuple[int, str | bytes]]:
        """Apply a frame; return who gets what."""
        result = self.exchange.receive(sender, frame)
        if isinstance(result, Publication):
            self.wait = result.wait
            result = self.exchange.deliver(result.message, result.sender)
        assert not isinstance(result, Publication)
        return self.addressed(result)

    def tell(self, sender: int, **message: Any) -> list[tuple[int, Any]]:
        """Apply a message; return who gets what."""
        return [
            (recipient, json.loads(payload))
            for recipient, payload in self.receive(sender, json.dumps(message))
        ]

    @staticmethod
    def addressed(delivery: Delivery[int] | None) -> list[tuple[int, str | bytes]]:
        """List who gets what."""
        return [(to, delivery.payload) for to in delivery.recipients] if delivery else []


def refusal(call: Any, *arguments: Any, **more: Any) -> int:
    """Call something that is refused; return the close code."""
    with pytest.raises(ProtocolError) as caught:
        call(*arguments, **more)
    assert 0 < len(caught.value.reason.encode()) <= 123
    return caught.value.code


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
def test_delivers_what_the_npm_server_delivers_to_who_subscribed(
    steps: list[tuple[int, dict[str, Any]]],
) -> None:
    desk = Desk()
    topics: dict[str, list[int]] = {}
    subscribed: set[tuple[int, str]] = set()
    for sender, message in steps:
        # only subscribers may publish here, and nobody else does
        if message["type"] == "publish" and (sender, message["topic"]) not in subscribed:
            continue
        if message["type"] == "subscribe":
            subscribed |= {(sender, topic) for topic in message["topics"]}
        if message["type"] == "unsubscribe":
            subscribed -= {(sender, topic) for topic in message["topics"]}
        assert desk.tell(sender, **message) == npm_server(topics, sender, message)


def test_whoever_left_gets_nothing_more_and_is_not_counted() -> None:
    desk = Desk()
    for client in (1, 2):
        desk.tell(client, type="subscribe", topics=["t"])
    desk.exchange.leave(1)
    desk.exchange.leave(3)
    message = {"type": "publish", "topic": "t"}
    assert desk.tell(2, **message) == [(2, {**message, "clients": 1})]


def test_a_refused_message_changes_nothing() -> None:
    desk = Desk(topics_per_connection=2, subscribers_per_topic=2)
    assert refusal(desk.tell, 1, type="subscribe", topics=["t", 5]) == 1008
    assert refusal(desk.tell, 1, type="subscribe", topics=["t", "u", "v"]) == Close.TOO_MANY_TOPICS
    for client in (2, 3):
        desk.tell(client, type="subscribe", topics=["full"])
    assert refusal(desk.tell, 1, type="subscribe", topics=["t", "full"]) == Close.TOPIC_FULL
    assert desk.hub.topics(1) == ()


def test_subscribing_again_is_not_counted_again() -> None:
    desk = Desk(topics_per_connection=2, subscribers_per_topic=2)
    for _ in range(3):
        desk.tell(1, type="subscribe", topics=["t", "t", "u"])
        desk.tell(2, type="subscribe", topics=["t"])
    assert desk.hub.subscribers("t") == (1, 2)


def test_publishing_needs_a_subscription_to_the_topic_or_its_parent() -> None:
    desk = Desk()
    desk.tell(1, type="subscribe", topics=["room", "room/1"])
    desk.tell(2, type="subscribe", topics=["room"])
    assert [to for to, _ in desk.tell(2, type="publish", topic="room/1")] == [1]
    for client, topic in ((3, "room"), (3, "room/1"), (2, "room/1/x"), (2, "roo"), (2, "other/1")):
        assert refusal(desk.tell, client, type="publish", topic=topic) == Close.NOT_SUBSCRIBED
        frame = bytes([1, len(topic)]) + topic.encode()
        assert refusal(desk.receive, client, frame) == Close.NOT_SUBSCRIBED


def test_a_signal_that_was_on_its_way_when_its_sender_left_the_room_is_overlooked() -> None:
    # y-webrtc unsubscribes, and then sends what its peers still had to say; the same connection
    # serves other rooms
    desk = Desk()
    for client in (1, 2):
        desk.tell(client, type="subscribe", topics=["room", f"room/{client}"])
    desk.tell(2, type="unsubscribe", topics=["room"])
    assert desk.tell(2, type="publish", topic="room") == []
    assert desk.tell(2, type="publish", topic="room/1") == []
    assert desk.exchange.accounts.lapsed == 2
    for number in range(100):
        desk.tell(2, type="subscribe", topics=[str(number)])
        desk.tell(2, type="unsubscribe", topics=[str(number)])
    assert refusal(desk.tell, 2, type="publish", topic="room") == Close.NOT_SUBSCRIBED


@pytest.mark.parametrize("topic", ["x" * 129, "ä" * 65])
def test_a_topic_of_more_than_128_bytes_is_refused(topic: str) -> None:
    desk = Desk()
    assert refusal(desk.tell, 1, type="subscribe", topics=["t", topic]) == Close.TOPIC_TOO_LONG
    assert refusal(desk.tell, 1, type="publish", topic=topic) == Close.TOPIC_TOO_LONG
    assert desk.tell(1, type="subscribe", topics=["x" * 128, "ä" * 64]) == []


@pytest.mark.parametrize("letter", ["x", "ä"])
def test_a_message_of_more_than_its_bytes_is_refused(letter: str) -> None:
    desk = Desk(message_bytes=2000)
    desk.tell(1, type="subscribe", topics=["t"])
    text = '{"type":"publish","topic":"t","data":"'
    room = (2000 - len(text) - 2) // len(letter.encode())
    assert len(desk.receive(1, text + letter * room + '"}')) == 1
    assert refusal(desk.receive, 1, text + letter * (room + 1) + '"}') == 1009


def test_a_client_that_sends_too_often_is_refused_until_time_has_passed() -> None:
    desk = Desk(message_rate=10, message_burst=20)
    for _ in range(20):
        desk.tell(1, type="ping")
    assert refusal(desk.tell, 1, type="ping") == Close.TOO_FAST
    assert refusal(desk.exchange.charge, 1) == Close.TOO_FAST
    assert desk.tell(2, type="ping") == [(2, {"type": "pong"})]
    desk.now += 0.5
    assert desk.tell(1, type="ping") == [(1, {"type": "pong"})]


def test_a_client_that_sends_too_much_is_refused() -> None:
    desk = Desk(byte_rate=KIB, byte_burst=64 * KIB)
    for _ in range(3):
        desk.tell(1, type="unknown", data="x" * 16 * KIB)
    assert refusal(desk.tell, 1, type="unknown", data="x" * 16 * KIB) == Close.TOO_FAST


def test_allowances_are_forgotten_with_the_connection() -> None:
    desk = Desk(message_burst=1, message_rate=1)
    desk.tell(1, type="ping")
    desk.exchange.leave(1)
    assert desk.tell(1, type="ping") == [(1, {"type": "pong"})]


def relay_frame(topic: str, payload: bytes = b"") -> bytes:
    """Write a relayed frame."""
    return bytes([1, len(topic)]) + topic.encode() + payload


@given(payload=st.binary(max_size=100))
def test_a_relayed_frame_reaches_all_others_as_it_came(payload: bytes) -> None:
    desk = Desk()
    for client in (1, 2, 3):
        desk.tell(client, type="subscribe", topics=["t"])
    frame = relay_frame("t", payload)
    assert desk.receive(2, frame) == [(1, frame), (3, frame)]


def test_relayed_frames_beyond_the_ration_make_their_sender_wait_and_nobody_else() -> None:
    desk = Desk(relay_rate=64 * KIB, relay_burst=64 * KIB)
    for client in (1, 2, 3):
        desk.tell(client, type="subscribe", topics=["room", f"room/{client}"])
    frame = relay_frame("room/2", b"x" * (64 * KIB - 8))
    assert len(desk.receive(1, frame)) == 1
    assert desk.wait == 0
    desk.receive(1, frame)
    assert desk.wait == 1
    desk.receive(3, relay_frame("room/1", b"x"))
    assert desk.wait == 0
    desk.now += 1
    desk.receive(1, relay_frame("room/2", b"x" * (32 * KIB - 8)))
    assert desk.wait == 0.5
    assert desk.exchange.accounts.relay_wait_seconds == 1.5
    assert desk.exchange.accounts.relayed_frames == 4


def test_many_who_relay_to_one_topic_share_its_ration() -> None:
    desk = Desk(topic_relay_rate=64 * KIB, relay_burst=64 * KIB)
    for client in (1, 2, 3):
        desk.tell(client, type="subscribe", topics=["room", f"room/{client}"])
    for client in (1, 2):
        desk.receive(client, relay_frame("room/3", b"x" * (64 * KIB - 8)))
    assert desk.wait == 1


def test_a_relayed_frame_costs_as_often_as_it_is_delivered() -> None:
    desk = Desk(relay_rate=64 * KIB, relay_burst=64 * KIB)
    for client in range(5):
        desk.tell(client, type="subscribe", topics=["t"])
    desk.receive(0, relay_frame("t", b"x" * (64 * KIB - 3)))
    assert desk.wait == 4


def test_text_costs_as_often_as_it_is_delivered() -> None:
    desk = Desk(byte_rate=64 * KIB, byte_burst=64 * KIB)
    for client in range(5):
        desk.tell(client, type="subscribe", topics=["t"])
    text = json.dumps({"type": "publish", "topic": "t", "data": ""})
    desk.tell(0, type="publish", topic="t", data="x" * (32 * KIB - len(text)))
    # five times 32 KiB, of which two are there at once
    assert desk.wait == 1.5


def test_what_was_used_up_stays_so_for_the_next_connection_from_the_address() -> None:
    desk = Desk(relay_rate=64 * KIB, relay_burst=64 * KIB)
    for client, address in enumerate(("192.0.2.1", "192.0.2.1", "192.0.2.2")):
        desk.exchange.enter(client, address)
        desk.tell(client, type="subscribe", topics=[str(client)])
        desk.receive(client, relay_frame(str(client), b"x" * (64 * KIB - 3)))
        assert desk.wait == (1 if client == 1 else 0)
        desk.exchange.leave(client)


@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("come"), st.integers(0, 3)),
            st.tuples(st.just("go"), st.integers(0, 3)),
            st.tuples(st.just("text"), st.integers(0, 3)),
            st.tuples(st.just("relay"), st.integers(0, 3)),
            st.tuples(st.just("rest"), st.integers(0, 3)),
        ),
        max_size=80,
    ),
    receivers=st.integers(1, 20),
)
def test_an_address_never_gets_more_out_than_if_all_its_connections_had_stayed(
    steps: list[tuple[str, int]], receivers: int
) -> None:
    rate, burst = 64 * KIB, 256 * KIB
    desk = Desk(relay_rate=rate, byte_rate=rate, relay_burst=burst, byte_burst=burst)
    sent = {"text": 0, "relay": 0}
    inside: dict[int, int] = {}
    most = 0
    start = desk.now
    for listener in range(receivers):
        desk.tell(1000 + listener, type="subscribe", topics=["t"])
    for number, (step, client) in enumerate(steps):
        if step == "come" and client not in inside:
            inside[client] = number
            desk.exchange.enter(number, "a school")
            desk.tell(number, type="subscribe", topics=["t"])
            most = max(most, len(inside))
        elif step == "go" and client in inside:
            desk.exchange.leave(inside.pop(client))
        elif step in sent and client in inside:
            desk.wait = 0
            text = json.dumps({"type": "publish", "topic": "t", "data": "x" * 40_000})
            frame = text if step == "text" else relay_frame("t", b"x" * 40_000)
            audience = desk.hub.audience("t")
            desk.receive(inside[client], frame)
            if desk.wait > 1:
                # it does not wait for so long; what it has not paid for does not go out
                desk.exchange.leave(inside.pop(client))
            else:
                desk.now += desk.wait
                sent[step] += len(frame) * audience
        elif step == "rest":
            desk.now += client
        allowed = most * (burst + rate * (desk.now - start))
        assert max(sent.values()) <= allowed + 1


def test_no_number_of_topics_makes_the_server_forget_the_ration_of_one() -> None:
    desk = Desk()
    for client in (1, 2, 3):
        desk.tell(client, type="subscribe", topics=["room", f"room/{client}"])
    frame = relay_frame("room/1", b"x" * 70 * KIB)
    for client in (2, 3, 2, 3, 2, 3, 2, 3, 2, 3):
        desk.receive(client, frame)
    before = desk.wait
    assert before > 0
    for helper in range(10, 15):
        for number in range(1000):
            topic = f"{helper} {number}"
            desk.tell(helper, type="subscribe", topics=[topic])
            desk.receive(helper, relay_frame(topic))
        desk.exchange.leave(helper)
    desk.receive(3, relay_frame("room/1"))
    assert desk.wait >= before


def test_rations_are_forgotten_once_they_are_full() -> None:
    desk = Desk()
    rations = desk.exchange.rations
    for number in range(5000):
        desk.exchange.enter(number, str(number))
        desk.tell(number, type="subscribe", topics=[str(number)])
        desk.receive(number, relay_frame(str(number)))
        desk.exchange.leave(number)
        desk.now += 0.01
    assert rations.left_behind_count < 2000
    assert rations.topic_count < 2000


def test_a_class_behind_one_address_never_waits() -> None:
    # each meets each, types for a minute by way of the relay, and comes back after a break
    desk = Desk()
    count = 60
    for lesson in range(2):
        for client in range(count):
            desk.exchange.enter(client, "a school")
            desk.tell(client, type="subscribe", topics=["room", f"room/{client}"])
        for client in range(count):
            desk.tell(client, type="publish", topic="room", data={"from": client})
            for other in range(count):
                desk.tell(client, type="publish", topic=f"room/{other}", data="x" * 4000)
                assert desk.wait == 0
        for _ in range(60):
            for client in range(count):
                for other in range(3):
                    desk.receive(
                        client, relay_frame(f"room/{(client + other) % count}", b"x" * 500)
                    )
                    assert desk.wait == 0
            desk.now += 1
        for client in range(count):
            desk.exchange.leave(client)
        desk.now += 1 if lesson else 5


def test_a_server_without_relay_refuses_binary_messages_and_says_so_when_asked() -> None:
    desk = Desk(relay_rate=0)
    assert refusal(desk.receive, 1, relay_frame("t")) == 1003
    assert desk.tell(1, type="features") == [
        (1, {"type": "features", "relay": None, "messageBytes": 65536})
    ]


def test_tells_what_it_can_do() -> None:
    relay = {"version": 1, "rate": 262144, "frameBytes": 73728}
    assert Desk().tell(1, type="features") == [
        (1, {"type": "features", "relay": relay, "messageBytes": 65536})
    ]


def test_a_relayed_frame_can_be_larger_than_a_message_within_its_own_limit() -> None:
    desk = Desk()
    for client in (1, 2):
        desk.tell(client, type="subscribe", topics=["t"])
    assert len(desk.receive(1, relay_frame("t", b"x" * 70 * KIB))) == 1
    assert refusal(desk.receive, 1, relay_frame("t", b"x" * 72 * KIB)) == 1009


def test_a_publication_tells_the_number_of_clients_that_it_is_given() -> None:
    desk = Desk()
    desk.tell(1, type="subscribe", topics=["t"])
    result = desk.exchange.receive(1, '{"type":"publish","topic":"t"}')
    assert isinstance(result, Publication)
    delivery = desk.exchange.deliver(result.message, result.sender, clients=7)
    assert [json.loads(payload)["clients"] for _, payload in desk.addressed(delivery)] == [7]
