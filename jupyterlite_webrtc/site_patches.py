# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What the configuration files of a built site should hold.

It is resolved from the sources, never from the site, and what others put there is left alone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from jupyterlite_core.constants import JSON_FMT, JUPYTER_CONFIG_DATA, JUPYTERLITE_JSON, UTF8

from . import config_files, labextensions
from .build_memory import BuildMemory, Parts
from .site_config import SiteConfig


@dataclass(frozen=True)
class SitePatches:
    """The changes that the files of one site need."""

    #: the folder of the built site
    output_dir: Path

    #: what the user's files hold
    parts: Parts

    #: what earlier builds knew
    memory: BuildMemory

    #: what the site is to say
    config: SiteConfig

    def is_applied(self, name: str) -> bool:
        """Tell whether a configuration file of the site is as it should be.

        Parameters
        ----------
        name
            Its path in the site.
        """
        path = self.output_dir / name
        # there is no file of an app that isn't in the site
        return not path.is_file() or path.read_text(**UTF8) == self.text(name)

    def text(self, name: str) -> str:
        """Resolve what a configuration file of the site should hold.

        Parameters
        ----------
        name
            Its path in the site, in which there is such a file.
        """
        text = (self.output_dir / name).read_text(**UTF8)
        document = json.loads(text)
        before = config_files.part_of(name, document)
        part = self._part(name, before)
        if part != before:
            document = config_files.with_part(name, document, part)
            text = json.dumps(document, **cast("Any", JSON_FMT))
        base = self.memory.base
        if name not in self.parts and name in base:
            # nobody writes this file in a clean build, which would order its keys
            return base[name] if json.loads(base[name]) == document else text
        return text

    def _part(self, name: str, part: Mapping[str, Any]) -> dict[str, Any]:
        """Resolve what should be in the part that matters."""
        present = labextensions.names_in_site(self.output_dir)
        own = self.parts.get(name, {})
        part = config_files.current(
            part,
            own,
            self.memory.base_part(name),
            [parts[name] for parts in self.memory.earlier if name in parts],
            # only the file of the root gets entries for what is there
            present if name == JUPYTERLITE_JSON else [],
        )
        if name != JUPYTERLITE_JSON:
            return part
        data = self.config.merged_into(
            config_files.data_of(part), config_files.data_of(own), present
        )
        return {**part, JUPYTER_CONFIG_DATA: data}
