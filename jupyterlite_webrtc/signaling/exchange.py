# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What the server does with each message, without sockets and without a clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from .hub import Hub, Subscriber
from .protocol import PONG, Ping, Publish, Subscribe, Unsubscribe, parse


@dataclass(frozen=True)
class Delivery(Generic[Subscriber]):
    """One message, and everybody who is to get it."""

    recipients: tuple[Subscriber, ...]
    text: str


class Exchange(Generic[Subscriber]):
    """Apply the messages of all connections to one hub.

    Parameters
    ----------
    hub : Hub
        Keeps the subscriptions.
    """

    def __init__(self, hub: Hub[Subscriber]) -> None:
        self._hub = hub

    def receive(self, sender: Subscriber, frame: str | bytes) -> Delivery[Subscriber] | None:
        """Apply one frame.

        Parameters
        ----------
        sender : hashable
            The connection that it came from.
        frame : str or bytes
            The payload of a text or a binary frame.

        Returns
        -------
        Delivery or None
            What is to be sent now.

        Raises
        ------
        ProtocolError
            If the frame is malformed; nothing was changed, and the connection is to be closed.
        """
        message = parse(frame)
        match message:
            case Subscribe():
                for topic in message.topics:
                    self._hub.subscribe(sender, topic)
            case Unsubscribe():
                for topic in message.topics:
                    self._hub.unsubscribe(sender, topic)
            case Publish():
                if recipients := self._hub.subscribers(message.topic):
                    return Delivery(recipients, message.serialise(len(recipients)))
            case Ping():
                return Delivery((sender,), PONG)
        return None

    def leave(self, sender: Subscriber) -> None:
        """Forget a connection that is closed or about to be.

        Parameters
        ----------
        sender : hashable
            The connection.
        """
        self._hub.leave(sender)
