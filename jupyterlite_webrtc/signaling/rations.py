# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""How much of what the server sends is for whom, without a clock and without sockets.

What is published costs its bytes, for each receiver. It goes out once it is paid for; so nobody is
ever in debt for what went out, and who leaves has nothing to gain by that: their ration stays
behind until it is full again, and the next connection from their address takes it over. So an
address never gets more than it would if all its connections had stayed. A school behind one
address, whose pages are there at once, gets as much as others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .protocol import Publish, Relay
from .rates import TokenBucket

if TYPE_CHECKING:
    from .limits import SignalingLimits

#: bytes that a relayed frame counts for at least: handling one costs time, too
RELAY_FLOOR_BYTES = 512

#: buckets among which nobody looks for full ones, which need not be remembered
FEW = 1024


class Ration:
    """What one connection may still have sent to others.

    Parameters
    ----------
    limits : SignalingLimits
        Of rates and bursts.
    now : float
        Seconds on the caller's clock.
    """

    __slots__ = ("relay", "text")

    def __init__(self, limits: SignalingLimits, now: float) -> None:
        #: for messages: as much, times the receivers, as the sender may send
        self.text = TokenBucket(limits.byte_rate, limits.byte_burst, now)
        #: for relayed frames; of a server without relay, none is ever taken
        self.relay = TokenBucket(limits.relay_rate or 1, limits.relay_burst, now)

    def forgive(self, now: float) -> None:
        """Forget the debt for what never went out, because its sender is gone."""
        self.text.forgive(now)
        self.relay.forgive(now)

    def is_full(self, now: float) -> bool:
        """Tell whether it is as good as a new one."""
        return self.text.is_full(now) and self.relay.is_full(now)


class Rations:
    """The rations of connections and of topics.

    Parameters
    ----------
    limits : SignalingLimits
        Of rates and bursts.
    """

    def __init__(self, limits: SignalingLimits) -> None:
        self._limits = limits
        self._left_behind: dict[str, list[Ration]] = {}
        self._left_behind_count = 0
        self._few_left_behind = FEW
        self._topics: dict[str, TokenBucket] = {}
        self._few_topics = FEW

    @property
    def left_behind_count(self) -> int:
        """How many rations of connections that are gone are remembered."""
        return self._left_behind_count

    @property
    def topic_count(self) -> int:
        """How many rations of topics are remembered."""
        return len(self._topics)

    def enter(self, address: str, now: float) -> Ration:
        """Give a new connection its ration.

        Parameters
        ----------
        address : str
            What it counts as.
        now : float
            Seconds on the clock.

        Returns
        -------
        Ration
            What another connection from there has left behind, or a new one.
        """
        mine = self._left_behind.get(address)
        if not mine:
            return Ration(self._limits, now)
        ration = mine.pop()
        self._left_behind_count -= 1
        if not mine:
            del self._left_behind[address]
        return ration

    def leave(self, address: str, ration: Ration, now: float) -> None:
        """Remember the ration of a connection that is gone, until it is full.

        Parameters
        ----------
        address : str
            As of `enter`.
        ration : Ration
            The connection's.
        now : float
            Seconds on the clock.
        """
        ration.forgive(now)
        if ration.is_full(now):
            return
        self._left_behind.setdefault(address, []).append(ration)
        self._left_behind_count += 1
        if self._left_behind_count > self._few_left_behind:
            kept = {
                each: [one for one in rations if not one.is_full(now)]
                for each, rations in self._left_behind.items()
            }
            self._left_behind = {each: rations for each, rations in kept.items() if rations}
            self._left_behind_count = sum(map(len, self._left_behind.values()))
            # looking again when there are twice as many costs little for each
            self._few_left_behind = max(FEW, 2 * self._left_behind_count)

    def take(self, ration: Ration, message: Publish | Relay, receivers: int, now: float) -> float:
        """Pay for a message.

        Parameters
        ----------
        ration : Ration
            The sender's.
        message : Publish or Relay
            What is to be sent.
        receivers : int
            To how many.
        now : float
            Seconds on the clock.

        Returns
        -------
        float
            Seconds until it is paid for.
        """
        # at least one: who sends to nobody, or to another process, costs something, too
        receivers = max(1, receivers)
        if isinstance(message, Publish):
            return ration.text.take(message.size * receivers, now)
        cost = max(RELAY_FLOOR_BYTES, len(message.frame)) * receivers
        return max(ration.relay.take(cost, now), self._topic(message.topic, now).take(cost, now))

    def _topic(self, topic: str, now: float) -> TokenBucket:
        bucket = self._topics.get(topic)
        if bucket is None:
            limits = self._limits
            bucket = TokenBucket(limits.topic_relay_rate, limits.relay_burst, now)
            if len(self._topics) >= self._few_topics:
                self._topics = {
                    each: one for each, one in self._topics.items() if not one.is_full(now)
                }
                self._few_topics = max(FEW, 2 * len(self._topics))
            self._topics[topic] = bucket
        return bucket
