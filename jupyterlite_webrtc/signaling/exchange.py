# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What the server does with each message, without sockets and without a clock."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic

from websockets.frames import CloseCode

from .accounts import Accounts
from .closing import Close, ProtocolError
from .hub import Hub, Subscriber
from .protocol import (
    PONG,
    RELAY_VERSION,
    Features,
    Message,
    Ping,
    Publish,
    Relay,
    Subscribe,
    Turn,
    Unsubscribe,
    parse,
)
from .rates import TokenBucket
from .rations import Ration, Rations
from .turn import Slots, TurnMint

if TYPE_CHECKING:
    from collections.abc import Callable

    from .limits import SignalingLimits


@dataclass(frozen=True)
class Delivery(Generic[Subscriber]):
    """One message, and everybody who is to get it."""

    recipients: tuple[Subscriber, ...]
    #: text or binary, as it is to be sent
    payload: str | bytes


@dataclass(frozen=True)
class Publication(Generic[Subscriber]):
    """Something that is to go to the subscribers of a topic."""

    sender: Subscriber
    message: Publish | Relay
    #: seconds until it is paid for: it goes out then, if its sender is still there, and nothing is
    #: read from the sender before
    wait: float = 0.0


class _Allowance:
    """What one connection may still send, and have sent to others."""

    __slots__ = ("address", "bytes", "messages", "ration", "turn_slot")

    def __init__(self, limits: SignalingLimits, now: float) -> None:
        self.messages = TokenBucket(limits.message_rate, limits.message_burst, now)
        self.bytes = TokenBucket(limits.byte_rate, limits.byte_burst, now)
        self.ration = Ration(limits, now)
        #: empty until it was let in; it publishes nothing before
        self.address = ""
        #: its number among those of its address that asked for names for a TURN server
        self.turn_slot: int | None = None


class Exchange(Generic[Subscriber]):
    """Apply the messages of all connections to one hub, within limits.

    Parameters
    ----------
    hub : Hub
        Keeps the subscriptions.
    limits : SignalingLimits
        Of sizes and rates.
    clock : callable
        Tells the time in seconds, from any start; never goes back.
    accounts : Accounts, optional
        Where to count; new ones without it.
    turn : TurnMint, optional
        Makes names and passwords for a TURN server; without it there is none.
    """

    def __init__(
        self,
        hub: Hub[Subscriber],
        limits: SignalingLimits,
        clock: Callable[[], float],
        accounts: Accounts | None = None,
        turn: TurnMint | None = None,
    ) -> None:
        self.accounts = accounts or Accounts()
        self._turn = turn or TurnMint((), "", 0)
        self._turn_slots = Slots()
        self._hub = hub
        self._limits = limits
        # read for every message, and traits are slow to read
        self._message_bytes = limits.message_bytes
        self._topic_bytes = limits.topic_bytes
        self._clock = clock
        self._allowances: dict[Subscriber, _Allowance] = {}
        self.rations = Rations(limits)
        self._features = json.dumps(_features(limits), separators=(",", ":"))

    def enter(self, sender: Subscriber, address: str) -> None:
        """Let somebody in.

        Parameters
        ----------
        sender : hashable
            The connection.
        address : str
            Where it comes from. What somebody from there has used up stays so.
        """
        now = self._clock()
        allowance = self._allowance(sender, now)
        allowance.ration = self.rations.enter(address, now)
        allowance.address = address

    def receive(
        self, sender: Subscriber, frame: str | bytes
    ) -> Delivery[Subscriber] | Publication[Subscriber] | None:
        """Apply one frame.

        Parameters
        ----------
        sender : hashable
            The connection that it came from.
        frame : str or bytes
            The payload of a text or a binary frame.

        Returns
        -------
        Delivery, Publication or None
            What is to be sent now, or what is to be published, by `deliver` or by way of other
            processes.

        Raises
        ------
        ProtocolError
            If the frame is malformed, or more than the sender may send; nothing was changed, and
            the connection is to be closed.
        """
        message = self._admit(sender, frame)
        kind = "unknown" if message is None else type(message).__name__.lower()
        self.accounts.messages[kind] += 1
        match message:
            case Publish() | Relay():
                return self._publish(sender, message)
            case Subscribe():
                self._hub.subscribe(sender, *message.topics)
            case Unsubscribe():
                self._hub.unsubscribe(sender, *message.topics)
            case Ping():
                return Delivery((sender,), PONG)
            case Features():
                return Delivery((sender,), self._features)
            case Turn():
                return Delivery((sender,), self._mint(sender))
        return None

    def deliver(
        self, message: Publish | Relay, sender: Subscriber | None, clients: int | None = None
    ) -> Delivery[Subscriber] | None:
        """Address a message to the subscribers that its topic has here and now.

        Parameters
        ----------
        message : Publish or Relay
            What was published.
        sender : hashable or None
            Who published it, if that was a subscriber of this hub.
        clients : int, optional
            How many subscribers the topic has in all, here and in other processes.

        Returns
        -------
        Delivery or None
            None if nobody gets it.
        """
        recipients = self._hub.subscribers(message.topic)
        if isinstance(message, Relay):
            if sender is not None:
                recipients = tuple(other for other in recipients if other != sender)
            payload: str | bytes = message.frame
        else:
            payload = message.serialise(len(recipients) if clients is None else clients)
        self.accounts.deliveries += len(recipients)
        return Delivery(recipients, payload) if recipients else None

    def charge(self, sender: Subscriber) -> None:
        """Count a frame that a client sent beside the first of each message, such as a ping.

        Parameters
        ----------
        sender : hashable
            The connection that it came from.

        Raises
        ------
        ProtocolError
            If it is more than the sender may send.
        """
        now = self._clock()
        if self._allowance(sender, now).messages.take(1, now):
            raise _too_fast("messages")

    def leave(self, sender: Subscriber) -> None:
        """Forget a connection that is closed or about to be.

        Parameters
        ----------
        sender : hashable
            The connection.
        """
        self._hub.leave(sender)
        allowance = self._allowances.pop(sender, None)
        if allowance is not None and allowance.address:
            self.rations.leave(allowance.address, allowance.ration, self._clock())
        if allowance is not None and allowance.turn_slot is not None:
            self._turn_slots.free(allowance.address, allowance.turn_slot)

    def _mint(self, sender: Subscriber) -> str:
        """Give a connection the one name for a TURN server that it has."""
        allowance = self._allowance(sender, self._clock())
        if allowance.turn_slot is None:
            allowance.turn_slot = self._turn_slots.take(allowance.address)
        return self._turn.answer(allowance.address, allowance.turn_slot)

    def _admit(self, sender: Subscriber, frame: str | bytes) -> Message | None:
        """Read a frame if it is neither too large nor one too many."""
        now = self._clock()
        allowance = self._allowance(sender, now)
        if isinstance(frame, str):
            size = len(frame) if frame.isascii() else len(frame.encode())
            if size > self._message_bytes:
                raise _too_big("a message", self._message_bytes)
            if allowance.messages.take(1, now):
                raise _too_fast("messages")
            if allowance.bytes.take(size, now):
                raise _too_fast("bytes")
        elif not self._limits.relay_rate:
            raise ProtocolError(
                CloseCode.UNSUPPORTED_DATA, "this server doesn't relay binary messages"
            )
        elif len(frame) > self._limits.relay_frame_bytes:
            raise _too_big("a relayed frame", self._limits.relay_frame_bytes)
        message = parse(frame)
        match message:
            case Subscribe():
                for topic in message.topics:
                    self._check_topic(topic)
            case Publish() | Relay():
                self._check_topic(message.topic)
        return message

    def _check_topic(self, topic: str) -> None:
        size = len(topic) if topic.isascii() else len(topic.encode())
        if size > self._topic_bytes:
            raise ProtocolError(
                Close.TOPIC_TOO_LONG, f"a topic can have {self._topic_bytes} bytes, and not more"
            )

    def _publish(
        self, sender: Subscriber, message: Publish | Relay
    ) -> Publication[Subscriber] | None:
        topic = message.topic
        if not self._hub.may_publish(sender, topic):
            if self._hub.has_just_left(sender, topic):
                self.accounts.lapsed += 1
                return None
            raise ProtocolError(
                Close.NOT_SUBSCRIBED,
                "only subscribers of a topic, or of its parent, can publish there",
            )
        now = self._clock()
        ration = self._allowance(sender, now).ration
        wait = self.rations.take(ration, message, self._hub.audience(topic), now)
        if isinstance(message, Publish):
            self.accounts.published_bytes += len(message.text)
        else:
            self.accounts.relayed_frames += 1
            self.accounts.relayed_bytes += len(message.frame)
        self.accounts.relay_wait_seconds += wait
        return Publication(sender, message, wait)

    def _allowance(self, sender: Subscriber, now: float) -> _Allowance:
        allowance = self._allowances.get(sender)
        if allowance is None:
            allowance = self._allowances[sender] = _Allowance(self._limits, now)
        return allowance


def _features(limits: SignalingLimits) -> dict[str, object]:
    relay = {
        "version": RELAY_VERSION,
        "rate": int(limits.relay_rate),
        "frameBytes": limits.relay_frame_bytes,
    }
    return {
        "type": "features",
        "relay": relay if limits.relay_rate else None,
        "messageBytes": limits.message_bytes,
    }


def _too_big(what: str, limit: int) -> ProtocolError:
    return ProtocolError(CloseCode.MESSAGE_TOO_BIG, f"{what} can have {limit} bytes, and not more")


def _too_fast(what: str) -> ProtocolError:
    return ProtocolError(Close.TOO_FAST, f"too many {what} in too short a time")
