# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Binary frames through a real server, by a client that is written after ``docs/protocol.md``."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from websockets.sync.client import ClientConnection, connect

from harness.waiting import wait_until
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


def test_who_leaves_before_a_frame_is_paid_for_has_not_sent_it(
    start_signaling: StartSignaling,
) -> None:
    server = start_signaling("--relay-rate", "1024", "--SignalingLimits.relay_burst=65536")
    with connect(server.url) as grace:
        enter(grace, "grace")
        for name in ("ada", "alan", "mallory"):
            # by a new connection for each frame
            with connect(server.url, close_timeout=1) as sender:
                enter(sender, name)
                before = metrics(server)["relayed_frames_total"]
                relay(sender, "room/grace", name.encode() + b"x" * 60_000)
                wait_until(
                    lambda: metrics(server)["relayed_frames_total"] > before,  # noqa: B023
                    message="the frame is there",
                )
        frame = grace.recv(timeout=PATIENCE)
        assert frame[2 + len("room/grace") :][:3] == b"ada"
        settle(grace)


def test_text_to_many_is_rationed_as_frames_are(start_signaling: StartSignaling) -> None:
    server = start_signaling(
        "--SignalingLimits.byte_rate=1024", "--SignalingLimits.byte_burst=1000000"
    )
    with ExitStack() as stack:
        clients = [
            stack.enter_context(connect(server.url, max_queue=None, close_timeout=1))
            for _ in range(20)
        ]
        for number, client in enumerate(clients):
            enter(client, str(number))
        for _ in range(10):
            tell(clients[0], type="publish", topic="room", data="x" * 30_000)
        wait_until(
            lambda: metrics(server)["relay_wait_seconds_total"] > 0, message="the sender waits"
        )
        assert metrics(server)["deliveries_total"] == 20
