# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Sources of sites for the tests of the build."""

import inspect
import json
import os
from importlib.metadata import version
from pathlib import Path

import pytest

import neighbour
from environments import Environment
from jupyterlite_webrtc.constants import LABEXTENSION, NEEDED_LABEXTENSIONS
from labextension_doubles import make_labextension

#: what people install beside us: kernels, a link to a document, a theme, a language. The JavaScript
#: kernel is there already, for examples; that of Pyodide goes with core's version; xeus builds no
#: site without packages of conda-forge
CROWD = (
    f"jupyterlite-pyodide-kernel<={version('jupyterlite-core')}",
    "pkginfo",
    "jupyterlab-open-url-parameter",
    "jupyterlab-night",
    "jupyterlab-language-pack-fr-FR",
)


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
def plain(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Make an environment with no labextensions but those that ours needs.

    It has an addon of somebody else, as do those below.
    """
    return _with_neighbour(tmp_path_factory, "plain")


@pytest.fixture(scope="session")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Make one with another version of our labextension, whose files have other hashes."""
    environment = _with_neighbour(tmp_path_factory, "upgraded")
    labextension = environment.own_package() / "labextension"
    (entry,) = (labextension / "static").glob("remoteEntry.*.js")
    entry.rename(entry.with_name("remoteEntry.renamed.js"))
    metadata = labextension / "package.json"
    metadata.write_text(metadata.read_text().replace(entry.name, "remoteEntry.renamed.js"))
    return environment


@pytest.fixture(scope="session")
def outdated(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Make one that has an older version of our labextension in ``share/``, too."""
    environment = _with_neighbour(tmp_path_factory, "outdated")
    make_labextension(environment.share / LABEXTENSION, LABEXTENSION, "0.0.1")
    return environment


@pytest.fixture(scope="session")
def lacking(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Make one that lacks a package that ours needs."""
    folder = tmp_path_factory.mktemp("environment") / "lacking"
    name = "@jupyter/docprovider-extension"
    others = [needed for needed in NEEDED_LABEXTENSIONS if needed != name]
    return Environment(folder, without=["jupyter_docprovider"], labextensions=others)


@pytest.fixture(scope="session")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Make one with real addons of others, from the package index."""
    names = (*NEEDED_LABEXTENSIONS, "@jupyterlite/javascript-kernel")
    folder = tmp_path_factory.mktemp("environment") / "crowded"
    environment = Environment(folder, labextensions=names)
    environment.install(*CROWD)
    return environment


@pytest.fixture(scope="session")
def builders(request: pytest.FixtureRequest) -> list[Path]:
    """List the interpreters that may build a site: half of them among a crowd, if asked for."""
    names = ["plain", "plain", "upgraded", "outdated"]
    if "WEBRTC_TEST_CROWD" in os.environ:
        names += ["crowded"] * len(names)
    environments: list[Environment] = [request.getfixturevalue(name) for name in names]
    return [environment.python for environment in environments]


def _with_neighbour(tmp_path_factory: pytest.TempPathFactory, name: str) -> Environment:
    """Make an environment that has an addon of somebody else."""
    environment = Environment(tmp_path_factory.mktemp("environment") / name)
    environment.add_module("a_neighbour", inspect.getsource(neighbour))
    return environment
