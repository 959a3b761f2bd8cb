# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A server takes no more connections than the system lets it have, and says so."""

from __future__ import annotations

import json
import logging
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.request import urlopen

from hypothesis import given
from hypothesis import strategies as st
from websockets.sync.client import connect

from harness.servers import ServerProcess
from jupyterlite_webrtc.signaling import descriptors, logs
from jupyterlite_webrtc.signaling.limits import SignalingLimits
from signaling_clients import PATIENCE, closed, settle

if TYPE_CHECKING:
    import pytest

#: of open files, for the test
FEW = 200


def with_ulimit(option: str, *arguments: str) -> ServerProcess:
    """Start a server that may open few files."""
    shell = ("sh", "-c", f'ulimit {option} {FEW}; exec "$@"', "sh")
    return ServerProcess("signaling", arguments, inside=shell)


def test_a_server_that_may_open_few_files_tells_newcomers_that_it_is_full() -> None:
    server = with_ulimit("-n", "--log-json")
    lowered = json.loads(server.log.splitlines()[0])
    assert lowered["event"] == "connections_lowered"
    assert lowered["descriptors"] == FEW
    with ExitStack() as stack:
        clients = [
            stack.enter_context(connect(server.url, compression=None))
            for _ in range(lowered["connections"])
        ]
        settle(clients[-1])
        with connect(server.url) as one_more:
            assert closed(one_more)[0] == 4503
        with urlopen(f"http://127.0.0.1:{server.port}/healthz", timeout=PATIENCE) as answer:
            assert answer.status == 200
    assert server.stop() == 0


def test_the_limit_of_open_files_is_raised_to_what_the_server_needs() -> None:
    server = with_ulimit("-S -n")
    with ExitStack() as stack:
        for _ in range(FEW + 10):
            client = stack.enter_context(connect(server.url, compression=None))
        settle(client)
    assert server.stop() == 0
    assert server.log == ""


@given(
    connections=st.integers(1, 10_000),
    handshakes=st.integers(1, 1000),
    allowed=st.integers(0, 20_000),
)
def test_what_fits_never_needs_more_than_there_is(
    connections: int, handshakes: int, allowed: int
) -> None:
    limits = SignalingLimits(connections=connections, handshakes=handshakes)
    wanted = descriptors.sockets(limits) + descriptors.OWN_DESCRIPTORS
    descriptors.lower(limits, allowed)
    assert 1 <= limits.connections <= connections
    assert 1 <= limits.handshakes <= handshakes
    if wanted <= allowed:
        assert (limits.connections, limits.handshakes) == (connections, handshakes)
    least = descriptors.OWN_DESCRIPTORS + 3
    assert descriptors.sockets(limits) + descriptors.OWN_DESCRIPTORS <= max(least, allowed)


def test_what_the_event_loop_logs_is_bounded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for logger in (logs.log, logs.loop_log):
        monkeypatch.setattr(logger, "handlers", logger.handlers)
        monkeypatch.setattr(logger, "propagate", logger.propagate)
        monkeypatch.setattr(logger, "level", logger.level)
    logs.configure("text", "WARNING")
    for _ in range(100_000):
        logging.getLogger("asyncio").error("socket.accept() out of system resource")
    assert len(capsys.readouterr().err.splitlines()) < 500
