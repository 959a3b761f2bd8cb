# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""``jupyter lite-webrtc check`` says what works, and what doesn't."""

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.server import ServerConnection
from websockets.sync.server import serve as serve_websockets

from harness.servers import ServerProcess
from jupyterlite_webrtc import signaling_probe, signaling_urls
from site_states import State, build_state
from sites import run

#: a server that listens nowhere: the discard port, which nobody has any more
NOWHERE = "ws://127.0.0.1:9"


def check(*args: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "jupyterlite_webrtc.app", "check", *args]
    return run(*command, cwd=Path.cwd())


@contextlib.contextmanager
def other_server(handler: Callable[[ServerConnection], None]) -> Iterator[str]:
    """Serve WebSockets in a way that isn't ours."""
    with serve_websockets(handler, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a small site whose signaling is beside it, and that asks nobody else."""
    folder = tmp_path_factory.mktemp("site")
    build_state(State(urls=("./signaling",), own=(("webRtcIceServers", []),)), folder)
    return folder / "_output"


@pytest.fixture(scope="module")
def server(site: Path) -> Iterator[ServerProcess]:
    """Serve it, together with signaling."""
    process = ServerProcess("serve", ["--output-dir", str(site)])
    yield process
    assert process.stop() == 0


def edit(site: Path, **data: Any) -> Callable[[], None]:
    """Change a built site, as a careless person would, and return what undoes it."""
    path = site / "lab" / "jupyter-lite.json"
    before = path.read_text()
    document = json.loads(before)
    document["jupyter-config-data"].update(data)
    path.write_text(json.dumps(document))

    def undo() -> None:
        path.write_text(before)

    return undo


def test_a_server_that_works_is_measured(server: ServerProcess) -> None:
    url = f"{server.url}signaling".replace("http", "ws")
    result = check(url)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.startswith(f"{url} works: connected in ")
    assert result.stdout.count("\n") == 1


def test_each_url_gets_its_answer(server: ServerProcess) -> None:
    result = check(NOWHERE, server.url.replace("http", "ws"), "ftp://x")
    assert result.returncode == 1
    first, second, third = result.stdout.splitlines()
    assert first.startswith(f"{NOWHERE} doesn't work: nothing listens there: start the server")
    assert " works: " in second
    assert third.startswith("'ftp://x' is no folder, and starts with none of ws://, wss://, http")
    assert "Traceback" not in result.stderr


def test_a_site_is_checked_with_its_server(server: ServerProcess) -> None:
    for address in [server.url, server.url.rstrip("/"), f"{server.url}lab/index.html?path=x#y"]:
        result = check(address)
        assert result.returncode == 0, result.stdout + result.stderr
        first, second, _ = result.stdout.splitlines()
        assert first == f"{server.url} has a valid configuration."
        assert second.startswith(f"{server.url.replace('http', 'ws')}signaling works: ")


def test_a_built_site_is_checked_before_it_is_published(site: Path, tmp_path: Path) -> None:
    result = check(str(site), str(tmp_path))
    assert result.returncode == 1
    valid, signaling, _, empty = result.stdout.splitlines()
    assert valid == f"{site} has a valid configuration."
    assert signaling == "./signaling is beside the site: give the site's address to check it, too."
    assert empty == f"{tmp_path} is no built site: there is no jupyter-lite.json in it."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"webRtcIceServers": [{"urls": "stun:127.0.0.1:9"}]}, "stun:127.0.0.1:9 doesn't work: "),
        ({"collaborative": False}, "shares nothing: collaborative is not true"),
        ({"fullWebRtcSignalingUrls": [NOWHERE]}, f"{NOWHERE} doesn't work: nothing listens"),
        ({"fullWebRtcSignalingUrls": ["http://x"]}, "'http://x' is not a signaling URL"),
        (
            {"webRtcRoomPrefix": ""},
            "webRtcRoomPrefix in lab/jupyter-lite.json: '' is not a room prefix",
        ),
        (
            {"federated_extensions": [{"name": "@jupyterlite/webrtc-docprovider", "load": "x"}]},
            "federated_extensions has 2 entries for it",
        ),
    ],
)
def test_a_site_that_does_not_work_says_why(
    site: Path, server: ServerProcess, data: dict[str, Any], sentence: str
) -> None:
    undo = edit(site, **data)
    try:
        result = check(server.url)
    finally:
        undo()
    assert result.returncode == 1
    assert sentence in result.stdout
    assert "Traceback" not in result.stderr


def test_a_site_without_servers_is_for_one_browser(site: Path, server: ServerProcess) -> None:
    undo = edit(site, fullWebRtcSignalingUrls=[])
    try:
        result = check(server.url)
    finally:
        undo()
    assert result.returncode == 0
    assert "only tabs of one browser share documents" in result.stdout


def test_what_is_no_site_is_named() -> None:
    result = check("http://127.0.0.1:9/")
    assert result.returncode == 1
    assert "can't be fetched" in result.stdout


def test_something_to_check_has_to_be_given() -> None:
    result = check()
    assert result.returncode == 1
    assert "What is to be checked? Give signaling URLs, " in result.stderr


def probe(url: str, **options: Any) -> signaling_probe.Probe:
    return asyncio.run(signaling_probe.probe(url, **options))


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"ws://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(signaling_probe.ProbeError, match=r"no answer within 0\.2 s"):
            probe(url, timeout=0.2)


def test_a_server_that_keeps_messages_to_itself_is_given_up() -> None:
    def listen(connection: ServerConnection) -> None:
        for _ in connection:
            pass

    with (
        other_server(listen) as url,
        pytest.raises(signaling_probe.ProbeError, match="no message came back"),
    ):
        probe(url, timeout=3)


def test_a_server_that_hangs_up_is_named() -> None:
    def hang_up(connection: ServerConnection) -> None:
        connection.close(1008, "go away")

    with (
        other_server(hang_up) as url,
        pytest.raises(signaling_probe.ProbeError, match=r"closed the connection|no message"),
    ):
        probe(url, timeout=5)


def test_a_server_that_does_not_count_is_good_enough() -> None:
    def echo(connection: ServerConnection) -> None:
        for message in connection:
            if json.loads(message)["type"] == "publish":
                connection.send("no json")
                connection.send(message)

    with other_server(echo) as url:
        found = probe(url)
    assert not found.counts_clients
    assert found.round_trip > 0


def test_a_web_server_is_no_signaling_server(site: Path) -> None:
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(
        command, cwd=site, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as web_server:
        try:
            assert web_server.stdout is not None
            port = web_server.stdout.readline().split()[5]
            with pytest.raises(
                signaling_probe.ProbeError, match=r"HTTP status 404|speaks no WebSocket"
            ):
                probe(f"ws://127.0.0.1:{port}/signaling")
        finally:
            web_server.terminate()


@pytest.mark.parametrize(
    ("url", "site_url", "expected"),
    [
        ("./signaling", "https://u.github.io/p/", "wss://u.github.io/p/signaling"),
        ("./signaling", "http://127.0.0.1:8000/", "ws://127.0.0.1:8000/signaling"),
        ("wss://a/b", "https://x/", "wss://a/b"),
    ],
)
def test_relative_urls_are_resolved_as_a_page_does(url: str, site_url: str, expected: str) -> None:
    assert signaling_urls.resolved(url, site_url) == expected
