# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Build the sites that browser tests open, with the real ``jupyter lite build``."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

from sites import build_site

if TYPE_CHECKING:
    from pathlib import Path

#: our part of the settings, as the predecessor called it
PLUGIN = "@jupyterlite/webrtc-docprovider:plugin"

#: a text file of the test site
TEXT = "hello.txt"

#: its content
TEXT_CONTENT = "Hello world\nsecond line\n"

#: a notebook of the test site: a Markdown cell, and a code cell without id that runs
NOTEBOOK = "lesson/waves.ipynb"

#: its content; nbformat 4.4 has no cell ids, so that peers have to derive them
NOTEBOOK_CONTENT: dict[str, Any] = {
    "nbformat": 4,
    "nbformat_minor": 4,
    "metadata": {
        "kernelspec": {"name": "javascript", "display_name": "JavaScript"},
        "language_info": {"name": "javascript"},
    },
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Waves\n", "A first lesson."]},
        {
            "cell_type": "code",
            "metadata": {},
            "source": "const first = 1;",
            "execution_count": None,
            "outputs": [],
        },
        {"cell_type": "markdown", "metadata": {}, "source": "The end."},
    ],
}


def free_port() -> int:
    """Find a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def build_test_site(folder: Path, config: dict[str, Any], *arguments: str) -> Path:
    """Build a site with one text file and one notebook.

    Parameters
    ----------
    folder : pathlib.Path
        Where to put sources and output.
    config : dict
        ``jupyter-config-data`` of the site's own ``jupyter-lite.json``.
    *arguments : str
        More arguments of ``jupyter lite build``.

    Returns
    -------
    pathlib.Path
        The output.
    """
    write_test_site(folder, config)
    return build_site(folder, folder / "site", "--contents", "files", "--no-sourcemaps", *arguments)


def write_test_site(folder: Path, config: dict[str, Any]) -> None:
    """Put the test site's text file, notebook and configuration among the sources of a site.

    Parameters
    ----------
    folder : pathlib.Path
        The sources; what their ``jupyter-lite.json`` has already is kept.
    config : dict
        More ``jupyter-config-data`` for it.
    """
    files = folder / "files"
    (files / NOTEBOOK).parent.mkdir(parents=True)
    (files / TEXT).write_text(TEXT_CONTENT, encoding="utf-8")
    (files / NOTEBOOK).write_text(json.dumps(NOTEBOOK_CONTENT), encoding="utf-8")
    lite_json = folder / "jupyter-lite.json"
    lite: dict[str, Any] = {"jupyter-lite-schema-version": 0, "jupyter-config-data": {}}
    if lite_json.exists():
        lite = json.loads(lite_json.read_text(encoding="utf-8"))
    lite["jupyter-config-data"] |= {
        "exposeAppInBrowser": True,  # so that tests can ask for models
        **config,
    }
    lite_json.write_text(json.dumps(lite), encoding="utf-8")
