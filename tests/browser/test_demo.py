# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The demo, as two people see it who open its links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.jupyter import JupyterPage
from harness.servers import URL, ServerProcess
from harness.waiting import wait_until

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    from harness.peers import Peers


def test_two_people_meet_by_the_links_of_the_demo(
    peers: Peers, servers: ExitStack, tmp_path: Path
) -> None:
    demo = ServerProcess("demo", ["--no-browser", "--dir", str(tmp_path)])
    servers.callback(demo.kill)
    wait_until(lambda: len(URL.findall(demo.output)) == 2, message="two links")
    pages = []
    for name, url in zip(("Ada", "Grace"), URL.findall(demo.output), strict=True):
        person = peers.new(name)
        person.open(url)
        pages.append(JupyterPage(person.page, demo.url).shown())
    ada, grace = pages
    for page in pages:
        page.wait_status("connected", 1)
    ada.type_at_end("\n// Ada was here")
    wait_until(lambda: "// Ada was here" in grace.text, message="what Ada typed at Grace's")
    assert grace.text == ada.text
