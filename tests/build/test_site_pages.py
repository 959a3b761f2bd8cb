# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Only files that a page of the site reads count, for the build and for its check."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from jupyterlite_core.constants import ALL_APP_ARCHIVES

from jupyterlite_webrtc import site_pages
from site_states import small_archive
from sites import Result, lite, succeeded

#: what no page could work with
BAD: dict[str, Any] = {"fullWebRtcSignalingUrls": [1, "http://x"]}


def config(data: Any) -> str:
    return json.dumps({"jupyter-config-data": data})


def notebook(data: Any) -> str:
    metadata = {"jupyter-lite": {"jupyter-config-data": data}}
    return json.dumps({"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def write(lite_dir: Path, name: str, text: str) -> None:
    (lite_dir / name).parent.mkdir(exist_ok=True)
    (lite_dir / name).write_text(text, encoding="utf-8")


def run_lite(command: str, lite_dir: Path, *args: str) -> Result:
    env = {"JUPYTERLITE_APP_ARCHIVE": str(small_archive())}
    return lite(command, *args, cwd=lite_dir, env=env)


@pytest.mark.parametrize("name", ["jupyter-lite.ipynb", "lab/jupyter-lite.ipynb"])
def test_a_notebook_that_configures_is_validated(lite_dir: Path, name: str) -> None:
    write(lite_dir, name, notebook(BAD))
    result = run_lite("build", lite_dir)
    assert result.returncode == 1, result.stdout + result.stderr
    for value in ("1", "'http://x'"):
        sentence = f"fullWebRtcSignalingUrls in {name}: {value} is not a signaling URL"
        assert sentence in result.stdout


@pytest.mark.parametrize("data", [{"federated_extensions": None}, {"disabledExtensions": [{}]}])
def test_a_list_that_is_none_is_refused(lite_dir: Path, data: dict[str, Any]) -> None:
    write(lite_dir, "lab/jupyter-lite.json", config(data))
    result = run_lite("build", lite_dir)
    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{next(iter(data))} in lab/jupyter-lite.json: " in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_what_no_page_reads_neither_stops_a_build_nor_fails_its_check(lite_dir: Path) -> None:
    write(lite_dir, "examples/jupyter-lite.json", '// an example\n{"jupyter-config-data": {}}')
    write(lite_dir, "files/jupyter-lite.json", config(BAD))
    # the output of another day, and an app that this site doesn't have
    write(lite_dir, "public/jupyter-lite.json", config({"collaborative": False, **BAD}))
    write(lite_dir, "repl/jupyter-lite.json", config(BAD))
    for command in ("build", "build", "check"):
        result = succeeded(run_lite(command, lite_dir, "--apps", "lab"))
        for name in ("examples", "files", "public", "repl"):
            assert f"in {name}/jupyter-lite.json" not in result.stdout + result.stderr


def test_the_apps_are_those_of_the_archive_that_is_built_with(
    lite_dir: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "custom.tgz"
    with tarfile.open(small_archive()) as whole, tarfile.open(archive, "w:gz") as tar:
        for member in whole:
            content = whole.extractfile(member)
            member.name = member.name.replace("package/repl", "package/own")
            if member.name == "package/package.json":
                (tmp_path / "package.json").write_text('{"jupyterlite": {"apps": ["lab", "own"]}}')
                tar.add(tmp_path / "package.json", member.name)
            else:
                tar.addfile(member, content)
    write(lite_dir, "own/jupyter-lite.json", config(BAD))
    result = lite("build", "--app-archive", archive, cwd=lite_dir)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "in own/jupyter-lite.json: 1 is not a signaling URL" in result.stdout


def test_the_apps_of_jupyterlite_are_known() -> None:
    with tarfile.open(ALL_APP_ARCHIVES[-1]) as tar:
        package = tar.extractfile("package/package.json")
        assert package is not None
        content = package.read()
    assert {*json.loads(content)["jupyterlite"]["apps"]} == {*site_pages.APPS}
    assert {*site_pages.apps_of(content)} == {*site_pages.APPS}


def test_an_app_is_a_folder_of_the_site() -> None:
    names = ["lab", "..", "../x", "a/b", "/etc", "http://x", "", ".git", "a\n", 1, None, "ünd"]
    package = json.dumps({"jupyterlite": {"apps": names}}).encode()
    assert site_pages.apps_of(package) == ("lab", "ünd")


def test_a_page_reads_the_root_and_its_app_and_the_last_prevails() -> None:
    root = ["jupyter-lite.ipynb", "jupyter-lite.json"]
    assert site_pages.files_of([]) == root
    assert site_pages.files_of(["lab"]) == [*root, *(f"lab/{name}" for name in root)]
