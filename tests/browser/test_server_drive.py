# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A drive that people have in common, and what else writes to it: hooks, scripts (P13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.jupyter import wait_all_saved
from harness.jupyter_server import NOTEBOOK, TEXT, JupyterServer, pair, visit_server
from harness.waiting import wait_until

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    from harness.peers import Peers
    from harness.servers import ServerProcess

#: as in Jupyter's own documentation
STRIP_OUTPUTS = '''
def strip(model, **kwargs):
    """Leave out what the cells have printed."""
    if model["type"] == "notebook":
        for cell in model["content"]["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"] = []
                cell["execution_count"] = None

c.FileContentsManager.pre_save_hook = strip
'''


def names(root: Path) -> set[str]:
    """Name what is in the folder of the documents."""
    return {path.name for path in (root / TEXT).parent.iterdir() if path.is_file()}


@pytest.fixture
def stripping(
    server_python: Path,
    signaling: ServerProcess,
    root: Path,
    servers: ExitStack,
    tmp_path_factory: pytest.TempPathFactory,
) -> JupyterServer:
    """Start a server that leaves out of the file what the cells have printed."""
    config = tmp_path_factory.mktemp("config")
    (config / "jupyter_server_config.py").write_text(STRIP_OUTPUTS, encoding="utf-8")
    sharing = {"fullWebRtcSignalingUrls": [signaling.url], "webRtcIceServers": []}
    server = JupyterServer(server_python, root, {"collaborative": True, **sharing}, config)
    servers.callback(server.stop)
    return server


def test_where_a_hook_strips_outputs_everybody_keeps_them_and_nobody_gets_copies(
    peers: Peers, stripping: JupyterServer, root: Path
) -> None:
    before = names(root)
    ada, grace = pair(peers, stripping, "lab", NOTEBOOK, room="r1")
    for page in (ada, grace):
        page.wait_status("connected", 1)
    for page, other, name in ((ada, grace, "a"), (grace, ada, "g"), (ada, grace, "b")):
        page.insert_code_cell(f"print('{name}' * 3)")
        page.run_cell()
        other.wait_outputs(name * 3)
        wait_all_saved(ada, grace)
    for page in (ada, grace):
        for name in "agb":
            page.wait_outputs(name * 3)
    wait_until(
        lambda: "print('b' * 3)" in (root / NOTEBOOK).read_text("utf-8"), message="the last save"
    )
    assert "aaa" not in (root / NOTEBOOK).read_text("utf-8")
    assert names(root) == before


def test_ctrl_s_on_an_untouched_page_puts_nothing_old_over_what_a_script_wrote(
    peers: Peers, collaborative: JupyterServer, root: Path
) -> None:
    file = root / TEXT
    ada = visit_server(peers.new("Ada"), collaborative, "lab", TEXT).shown()
    wait_all_saved(ada)
    file.write_text("written by a script\n", encoding="utf-8")
    ada.page.keyboard.press("Control+s")
    question = ada.page.locator(".jp-Dialog", has_text="has changed on disk")
    # it may have been taken in before
    wait_until(lambda: question.count() or "script" in ada.text, message="Jupyter's question")
    ada.wait_text("written by a script")
    assert file.read_text("utf-8") == "written by a script\n"
    assert names(root) == {"hello.txt", "waves.ipynb"}
