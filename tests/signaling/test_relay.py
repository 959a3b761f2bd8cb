# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Binary frames through a real server, by a client that is written after ``docs/protocol.md``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from websockets.sync.client import ClientConnection, connect

from signaling_clients import PATIENCE, closed, hear, metrics, settle, tell

if TYPE_CHECKING:
    from harness.servers import ServerProcess
    from signaling_clients import StartSignaling


def features(client: ClientConnection) -> Any:
    """Ask what the server can do."""
    tell(client, type="features")
    return hear(client)


def relay(client: ClientConnection, topic: str, payload: bytes) -> bytes:
    """Send a frame; return it."""
    name = topic.encode()
    frame = bytes([1, len(name)]) + name + payload
    client.send(frame)
    return frame


def enter(client: ClientConnection, name: str) -> None:
    """Be in the room under a name."""
    tell(client, type="subscribe", topics=["room", f"room/{name}"])
    settle(client)


def test_a_frame_of_the_size_that_the_server_names_passes_and_one_more_byte_does_not(
    signaling: ServerProcess,
) -> None:
    with connect(signaling.url) as ada, connect(signaling.url) as grace:
        enter(ada, "ada")
        enter(grace, "grace")
        most = features(ada)["relay"]["frameBytes"]
        room = most - 2 - len("room/grace")
        frame = relay(ada, "room/grace", bytes(range(256)) * (room // 256) + b"x" * (room % 256))
        assert len(frame) == most
        assert grace.recv(timeout=PATIENCE) == frame
        relay(ada, "room/grace", b"x" * (room + 1))
        assert closed(ada)[0] == 1009
        settle(grace)


def test_a_sender_beyond_its_ration_is_slowed_down_and_loses_nothing(
    start_signaling: StartSignaling,
) -> None:
    # the waits are longer than what a client may take to answer pings
    server = start_signaling("--relay-rate", "300000", "--SignalingOptions.ping_seconds=0.2")
    with connect(server.url) as ada, connect(server.url) as grace, connect(server.url) as alan:
        for client, name in ((ada, "ada"), (grace, "grace"), (alan, "alan")):
            enter(client, name)
        sent = [relay(ada, "room/grace", bytes([number]) * 60_000) for number in range(20)]
        # somebody else is served meanwhile
        frame = relay(alan, "room/ada", b"meanwhile")
        assert ada.recv(timeout=PATIENCE) == frame
        assert [grace.recv(timeout=PATIENCE) for _ in sent] == sent
        settle(ada)
        counted = metrics(server)
    assert counted["relay_wait_seconds_total"] > 0
    assert counted["relayed_frames_total"] == len(sent) + 1
    assert counted["timed_out_total"] == 0


def test_the_server_says_when_it_does_not_relay(start_signaling: StartSignaling) -> None:
    server = start_signaling("--relay-rate", "0")
    with connect(server.url) as ada:
        enter(ada, "ada")
        assert features(ada)["relay"] is None
        relay(ada, "room", b"x")
        assert closed(ada) == (1003, "this server doesn't relay binary messages")


def test_the_same_goes_through_ordinary_publish_in_text(signaling: ServerProcess) -> None:
    with connect(signaling.url) as ada, connect(signaling.url) as grace:
        enter(ada, "ada")
        enter(grace, "grace")
        message = {"type": "publish", "topic": "room/grace", "data": "eA==" * 12_000}
        for _ in range(20):
            ada.send(json.dumps(message))
            assert hear(grace) == {**message, "clients": 1}
