# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The hub against the simplest thing that could be right: a list of pairs."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from jupyterlite_webrtc.signaling.closing import Close, ProtocolError
from jupyterlite_webrtc.signaling.hub import Hub
from jupyterlite_webrtc.signaling.limits import SignalingLimits

# few of each, so that they meet
SUBSCRIBERS = st.integers(0, 4)
TOPICS = st.sampled_from(["", "a", "b", "ä/ö"])


class HubMachine(RuleBasedStateMachine):
    """Do the same to a hub and to a list."""

    def __init__(self) -> None:
        super().__init__()
        # as low as they go, so that they are met
        self.hub: Hub[int] = Hub(SignalingLimits(topics_per_connection=3, subscribers_per_topic=4))
        self.changes: list[tuple[str, int]] = []
        self.hub.on_change = lambda topic, count: self.changes.append((topic, count))
        self.pairs: list[tuple[int, str]] = []

    @rule(subscriber=SUBSCRIBERS, topics=st.lists(TOPICS, max_size=4))
    def subscribe(self, subscriber: int, topics: list[str]) -> None:
        """Add pairs that aren't there, or none of them if that passes a limit."""
        new = [pair for t in dict.fromkeys(topics) if (pair := (subscriber, t)) not in self.pairs]
        after = self.pairs + new
        code = None
        if len([t for s, t in after if s == subscriber]) > 3:
            code = Close.TOO_MANY_TOPICS
        elif any(len([s for s, t in after if t == topic]) > 4 for _, topic in new):
            code = Close.TOPIC_FULL
        if code is None:
            self.hub.subscribe(subscriber, *topics)
            self.pairs = after
        else:
            with pytest.raises(ProtocolError) as caught:
                self.hub.subscribe(subscriber, *topics)
            assert caught.value.code == code

    @rule(subscriber=SUBSCRIBERS, topic=TOPICS)
    def unsubscribe(self, subscriber: int, topic: str) -> None:
        """Take a pair out if it is there."""
        self.hub.unsubscribe(subscriber, topic)
        self.pairs = [pair for pair in self.pairs if pair != (subscriber, topic)]

    @rule(subscriber=SUBSCRIBERS)
    def leave(self, subscriber: int) -> None:
        """Take all pairs of a subscriber out."""
        self.hub.leave(subscriber)
        self.pairs = [pair for pair in self.pairs if pair[0] != subscriber]

    @invariant()
    def knows_the_pairs_in_their_order(self) -> None:
        """Both sides of the hub say what the list says."""
        for topic in ["", "a", "b", "ä/ö", "never"]:
            assert self.hub.subscribers(topic) == tuple(s for s, t in self.pairs if t == topic)
        for subscriber in range(6):
            assert self.hub.topics(subscriber) == tuple(t for s, t in self.pairs if s == subscriber)

    @invariant()
    def lets_subscribers_publish(self) -> None:
        """Topics and their children are for who has them."""
        for subscriber in range(6):
            for topic in ["", "a", "b", "ä/ö"]:
                has = (subscriber, topic) in self.pairs
                assert self.hub.may_publish(subscriber, f"{topic}/x") == has
                if "/" not in topic:
                    assert self.hub.may_publish(subscriber, topic) == has

    @invariant()
    def told_each_change(self) -> None:
        """Say what is the case now."""
        assert {t: n for t, n in dict(self.changes).items() if n} == self.hub.counts()

    @invariant()
    def keeps_nothing_else(self) -> None:
        """Forget what nobody uses any more."""
        assert self.hub.subscriber_count == len({s for s, _ in self.pairs})
        assert self.hub.topic_count == len({t for _, t in self.pairs})


TestHub = HubMachine.TestCase


def test_a_list_of_subscribers_does_not_change_later() -> None:
    hub: Hub[str] = Hub()
    hub.subscribe("ada", "topic")
    listed = hub.subscribers("topic")
    hub.leave("ada")
    assert listed == ("ada",)
