# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a site's sources and the command line say, as data: to build it clean, or on top of others.

Every state is a small site, whose whole tree is compared: no documents, whose times differ.
"""

import json
import shutil
import sys
import tarfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jupyterlite_core.constants import ALL_APP_ARCHIVES

from labextension_doubles import make_wheel, wheel_name
from site_parts import Files, ours
from sites import Result, config_data, lite, succeeded, tree

#: digests by path, as of `sites.tree`
Tree = dict[str, str]

#: the places where a signaling URL can be given
PLACES = ("command line", "config", "environment", "json", "ipynb")

#: where core leaves files that it has copied from an environment which it is to ignore by now
LEFT_BY_CORE = "static/favicons/"

#: the labextension that a user may pin, and the version
PINNED, PINNED_VERSION = "@jupyter/docprovider-extension", "5.0.99"


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

    #: whether the user pins an own version of a labextension that ours needs
    pinned: bool = False

    #: whether its folder has Pyodide, for an addon that tells pages so
    pyodide: bool = False

    #: the interpreter of the environment that builds it
    python: Path = Path(sys.executable)

    #: more arguments of the command
    args: tuple[str, ...] = ()

    #: where the command runs, and doit remembers what it did, if not where the sources are
    cwd: Path | None = None

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
    config: dict[str, Any] = {}
    if state.place == "config" and state.urls is not None:
        config["WebRtcAddon"] = {"signaling_urls": list(state.urls)}
    if state.pinned:
        make_wheel(lite_dir, PINNED, PINNED_VERSION)
        config["LiteBuildConfig"] = {"federated_extensions": [wheel_name(PINNED_VERSION)]}
    _write(lite_dir / "jupyter_lite_config.json", config or None)
    pyodide = lite_dir / "static" / "pyodide" / "pyodide.mjs"
    if state.pyodide:
        pyodide.parent.mkdir(parents=True, exist_ok=True)
        pyodide.touch()
    else:
        shutil.rmtree(pyodide.parent, ignore_errors=True)
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
    result = succeeded(try_state(state, lite_dir, *args, **env))
    return result.stdout + result.stderr


def try_state(
    state: State, lite_dir: Path, *args: str, command: str = "build", **env: str
) -> Result:
    """Build a site, or do something else with it, whatever comes of it.

    Parameters
    ----------
    state, lite_dir, *args, **env
        As of `build_state`.
    command
        Which command of ``jupyter lite``. One that uses a site gets no options of ours.

    Returns
    -------
    subprocess.CompletedProcess
        As of `sites.lite`.
    """
    write_sources(state, lite_dir)
    for app in state.apps:
        args = ("--apps", app, *args)
    if not state.sourcemaps:
        args = ("--no-sourcemaps", *args)
    if command == "build":
        args = (*args, *_our_options(state))
    if state.place == "environment" and state.urls:
        env["JUPYTERLITE_WEBRTC_SIGNALING_URLS"] = " ".join(state.urls)
    env.setdefault("JUPYTERLITE_APP_ARCHIVE", str(small_archive()))
    if state.cwd is not None:
        args = ("--lite-dir", str(lite_dir), *args)
    return lite(
        command, *state.args, *args, cwd=state.cwd or lite_dir, env=env, python=state.python
    )


def _our_options(state: State) -> list[str]:
    """Say what a state asks for on the command line, of us."""
    options = [] if state.enabled else ["--no-webrtc"]
    if state.place == "command line":
        options += [f"--webrtc-signaling-url={url}" for url in state.urls or ()]
    return options


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

#: what clean builds made, which many tests compare theirs with
_clean_sites: dict[Any, "CleanSite"] = {}


@dataclass(frozen=True)
class CleanSite:
    """What was built where nothing was before."""

    #: as of `sites.tree`
    tree: Tree

    #: as of `sites.config_data`
    config: dict[str, Any]

    #: as of `site_parts.ours`
    ours: Files


def clean_tree(state: State, scratch: Path, **env: str) -> Tree:
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
    return clean_site(state, scratch, **env).tree


def clean_config(state: State, scratch: Path, **env: str) -> dict[str, Any]:
    """Read what a page is configured with where nothing was before.

    Parameters
    ----------
    state, scratch, **env
        As of `clean_tree`.

    Returns
    -------
    dict
        As of `sites.config_data`.
    """
    return clean_site(state, scratch, **env).config


def clean_site(state: State, scratch: Path, **env: str) -> CleanSite:
    """Build a state where nothing was before, unless somebody did so already.

    Parameters
    ----------
    state, scratch, **env
        As of `clean_tree`.

    Returns
    -------
    CleanSite
        What came out.
    """
    state = state.but(cwd=None)
    key = (repr(state), tuple(sorted(env.items())))
    if key not in _clean_sites:
        scratch.mkdir(parents=True)
        build_state(state, scratch, **env)
        site = scratch / "_output"
        _clean_sites[key] = CleanSite(tree(site), config_data(site), ours(site))
        shutil.rmtree(scratch)
    return _clean_sites[key]


def differences(here: Tree, there: Tree) -> dict[str, str]:
    """Name the files that differ, which is easier to read than two trees.

    Parameters
    ----------
    here, there
        As of `sites.tree`. What ``there`` lacks, and core is known to leave, is no difference.

    Returns
    -------
    dict
        ``other``, ``more`` or ``less`` by path.
    """
    return {
        name: "other" if name in here and name in there else "more" if name in here else "less"
        for name in {*here, *there}
        if here.get(name) != there.get(name)
        and not (name not in there and name.startswith(LEFT_BY_CORE))
    }


def _write(path: Path, document: Any) -> None:
    """Write a file, or remove it if there is no document."""
    if document is None:
        path.unlink(missing_ok=True)
    else:
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(document), encoding="utf-8")
