# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Read the configuration files of an app archive that is not JupyterLite's own.

It may be an archive of a site of ours. JupyterLite's own says nothing that is ours, and takes long
to read.
"""

import json
import tarfile
import zlib
from pathlib import Path
from typing import Any

from jupyterlite_core.constants import ALL_APP_ARCHIVES, JUPYTERLITE_IPYNB, JUPYTERLITE_JSON

from . import config_files

#: what an npm package has around all of its files
ROOT = "package/"


def read_parts(archive: Path | None) -> dict[str, dict[str, Any]]:
    """Read the parts of all configuration files that matter.

    Parameters
    ----------
    archive
        An app archive. One that is absent or broken has no files: complaining is the business of
        those who unpack it.

    Returns
    -------
    dict
        As of `config_files.part_of`, by path in the site; empty for JupyterLite's own archive.
    """
    parts: dict[str, dict[str, Any]] = {}
    if archive is None or archive.resolve() in [path.resolve() for path in ALL_APP_ARCHIVES]:
        return parts
    try:
        with tarfile.open(archive, "r|gz") as tar:
            for member in tar:
                name = member.name.removeprefix(ROOT)
                if name.rpartition("/")[2] in {JUPYTERLITE_JSON, JUPYTERLITE_IPYNB}:
                    content = tar.extractfile(member)
                    if content is not None:
                        parts[name] = config_files.part_of(name, json.loads(content.read()))
    except (OSError, EOFError, ValueError, tarfile.TarError, zlib.error):
        return {}
    return parts
