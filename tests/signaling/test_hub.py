# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The hub against the simplest thing that could be right: a list of pairs."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from jupyterlite_webrtc.signaling.hub import Hub

# few of each, so that they meet
SUBSCRIBERS = st.integers(0, 4)
TOPICS = st.sampled_from(["", "a", "b", "ä/ö"])


class HubMachine(RuleBasedStateMachine):
    """Do the same to a hub and to a list."""

    def __init__(self) -> None:
        super().__init__()
        self.hub: Hub[int] = Hub()
        self.pairs: list[tuple[int, str]] = []

    @rule(subscriber=SUBSCRIBERS, topic=TOPICS)
    def subscribe(self, subscriber: int, topic: str) -> None:
        """Add a pair unless it is there."""
        self.hub.subscribe(subscriber, topic)
        if (subscriber, topic) not in self.pairs:
            self.pairs.append((subscriber, topic))

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
