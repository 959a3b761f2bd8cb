# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Sources of sites for the tests of the build."""

import json
from pathlib import Path

import pytest


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
