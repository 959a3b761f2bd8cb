# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""An archive of a site is reproducible, and a site of its own when it is built from."""

import tarfile
from pathlib import Path

import pytest
from jupyterlite_core.constants import ALL_APP_ARCHIVES

from jupyterlite_webrtc import app_archive
from site_states import State, build_state, small_archive, write_sources
from sites import config_data, lite, succeeded, tree

#: the time that everything in an archive is from: the first of January 2020
EPOCH = "1577836800"

STATE = State(urls=("wss://a.example.org",), place="json", own=(("collaborative", False),))


def archive(folder: Path, builds_before: int) -> Path:
    """Make an archive of the same sources, after some builds."""
    lite_dir = folder / "site"
    (lite_dir / "files").mkdir(parents=True)
    (lite_dir / "files" / "text.txt").write_text("Hello\n")
    env = {"SOURCE_DATE_EPOCH": EPOCH, "JUPYTERLITE_APP_ARCHIVE": str(small_archive())}
    write_sources(STATE, lite_dir)
    for _ in range(builds_before):
        build_state(STATE, lite_dir, **env)
    succeeded(lite("archive", "--apps", "lab", cwd=lite_dir, env=env))
    return lite_dir / "_output" / "site-jupyterlite.tgz"


def test_two_archives_of_the_same_sources_are_identical(tmp_path: Path) -> None:
    one, two = archive(tmp_path / "one", 0), archive(tmp_path / "two", 2)
    assert one.read_bytes() == two.read_bytes()


def test_a_site_from_an_archive_keeps_its_configuration(tmp_path: Path) -> None:
    made = archive(tmp_path / "archive", 0)
    lite_dir = tmp_path / "site"
    lite_dir.mkdir()
    env = {"JUPYTERLITE_APP_ARCHIVE": str(made)}
    build_state(State(), lite_dir, **env)
    told = succeeded(lite("status", cwd=lite_dir, env=env)).stdout
    assert "(fullWebRtcSignalingUrls in the app archive)" in told
    data = config_data(lite_dir / "_output")
    assert data["fullWebRtcSignalingUrls"] == ["wss://a.example.org"]
    assert data["collaborative"] is False
    other = State(urls=("wss://b.example.org",))
    build_state(other, lite_dir, **env)
    assert config_data(lite_dir / "_output")["fullWebRtcSignalingUrls"] == ["wss://b.example.org"]
    before = tree(lite_dir / "_output")
    build_state(State(), lite_dir, **env)
    build_state(other, lite_dir, **env)
    assert tree(lite_dir / "_output") == before


def test_the_archive_of_jupyterlite_is_not_read_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tarfile, "open", lambda *_, **__: pytest.fail("it is 16 MB"))
    for path in ALL_APP_ARCHIVES:
        assert app_archive.read(path) == {}


def test_a_site_from_an_archive_can_be_switched_off(tmp_path: Path) -> None:
    made = archive(tmp_path / "archive", 0)
    lite_dir = tmp_path / "site"
    lite_dir.mkdir()
    build_state(State(enabled=False), lite_dir, JUPYTERLITE_APP_ARCHIVE=str(made))
    data = config_data(lite_dir / "_output")
    assert not {"collaborative", "fullWebRtcSignalingUrls", "disabledExtensions"} & data.keys()


def test_an_archive_that_is_replaced_is_read_again(tmp_path: Path) -> None:
    made = archive(tmp_path / "archive", 0)
    lite_dir = tmp_path / "site"
    lite_dir.mkdir()
    build_state(State(), lite_dir, JUPYTERLITE_APP_ARCHIVE=str(made))
    build_state(State(), lite_dir)
    assert "fullWebRtcSignalingUrls" not in config_data(lite_dir / "_output")
