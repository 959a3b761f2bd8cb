# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Read the configuration files of an app archive that is not JupyterLite's own.

It may be an archive of a site of ours. JupyterLite's own says nothing that is ours, and takes long
to read.
"""

import tarfile
import zlib
from pathlib import Path

from jupyterlite_core.constants import ALL_APP_ARCHIVES, PACKAGE_JSON

from .site_pages import FILES

#: what an npm package has around all of its files
ROOT = "package/"


def read(archive: Path | None) -> dict[str, bytes]:
    """Read what may be configuration files, and what names the apps.

    Parameters
    ----------
    archive
        An app archive. One that is absent or broken has no files: complaining is the business of
        those who unpack it.

    Returns
    -------
    dict
        What they hold, by path in the site; empty for JupyterLite's own archive.
    """
    contents: dict[str, bytes] = {}
    if archive is None or archive.resolve() in [path.resolve() for path in ALL_APP_ARCHIVES]:
        return contents
    try:
        with tarfile.open(archive, "r|gz") as tar:
            for member in tar:
                name = member.name.removeprefix(ROOT)
                if name == PACKAGE_JSON or name.rpartition("/")[2] in FILES:
                    content = tar.extractfile(member)
                    if content is not None:
                        contents[name] = content.read()
    except (OSError, EOFError, tarfile.TarError, zlib.error):
        return {}
    return contents
