# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What kernels and other programs write to the file of a shared document (P13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.jupyter import visit, wait_all_saved
from harness.sites import TEXT

if TYPE_CHECKING:
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")


@pytest.mark.parametrize("app", ["lab", "edit"])
def test_what_a_program_writes_to_a_shared_file_is_shown_to_everybody(
    app: str, peers: Peers, site_url: str
) -> None:
    ada, grace = (
        visit(peers.new(name), site_url, app, TEXT, room="r1").shown() for name in ("Ada", "Grace")
    )
    for page in (ada, grace):
        page.wait_status("connected", 1)
    wait_all_saved(ada, grace)
    # as a kernel does in JupyterLite: `open('hello.txt', 'a')` ends in the same drive
    ada.page.evaluate(
        """async path => {
            const { contents } = jupyterapp.serviceManager;
            const model = await contents.get(path, { content: true });
            await contents.save(path, { ...model, content: model.content + '<kernel>' });
        }""",
        TEXT,
    )
    for page in (ada, grace):
        page.wait_text("Hello world", "<kernel>")
    grace.type_at_end("<grace>")
    for page in (ada, grace):
        page.wait_text("Hello world", "<kernel>", "<grace>")
    wait_all_saved(ada, grace)
    assert ada.drive_text(TEXT) == grace.drive_text(TEXT) == ada.text
