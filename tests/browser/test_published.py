# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The site that the workflow for GitHub Pages makes, where Pages puts it: over HTTPS, below `/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.absence import nothing_comes
from harness.jupyter import JupyterPage, visit
from harness.servers import ServerProcess
from harness.sites import NOTEBOOK, TEXT, free_port, write_test_site
from harness.static_host import static_host
from harness.stories import edit_text_together, pair, run_a_cell_together, work_with_a_guest
from harness.waiting import wait_until

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    from certificates import Certificate
    from harness.peers import Peers
    from pages_example import PagesExample

#: two projects of one user
PROJECTS = ("project", "other")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, pages_example: PagesExample) -> tuple[Path, int]:
    """Let the workflow build a site of somebody who has changed one line, and added files.

    Returns the site, and the port of its signaling server.
    """
    port = free_port()
    path = pages_example.publish(
        tmp_path_factory.mktemp("pages") / "repository",
        lambda folder: write_test_site(folder, {"webRtcIceServers": []}),
        JUPYTERLITE_WEBRTC_SIGNALING_URLS=f"wss://127.0.0.1:{port}",
    )
    return path, port


@pytest.fixture
def origin(
    site: tuple[Path, int], tmp_path: Path, certificate: Certificate, servers: ExitStack
) -> str:
    """Publish the site as two projects under one origin, and run its signaling server."""
    tls = ("--certfile", str(certificate.certfile), "--keyfile", str(certificate.keyfile))
    path, port = site
    servers.callback(ServerProcess("signaling", tls, port).kill)
    for project in PROJECTS:
        (tmp_path / project).symlink_to(path)
    return servers.enter_context(static_host(tmp_path, certificate))


@pytest.fixture
def site_url(origin: str) -> str:
    """Tell where one of the projects is."""
    return f"{origin}{PROJECTS[0]}/"


def test_two_people_write_one_text(peers: Peers, site_url: str) -> None:
    edit_text_together(*pair(peers, site_url, "lab", TEXT))


def test_two_people_run_the_cells_of_one_notebook(peers: Peers, site_url: str) -> None:
    run_a_cell_together(*pair(peers, site_url, "notebooks", NOTEBOOK))


def test_a_guest_opens_what_the_site_lacks(peers: Peers, site_url: str) -> None:
    work_with_a_guest(peers, site_url, "lab", "plan.txt")


def test_two_projects_of_one_user_share_no_room(peers: Peers, origin: str) -> None:
    ours, others = (f"{origin}{project}/" for project in PROJECTS)
    ada = visit(peers.new("Ada"), ours, "edit", TEXT, room="r1").shown()
    joan = visit(peers.new("Joan"), others, "edit", TEXT, room="r1").shown()
    # the same browser as Ada's, which has the other project open, too
    second = JupyterPage(peers.by_name("Ada").new_tab(), others)
    second.open("edit", TEXT, room="r1", username="Ada").shown()
    grace = visit(peers.new("Grace"), ours, "edit", TEXT, room="r1").shown()
    for page in (ada, grace, joan, second):
        page.wait_status("connected", 1)
    ada.type_at_end("<ours>")
    joan.type_at_end("<theirs>")
    grace.wait_text("<ours>")
    second.wait_text("<theirs>")

    def answer() -> None:
        grace.type_at_end("<Grace>")
        ada.wait_text("<ours>", "<Grace>")
        second.type_at_end("<second>")
        joan.wait_text("<theirs>", "<second>")

    nothing_comes(
        lambda: [
            page.text
            for page, foreign in (
                (ada, "<theirs>"),
                (grace, "<theirs>"),
                (joan, "<ours>"),
                (second, "<ours>"),
            )
            if foreign in page.text
        ],
        answer,
    )
    for page in (ada, grace, joan):
        page.wait_status("connected", 1)
    assert {ada.text.count("Hello world"), second.text.count("Hello world")} == {1}
    # what each keeps in the browser that has both open is its own, too
    wait_until(lambda: "<ours>" in ada.drive_text(TEXT), message="the save")
    assert "<ours>" not in second.drive_text(TEXT)
