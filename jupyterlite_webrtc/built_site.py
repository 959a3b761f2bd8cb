# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Our part of a site that is built: what of it is ours, read from its files and put into them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from jupyterlite_core.constants import (
    JSON_FMT,
    JUPYTERLITE_IPYNB,
    JUPYTERLITE_JSON,
    PACKAGE_JSON,
    UTF8,
)

from . import config_files, labextensions
from .config_files import OurPart
from .constants import DISABLED_PLUGINS, LABEXTENSIONS


@dataclass(frozen=True)
class BuiltSite:
    """All that is ours in a site, to have it back after somebody else has built in it."""

    #: what is ours in each configuration file, by its path in the site
    parts: Mapping[str, OurPart]

    #: the labextensions that we bring: their files by path, none where it isn't there
    trees: Mapping[str, labextensions.Tree]

    @classmethod
    def read(cls, output_dir: Path) -> "BuiltSite | None":
        """Find what is ours.

        Parameters
        ----------
        output_dir
            The root of the site.

        Returns
        -------
        BuiltSite or None
            None if nothing was built there.
        """
        if not (output_dir / JUPYTERLITE_JSON).is_file():
            return None
        parts = {
            name: OurPart.of(config_files.data_of(config_files.part_of(name, document)))
            for name, document in _documents(output_dir).items()
        }
        trees = {
            name: labextensions.read(labextensions.in_site(name, output_dir))
            for name in LABEXTENSIONS
        }
        return cls(parts, trees)

    def part(self, name: str) -> OurPart:
        """Say what is ours in a configuration file.

        Parameters
        ----------
        name
            Its path in the site; nothing is ours in a file that was not there.
        """
        return self.parts.get(name, OurPart())

    @property
    def is_on(self) -> bool:
        """Whether the site was built with us: plugins that ours replace are disabled then."""
        return {*self.part(JUPYTERLITE_JSON).disabled} == {*DISABLED_PLUGINS}


def patches(output_dir: Path, part: Callable[[str, Mapping[str, Any]], OurPart]) -> dict[Path, str]:
    """Find what has to be written so that our part of a site is as it should be.

    Parameters
    ----------
    output_dir
        The root of the site.
    part
        Called with the path of a configuration file in the site and its ``jupyter-config-data``,
        says what is to be ours in it.

    Returns
    -------
    dict
        The new texts of files; those that are as they should be are left out.
    """
    texts = {}
    for name, document in _documents(output_dir).items():
        data = config_files.data_of(config_files.part_of(name, document))
        changed = part(name, data).put_into(data)
        if changed != data:
            whole = config_files.with_data(name, document, changed)
            texts[output_dir / name] = json.dumps(whole, **cast("Any", JSON_FMT))
    return texts


def _documents(output_dir: Path) -> dict[str, dict[str, Any]]:
    """Read the configuration files of the root and of all apps, by path; broken ones are nobody's.

    Files of such a name elsewhere belong to the contents, or to another site in a folder of this.
    """
    found = {}
    for name in (JUPYTERLITE_JSON, JUPYTERLITE_IPYNB):
        for folder in (output_dir, *(output_dir / app for app in _apps(output_dir))):
            path = folder / name
            document = _read(path)
            if document is not None:
                found[path.relative_to(output_dir).as_posix()] = document
    return found


def _apps(output_dir: Path) -> list[str]:
    """List the apps that a site may have, from where JupyterLite itself takes them."""
    lite = (_read(output_dir / PACKAGE_JSON) or {}).get("jupyterlite")
    apps = lite.get("apps") if isinstance(lite, dict) else None
    return [app for app in apps if isinstance(app, str)] if isinstance(apps, list) else []


def _read(path: Path) -> dict[str, Any] | None:
    try:
        document = json.loads(path.read_text(**UTF8))
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None
