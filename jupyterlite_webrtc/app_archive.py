# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Read the configuration files that are in an app archive, before a site's own are merged."""

import json
import tarfile
import zlib
from pathlib import Path
from typing import Any

from jupyterlite_core.constants import JUPYTERLITE_IPYNB, JUPYTERLITE_JSON

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


def read_config_files(archive: Path | None) -> dict[str, str]:
    """Read all configuration files.

    Parameters
    ----------
    archive
        An app archive. One that is absent or broken has no files: complaining is the business of
        those who unpack it.

    Returns
    -------
    dict
        What they hold, by path in the site.
    """
    files: dict[str, str] = {}
    if archive is None:
        return files
    try:
        with tarfile.open(archive, "r|gz") as tar:
            for member in tar:
                name = member.name.removeprefix(ROOT)
                if name.rpartition("/")[2] in {JUPYTERLITE_JSON, JUPYTERLITE_IPYNB}:
                    content = tar.extractfile(member)
                    text = content.read().decode() if content else "{}"
                    json.loads(text)
                    files[name] = text
    except (OSError, EOFError, ValueError, tarfile.TarError, zlib.error):
        return {}
    return files
