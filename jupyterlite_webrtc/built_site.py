# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Our part of a site that is built: what of it is ours, read from its files and put into them."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from jupyterlite_core.constants import JSON_FMT, JUPYTERLITE_JSON

from . import config_files, labextensions, site_pages
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
    """Read the configuration files that pages read, by path; broken ones are nobody's."""
    found = {}
    for name, content in site_pages.read(site_pages.in_folder(output_dir)).items():
        with suppress(ValueError):
            document = config_files.parse(content)
            if isinstance(document, dict):
                found[name] = document
    return found
