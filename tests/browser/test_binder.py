# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What Binder does with the folder of its name, done here, and two people on such a server."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

import distributions
from environments import twin
from harness.jupyter import JupyterPage, visit
from harness.jupyter_server import JupyterServer, visit_server
from harness.sites import TEXT, TEXT_CONTENT
from sites import REPOSITORY, run, succeeded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from harness.peers import Peers
    from harness.servers import ServerProcess

#: where the labextension is built
LABEXTENSION = "jupyterlite_webrtc/labextension"

#: the notebook of the static site
NOTEBOOK = "waves.ipynb"


@pytest.fixture
def binder(
    server_python: Path, tmp_path: Path, signaling: ServerProcess, servers: ExitStack
) -> JupyterServer:
    """Do what Binder does in a clone, and start a server there.

    What differs: the labextension is not built again, and nobody outside of this machine is asked.
    """
    python = twin(server_python, tmp_path / "environment")
    clone, home = distributions.clone(tmp_path / "clone"), tmp_path / "home"
    shutil.copytree(REPOSITORY / LABEXTENSION, clone / LABEXTENSION)
    home.mkdir()
    path = os.pathsep.join([str(python.parent), os.environ["PATH"]])
    env = {"PATH": path, "HOME": str(home)}
    succeeded(run(clone / "binder" / "postBuild", cwd=clone, env=env))
    (clone / TEXT).write_text(TEXT_CONTENT, encoding="utf-8")
    page_config = {"fullWebRtcSignalingUrls": [signaling.url], "webRtcIceServers": []}
    server = JupyterServer(python, clone, page_config, home / ".jupyter")
    servers.callback(server.stop)
    return server


def meet(pages: Sequence[JupyterPage]) -> None:
    """Wait until two pages show a document, and each other."""
    for page in pages:
        page.shown()
    for page in pages:
        page.wait_status("connected", 1)


def test_two_people_share_on_the_server_and_on_the_static_site_beside_it(
    peers: Peers, binder: JupyterServer
) -> None:
    assert binder.page_config()["webRtcRoomPrefix"] == "jupyterlite-webrtc on Binder"
    people = [peers.new(name) for name in ("Ada", "Grace")]
    on_server = [visit_server(person, binder, "lab", TEXT, room="r1") for person in people]
    meet(on_server)
    on_server[0].type_at_end("Ada was here.")
    on_server[1].wait_text("Ada was here.", "Hello world")

    # the same people, who are let in by now
    site = f"{binder.url}lite/"
    on_site = [visit(person, site, "notebooks", NOTEBOOK, room="r2") for person in people]
    meet(on_site)
    on_site[0].type_at_end("/* on the static site */")
    on_site[1].wait_text("/* on the static site */")
