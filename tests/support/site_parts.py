# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What of a built site is ours, and what is others': told by names, as the promise has them."""

import hashlib
import json
from pathlib import Path
from typing import Any

#: where the labextensions are that are there for our sake
FOLDERS = (
    "extensions/@jupyterlite/webrtc-docprovider/",
    "extensions/@jupyter/collaboration-extension/",
    "extensions/@jupyter/docprovider-extension/",
)

#: their names
NAMES = tuple(folder.removeprefix("extensions/").removesuffix("/") for folder in FOLDERS)

#: the beginnings of the names of plugins that we disable
PLUGINS = (*(f"{name}:" for name in NAMES), "@jupyterlite/services-extension:user-manager")

#: our keys of ``jupyter-config-data``
KEYS = (
    "collaborative",
    "fullWebRtcSignalingUrls",
    "signalingServers",
    "webRtcIceServers",
    "webRtcIceTransportPolicy",
    "webRtcRelay",
    "webRtcRoomPrefix",
)

#: the file in which core gathers the settings of all labextensions
SETTINGS = "build/schemas/all_federated.json"

#: what stands for each file, by path
Files = dict[str, Any]


def ours(site: Path) -> Files:
    """Find what is ours in a site.

    Parameters
    ----------
    site
        Its root.

    Returns
    -------
    dict
        Digests of files that are ours; of shared files, what of them is ours. Lists of which the
        order means nothing are sorted.
    """
    return _split(site)[0]


def others(site: Path) -> Files:
    """Find what is others' in a site.

    Parameters
    ----------
    site
        Its root.

    Returns
    -------
    dict
        Digests of files that are others'; of shared files, what they hold without what is ours.
        A list that holds nothing else is as good as none.
    """
    return _split(site)[1]


def take_out(data: dict[str, Any]) -> dict[str, Any]:
    """Take what is ours out of a ``jupyter-config-data``, and say what that was.

    Parameters
    ----------
    data
        Changed in place: a list that holds nothing else is taken out, too.

    Returns
    -------
    dict
        What was ours; no list of which nothing was.
    """
    taken = {key: data.pop(key) for key in KEYS if key in data}
    disabled = data.pop("disabledExtensions", [])
    entries = data.pop("federated_extensions", [])
    left = {
        "disabledExtensions": [each for each in disabled if not each.startswith(PLUGINS)],
        "federated_extensions": [each for each in entries if each["name"] not in NAMES],
    }
    data.update({key: value for key, value in left.items() if value})
    lists = {
        "disabledExtensions": sorted(each for each in disabled if each.startswith(PLUGINS)),
        "federated_extensions": [each for each in entries if each["name"] in NAMES],
    }
    return taken | {key: value for key, value in lists.items() if value}


def _split(site: Path) -> tuple[Files, Files]:
    """Tell what is ours from what is others'."""
    our_files: Files = {}
    other_files: Files = {}
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_dir():
            continue
        if name.startswith(FOLDERS):
            our_files[name] = _digest(path)
        elif name == SETTINGS:
            entries = sorted(json.loads(path.read_text("utf-8")), key=lambda entry: entry["id"])
            our_files[name] = [e for e in entries if e["id"].startswith(PLUGINS)]
            other_files[name] = [e for e in entries if not e["id"].startswith(PLUGINS)]
        elif path.name in {"jupyter-lite.json", "jupyter-lite.ipynb"}:
            document = json.loads(path.read_text("utf-8"))
            taken = take_out(_part(path.name, document))
            if taken:
                our_files[name] = taken
            other_files[name] = document
        else:
            other_files[name] = _digest(path)
    return our_files, other_files


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _part(name: str, document: dict[str, Any]) -> dict[str, Any]:
    """Find what is configured in a file."""
    part = document["metadata"].get("jupyter-lite") if name.endswith(".ipynb") else document
    data: dict[str, Any] = (part or {}).get("jupyter-config-data", {})
    return data
