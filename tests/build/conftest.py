# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Sources of sites, and a wheel, for the tests of the build."""

import json
from pathlib import Path

import pytest

import distributions
from sites import REPOSITORY


def fill(lite_dir: Path) -> Path:
    """Put one notebook and one text file into a folder."""
    notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (lite_dir / "files").mkdir(parents=True)
    (lite_dir / "files" / "notebook.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (lite_dir / "files" / "text.txt").write_text("Hello\n", encoding="utf-8")
    return lite_dir


@pytest.fixture
def lite_dir(tmp_path: Path) -> Path:
    """Make the sources of a small site."""
    return fill(tmp_path / "a lité dir")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a wheel from the checkout, whose labextension is usually built already."""
    return distributions.build("wheel", REPOSITORY, tmp_path_factory.mktemp("wheel"))
