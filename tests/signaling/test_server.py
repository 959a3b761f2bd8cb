# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The real server in its own process, and real clients."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from websockets.client import ClientProtocol
from websockets.protocol import State
from websockets.sync.client import connect
from websockets.uri import parse_uri

from harness.sockets import connect_without_reading
from signaling_clients import PATIENCE, closed, hear, settle, tell

if TYPE_CHECKING:
    from harness.servers import ServerProcess
    from signaling_clients import StartSignaling

#: one message just below the limit of 64 KiB
BIG = "x" * 60_000


def test_two_clients_hear_each_other_and_themselves(signaling: ServerProcess) -> None:
    with connect(signaling.url) as ada, connect(signaling.url) as grace:
        tell(ada, type="subscribe", topics=["t", "u"])
        settle(ada)
        tell(grace, type="subscribe", topics=["t"])
        tell(grace, type="publish", topic="t", data={"from": "grace"}, future=[1.5])
        expected = {
            "type": "publish",
            "topic": "t",
            "data": {"from": "grace"},
            "future": [1.5],
            "clients": 2,
        }
        assert hear(ada) == expected
        assert hear(grace) == expected
        tell(ada, type="publish", topic="u", data=1)
        assert hear(ada) == {"type": "publish", "topic": "u", "data": 1, "clients": 1}
        tell(ada, type="unsubscribe", topics=["t"])
        settle(ada)
        tell(grace, type="publish", topic="t", data=2)
        assert hear(grace)["clients"] == 1


def test_a_client_that_left_is_not_counted(signaling: ServerProcess) -> None:
    with connect(signaling.url) as grace:
        with connect(signaling.url) as ada:
            tell(ada, type="subscribe", topics=["t"])
            settle(ada)
        # the good-bye was answered, which the server does before it forgets
        settle(grace)
        tell(grace, type="subscribe", topics=["t"])
        tell(grace, type="publish", topic="t")
        assert hear(grace)["clients"] == 1


def test_any_path_is_signaling(signaling: ServerProcess) -> None:
    with connect(f"{signaling.url}/project/signaling?x=1") as ada:
        settle(ada)


MALFORMED = {
    "x": (1007, "a message must be JSON"),
    "[" * 50_000: (1007, "a message must be JSON"),
    "[]": (1007, "a message must be a JSON object"),
    '{"type":"subscribe","topics":5}': (1008, "topics must be a list of strings"),
    '{"type":"publish","topic":5}': (1008, "the topic of a publish must be a string"),
    "{}": (1008, "a message must have a type, which is a string"),
    b"x": (1003, "a binary message must be a relayed frame of version 1"),
}


@pytest.mark.parametrize(
    ("frame", "code_and_reason"), MALFORMED.items(), ids=lambda value: repr(value)[:40]
)
def test_malformed_input_closes_only_its_own_connection(
    signaling: ServerProcess, frame: str | bytes, code_and_reason: tuple[int, str]
) -> None:
    with connect(signaling.url) as grace:
        tell(grace, type="subscribe", topics=["t"])
        with connect(signaling.url) as mallory:
            tell(mallory, type="subscribe", topics=["t"])
            mallory.send(frame)
            assert closed(mallory) == code_and_reason
        tell(grace, type="publish", topic="t", data=1)
        assert hear(grace) == {"type": "publish", "topic": "t", "data": 1, "clients": 1}


def test_an_oversized_message_closes_only_its_own_connection(signaling: ServerProcess) -> None:
    with connect(signaling.url) as grace, connect(signaling.url) as mallory:
        tell(mallory, type="publish", topic="t", data="x" * 64 * 1024)
        code, _ = closed(mallory)
        assert code == 1009
        settle(grace)


def test_invalid_utf8_closes_only_its_own_connection(signaling: ServerProcess) -> None:
    with connect(signaling.url) as grace, connect(signaling.url) as mallory:
        mallory.send(b"\xff", text=True)
        code, _ = closed(mallory)
        assert code == 1007
        settle(grace)


#: for tests that send more than anybody may, until something else happens
PATIENT = ["--SignalingLimits.byte_burst=1000000000", "--SignalingLimits.message_burst=1000000000"]


def test_a_client_that_never_reads_is_cut_off_and_stalls_nobody(
    start_signaling: StartSignaling,
) -> None:
    signaling = start_signaling(*PATIENT)
    subscribe = '{"type":"subscribe","topics":["t"]}'
    with connect(signaling.url) as grace, connect(signaling.url) as ada:
        stuck = connect_without_reading(signaling.url, subscribe)
        with stuck:
            for client in (ada, grace):
                client.send(subscribe)
                settle(client)
            counts: list[int] = []
            # more than all the buffers on the way can hold: the system's and the server's
            while counts[-1:] != [2]:
                assert len(counts) < 1000
                tell(ada, type="publish", topic="t", data=BIG)
                assert hear(grace)["data"] == BIG
                counts.append(hear(ada)["clients"])
            assert counts[0] == 3
    assert signaling.stop() == 0
    assert signaling.log == "A client was cut off: 1048576 bytes wait for it\n"


def ping_for_ever(client: socket.socket) -> None:
    """Send pings, which the server's library answers by itself, until the connection breaks."""
    protocol = ClientProtocol(parse_uri("ws://unused"))
    protocol.state = State.OPEN
    while True:
        protocol.send_ping(b"x" * 125)
        client.sendall(b"".join(protocol.data_to_send()))


def test_a_client_that_only_pings_and_never_reads_is_cut_off(
    start_signaling: StartSignaling,
) -> None:
    signaling = start_signaling(*PATIENT)
    stuck = connect_without_reading(signaling.url, '{"type":"ping"}')
    with stuck, pytest.raises(ConnectionError):
        ping_for_ever(stuck)
    with connect(signaling.url) as grace:
        settle(grace)
    assert signaling.stop() == 0
    assert signaling.log == "A client was cut off: 1048576 bytes wait for it\n"


def test_compression_is_not_negotiated(signaling: ServerProcess) -> None:
    with connect(signaling.url, compression="deflate") as ada:
        assert ada.response is not None
        assert "Sec-WebSocket-Extensions" not in ada.response.headers


def test_tells_a_service_manager_that_it_is_well(signaling: ServerProcess) -> None:
    with urlopen(f"http://127.0.0.1:{signaling.port}/healthz", timeout=PATIENCE) as answer:
        assert (answer.status, answer.read()) == (200, b"ok\n")


def test_tells_a_person_what_it_is(signaling: ServerProcess) -> None:
    with urlopen(f"http://127.0.0.1:{signaling.port}/", timeout=PATIENCE) as answer:
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert b"signaling server of jupyterlite-webrtc" in answer.read()


@pytest.mark.parametrize("garbage", [b"\r\n\r\n", b"\x16\x03\x01\x00", b"GET / HTTP/9\r\n\r\n"])
def test_a_request_that_is_not_http_is_hung_up_on(signaling: ServerProcess, garbage: bytes) -> None:
    with socket.create_connection(("127.0.0.1", signaling.port), timeout=PATIENCE) as client:
        client.sendall(garbage)
        client.shutdown(socket.SHUT_WR)
        assert client.recv(4096) == b""
    with connect(signaling.url) as grace:
        settle(grace)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_says_good_bye_when_it_is_stopped(signaling: ServerProcess, number: signal.Signals) -> None:
    with connect(signaling.url) as ada:
        settle(ada)
        assert signaling.stop(number) == 0
        assert closed(ada) == (1012, "the server stops or restarts")
    assert signaling.log == ""


def test_clients_find_it_again_on_the_same_port_after_a_crash(signaling: ServerProcess) -> None:
    before = signaling.url
    signaling.restart()
    assert signaling.url == before
    with connect(before) as ada:
        settle(ada)


def test_a_port_in_use_is_named_in_one_sentence(signaling: ServerProcess) -> None:
    second = subprocess.run(
        [
            *(sys.executable, "-m", "jupyterlite_webrtc.app", "signaling"),
            *("--port", str(signaling.port)),
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert second.returncode == 1
    assert second.stdout == ""
    assert second.stderr == (
        f"[SignalingApp] CRITICAL | Port {signaling.port} of 127.0.0.1 is in use: stop what "
        "listens there, or choose another with --port (0 takes any free one).\n"
    )
