# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Fixtures of the browser tests: a browser, people in it, and our servers."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pytest
from playwright.sync_api import expect

from harness import chromium, jupyter_server
from harness.held import Hold, hold
from harness.jupyter_server import JupyterServer
from harness.peer_pages import PeerPage, bundle_peer_page
from harness.peers import ACTION_TIMEOUT, Peers
from harness.servers import ServerProcess
from harness.sites import NOTEBOOK_CONTENT, TEXT_CONTENT, build_test_site, free_port
from harness.webkit import WebKit
from sites import REPOSITORY, run, succeeded

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from playwright.sync_api import Browser

    from certificates import Certificate

# pages on a busy machine with two cores
expect.set_options(timeout=ACTION_TIMEOUT)

#: where failing tests leave pictures and logs, a folder for each test
FAILURES = Path(__file__).parent / "failures"

#: whether each test is to end with a look at what its pages leave behind: takes long
COUNTED = "WEBRTC_TEST_LEFT" in os.environ

#: whether the test's own part failed, for the fixtures that end after it
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell fixtures that a test failed while they can still take pictures."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="package")
def browser(certificate: Certificate) -> Iterator[Browser]:
    """Start Debian's Chromium, or the one that ``CHROMIUM`` names, once for this folder.

    It trusts the certificate of the tests, as somebody does who has told it to.
    """
    trust = f"--ignore-certificate-errors-spki-list={certificate.fingerprint}"
    with chromium.running(trust) as browser:
        yield browser


@pytest.fixture
def servers() -> Iterator[ExitStack]:
    """End the servers of a test, but only after the people who use them have left."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def peers(
    browser: Browser,
    request: pytest.FixtureRequest,
    servers: ExitStack,  # noqa: ARG001 (so that they end later)
) -> Iterator[Peers]:
    """Bring people in with ``peers.new(name)``; trouble in their pages fails the test."""
    folder = FAILURES / re.sub(r"[^\w.-]+", "_", request.node.name)
    shutil.rmtree(folder, ignore_errors=True)
    people = Peers(browser)
    people.are_counted = COUNTED
    yield people
    if COUNTED and not request.node.stash.get(FAILED, False):
        people.leave_nothing()
    trouble = people.unexpected_trouble()
    if trouble or request.node.stash.get(FAILED, False):
        people.save_evidence(folder)
    people.close()
    # what the pages still did while they were closed
    trouble = people.unexpected_trouble()
    if trouble:
        pytest.fail("Trouble in the pages:\n" + "\n".join(trouble), pytrace=False)


class NewWebKit(Protocol):
    """Start WebKit, in which nothing may go wrong."""

    def __call__(self) -> WebKit:
        """Return a browser of somebody who has storage of their own."""


@pytest.fixture
def new_webkit(request: pytest.FixtureRequest) -> Iterator[NewWebKit]:
    """Start browsers until the test ends; trouble in their pages fails it."""
    browsers: list[WebKit] = []
    # all end, also where one has crashed
    with ExitStack() as ends:

        def start() -> WebKit:
            browsers.append(WebKit())
            ends.callback(browsers[-1].stop)
            return browsers[-1]

        yield start
        trouble = [line for browser in browsers for line in browser.trouble]
        if trouble or request.node.stash.get(FAILED, False):
            folder = FAILURES / re.sub(r"[^\w.-]+", "_", request.node.name)
            folder.mkdir(parents=True, exist_ok=True)
            for number, browser in enumerate(browsers, start=1):
                browser.save_evidence(folder, f"webkit-{number}")
        assert trouble == []


@pytest.fixture
def signaling(servers: ExitStack) -> ServerProcess:
    """Run a signaling server on a free port."""
    server = ServerProcess("signaling")
    servers.callback(server.kill)
    return server


class ServeSite(Protocol):
    """Serve a built site together with signaling on a port of its own."""

    def __call__(self, output_dir: Path, base_url: str = "/") -> str:
        """Return the URL of the site, which ends with ``base_url``."""


@pytest.fixture
def serve_site(servers: ExitStack) -> ServeSite:
    """Serve built sites until the test ends."""

    def serve(output_dir: Path, base_url: str = "/") -> str:
        server = ServerProcess("serve", ["--output-dir", str(output_dir), "--base-url", base_url])
        servers.callback(server.kill)
        return server.url

    return serve


@pytest.fixture(scope="package")
def server_python(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """Install JupyterLab, Notebook 7 and our wheel, once; ``WEBRTC_TEST_SERVER`` names another."""
    if "WEBRTC_TEST_SERVER" in os.environ:
        return Path(os.environ["WEBRTC_TEST_SERVER"])
    folder = tmp_path_factory.mktemp("server")
    succeeded(run(sys.executable, "-m", "venv", folder / "venv", cwd=folder))
    python = folder / "venv" / "bin" / "python"
    # what Binder has names the versions that ours is made for
    apps = ("--requirement", REPOSITORY / "binder" / "requirements.txt")
    succeeded(run(python, "-m", "pip", "install", "--quiet", *apps, wheel, cwd=folder))
    return python


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make the drive of a server."""
    (tmp_path / "notes").mkdir()
    (tmp_path / jupyter_server.TEXT).write_text(TEXT_CONTENT, encoding="utf-8")
    content = {
        **NOTEBOOK_CONTENT,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    }
    notebook = tmp_path / jupyter_server.NOTEBOOK
    notebook.write_text(json.dumps(content), encoding="utf-8")
    return tmp_path


class Serve(Protocol):
    """Start a server."""

    def __call__(self, **page_config: Any) -> JupyterServer:
        """Return it, configured so."""


@pytest.fixture
def serve(server_python: Path, root: Path, servers: ExitStack) -> Serve:
    """Start servers that end with the test."""

    def start(**page_config: Any) -> JupyterServer:
        server = JupyterServer(server_python, root, page_config)
        servers.callback(server.stop)
        return server

    return start


@pytest.fixture
def collaborative(serve: Serve, signaling: ServerProcess) -> JupyterServer:
    """Start a server whose documents are shared over WebRTC."""
    return serve(collaborative=True, fullWebRtcSignalingUrls=[signaling.url], webRtcIceServers=[])


@pytest.fixture
def held() -> Iterator[Hold]:
    """Tell what a cell waits for."""
    with hold() as held:
        yield held


class Site(NamedTuple):
    """A built site that knows the address of its signaling server."""

    #: the folder
    path: Path
    #: where its signaling server is, once somebody starts one
    signaling_port: int


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Build the site of most tests, once. No server of others is ever contacted."""
    port = free_port()
    path = build_test_site(
        tmp_path_factory.mktemp("site"),
        {"webRtcIceServers": []},
        "--webrtc-signaling-url",
        f"ws://127.0.0.1:{port}",
    )
    return Site(path, port)


@pytest.fixture
def site_signaling(site: Site, servers: ExitStack) -> ServerProcess:
    """Run the signaling server of the site."""
    server = ServerProcess("signaling", port=site.signaling_port)
    servers.callback(server.kill)
    return server


@pytest.fixture
def site_url(site: Site, serve_site: ServeSite) -> str:
    """Serve the site; its signaling server is a matter of its own."""
    return serve_site(site.path)


@pytest.fixture(scope="session")
def peer_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a site whose one page runs our peer, without Jupyter."""
    return bundle_peer_page(tmp_path_factory.mktemp("peer"))


class PeerPages(Protocol):
    """Open pages that run our peer, one for each name."""

    def __call__(self, *names: str) -> list[PeerPage]:
        """Return the pages, which are in no room yet."""


@pytest.fixture
def peer_pages(peers: Peers, serve_site: ServeSite, peer_site: Path) -> PeerPages:
    """Open pages that run our peer; trouble in them fails the test."""
    url = serve_site(peer_site)

    def open_pages(*names: str) -> list[PeerPage]:
        return [PeerPage(peers.new(name), url) for name in names]

    return open_pages
