# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What is wrong with the configuration of a Jupyter server is said, in its log and by `check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.jupyter_server import TOKEN
from harness.waiting import wait_until
from sites import run

if TYPE_CHECKING:
    from subprocess import CompletedProcess

    from conftest import Serve
    from harness.jupyter_server import JupyterServer
    from harness.servers import ServerProcess

#: no page asks anybody on the internet
SHARING: dict[str, Any] = {"collaborative": True, "webRtcIceServers": []}


def check(server: JupyterServer, page: str = f"lab?token={TOKEN}") -> CompletedProcess[str]:
    """Run ``jupyter lite-webrtc check`` on JupyterLab's page."""
    command = [sys.executable, "-m", "jupyterlite_webrtc.app", "check"]
    return run(*command, f"{server.url}{page}", cwd=Path.cwd())


@pytest.mark.parametrize(
    ("urls", "in_log", "by_check"),
    [
        (
            None,
            "is not for production; name one in fullWebRtcSignalingUrls.",
            "names no signaling server",
        ),
        (
            ["./signaling"],
            "Pages look for signaling at /signaling, and this server has nothing there",
            "it answers with HTTP status 404 instead of a WebSocket",
        ),
        (
            ["https://y"],
            "is not a signaling URL: it must start with ws://, wss:// or ./",
            "is not a signaling URL: it must start with ws://, wss:// or ./",
        ),
    ],
)
def test_who_runs_a_server_is_told_once_that_pages_would_meet_nobody(
    serve: Serve, urls: list[str] | None, in_log: str, by_check: str
) -> None:
    server = serve(**SHARING, **({} if urls is None else {"fullWebRtcSignalingUrls": urls}))
    for _ in range(2):
        server.page_config()
    wait_until(lambda: in_log in server.log, message="a line of the log")
    assert server.log.count("[webrtc]") == 1
    result = check(server)
    assert by_check in result.stdout
    assert result.returncode == 1


def test_a_server_that_is_right_says_nothing_and_is_found_to_work(
    serve: Serve, signaling: ServerProcess
) -> None:
    server = serve(**SHARING, fullWebRtcSignalingUrls=[signaling.url])
    result = check(server)
    assert f"{signaling.url} works" in result.stdout
    assert result.returncode == 0
    assert "[webrtc]" not in server.log
    refused = check(server, "lab")
    assert "give that of a page of JupyterLab, with its token" in refused.stdout
    assert refused.returncode == 1
