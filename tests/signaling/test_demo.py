# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The demo: a real build of the quickstart, served on one port."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from websockets.sync.client import connect

from harness.servers import URL, ServerProcess
from harness.waiting import wait_until
from jupyterlite_webrtc import demo_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: seconds after which a test that waits for an answer is taken for failed
PATIENCE = 20


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Name a folder in which all tests build, so that only the first one takes long."""
    return tmp_path_factory.mktemp("demo") / "made by the demo"


@pytest.fixture
def demo(folder: Path) -> Iterator[ServerProcess]:
    """Run the demo."""
    server = ServerProcess("demo", ["--no-browser", "--dir", str(folder)])
    yield server
    assert server.stop() == 0


def get(url: str) -> bytes:
    """Fetch something."""
    with urlopen(url, timeout=PATIENCE) as answer:  # noqa: S310 (our own server)
        body: bytes = answer.read()
        return body


def test_prints_a_link_for_each_of_two_people(demo: ServerProcess) -> None:
    wait_until(lambda: len(URL.findall(demo.output)) == 2, message="two links")
    ada, grace = (urlsplit(url) for url in URL.findall(demo.output))
    assert (ada.path, grace.path) == ("/lab/index.html", "/notebooks/index.html")
    first, second = parse_qs(ada.query), parse_qs(grace.query)
    assert (first.pop("username"), second.pop("username")) == (["Ada"], ["Grace"])
    assert first == second
    assert first["room"] == ["demo"]
    # the file that both open exists, and so do the pages
    site = f"http://127.0.0.1:{demo.port}"
    assert json.loads(get(f"{site}/files/{first['path'][0]}"))["cells"]
    assert b"<html" in get(ada.geturl())
    assert b"<html" in get(grace.geturl())
    assert demo.log == ""


def test_its_pages_find_signaling_on_their_own_port(demo: ServerProcess) -> None:
    config = json.loads(get(f"http://127.0.0.1:{demo.port}/jupyter-lite.json"))
    assert config["jupyter-config-data"]["fullWebRtcSignalingUrls"] == ["./signaling"]
    with connect(f"ws://127.0.0.1:{demo.port}/signaling") as client:
        client.send('{"type":"ping"}')
        assert client.recv(timeout=PATIENCE) == '{"type":"pong"}'


def test_leaves_nothing_beside_what_it_was_told_to_make(demo: ServerProcess, folder: Path) -> None:
    assert demo.is_running
    assert {path.name for path in folder.parent.iterdir()} == {folder.name}
    assert {path.name for path in folder.iterdir()} == {"_output", ".jupyterlite.doit.db"}


@pytest.mark.thorough
def test_a_temporary_folder_is_gone_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    server = ServerProcess("demo", ["--no-browser"])
    made = [path for path in tmp_path.iterdir() if (path / "_output").is_dir()]
    assert len(made) == 1
    assert server.stop() == 0
    assert not made[0].exists()


@pytest.mark.thorough
def test_opens_the_first_link_in_a_browser(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\necho \"$1\" >> '{opened}'\n")
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    server = ServerProcess("demo", ["--dir", str(folder)])
    wait_until(opened.is_file, message="the browser")
    wait_until(opened.read_text, message="the link")
    assert opened.read_text() == f"{server.url}\n"
    assert server.stop() == 0


def run_demo(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the demo to its end."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "jupyterlite_webrtc.app", "demo", "--no-browser"),
            *("--dir", str(folder), *arguments),
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.thorough
def test_a_port_that_was_asked_for_is_named_if_it_is_in_use(
    demo: ServerProcess, folder: Path
) -> None:
    second = run_demo("--port", str(demo.port), folder=folder)
    assert second.returncode == 1
    assert f"Port {demo.port} of 127.0.0.1 is in use" in second.stderr
    assert second.stderr.count("\n") == 1


@pytest.mark.thorough
def test_another_port_is_taken_if_none_was_asked_for(folder: Path) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8000))
            taken.listen()
        except OSError:
            pass  # somebody has it already, which is as good
        server = ServerProcess("demo", ["--no-browser", "--dir", str(folder)], port=None)
        assert server.port != 8000
        assert server.stop() == 0


def test_a_build_that_fails_shows_why(tmp_path: Path) -> None:
    source = tmp_path / "broken"
    source.mkdir()
    (source / "jupyter_lite_config.json").write_text(
        '{"LiteBuildConfig": {"contents": ["there is none"]}}'
    )
    (source / "jupyter-lite.json").write_text("{")
    with pytest.raises(demo_site.DemoSiteError, match="failed; its output is above") as caught:
        demo_site.build(source, tmp_path)
    assert "jupyter-lite.json" in caught.value.details


def test_a_missing_quickstart_is_named(tmp_path: Path) -> None:
    with pytest.raises(demo_site.DemoSiteError, match="nowhere"):
        demo_site.find_source((tmp_path / "nowhere",))


def test_the_quickstart_is_found() -> None:
    assert (demo_site.find_source() / "jupyter-lite.json").is_file()


def test_links_lead_to_the_launcher_if_there_is_no_notebook(tmp_path: Path) -> None:
    assert demo_site.links(tmp_path, "http://h/") == [
        ("Ada", "http://h/lab/index.html?room=demo&username=Ada"),
        ("Grace", "http://h/lab/index.html?room=demo&username=Grace"),
    ]
