# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a site's sources and the command line say, as data: to build it clean, or on top of others.

Every state is a small site, whose whole tree is compared: no documents, whose times differ.
"""

import json
import shutil
import tarfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jupyterlite_core.constants import ALL_APP_ARCHIVES

from sites import lite, succeeded, tree

#: the places where a signaling URL can be given
PLACES = ("command line", "config", "environment", "json", "ipynb")


@dataclass(frozen=True)
class State:
    """Everything that a build depends on."""

    #: signaling URLs; ``None`` gives none, which is not the same as an empty list
    urls: tuple[str, ...] | None = None

    #: where they are given
    place: str = "command line"

    #: whether our addon does something
    enabled: bool = True

    #: the apps in the site
    apps: tuple[str, ...] = ("lab",)

    #: whether the site has source maps
    sourcemaps: bool = True

    #: the ``jupyter-config-data`` of the user's file for the root, as items
    own: tuple[tuple[str, Any], ...] = ()

    #: the same of the user's file for the app ``lab``
    own_lab: tuple[tuple[str, Any], ...] = ()

    #: more arguments of the command
    args: tuple[str, ...] = ()

    def but(self, **changes: Any) -> "State":
        """Make one that differs.

        Parameters
        ----------
        **changes
            New values by attribute.

        Returns
        -------
        State
            The other one.
        """
        return replace(self, **changes)


def write_sources(state: State, lite_dir: Path) -> None:
    """Make a site's sources what a state says, whatever they were.

    Parameters
    ----------
    state
        What they are to be.
    lite_dir
        Where they are; its other files and folders are left alone.
    """
    urls: dict[str, Any] = {}
    if state.urls is not None:
        urls = {"fullWebRtcSignalingUrls": list(state.urls)}
    config = {"WebRtcAddon": {"signaling_urls": list(state.urls or ())}}
    is_config = state.place == "config" and state.urls is not None
    _write(lite_dir / "jupyter_lite_config.json", config if is_config else None)
    data = dict(state.own) | (urls if state.place == "json" else {})
    _write(lite_dir / "jupyter-lite.json", {"jupyter-config-data": data} if data else None)
    data = dict(state.own_lab)
    _write(lite_dir / "lab/jupyter-lite.json", {"jupyter-config-data": data} if data else None)
    metadata = {"jupyter-lite": {"jupyter-config-data": urls}}
    notebook = {"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    _write(lite_dir / "jupyter-lite.ipynb", notebook if state.place == "ipynb" and urls else None)


def build_state(state: State, lite_dir: Path, *args: str, **env: str) -> str:
    """Build a site in what its output is by now.

    Parameters
    ----------
    state
        What to build.
    lite_dir
        The folder of the sources and of the output.
    *args
        More arguments.
    **env
        More variables.

    Returns
    -------
    str
        What the command said.
    """
    write_sources(state, lite_dir)
    for app in state.apps:
        args = ("--apps", app, *args)
    if not state.sourcemaps:
        args = ("--no-sourcemaps", *args)
    if not state.enabled:
        args = ("--no-webrtc", *args)
    if state.place == "command line":
        for url in state.urls or ():
            args = (*args, "--webrtc-signaling-url", url)
    if state.place == "environment" and state.urls:
        env["JUPYTERLITE_WEBRTC_SIGNALING_URLS"] = " ".join(state.urls)
    env.setdefault("JUPYTERLITE_APP_ARCHIVE", str(small_archive()))
    result = succeeded(lite("build", *state.args, *args, cwd=lite_dir, env=env))
    return result.stdout + result.stderr


@cache
def small_archive() -> Path:
    """Make an app archive without code, which is all that such sites have to be compared with.

    Returns
    -------
    pathlib.Path
        The archive.
    """
    small = Path(_folder.name) / "small-jupyterlite-app.tgz"
    with tarfile.open(ALL_APP_ARCHIVES[-1]) as whole, tarfile.open(small, "w:gz") as tar:
        for member in whole:
            is_code = member.name.startswith("package/build/") and "schemas" not in member.name
            if not is_code or member.name.endswith("bundle.js.map"):
                tar.addfile(member, whole.extractfile(member))
    return small


#: where the archive is, until the tests end
_folder = TemporaryDirectory()

#: trees of clean builds, which many tests compare theirs with
_clean_trees: dict[Any, dict[str, str]] = {}


def clean_tree(state: State, scratch: Path, **env: str) -> dict[str, str]:
    """Build a state where nothing was before, unless somebody did so already.

    Parameters
    ----------
    state
        What to build.
    scratch
        A folder that need not exist, and is removed afterwards.
    **env
        More variables.

    Returns
    -------
    dict
        As of `sites.tree`.
    """
    key = (repr(state), tuple(sorted(env.items())))
    if key not in _clean_trees:
        scratch.mkdir(parents=True)
        build_state(state, scratch, **env)
        _clean_trees[key] = tree(scratch / "_output")
        shutil.rmtree(scratch)
    return _clean_trees[key]


def _write(path: Path, document: Any) -> None:
    """Write a file, or remove it if there is no document."""
    if document is None:
        path.unlink(missing_ok=True)
    else:
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(document), encoding="utf-8")
