# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Who listens to what: topics and their subscribers, without sockets and without a clock."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

Subscriber = TypeVar("Subscriber", bound=Hashable)


class Hub(Generic[Subscriber]):
    """Keep the subscriptions of all subscribers.

    A topic exists as long as somebody subscribes to it; a subscriber is known as long as it has
    a topic. Nothing else is kept, so that the memory follows what is open now.
    """

    def __init__(self) -> None:
        # dicts, because they keep the order: subscribers are served first come, first served
        self._subscribers: dict[str, dict[Subscriber, None]] = {}
        self._topics: dict[Subscriber, dict[str, None]] = {}

    @property
    def topic_count(self) -> int:
        """How many topics exist."""
        return len(self._subscribers)

    @property
    def subscriber_count(self) -> int:
        """How many subscribers are known."""
        return len(self._topics)

    def subscribe(self, subscriber: Subscriber, topic: str) -> None:
        """Let a subscriber listen to a topic; doing it twice is the same as once.

        Parameters
        ----------
        subscriber : hashable
            Whoever wants to listen.
        topic : str
            Any text.
        """
        self._subscribers.setdefault(topic, {})[subscriber] = None
        self._topics.setdefault(subscriber, {})[topic] = None

    def unsubscribe(self, subscriber: Subscriber, topic: str) -> None:
        """Let a subscriber no longer listen to a topic; no error if it didn't.

        Parameters
        ----------
        subscriber : hashable
            Whoever listened.
        topic : str
            Any text.
        """
        topics = self._topics.get(subscriber, {})
        if topic not in topics:
            return
        del topics[topic]
        if not topics:
            del self._topics[subscriber]
        subscribers = self._subscribers[topic]
        del subscribers[subscriber]
        if not subscribers:
            del self._subscribers[topic]

    def leave(self, subscriber: Subscriber) -> None:
        """Forget all subscriptions of a subscriber that is gone.

        Parameters
        ----------
        subscriber : hashable
            Whoever left; may be unknown.
        """
        for topic in tuple(self._topics.get(subscriber, ())):
            self.unsubscribe(subscriber, topic)

    def subscribers(self, topic: str) -> tuple[Subscriber, ...]:
        """List who listens to a topic.

        Parameters
        ----------
        topic : str
            Any text.

        Returns
        -------
        tuple
            In the order of their subscriptions; later changes of the hub don't change it.
        """
        return tuple(self._subscribers.get(topic, ()))

    def topics(self, subscriber: Subscriber) -> tuple[str, ...]:
        """List what a subscriber listens to.

        Parameters
        ----------
        subscriber : hashable
            May be unknown.

        Returns
        -------
        tuple of str
            In the order of the subscriptions.
        """
        return tuple(self._topics.get(subscriber, ()))
