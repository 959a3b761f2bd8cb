# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Only the configuration files of a site and its apps are looked at, whatever else lies in it."""

import json
from pathlib import Path
from typing import Any

import pytest

from jupyterlite_webrtc import built_site
from jupyterlite_webrtc.built_site import BuiltSite
from jupyterlite_webrtc.config_files import OurPart

#: a configuration that has something of ours
OURS = {"jupyter-config-data": {"collaborative": True}}


def site(folder: Path, package: Any) -> Path:
    """Write a site with an app, with documents, and with another site in it."""
    for name in ("", "lab", "files", "v1", "v1/lab"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "jupyter-lite.json").write_text(json.dumps(OURS), encoding="utf-8")
    (folder / "package.json").write_text(json.dumps(package), encoding="utf-8")
    return folder


def test_another_site_in_a_folder_of_a_site_and_its_documents_are_not_ours(tmp_path: Path) -> None:
    folder = site(tmp_path, {"jupyterlite": {"apps": ["lab", "repl"]}})
    built = BuiltSite.read(folder)
    assert built is not None
    assert {*built.parts} == {"jupyter-lite.json", "lab/jupyter-lite.json"}
    changed = built_site.patches(folder, lambda *_: OurPart())
    assert {*changed} == {folder / name for name in built.parts}


@pytest.mark.parametrize(
    "package", [None, [], {}, {"jupyterlite": "lab"}, {"jupyterlite": {"apps": "lab"}}]
)
def test_a_site_that_names_no_apps_has_those_of_jupyterlite(tmp_path: Path, package: Any) -> None:
    built = BuiltSite.read(site(tmp_path, package))
    assert built is not None
    assert {*built.parts} == {"jupyter-lite.json", "lab/jupyter-lite.json"}
