# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Who listens to what: topics and their subscribers, without sockets and without a clock."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from .closing import Close, ProtocolError
from .limits import SignalingLimits

Subscriber = TypeVar("Subscriber", bound=Hashable)

#: what stands between the topic of a room and the id of one of its peers
PARENT_SEPARATOR = "/"

#: topics that a subscriber has left most recently, which are remembered. A page that closes a
#: document may have signals on the way to its peers, a few in each of its rooms.
LAPSED_TOPICS = 16


class Hub(Generic[Subscriber]):
    """Keep the subscriptions of all subscribers, within limits.

    A topic exists as long as somebody subscribes to it; a subscriber is known as long as it has
    a topic. Nothing else is kept but a few topics that a subscriber has just left, so that the
    memory follows what is open now.

    Parameters
    ----------
    limits : SignalingLimits, optional
        Of topics and subscribers; the defaults without it.
    """

    def __init__(self, limits: SignalingLimits | None = None) -> None:
        limits = limits or SignalingLimits()
        self._max_topics = limits.topics_per_connection
        self._max_subscribers = limits.subscribers_per_topic
        # dicts, because they keep the order: subscribers are served first come, first served
        self._subscribers: dict[str, dict[Subscriber, None]] = {}
        self._topics: dict[Subscriber, dict[str, None]] = {}
        self._lapsed: dict[Subscriber, dict[str, None]] = {}
        #: called with a topic and the number of its subscribers whenever that changes
        self.on_change: Callable[[str, int], None] = lambda _topic, _count: None

    @property
    def topic_count(self) -> int:
        """How many topics exist."""
        return len(self._subscribers)

    @property
    def subscriber_count(self) -> int:
        """How many subscribers are known."""
        return len(self._topics)

    def subscribe(self, subscriber: Subscriber, *topics: str) -> None:
        """Let a subscriber listen to topics; doing it twice is the same as once.

        Parameters
        ----------
        subscriber : hashable
            Whoever wants to listen.
        *topics : str
            Any text.

        Raises
        ------
        ProtocolError
            If a limit would be passed; nothing was changed.
        """
        mine = self._topics.get(subscriber, {})
        new = [topic for topic in dict.fromkeys(topics) if topic not in mine]
        if len(mine) + len(new) > self._max_topics:
            raise ProtocolError(
                Close.TOO_MANY_TOPICS,
                f"a connection can subscribe to {self._max_topics} topics, and not to more",
            )
        if any(len(self._subscribers.get(topic, ())) >= self._max_subscribers for topic in new):
            raise ProtocolError(
                Close.TOPIC_FULL,
                f"a topic can have {self._max_subscribers} subscribers, and not more",
            )
        for topic in new:
            subscribers = self._subscribers.setdefault(topic, {})
            subscribers[subscriber] = None
            self._topics.setdefault(subscriber, {})[topic] = None
            self.on_change(topic, len(subscribers))

    def unsubscribe(self, subscriber: Subscriber, *topics: str) -> None:
        """Let a subscriber no longer listen to topics; no error if it didn't.

        Parameters
        ----------
        subscriber : hashable
            Whoever listened.
        *topics : str
            Any text.
        """
        for topic in topics:
            if self._remove(subscriber, topic):
                lapsed = self._lapsed.setdefault(subscriber, {})
                lapsed.pop(topic, None)
                lapsed[topic] = None
                if len(lapsed) > LAPSED_TOPICS:
                    del lapsed[next(iter(lapsed))]

    def leave(self, subscriber: Subscriber) -> None:
        """Forget all subscriptions of a subscriber that is gone.

        Parameters
        ----------
        subscriber : hashable
            Whoever left; may be unknown.
        """
        for topic in tuple(self._topics.get(subscriber, ())):
            self._remove(subscriber, topic)
        self._lapsed.pop(subscriber, None)

    def may_publish(self, subscriber: Subscriber, topic: str) -> bool:
        """Tell whether somebody listens to a topic or to its parent.

        Parameters
        ----------
        subscriber : hashable
            May be unknown.
        topic : str
            Any text; the parent of ``room/peer`` is ``room``.

        Returns
        -------
        bool
            Whether it may publish there.
        """
        mine = self._topics.get(subscriber, {})
        return topic in mine or _parent(topic) in mine

    def has_just_left(self, subscriber: Subscriber, topic: str) -> bool:
        """Tell whether somebody listened to a topic or to its parent a short while ago.

        Parameters
        ----------
        subscriber : hashable
            May be unknown.
        topic : str
            Any text.

        Returns
        -------
        bool
            Whether it is among the last topics that the subscriber left.
        """
        lapsed = self._lapsed.get(subscriber, {})
        return topic in lapsed or _parent(topic) in lapsed

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

    def audience(self, topic: str) -> int:
        """Count who listens to a topic.

        Parameters
        ----------
        topic : str
            Any text.

        Returns
        -------
        int
            How many `subscribers` would list.
        """
        return len(self._subscribers.get(topic, ()))

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

    def counts(self) -> dict[str, int]:
        """Count the subscribers of all topics.

        Returns
        -------
        dict
            The number of subscribers of each topic.
        """
        return {topic: len(subscribers) for topic, subscribers in self._subscribers.items()}

    def _remove(self, subscriber: Subscriber, topic: str) -> bool:
        """Take out one subscription; tell whether it was there."""
        mine = self._topics.get(subscriber, {})
        if topic not in mine:
            return False
        del mine[topic]
        if not mine:
            del self._topics[subscriber]
        subscribers = self._subscribers[topic]
        del subscribers[subscriber]
        if not subscribers:
            del self._subscribers[topic]
        self.on_change(topic, len(subscribers))
        return True


def _parent(topic: str) -> str | None:
    """Name the room of a topic that belongs to one of its peers."""
    parent, separator, _ = topic.rpartition(PARENT_SEPARATOR)
    return parent if separator else None
