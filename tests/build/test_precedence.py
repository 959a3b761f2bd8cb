# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Which of several signaling URLs a built site gets."""

import itertools
import json
from pathlib import Path

import pytest

from sites import config_data, lite, succeeded

# each is a build or two; test_site_config.py has the rule itself
pytestmark = pytest.mark.thorough

#: where a URL can be given, the place that prevails first
PLACES = ["command-line", "config", "environment", "json", "ipynb"]


def build_with(lite_dir: Path, places: list[str]) -> str:
    """Build with a URL in each of some places that names the place, and return the log."""
    args, env = [], {}
    for place in places:
        url = f"wss://{place}.example.org"
        site_config = {"jupyter-config-data": {"fullWebRtcSignalingUrls": [url]}}
        if place == "command-line":
            args += ["--webrtc-signaling-url", url]
        elif place == "config":
            addon_config = {"WebRtcAddon": {"signaling_urls": [url]}}
            (lite_dir / "jupyter_lite_config.json").write_text(json.dumps(addon_config))
        elif place == "environment":
            env["JUPYTERLITE_WEBRTC_SIGNALING_URLS"] = url
        elif place == "json":
            (lite_dir / "jupyter-lite.json").write_text(json.dumps(site_config))
        elif place == "ipynb":
            notebook = {
                "cells": [],
                "metadata": {"jupyter-lite": site_config},
                "nbformat": 4,
                "nbformat_minor": 5,
            }
            (lite_dir / "jupyter-lite.ipynb").write_text(json.dumps(notebook))
    return succeeded(lite("build", *args, cwd=lite_dir, env=env)).stderr


@pytest.mark.parametrize("place", PLACES)
def test_a_url_can_be_given_in_each_place(lite_dir: Path, place: str) -> None:
    log = build_with(lite_dir, [place])
    urls = config_data(lite_dir / "_output")["fullWebRtcSignalingUrls"]
    assert urls == [f"wss://{place}.example.org"]
    assert "WARNING" not in log


@pytest.mark.parametrize(("higher", "lower"), list(itertools.pairwise(PLACES)))
def test_a_place_prevails_over_the_next_one(lite_dir: Path, higher: str, lower: str) -> None:
    log = build_with(lite_dir, [higher, lower])
    urls = config_data(lite_dir / "_output")["fullWebRtcSignalingUrls"]
    assert urls == [f"wss://{higher}.example.org"]
    if (higher, lower) == ("command-line", "config"):
        # both are the trait: traitlets replaces the one by the other before we see it
        return
    assert f"overrides ['wss://{lower}.example.org']" in log


def test_several_urls_in_the_environment_are_separated_by_whitespace(lite_dir: Path) -> None:
    env = {"JUPYTERLITE_WEBRTC_SIGNALING_URLS": " wss://a.example.org\n./b  "}
    succeeded(lite("build", cwd=lite_dir, env=env))
    urls = config_data(lite_dir / "_output")["fullWebRtcSignalingUrls"]
    assert urls == ["wss://a.example.org", "./b"]


def test_the_sites_own_url_counts_again_once_the_other_is_gone(lite_dir: Path) -> None:
    build_with(lite_dir, ["environment", "json"])
    build_with(lite_dir, ["json"])
    urls = config_data(lite_dir / "_output")["fullWebRtcSignalingUrls"]
    assert urls == ["wss://json.example.org"]
