# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""``jupyter lite check`` finds what a page would stumble over."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from jupyterlite_webrtc import site_checks, site_pages
from jupyterlite_webrtc.constants import LABEXTENSION, NEEDED_LABEXTENSIONS
from jupyterlite_webrtc.site_checks import Labextension
from sites import lite, succeeded

#: the frame that doit prints around what a task says about its failure
FRAME = re.compile(r"TaskFailed - taskid:check:\S+\n(.*?)\n\n", re.DOTALL)

NEEDED = [LABEXTENSION, *NEEDED_LABEXTENSIONS]


def entries(*names: str) -> dict[str, Any]:
    return {"federated_extensions": [{"name": name, "load": f"{name}.js"} for name in names]}


def mistakes(config: dict[str, Any], **found: Labextension) -> list[str]:
    """Check labextensions of which all are fine but those given."""

    def look_up(name: str, load: str) -> Labextension:
        assert load == f"{name}.js"
        version = "1.0.0" if name == LABEXTENSION else "5.9.1"
        return found.get(name.rpartition("/")[2].replace("-", "_"), Labextension(version, True))

    return site_checks.mistakes_in_labextensions(config, "1.0.0", look_up)


def test_a_good_site_passes(lite_dir: Path) -> None:
    args = ["--apps", "lab", "--webrtc-signaling-url", "./signaling"]
    result = succeeded(lite("check", *args, cwd=lite_dir))
    for name in ["file:jupyter-lite.json", "file:lab/jupyter-lite.ipynb", "labextensions:lab"]:
        assert f"check:jupyterlite-webrtc:validate:{name}" in result.stdout


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        (
            "lab/jupyter-lite.json",
            entries(LABEXTENSION),
            f"{LABEXTENSION}: federated_extensions has 2 entries for it",
        ),
    ],
)
def test_a_bad_site_gets_one_sentence(
    lite_dir: Path, name: str, data: dict[str, Any], sentence: str
) -> None:
    (lite_dir / name).parent.mkdir(exist_ok=True)
    (lite_dir / name).write_text(json.dumps({"jupyter-config-data": data}))
    args = ["--apps", "lab", "--ignore-contents", "nothing"]
    result = lite("check", *args, cwd=lite_dir)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    (said,) = FRAME.findall(result.stdout)
    assert sentence in said


def test_a_version_that_does_not_fit_is_named(lite_dir: Path) -> None:
    folder = lite_dir / "pinned"
    (folder / "static").mkdir(parents=True)
    (folder / "static" / "x.js").touch()
    name = "@jupyter/docprovider-extension"
    built = {"extension": "./extension", "load": "static/x.js"}
    package = {"name": name, "version": "4.0.0", "jupyterlab": {"_build": built}}
    (folder / "package.json").write_text(json.dumps(package))
    config = {"LiteBuildConfig": {"federated_extensions": ["pinned"]}}
    (lite_dir / "jupyter_lite_config.json").write_text(json.dumps(config))
    result = lite("check", "--ignore-sys-prefix", "--apps", "lab", cwd=lite_dir)
    assert result.returncode == 1
    sentence = f"{name}: version '4.0.0' doesn't work with {LABEXTENSION}, which needs 5.x"
    assert sentence in FRAME.findall(result.stdout)[0]
    # the build has said so, but it was made: somebody may know better
    assert sentence in result.stderr


def test_all_needed_and_each_once_is_fine() -> None:
    assert mistakes(entries(*NEEDED, "other")) == []


@pytest.mark.parametrize("name", NEEDED)
def test_each_needed_labextension_is_missed(name: str) -> None:
    (mistake,) = mistakes(entries(*(other for other in NEEDED if other != name)))
    assert mistake.startswith(f"{name}: federated_extensions has no entry for it")


def test_a_page_would_load_two_entries_twice() -> None:
    (mistake,) = mistakes(entries(*NEEDED, "other", "other"))
    assert mistake.startswith("other: federated_extensions has 2 entries")


def test_a_file_that_a_page_loads_must_be_there() -> None:
    (mistake,) = mistakes(entries(*NEEDED, "other"), other=Labextension("1", False))
    assert mistake.startswith("other: the file 'other.js' that a page loads is not in the site")


def test_ours_must_be_the_version_that_is_installed() -> None:
    (mistake,) = mistakes(entries(*NEEDED), webrtc_docprovider=Labextension("0.9.0", True))
    assert "version 0.9.0 is in the site, but 1.0.0 is installed" in mistake


@pytest.mark.parametrize("version", ["4.9.0", "6.0.0-alpha.1", "x"])
def test_needed_labextensions_must_be_compatible(version: str) -> None:
    (mistake,) = mistakes(entries(*NEEDED), docprovider_extension=Labextension(version, True))
    assert mistake.startswith(f"@jupyter/docprovider-extension: version '{version}' doesn't work")


def test_a_page_joins_its_files_as_jupyterlite_does() -> None:
    def config(**data: Any) -> dict[str, Any]:
        return {"jupyter-config-data": data}

    contents = {
        "jupyter-lite.ipynb": json.dumps({"metadata": {"jupyter-lite": config(a=1, b=1, c=1)}}),
        "jupyter-lite.json": json.dumps(config(b=2, c=2, disabledExtensions=["x"])),
        "lab/jupyter-lite.ipynb": "{broken",
        "lab/jupyter-lite.json": json.dumps(config(c=3, disabledExtensions=["y"])),
        "repl/jupyter-lite.json": json.dumps(config(a=4)),
    }
    assert site_pages.present(contents) == ["lab", "repl"]
    root = {"a": 1, "b": 2, "c": 2, "disabledExtensions": ["x"]}
    assert site_checks.page_config(contents) == root
    assert site_checks.page_config(contents, "lab") == {
        **root,
        "c": 3,
        "disabledExtensions": ["x", "y"],
    }


def test_who_serves_signaling_is_told_to_those_who_serve(lite_dir: Path) -> None:
    args = ["--apps", "lab", "--webrtc-signaling-url", "./signaling"]
    result = succeeded(lite("doit", *args, "--", "pre_serve", cwd=lite_dir))
    assert f"`jupyter lite-webrtc serve --output-dir {lite_dir / '_output'}`" in result.stderr
