# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Files go out piece by piece: what readers cost, however slow they are, and whoever they are."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from websockets.sync.client import connect

from harness.servers import ServerProcess
from harness.waiting import wait_until
from jupyterlite_webrtc.signaling import connection
from jupyterlite_webrtc.signaling.server import SignalingServer
from jupyterlite_webrtc.site_files import SiteFiles
from signaling_clients import PATIENCE, settle

if TYPE_CHECKING:
    from collections.abc import Iterator

#: bytes of a MB
MB = 1024 * 1024

#: a class that loads Pyodide over slow wireless lines
READERS = 60
LARGE = 40 * MB

#: bytes that each of them reads before all are measured
READ = MB

#: bytes that the server may take for them, with all that it is besides
MEMORY = 150 * MB

REQUEST = b"GET /large.bin HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Make a site with a large file, of which nothing is on the disk."""
    (tmp_path / "jupyter-lite.json").write_text("{}")
    (tmp_path / "index.html").write_text("the root")
    with (tmp_path / "large.bin").open("wb") as file:
        file.truncate(LARGE)
    return tmp_path


@pytest.fixture
def server(site: Path) -> Iterator[ServerProcess]:
    """Serve it; the server must stop in peace."""
    server = ServerProcess("serve", ["--output-dir", str(site)])
    yield server
    assert server.stop() == 0
    assert server.log == ""


def ask(port: int, request: bytes = REQUEST) -> socket.socket:
    """Ask for the large file, and read none of it."""
    client = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    client.sendall(request)
    return client


def read(client: socket.socket, size: int) -> int:
    """Read so many bytes, or up to the end; tell how many came."""
    count = 0
    while count < size and (data := client.recv(min(MB, size - count))):
        count += len(data)
    return count


def resident(pid: int) -> int:
    """Tell how many bytes of memory a process takes."""
    pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def test_a_class_that_loads_large_files_over_slow_lines_takes_little_memory(
    server: ServerProcess,
) -> None:
    with ExitStack() as stack:
        readers = [stack.enter_context(closing(ask(server.port))) for _ in range(READERS)]
        for reader in readers:
            assert read(reader, READ) == READ
        assert resident(server.pid) < MEMORY
        # meanwhile others are served
        with connect(f"ws://127.0.0.1:{server.port}/signaling") as client:
            settle(client)
        with urlopen(f"http://127.0.0.1:{server.port}/", timeout=PATIENCE) as answer:
            assert answer.read() == b"the root"
        assert read(readers[0], 2 * LARGE) > LARGE - READ
        assert resident(server.pid) < MEMORY


def test_readers_of_large_files_hold_no_descriptor_but_their_own(server: ServerProcess) -> None:
    def descriptors() -> int:
        return len(list(Path(f"/proc/{server.pid}/fd").iterdir()))

    before = descriptors()
    with ExitStack() as stack:
        for _ in range(READERS):
            read(stack.enter_context(closing(ask(server.port))), READ)
        # a piece is just being read for some
        assert descriptors() <= before + READERS + 8
    wait_until(lambda: descriptors() <= before, PATIENCE, "all descriptors are free again")


def test_a_part_of_a_file_comes_over_http(server: ServerProcess) -> None:
    with closing(ask(server.port, REQUEST[:-2] + b"Range: bytes=-70000\r\n\r\n")) as client:
        answer = b""
        while data := client.recv(MB):
            answer += data
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 206 ")
    assert f"Content-Range: bytes {LARGE - 70000}-{LARGE - 1}/{LARGE}".encode() in head
    assert b"Content-Length: 70000" in head
    assert len(body) == 70000


def test_a_file_that_changes_while_it_is_read_is_not_mixed(
    server: ServerProcess, site: Path
) -> None:
    with closing(ask(server.port)) as client:
        assert read(client, READ) == READ
        (site / "new").write_bytes(bytes(LARGE))
        (site / "new").replace(site / "large.bin")
        try:
            rest = read(client, LARGE)
        except ConnectionResetError:
            rest = 0
        # less than the answer was to have: the reader can tell
        assert READ + rest < LARGE


def test_who_does_not_read_is_hung_up_on(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 0.2)
    lose = connection.GuardedConnection.connection_lost

    async def hung_up() -> None:
        lost = asyncio.Event()

        def note(client: connection.GuardedConnection, error: Exception | None) -> None:
            lose(client, error)
            lost.set()

        monkeypatch.setattr(connection.GuardedConnection, "connection_lost", note)
        server = SignalingServer(SiteFiles(site).respond)
        with closing(ask(await server.start("127.0.0.1", 0))) as client:
            await lost.wait()
            # only what the systems kept
            assert await asyncio.to_thread(read, client, LARGE) < LARGE
        await server.stop()

    asyncio.run(asyncio.wait_for(hung_up(), PATIENCE))


def test_who_does_not_say_what_they_want_is_hung_up_on(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 0.2)

    async def hung_up() -> None:
        server = SignalingServer(SiteFiles(site).respond)
        port = await server.start("127.0.0.1", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HT")
        assert await reader.read() == b""
        writer.close()
        await server.stop()

    asyncio.run(asyncio.wait_for(hung_up(), PATIENCE))
