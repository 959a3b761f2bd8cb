# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Which configuration files the pages of a site read.

There is a page for each app. JupyterLite names the apps in the ``package.json`` of its archive,
which becomes that of the site's root, and each app is in the folder of its name. A page reads the
files of the root and of its app; files of these names elsewhere belong to the contents, or to
another site.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from jupyterlite_core.constants import JUPYTERLITE_IPYNB, JUPYTERLITE_JSON, PACKAGE_JSON

from . import config_files

#: the files of one folder, the one that prevails last
FILES = (JUPYTERLITE_IPYNB, JUPYTERLITE_JSON)

#: the apps of JupyterLite's own archive, which takes long to read
APPS = ("lab", "repl", "tree", "edit", "notebooks", "consoles")

#: the name of a folder that lies in the site, and nowhere else
_APP = re.compile(r"\w[\w.-]*")

#: gives what a file of a site holds, by its path there; None if it isn't there
Reader = Callable[[str], bytes | None]


def apps_of(package: bytes | None) -> tuple[str, ...]:
    """Name the apps that a site may have; some of them may have been left out of it.

    Parameters
    ----------
    package
        What the ``package.json`` of the site, or of the app archive, holds. One that is absent or
        says nothing of apps is as good as JupyterLite's own.

    Returns
    -------
    tuple of str
        The names of their folders.
    """
    try:
        document = config_files.parse(package or b"null")
    except ValueError:
        return APPS
    lite = document.get("jupyterlite") if isinstance(document, dict) else None
    apps = lite.get("apps") if isinstance(lite, dict) else None
    if not isinstance(apps, list):
        return APPS
    return tuple(app for app in apps if isinstance(app, str) and _APP.fullmatch(app))


def files_of(apps: Iterable[str]) -> list[str]:
    """Name the configuration files that the pages of some apps read.

    Parameters
    ----------
    apps
        The apps; without any, those of the root only.

    Returns
    -------
    list of str
        Paths in the site. Of those that one page reads, the one that prevails is last.
    """
    return [f"{folder}{name}" for folder in ("", *(f"{app}/" for app in apps)) for name in FILES]


def read(reader: Reader) -> dict[str, bytes]:
    """Read the configuration files that the pages of a site read.

    Parameters
    ----------
    reader
        Reads one.

    Returns
    -------
    dict
        What those hold that are there, by their paths in the site.
    """
    found = {name: reader(name) for name in files_of(apps_of(reader(PACKAGE_JSON)))}
    return {name: content for name, content in found.items() if content is not None}


def in_folder(folder: Path) -> Reader:
    """Make what reads the files of a site that is a folder.

    Parameters
    ----------
    folder
        The root of the site.

    Returns
    -------
    callable
        For `read`.
    """

    def reader(name: str) -> bytes | None:
        path = folder / name
        return path.read_bytes() if path.is_file() else None

    return reader


def present(names: Iterable[str]) -> list[str]:
    """Name the apps that are there.

    Parameters
    ----------
    names
        As of `files_of`, those that are there.

    Returns
    -------
    list of str
        The names of their folders, sorted.
    """
    return sorted({name.rpartition("/")[0] for name in names} - {""})
