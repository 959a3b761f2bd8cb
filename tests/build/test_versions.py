# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The version, and other facts that stand in more than one file."""

import importlib.metadata
import json

import jupyterlite_webrtc
from jupyterlite_webrtc.constants import LABEXTENSION
from sites import REPOSITORY

PACKAGE = json.loads((REPOSITORY / "labextension-src" / "package.json").read_text(encoding="utf-8"))


def test_python_and_npm_agree_about_the_version() -> None:
    assert jupyterlite_webrtc.__version__ == PACKAGE["version"]


def test_the_installed_distribution_is_this_version() -> None:
    assert importlib.metadata.version("jupyterlite-webrtc") == jupyterlite_webrtc.__version__


def test_python_and_npm_agree_about_the_labextension() -> None:
    assert PACKAGE["name"] == LABEXTENSION
    assert PACKAGE["jupyterlab"]["outputDir"] == "../jupyterlite_webrtc/labextension"


def test_the_installed_labextension_is_this_version() -> None:
    built = REPOSITORY / "jupyterlite_webrtc" / "labextension" / "package.json"
    assert json.loads(built.read_text(encoding="utf-8"))["version"] == PACKAGE["version"]


def test_the_addon_is_registered_with_jupyterlite() -> None:
    (addon,) = importlib.metadata.entry_points(
        group="jupyterlite.addon.v0", name="jupyterlite-webrtc"
    )
    assert addon.load().__name__ == "WebRtcAddon"
