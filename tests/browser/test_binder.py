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
from harness.waiting import wait_until
from sites import REPOSITORY, config_data, run, succeeded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from harness.peers import Peers
    from harness.servers import ServerProcess

#: where the labextension is built
LABEXTENSION = "jupyterlite_webrtc/labextension"

#: what the static site has, and the server has not
KERNEL = "@jupyterlite/javascript-kernel-extension"

#: the notebook of the static site
NOTEBOOK = "waves.ipynb"


@pytest.fixture
def binders(
    server_python: Path, tmp_path: Path, signaling: ServerProcess, servers: ExitStack
) -> list[JupyterServer]:
    """Do what Binder does in a clone, and start a server for each of two people there.

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
    site = config_data(clone / "binder" / "site")
    assert KERNEL in [each["name"] for each in site["federated_extensions"]]
    page_config = {"fullWebRtcSignalingUrls": [signaling.url], "webRtcIceServers": []}
    started = []
    for person in ("Ada", "Grace"):
        drive = tmp_path / person
        shutil.copytree(clone, drive)
        started.append(JupyterServer(python, drive, page_config, home / ".jupyter"))
        servers.callback(started[-1].stop)
    return started


def meet(pages: Sequence[JupyterPage]) -> None:
    """Wait until two pages show a document, and each other."""
    for page in pages:
        page.shown()
    for page in pages:
        page.wait_status("connected", 1)


def test_two_people_share_from_two_servers_and_on_the_static_site_beside_one(
    peers: Peers, binders: list[JupyterServer], tmp_path: Path
) -> None:
    people = [peers.new(name) for name in ("Ada", "Grace")]
    on_servers = [
        visit_server(person, server, "lab", TEXT, room="r1")
        for person, server in zip(people, binders, strict=True)
    ]
    meet(on_servers)
    on_servers[0].type_at_end("Ada was here.")
    on_servers[1].wait_text("Ada was here.", "Hello world")
    saved = tmp_path / "Grace" / TEXT
    wait_until(lambda: "Ada was here." in saved.read_text("utf-8"), message="Grace's server saves")

    # Grace is let in where Ada is
    visit_server(people[1], binders[0], "lab", TEXT).shown()
    site = f"{binders[0].url}lite/"
    on_site = [visit(person, site, "notebooks", NOTEBOOK, room="r2") for person in people]
    meet(on_site)
    on_site[0].type_at_end("/* on the static site */")
    on_site[1].wait_text("/* on the static site */")
