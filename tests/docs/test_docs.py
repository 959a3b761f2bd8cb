# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The docs build without a warning, and their reference names everything that there is."""

import json
import sys
from pathlib import Path

import pytest

from jupyterlite_webrtc.addon import WebRtcAddon
from jupyterlite_webrtc.config_schema import config_keys, other_names
from jupyterlite_webrtc.signaling.limits import SignalingLimits
from jupyterlite_webrtc.signaling.options import SignalingOptions
from sites import REPOSITORY, run, succeeded

# Sphinx takes long
pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the docs, as `doit docs` does."""
    folder = tmp_path_factory.mktemp("docs")
    command = ("-m", "sphinx", "--fail-on-warning", "--keep-going", "--fresh-env")
    doctrees = ("-d", str(folder / "doctrees"))
    source = str(REPOSITORY / "docs")
    succeeded(
        run(sys.executable, *command, *doctrees, source, str(folder / "html"), cwd=REPOSITORY)
    )
    return folder / "html"


def test_every_page_is_there(built: Path) -> None:
    pages = {
        path.relative_to(REPOSITORY / "docs").with_suffix(".html").as_posix()
        for path in (REPOSITORY / "docs").rglob("*.md")
        if not {"_build", "generated"} & set(path.parts)
    }
    assert {"index.html", "errors.html", "guide/quickstart.html"} < pages
    assert [page for page in sorted(pages) if not (built / page).is_file()] == []


def test_the_reference_names_every_key_option_and_setting(built: Path) -> None:
    page = (built / "guide" / "configuration.html").read_text(encoding="utf-8")
    settings = json.loads(
        (REPOSITORY / "labextension-src" / "schema" / "plugin.json").read_text(encoding="utf-8")
    )
    names = {
        *config_keys(),
        *other_names(),
        *WebRtcAddon.class_own_traits(config=True),
        *(f"--{alias}" for alias in (*WebRtcAddon.aliases, *WebRtcAddon.flags)),
        *settings["properties"],
    }
    assert [name for name in sorted(names) if f'<span class="pre">{name}</span>' not in page] == []
    page = (built / "guide" / "signaling.html").read_text(encoding="utf-8")
    for cls in (SignalingOptions, SignalingLimits):
        for name in cls.class_own_traits(config=True):
            assert f'<span class="pre">{cls.__name__}.{name}</span>' in page


def test_a_page_loads_nothing_from_elsewhere(built: Path) -> None:
    page = (built / "index.html").read_text(encoding="utf-8")
    assert 'src="http' not in page
    assert 'rel="stylesheet" href="http' not in page
