# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Sites bring the packages that pages share: none that we are tested with is newer than theirs.

A newer one has functions that theirs lacks, and faults mended that theirs has.
"""

from __future__ import annotations

import json
import re
import tarfile
from functools import cache

import pytest
from jupyterlite_core.constants import ALL_APP_ARCHIVES
from packaging.version import Version

from sites import REPOSITORY

#: our sources
SOURCES = REPOSITORY / "labextension-src"

#: what documents are made of: each of its fixes counts
SHARED_MODELS = ("yjs", "@jupyter/ydoc")

#: of whose packages a minor version is a promise about what they offer
FRAMEWORKS = ("@jupyterlab/", "@lumino/", "react")


@cache
def of_sites() -> dict[str, Version]:
    """Find the packages that JupyterLite's pages share, with their versions."""
    with tarfile.open(ALL_APP_ARCHIVES[-1]) as tar:
        bundle = tar.extractfile("package/build/lab/bundle.js")
        assert bundle
        text = bundle.read().decode()
    pairs = re.findall(r'name:"([^"]+)",version:"([^"]+)"', text)
    return {name: Version(version) for name, version in pairs}


@cache
def of_tests() -> dict[str, Version]:
    """Find the packages that our tests and types are of, with their versions."""
    lock = (SOURCES / "yarn.lock").read_text(encoding="utf-8")
    pairs = re.findall(r'^  resolution: "(.+?)@npm:([^"]+)"$', lock, re.MULTILINE)
    dependencies = json.loads((SOURCES / "package.json").read_text(encoding="utf-8"))[
        "dependencies"
    ]
    versions = {name: Version(version) for name, version in pairs if name in dependencies}
    assert set(SHARED_MODELS) <= set(versions)
    return versions


@pytest.mark.parametrize("name", SHARED_MODELS)
def test_no_shared_model_is_newer_than_what_sites_have(name: str) -> None:
    assert of_tests()[name] <= of_sites()[name]


def test_no_package_of_jupyter_offers_more_than_what_sites_have() -> None:
    ours, theirs = of_tests(), of_sites()
    shared = [name for name in ours if name in theirs and name.startswith(FRAMEWORKS)]
    assert shared
    newer = [name for name in shared if ours[name].release[:2] > theirs[name].release[:2]]
    assert not newer
