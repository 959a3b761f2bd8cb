# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What has happened so far, in numbers: no topic, no address, no content."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Accounts:
    """Count; plain numbers, because they are counted for every message."""

    #: connections that completed the WebSocket handshake and were let in
    opened: int = 0
    #: messages by their type
    messages: Counter[str] = field(default_factory=Counter)
    #: bytes of messages that were published
    published_bytes: int = 0
    #: messages that went out to subscribers, each counted once for each
    deliveries: int = 0
    #: publishes to a topic that the sender has just left: nobody's fault, and nobody gets them
    lapsed: int = 0
    #: binary frames that were relayed
    relayed_frames: int = 0
    #: their bytes as they came in
    relayed_bytes: int = 0
    #: seconds that senders had to wait for their ration
    relay_wait_seconds: float = 0.0
    #: connections that were closed for a violation, by code
    refused: Counter[int] = field(default_factory=Counter)
    #: clients that didn't read what was sent to them
    cut_off: int = 0
    #: clients that no longer answered
    timed_out: int = 0
    #: handshakes that were dropped because others waited
    handshakes_dropped: int = 0
    #: times that the bus was lost
    bus_losses: int = 0
    #: messages and numbers of other processes that couldn't be read
    bus_malformed: int = 0
