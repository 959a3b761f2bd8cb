# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A site and signaling on one port, over real HTTP."""

from __future__ import annotations

import json
import os
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request
from websockets.sync.client import connect
from websockets.typing import Origin

from harness.servers import ServerProcess
from harness.sockets import connect_without_reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: seconds after which a test that waits for an answer is taken for failed
PATIENCE = 20

#: bytes that are more than any buffer on the way: the server's, and the system's
LARGE = 30_000_000


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Make the least that passes for a built site."""
    site = tmp_path / "_output"
    (site / "lab").mkdir(parents=True)
    (site / "files" / "Übung").mkdir(parents=True)
    (site / "jupyter-lite.json").write_text("{}")
    (site / "index.html").write_text("the root")
    (site / "lab" / "index.html").write_text("the lab")
    (site / "files" / "Übung" / "größe.ipynb").write_text('{"cells":[]}')
    (tmp_path / "secret.txt").write_text("secret")
    return site


@pytest.fixture
def serve(site: Path) -> Iterator[Callable[..., ServerProcess]]:
    """Serve the site; the servers must stop in peace and without complaints."""
    servers = []

    def start(*arguments: str) -> ServerProcess:
        server = ServerProcess("serve", ["--output-dir", str(site), *arguments])
        servers.append(server)
        return server

    yield start
    for server in servers:
        if server.is_running:
            assert server.stop() == 0
        assert server.output == f"Site and signaling on {server.url} (Ctrl-C stops them)\n"
        assert server.log == ""


def request(
    server: ServerProcess, target: str, method: str = "GET", **headers: str
) -> tuple[HTTPResponse, bytes]:
    """Ask for something; redirections are not followed, and paths are sent as they are."""
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as connection:
        connection.request(method, target, headers=headers)
        response = connection.getresponse()
        return response, response.read()


def test_says_where_the_site_is(serve: Callable[..., ServerProcess]) -> None:
    server = serve()
    assert server.url == f"http://127.0.0.1:{server.port}/"
    response, body = request(server, "/?room=demo")
    assert (response.status, body) == (200, b"the root")
    assert response.getheader("Content-Type") == "text/html; charset=utf-8"
    assert response.getheader("Content-Length") == "8"


@pytest.mark.parametrize("base_url", ["/project/", "project"])
def test_serves_under_a_sub_path(serve: Callable[..., ServerProcess], base_url: str) -> None:
    server = serve("--base-url", base_url)
    assert server.url == f"http://127.0.0.1:{server.port}/project/"
    for target, status, body in (
        ("/project/", 200, b"the root"),
        ("/project/lab/index.html?path=a", 200, b"the lab"),
        ("/project/files/%C3%9Cbung/gr%C3%B6%C3%9Fe.ipynb", 200, b'{"cells":[]}'),
        ("/lab/index.html", 404, b"There is no /lab/index.html here.\n"),
    ):
        response, answer = request(server, target)
        assert (response.status, answer) == (status, body)
    for target, location in (
        ("/", "/project/"),
        ("/project", "/project/"),
        ("/project/lab?path=a", "/project/lab/?path=a"),
    ):
        response, _ = request(server, target)
        assert (response.status, response.getheader("Location")) == (302, location)


@pytest.mark.parametrize(
    "target", ["/../secret.txt", "/%2e%2e/secret.txt", "/lab/..%2f..%2fsecret.txt", "//secret.txt"]
)
def test_nothing_outside_the_site_is_served(
    serve: Callable[..., ServerProcess], target: str
) -> None:
    response, body = request(serve(), target)
    assert response.status == 404
    assert body == f"There is no {target} here.\n".encode()


def test_an_unchanged_file_is_not_sent_again(serve: Callable[..., ServerProcess]) -> None:
    server = serve()
    first, _ = request(server, "/lab/index.html")
    etag = first.getheader("ETag")
    assert etag is not None
    second, body = request(server, "/lab/index.html", **{"If-None-Match": etag})
    assert (second.status, body) == (304, b"")


@pytest.mark.skipif(
    "method" not in Request.__dataclass_fields__,
    reason="before websockets 17, whatever isn't GET is hung up on",
)
def test_head_tells_the_length_and_put_is_refused(serve: Callable[..., ServerProcess]) -> None:
    server = serve()
    response, body = request(server, "/index.html", method="HEAD")
    assert (response.status, response.getheader("Content-Length"), body) == (200, "8", b"")
    response, _ = request(server, "/index.html", method="DELETE")
    assert (response.status, response.getheader("Allow")) == (405, "GET, HEAD")


def test_a_large_file_arrives_whole_and_nobody_waits_for_it(
    serve: Callable[..., ServerProcess], site: Path
) -> None:
    content = os.urandom(LARGE)
    (site / "large.bin").write_bytes(content)
    server = serve()
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as slow:
        slow.request("GET", "/large.bin")
        response = slow.getresponse()
        # the rest is under way, and stays so until it is read
        assert request(server, "/")[1] == b"the root"
        with connect(f"ws://127.0.0.1:{server.port}/") as client:
            client.send('{"type":"ping"}')
            assert client.recv(timeout=PATIENCE) == '{"type":"pong"}'
        assert response.read() == content


def test_stops_although_a_client_does_not_answer(serve: Callable[..., ServerProcess]) -> None:
    # a file may take minutes to be fetched, a stop may not
    server = serve()
    url = f"ws://127.0.0.1:{server.port}/"
    with connect_without_reading(url, "x"), connect_without_reading(url, '{"type":"ping"}'):
        with connect(url) as client:
            client.send('{"type":"ping"}')
            client.recv(timeout=PATIENCE)
        assert server.stop() == 0


def test_pages_of_other_sites_in_the_same_browser_stay_out(
    serve: Callable[..., ServerProcess],
) -> None:
    server = serve()
    url = f"ws://127.0.0.1:{server.port}/signaling"
    with connect(url, origin=Origin(f"http://127.0.0.1:{server.port}")) as own:
        own.send('{"type":"ping"}')
        assert own.recv(timeout=PATIENCE) == '{"type":"pong"}'
    for elsewhere in ("https://example.org", "http://127.0.0.1:1", "null"):
        with connect(url, origin=Origin(elsewhere)) as other:
            with pytest.raises(ConnectionClosed) as caught:
                other.recv(timeout=PATIENCE)
            assert caught.value.rcvd is not None
            assert caught.value.rcvd.code == 4403


def test_pages_of_origins_that_are_named_may_connect(serve: Callable[..., ServerProcess]) -> None:
    server = serve("--origin", "https://example.org")
    url = f"ws://127.0.0.1:{server.port}/signaling"
    with connect(url, origin=Origin("https://example.org")) as client:
        client.send('{"type":"ping"}')
        assert client.recv(timeout=PATIENCE) == '{"type":"pong"}'


def test_signaling_is_on_the_same_port_under_any_path(
    serve: Callable[..., ServerProcess],
) -> None:
    server = serve("--base-url", "/project/")
    root = f"ws://127.0.0.1:{server.port}"
    with connect(f"{root}/project/signaling") as ada, connect(root) as grace:
        ada.send('{"type":"subscribe","topics":["t"]}')
        ada.send('{"type":"ping"}')
        assert ada.recv(timeout=PATIENCE) == '{"type":"pong"}'
        grace.send('{"type":"subscribe","topics":["t"]}')
        grace.send('{"type":"publish","topic":"t","data":1}')
        assert json.loads(ada.recv(timeout=PATIENCE)) == {
            "type": "publish",
            "topic": "t",
            "data": 1,
            "clients": 2,
        }
        grace.recv(timeout=PATIENCE)
        grace.send("x")
        with pytest.raises(ConnectionClosed):
            grace.recv(timeout=PATIENCE)
        assert request(server, "/project/")[1] == b"the root"
