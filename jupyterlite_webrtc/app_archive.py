# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Read the configuration files that are in an app archive, before a site's own are merged."""

import json
import tarfile
import zlib
from pathlib import Path
from typing import Any

from jupyterlite_core.constants import JUPYTERLITE_IPYNB, JUPYTERLITE_JSON

from .config_files import part_of

#: what an npm package has around all of its files
ROOT = "package/"


def identity(archive: Path | None) -> list[Any]:
    """Tell archives apart without reading them.

    Parameters
    ----------
    archive
        The file, which need not exist.

    Returns
    -------
    list
        JSON that changes when the file is replaced.
    """
    if archive is None or not archive.is_file():
        return []
    stat = archive.stat()
    return [str(archive.resolve()), stat.st_size, stat.st_mtime_ns]


def read_parts(archive: Path | None) -> dict[str, dict[str, Any]]:
    """Read the parts of all configuration files that matter.

    Parameters
    ----------
    archive
        An app archive. One that is absent or broken has no parts: complaining is the business of
        those who unpack it.

    Returns
    -------
    dict
        Parts (see `config_files`) by path in the site.
    """
    parts: dict[str, dict[str, Any]] = {}
    if archive is None:
        return parts
    try:
        with tarfile.open(archive, "r|gz") as tar:
            for member in tar:
                name = member.name.removeprefix(ROOT)
                if name.rpartition("/")[2] in {JUPYTERLITE_JSON, JUPYTERLITE_IPYNB}:
                    content = tar.extractfile(member)
                    parts[name] = part_of(name, json.load(content) if content else {})
    except (OSError, EOFError, ValueError, tarfile.TarError, zlib.error):
        return {}
    return parts
