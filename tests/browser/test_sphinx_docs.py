# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Docs with a notebook in them, built and shown as Read the Docs does it."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any, cast

import pytest
import yaml

from harness.jupyter import JupyterPage
from harness.servers import ServerProcess
from harness.sharing import join, newcomer, share
from harness.sites import free_port
from harness.static_host import static_host
from sites import REPOSITORY, run, succeeded

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    from playwright.sync_api import Page

    from certificates import Certificate
    from harness.peers import Peer, Peers

#: what a user copies
EXAMPLE = REPOSITORY / "examples" / "read-the-docs"

#: what the style of jupyterlite-sphinx asks for, with or without us
FONT = r"https://fonts\.googleapis\.com/"

#: where Read the Docs shows the newest version
VERSION = "en/latest"


def change(path: Path, section: str, **values: Any) -> None:
    """Change a file of the example as its user does."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content[section] |= values
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """Build the docs as their `.readthedocs.yaml` says; return them, and the signaling port."""
    project = tmp_path_factory.mktemp("docs") / "project"
    shutil.copytree(EXAMPLE, project)
    port = free_port()
    url = f"wss://127.0.0.1:{port}"
    change(project / "docs" / "jupyter_lite_config.json", "WebRtcAddon", signaling_urls=[url])
    change(
        project / "docs" / "jupyter-lite.json",
        "jupyter-config-data",
        exposeAppInBrowser=True,  # so that tests can ask for models
        webRtcIceServers=[],
    )
    steps = yaml.safe_load((project / ".readthedocs.yaml").read_text(encoding="utf-8"))
    for step in steps["python"]["install"]:
        # all of it is here: nothing is fetched, but a requirement that isn't met is an error
        pip = (sys.executable, "-m", "pip", "install", "--no-index")
        succeeded(run(*pip, "--requirement", step["requirements"], cwd=project))
    source = (project / steps["sphinx"]["configuration"]).parent
    sphinx = (sys.executable, "-m", "sphinx", "-T", "-W", "-b", "html")
    succeeded(run(*sphinx, ".", str(project / "_readthedocs" / "html"), cwd=source))
    return project / "_readthedocs" / "html", port


@pytest.fixture
def docs_url(
    built: tuple[Path, int], tmp_path: Path, certificate: Certificate, servers: ExitStack
) -> str:
    """Show the docs, and run their signaling server."""
    path, port = built
    tls = ("--certfile", str(certificate.certfile), "--keyfile", str(certificate.keyfile))
    servers.callback(ServerProcess("signaling", tls, port).kill)
    (tmp_path / VERSION).parent.mkdir(parents=True)
    (tmp_path / VERSION).symlink_to(path)
    return f"{servers.enter_context(static_host(tmp_path, certificate))}{VERSION}/"


def embedded(peer: Peer, url: str) -> JupyterPage:
    """Open the page of the docs, and the notebook within it."""
    peer.expect_trouble(FONT)
    peer.page.goto(url)
    peer.page.get_by_text("Open the notebook").click()
    handle = peer.page.locator("iframe.jupyterlite_sphinx_iframe").element_handle()
    frame = handle.content_frame()
    assert frame is not None
    # a frame has what is needed of a page here, but for the keyboard
    return JupyterPage(cast("Page", frame), url).shown()


def test_a_notebook_in_a_page_is_shared_by_link(peers: Peers, docs_url: str) -> None:
    ada = newcomer(peers, "Ada")
    page = embedded(ada, docs_url)
    link = share(page)
    assert link.startswith(f"{docs_url}lite/notebooks/index.html?path=lesson.ipynb")
    grace = join(peers.new("Grace"), link).shown()
    for each in (page, grace):
        each.wait_status("connected", 1)
    grace.type_at_end(" + 58")
    page.wait_content("6 * 7 + 58")
    page.editors.first.click()
    ada.page.keyboard.press("Shift+Enter")
    for each in (page, grace):
        each.wait_outputs("100")


def test_a_class_meets_in_the_page_itself(peers: Peers, docs_url: str) -> None:
    ada, grace = (
        embedded(peers.new(name), f"{docs_url}?room=r1&username={name}")
        for name in ("Ada", "Grace")
    )
    for page in (ada, grace):
        page.wait_status("connected", 1)
