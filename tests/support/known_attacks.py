# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Attacks that once worked, as examples of what `attack_grammar` can express."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attack_grammar import (
    PING,
    PONG,
    TOPICS,
    Hold,
    Read,
    Reset,
    Script,
    Send,
    frame,
    message,
    mutated,
    relayed,
    request,
    upgrade,
)

if TYPE_CHECKING:
    from random import Random

    from attack_grammar import Step

#: what a quick reader takes at once, in bytes
_ANSWER = 400

_SUBSCRIBE = message(type="subscribe", topics=["attacked"])
_OPENED: tuple[Step, ...] = (Send(upgrade()), Read(_ANSWER))
_IN_ROOM: tuple[Step, ...] = (*_OPENED, Send(_SUBSCRIBE))

#: a frame of the relay as large as pages send them
_LARGE = relayed("attacked", b"r" * 65_000)


def _helper_topics() -> tuple[Step, ...]:
    """Take many topics, so that the table of their rations forgets the one that is drowned."""
    rounds: list[Step] = []
    for number in range(10):
        topics = [f"helper {number} {index}" for index in range(100)]
        rounds.append(Send(message(type="subscribe", topics=topics)))
        rounds.extend(Send(relayed(topic, b"h" * 10)) for topic in topics[:20])
        rounds.append(Send(_LARGE))
        rounds.append(Send(message(type="unsubscribe", topics=topics)))
    return (*_OPENED, *rounds)


#: the steps of each attack, and how many clients do it at once
_STEPS: dict[str, tuple[tuple[Step, ...], int]] = {
    "a ping behind a plain request": ((Send(request("/healthz") + frame(PING, b"x")),), 20),
    "a ping behind an upgrade": ((Send(upgrade() + frame(PING, b"x")), Hold()), 5),
    "pongs that nobody asked for": ((*_OPENED, Send(frame(PONG, b"p" * 100), times=5000)), 2),
    "a flood of pings, no answer read": ((*_OPENED, Send(frame(PING, b"p" * 125), times=5000)), 2),
    "relayed as text": (
        (*_IN_ROOM, Send(message(type="publish", topic="attacked", data="t" * 60_000), times=20)),
        3,
    ),
    "a connection for each relayed frame": ((*_IN_ROOM, Send(_LARGE)), 20),
    "helper topics": (_helper_topics(), 2),
    "a debt that holds bytes": ((*_IN_ROOM, Send(_LARGE, times=40), Hold()), 8),
    "subscribers that read nothing": ((*_IN_ROOM, Hold()), 8),
    "slow readers of files": ((Send(request("/index.html") * 3), Hold()), 10),
    "nothing before the handshake": ((Hold(),), 30),
    "names for a TURN server": ((*_OPENED, Send(message(type="turn"), times=200), Read(4000)), 5),
    "reset while the server writes": ((Send(request("/metrics")), Reset()), 10),
}


def known_attacks() -> list[Script]:
    """List what the clients of all known attacks do; each comes from addresses of its own.

    Returns
    -------
    list of Script
        Beginning with TLS where the server speaks it, but for the one that never begins.
    """
    return [
        Script(name, f"127.{200 + row}.1.{number + 1}", name != "nothing before the handshake", s)
        for row, (name, (s, count)) in enumerate(_STEPS.items())
        for number in range(count)
    ]


def bus_garbage(random: Random) -> tuple[str, bytes]:
    """Make up what somebody else may have put into Redis.

    Returns
    -------
    tuple of str and bytes
        A topic, and what is published there.
    """
    name = b"0123456789abcdef"
    right = name + b"1t" + b"00000002" + b'{"type":"publish","topic":"attacked"}'
    wrongs = (
        b"",
        name,
        name + b"1t{}",
        name + b'1tzzzzzzzz{"type":"publish"}',
        name + b"1t00000001\xff\xfe",
        name + b"1b00000001\xff\xfe",
        name + b"2t00000001{}",
        name + b"1tffffffff{}",
        right,
        mutated(random, right),
        random.randbytes(random.randrange(200)),
    )
    return random.choice(TOPICS), random.choice(wrongs)
