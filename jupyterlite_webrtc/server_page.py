# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Read the configuration out of a page of a Jupyter server. Pure."""

import json
from html.parser import HTMLParser
from typing import Any

from jupyterlite_core.constants import FEDERATED_EXTENSIONS

from . import config_schema
from .config_sources import SIGNALING_URLS

#: the id of the element that holds it, in pages of JupyterLab and of Notebook 7
CONFIG_ID = "jupyter-config-data"


class _Reader(HTMLParser):
    """Takes what is in one element."""

    def __init__(self) -> None:
        super().__init__()
        self.found = ""
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_inside = tag == "script" and ("id", CONFIG_ID) in attrs

    def handle_endtag(self, tag: str) -> None:
        self._is_inside &= tag != "script"

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.found += data


def config_in(page: bytes) -> dict[str, Any] | None:
    """Read the configuration of a page.

    Parameters
    ----------
    page
        The page.

    Returns
    -------
    dict or None
        With signaling URLs as they are written for a site at the root of the server. ``None`` if
        it has none, as a page that asks for a password.
    """
    reader = _Reader()
    reader.feed(page.decode("utf-8", "replace"))
    try:
        config = json.loads(reader.found)
    except ValueError:
        return None
    if not isinstance(config, dict) or FEDERATED_EXTENSIONS not in config:
        return None
    for key in (SIGNALING_URLS, *config_schema.other_names()):
        if isinstance(config.get(key), list):
            config[key] = [_as_written(url) for url in config[key]]
    return config


def _as_written(url: object) -> object:
    """Turn a path of the server into ``./x`` again."""
    return f".{url}" if isinstance(url, str) and url.startswith("/") else url
