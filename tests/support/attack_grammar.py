# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Clients that nobody wrote by hand: what they do is built from a grammar of bytes.

Nothing here touches a network. The same seed makes the same scripts, and a script's ``repr`` can be
pasted into a test. The attacks that were found by hand are in `KNOWN`, as examples.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

#: stands for host and port of the server, which the player puts in
DOOR = b"@DOOR@"

#: the opcodes that there are, and those that there aren't
OPCODES = range(16)

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10

#: topics that clients share, so that what one sends reaches others
TOPICS = ("attacked", "attacked/a", "attacked/b", "ä", "", "x" * 128, "x" * 129)

#: bytes from which text is sent with a length of 16 bits, and of 64
_MEDIUM, _LONG = 126, 1 << 16

_KEY = "dGhlIHNhbXBsZSBub25jZQ=="


@dataclass(frozen=True)
class Send:
    """Send bytes, in pieces.

    Attributes
    ----------
    data
        What to send; `DOOR` in it stands for the server's host and port.
    cuts
        Where to split it: numbers of bytes.
    times
        How often to send it.
    """

    data: bytes
    cuts: tuple[int, ...] = ()
    times: int = 1


@dataclass(frozen=True)
class Read:
    """Read some bytes, if they come soon."""

    count: int


@dataclass(frozen=True)
class Hold:
    """Do nothing and read nothing, until as many others as the player allows do so, too."""


@dataclass(frozen=True)
class HalfClose:
    """Say that nothing more is sent."""


@dataclass(frozen=True)
class Reset:
    """End the connection with a RST."""


Step = Send | Read | Hold | HalfClose | Reset


@dataclass(frozen=True)
class Script:
    """All that one client does; at its end it closes.

    Attributes
    ----------
    kind
        What it is counted as.
    address
        Where it comes from, in 127.0.0.0/8.
    tls
        Whether it speaks TLS to a server that does.
    steps
        One after the other.
    """

    kind: str
    address: str
    tls: bool
    steps: tuple[Step, ...]


def frame(  # each argument is a part of the frame
    opcode: int, payload: bytes = b"", *, first: int = 0x80, mask: bytes | None = b"\1\2\3\4"
) -> bytes:
    """Make a WebSocket frame, right or wrong.

    Parameters
    ----------
    opcode : int
        0 to 15.
    payload : bytes
        What it carries.
    first : int
        FIN and reserved bits, in the upper half of a byte.
    mask : bytes or None
        Four bytes; None for none, which only servers may do.

    Returns
    -------
    bytes
        The frame.
    """
    flag = 0x80 if mask else 0
    if len(payload) < _MEDIUM:
        head = bytes([first | opcode, flag | len(payload)])
    elif len(payload) < _LONG:
        head = struct.pack("!BBH", first | opcode, flag | 126, len(payload))
    else:
        head = struct.pack("!BBQ", first | opcode, flag | 127, len(payload))
    if mask is None:
        return head + payload
    stream = (mask * (len(payload) // 4 + 1))[: len(payload)]
    masked = int.from_bytes(payload, "big") ^ int.from_bytes(stream, "big")
    return head + mask + masked.to_bytes(len(payload), "big")


def message(**content: Any) -> bytes:
    """Make a frame with a message of our protocol."""
    return frame(TEXT, json.dumps(content).encode())


def relayed(topic: str, payload: bytes) -> bytes:
    """Make a binary frame that is relayed."""
    name = topic.encode()[:255]
    return frame(BINARY, bytes([1, len(name)]) + name + payload)


def request(path: str = "/", *headers: str, method: str = "GET") -> bytes:
    """Make a request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {DOOR.decode()}", *headers, "", ""]
    return "\r\n".join(lines).encode()


def upgrade(*headers: str) -> bytes:
    """Make a request for a WebSocket, as a page of this server does."""
    return request(
        "/",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {_KEY}",
        f"Origin: http://{DOOR.decode()}",
        *headers,
    )


def mutated(random: Random, data: bytes) -> bytes:
    """Take something out, put something in, or change some of it."""
    start, end = sorted(random.randrange(len(data) + 1) for _ in range(2))
    match random.randrange(4):
        case 0:
            return data[:start] + data[end:]
        case 1:
            return data[:start] + random.randbytes(random.randrange(20)) + data[start:]
        case 2:
            return data[:end] + data[start:]
        case _:
            wrong = bytearray(data)
            for _ in range(random.randrange(1, 4)):
                if wrong:
                    wrong[random.randrange(len(wrong))] = random.randrange(256)
            return bytes(wrong)


def sent(random: Random, data: bytes, times: int = 1) -> Send:
    """Send something, split anywhere."""
    count = random.choice((0, 0, 1, 2, 5))
    cuts = sorted(random.randrange(1, len(data)) for _ in range(count)) if len(data) > 1 else ()
    return Send(data, tuple(cuts), times)


def random_value(random: Random, depth: int = 3) -> Any:
    """Make something that JSON can express."""
    topic = random.choice(TOPICS)
    plain = [None, True, 0, -1, 1e300, "", topic, "\ud800", 10**30]
    match random.randrange(6 if depth else 4):
        case 4:
            return [random_value(random, depth - 1) for _ in range(random.randrange(4))]
        case 5:
            return {random.choice(TOPICS): random_value(random, depth - 1) for _ in range(2)}
        case _:
            return random.choice(plain)


def random_message(random: Random) -> bytes:
    """Make a frame of text: a message of our protocol, or something like it."""
    topic = random.choice(TOPICS)
    kind = random.choice(("subscribe", "unsubscribe", "publish", "ping", "features", "turn", "new"))
    content: dict[str, Any] = {"type": kind}
    if kind in {"subscribe", "unsubscribe"}:
        content["topics"] = [topic, *(random.choice(TOPICS) for _ in range(random.randrange(3)))]
    if kind == "publish":
        size = random.choice((0, 10, 1000, 60_000, 70_000))
        content |= {"topic": topic, "data": "x" * size}
    if random.random() < 0.15:
        content[random.choice(("type", "topic", "topics", "clients"))] = random_value(random)
    text = json.dumps(content).encode()
    match random.randrange(12):
        case 0:
            text = mutated(random, text)
        case 1:
            text = random.choice((b"[", b'{"a":', b"9")) * random.choice((5, 5000, 10_000))
        case _:
            pass
    return frame(TEXT, text)


def random_relayed(random: Random) -> bytes:
    """Make a binary frame: one that is relayed, or something like it."""
    size = random.choice((0, 1, 100, 65_000, 74_000))
    data = relayed(random.choice(TOPICS), b"r" * size)
    if random.random() < 0.2:
        return frame(BINARY, random.randbytes(random.randrange(300)))
    return data


def random_frame(random: Random) -> bytes:
    """Make a frame of any opcode, right or wrong in any of its parts."""
    opcode = random.choice(OPCODES)
    payload = random.randbytes(random.choice((0, 1, 2, 125, 126, 127, 300, 66_000)))
    if opcode == CLOSE and random.random() < 0.5:
        payload = struct.pack("!H", random.choice((1000, 1001, 1005, 3000, 999, 65535))) + b"bye"
    first = random.choice((0x80, 0x80, 0x80, 0, 0xC0, 0xA0, 0x90))
    mask = random.choice((b"\1\2\3\4", b"\1\2\3\4", random.randbytes(4), None))
    data = frame(opcode, payload, first=first, mask=mask)
    if random.random() < 0.1:
        length = random.choice((0, 2, 126, 1 << 16, 1 << 31, 1 << 63, (1 << 64) - 1))
        return struct.pack("!BBQ", first | opcode, 0xFF, length) + b"\1\2\3\4" + payload
    return data


def random_frames(random: Random) -> tuple[Step, ...]:
    """Make what comes after an upgrade: messages, frames, floods, and some reading."""
    steps: list[Step] = []
    for _ in range(random.randrange(1, 8)):
        make = random.choice((random_message, random_message, random_relayed, random_frame))
        data = make(random)
        many = 1 if len(data) > 2000 else random.choice((1, 1, 1, 10, 300))
        steps.append(sent(random, data, many))
        if random.random() < 0.3:
            steps.append(Read(random.choice((1, 100, 5000))))
    return tuple(steps)


def random_request(random: Random) -> bytes:
    """Make a request of plain HTTP, right or wrong."""
    method = random.choice(("GET", "GET", "HEAD", "POST", "PUT", "OPTIONS", "CONNECT", "get", ""))
    paths = ("/", "/healthz", "/metrics", "/index.html", "/../..", "/%2e%2e/", "*", "//", "/\x7f")
    path = random.choice((*paths, "/" + "a" * 9000))
    headers = [
        header
        for header in (
            "Connection: keep-alive",
            "Transfer-Encoding: chunked",
            "Content-Length: 5",
            "Content-Length: -1",
            "Range: bytes=0-0,5-",
            "Accept-Encoding: gzip",
            "If-None-Match: *",
            f"X-Forwarded-For: {random.choice(('1.2.3.4', '::1', 'x', '1.2.3.4,' * 500))}",
            " folded",
            f"X: {'y' * random.choice((1, 8000, 9000))}",
        )
        if random.random() < 0.15
    ]
    headers += [f"A{number}: b" for number in range(random.choice((0, 0, 0, 100, 200)))]
    data = request(path, *headers, method=method)
    return mutated(random, data) if random.random() < 0.3 else data


def http(random: Random) -> tuple[Step, ...]:
    """Speak HTTP, some of it pipelined, or with frames behind it."""
    data = b"".join(random_request(random) for _ in range(random.choice((1, 1, 2, 5))))
    if random.random() < 0.3:
        data += random_frame(random)
    return (sent(random, data), *([Read(random.choice((1, 10_000)))] * random.randrange(3)))


def raw(random: Random) -> tuple[Step, ...]:
    """Send what is no HTTP: nothing, noise, or the beginning of TLS."""
    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + random.randbytes(508)
    noise = random.choice(
        (b"", b"\r\n", b"\0" * 500, random.randbytes(2000), hello, hello[: random.randrange(30)])
    )
    return (sent(random, noise), Read(100)) if noise else (Read(1),)


def broken_upgrade(random: Random) -> tuple[Step, ...]:
    """Ask for a WebSocket in a wrong way."""
    data = mutated(random, upgrade())
    return (sent(random, data + random_frame(random)), Read(1000), *random_frames(random))


def conversation(random: Random) -> tuple[Step, ...]:
    """Ask for a WebSocket, and send frames, some of them before there is an answer."""
    forwarded = f"X-Forwarded-For: 10.{random.randrange(256)}.0.1"
    opening = upgrade(*([forwarded] if random.random() < 0.3 else []))
    if random.random() < 0.4:
        return (sent(random, opening + random_frame(random)), *random_frames(random))
    return (Send(opening), Read(400), *random_frames(random))


#: how a script may begin, and how often
BEGINNINGS: dict[str, tuple[Callable[[Random], tuple[Step, ...]], int]] = {
    "raw": (raw, 1),
    "http": (http, 2),
    "broken upgrade": (broken_upgrade, 1),
    "conversation": (conversation, 6),
}


def random_address(random: Random) -> str:
    """Choose one of many addresses, some of them often; none of 127.0.0.0/16."""
    if random.random() < 0.5:
        return f"127.1.1.{random.randrange(1, 5)}"
    return f"127.{random.randrange(1, 200)}.{random.randrange(256)}.{random.randrange(1, 255)}"


def random_script(random: Random) -> Script:
    """Make up a client.

    Parameters
    ----------
    random : random.Random
        Where chance comes from.

    Returns
    -------
    Script
        What it does.
    """
    weights = [weight for _, weight in BEGINNINGS.values()]
    kind = random.choices(list(BEGINNINGS), weights)[0]
    steps = BEGINNINGS[kind][0](random)
    endings: Sequence[tuple[Step, ...]] = ((), (), (Hold(),), (HalfClose(), Read(1)), (Reset(),))
    ending = random.choice(endings)
    return Script(kind, random_address(random), random.random() < 0.8, (*steps, *ending))
