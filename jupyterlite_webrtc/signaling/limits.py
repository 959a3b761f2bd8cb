# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""How much one client may use of what all share: each limit with its default and its reason."""

from __future__ import annotations

from traitlets import Int
from traitlets.config import Configurable

from .numbers import Finite

#: bytes of a KiB
KIB = 1024

#: bytes of a MiB
MIB = 1024 * KIB


class SignalingLimits(Configurable):
    """How much one client of a signaling server may use."""

    message_bytes = Int(
        64 * KIB,
        min=KIB,
        help=(
            "Bytes of one message; with more the connection is closed. An encrypted offer with "
            "many candidates takes a tenth of the default."
        ),
    ).tag(config=True)

    relay_frame_bytes = Int(
        72 * KIB,
        min=KIB,
        help=(
            "Bytes of one relayed frame; with more the connection is closed. A page sends frames "
            "of 64 KiB; encryption and the address come on top."
        ),
    ).tag(config=True)

    message_fragments = Int(
        64,
        min=1,
        help=(
            "WebSocket frames that one message may come in; with more the connection is closed. "
            "Browsers send messages of this size in one; empty ones would pile up uncounted."
        ),
    ).tag(config=True)

    topics_per_connection = Int(
        1024,
        min=1,
        help=(
            "Topics that one connection may subscribe to. A page needs two for each document "
            "that is open: the room's, and its own in it."
        ),
    ).tag(config=True)

    topic_bytes = Int(
        128,
        min=16,
        max=255,
        help=(
            "Bytes of a topic's name in UTF-8. A room's derived name takes 43, and a peer's id "
            "after it 37; relayed frames have one byte for the length."
        ),
    ).tag(config=True)

    subscribers_per_topic = Int(
        200,
        min=2,
        help=(
            "Subscribers that one topic may have in one process. Every message goes to each of "
            "them, and a mesh of browsers is at its end below 100."
        ),
    ).tag(config=True)

    connections = Int(
        2000,
        min=1,
        help=(
            "Connections in all. Each takes some 50 kB of memory while it is quiet, and less than "
            "512 kB while it waits for its ration; what waits for a slow reader comes on top. "
            "Where the system lets the process open fewer files, fewer fit, which the log says."
        ),
    ).tag(config=True)

    connections_per_address = Int(
        2000,
        min=1,
        help=(
            "Connections from one IP address, or from one IPv6 network of 64 bits. As many as in "
            "all by default, because a whole school may sit behind one address; choose fewer "
            "where a server is for many schools, so that none can lock the others out."
        ),
    ).tag(config=True)

    handshakes = Int(
        256,
        min=1,
        help=(
            "Connections that have not yet said what they want. With more, the oldest of them is "
            "dropped: a browser needs one round trip, and who takes longest means no good."
        ),
    ).tag(config=True)

    message_rate = Finite(
        200,
        min=1,
        help=(
            "Messages per second that one connection may send in the long run; with more it is "
            "closed. Pages exchange some ten for each peer they meet, and then hardly any."
        ),
    ).tag(config=True)

    message_burst = Int(
        4000,
        min=1,
        help=(
            "Messages that one connection may send at once. A page that reopens three documents "
            "with 100 people in each sends some 3,000."
        ),
    ).tag(config=True)

    byte_rate = Finite(
        256 * KIB,
        min=KIB,
        help=(
            "Bytes of messages per second that one connection may send in the long run. Times the "
            "receivers of each, as many go out; the server reads a sender of more as slowly."
        ),
    ).tag(config=True)

    byte_burst = Int(
        8 * MIB,
        min=64 * KIB,
        help=(
            "Bytes of messages that one connection may send at once: the burst of messages above, "
            "at 2 KiB each."
        ),
    ).tag(config=True)

    relay_rate = Finite(
        256 * KIB,
        min=0,
        help=(
            "Bytes of relayed frames per second and connection, times the receivers of each; 0 "
            "for no relay. The server reads a faster sender as slowly as that. The default brings "
            "a notebook of 1 MB in 4 s, and ten such senders fill a line of 20 Mbit/s."
        ),
    ).tag(config=True)

    topic_relay_rate = Finite(
        1 * MIB,
        min=KIB,
        help=(
            "Bytes of relayed frames per second and topic, times the receivers of each, whoever "
            "sends them: so that many who send to one can't drown it."
        ),
    ).tag(config=True)

    relay_burst = Int(
        512 * KIB,
        min=64 * KIB,
        help=(
            "Bytes of relayed frames that go through at once, so that typing never waits. A frame "
            "that costs more goes out once it is paid for."
        ),
    ).tag(config=True)

    outbound_bytes = Int(
        1 * MIB,
        min=64 * KIB,
        help=(
            "Bytes that wait for a client that reads more slowly than others write; with more it "
            "is cut off, so that neither the others wait for it nor the memory grows. Some 100 "
            "offers fit in the default."
        ),
    ).tag(config=True)
