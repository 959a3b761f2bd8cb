# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Documents can be shared whatever JupyterLite lets them be called."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from harness.jupyter import visit
from harness.sharing import join, newcomer, share
from harness.sites import NOTEBOOK_CONTENT, write_test_site
from harness.waiting import wait_until
from sites import build_site

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import ServeSite
    from harness.peers import Peers
    from harness.servers import ServerProcess

#: JupyterLite finds no file with a colon that a site ships beside its folders
FOLDER = "Woche 1"

#: as people write it who don't use macOS; JupyterLite opens no file with a percent sign
NAME = unicodedata.normalize("NFC", "Teil 1: Übung .ipynb")

PATH = f"{FOLDER}/{NAME}"


def retyped(link: str) -> str:
    """Write an accent of a link as two characters, and encode all of it twice too often."""
    parts = urlsplit(link)
    (path,) = parse_qs(parts.query)["path"]
    other = unicodedata.normalize("NFD", path)
    assert other != path
    return parts._replace(query=urlencode({"path": quote(quote(other))})).geturl()


@pytest.mark.parametrize("app", ["lab", "notebooks"])
def test_a_notebook_of_any_name_is_shared_by_a_link_however_that_is_typed(
    peers: Peers, serve_site: ServeSite, signaling: ServerProcess, tmp_path: Path, app: str
) -> None:
    write_test_site(tmp_path, {"webRtcIceServers": []})
    notebook = tmp_path / "files" / FOLDER / NAME
    notebook.parent.mkdir()
    notebook.write_text(json.dumps(NOTEBOOK_CONTENT), encoding="utf-8")
    options = ("--contents", "files", "--no-sourcemaps", "--webrtc-signaling-url", signaling.url)
    url = serve_site(build_site(tmp_path, tmp_path / "site", *options))

    ada = visit(newcomer(peers, "Ada"), url, app, PATH).shown()
    ada.wait_current(PATH)
    link = share(ada)
    grace = join(newcomer(peers, "Grace"), retyped(link)).shown()
    for page in (ada, grace):
        page.wait_status("connected", 1)
    grace.type_at_end("// of Grace")
    ada.wait_content("// of Grace")
    ada.type_at_end(", and of Ada")
    grace.wait_content("// of Grace, and of Ada")
    for page in (ada, grace):
        page.wait_saved(PATH, "of Grace, and of Ada")
        page.wait_current(PATH)
        assert page.files(FOLDER) == {NAME}
    if app == "lab":
        return  # which restores no document that was renamed since it saved its layout
    grace.page.reload()
    grace.shown().wait_status("connected", 1)
    wait_until(lambda: grace.sources == ada.sources, message="the same at both")
    assert grace.files(FOLDER) == {NAME}
