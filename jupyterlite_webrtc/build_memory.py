# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a build has to know of the builds before it, which doit keeps for us.

It is as old as the output: where doit's database is lost, core starts from an empty folder.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import app_archive, config_files

#: how many states of the user's files are remembered: one state more for each build that finds
#: them changed, of which the oldest matter least
MAX_EARLIER = 32

#: the parts of the user's configuration files that matter, by their path in the site
Parts = Mapping[str, dict[str, Any]]


@dataclass
class BuildMemory:
    """What is known from earlier builds; empty before `recall`."""

    #: the texts of the configuration files in the app archive, by their path in the site
    base: Mapping[str, str] = field(default_factory=dict)

    #: the fingerprint of the last configuration that had no mistakes
    valid: str = ""

    #: the user's files in builds since the output was last emptied, and now
    earlier: Sequence[Parts] = ()

    def recall(self, kept: Mapping[str, Any], archive: Path, parts: Parts) -> bool:
        """Take over what `to_keep` made in an earlier build.

        Parameters
        ----------
        kept
            What doit kept; empty if it kept nothing.
        archive
            The app archive of this build.
        parts
            What the user's files hold now.

        Returns
        -------
        bool
            Whether archive and files are those of the last build.
        """
        known = kept.get("archive") == app_archive.identity(archive)
        self.base = kept["base"] if known else app_archive.read_config_files(archive)
        earlier = kept.get("earlier", [])
        is_new = not earlier or earlier[-1] != parts
        others = [each for each in earlier if each != parts]
        self.earlier = [*others, parts][-MAX_EARLIER:]
        self.valid = kept.get("valid", "")
        return known and not is_new

    def to_keep(self, archive: Path, valid: str) -> dict[str, Any]:
        """Say what the next build has to know about this one.

        Parameters
        ----------
        archive
            The app archive of this build.
        valid
            The fingerprint of the configuration; empty if that has mistakes.

        Returns
        -------
        dict
            JSON, for `recall`.
        """
        return {
            "archive": app_archive.identity(archive),
            "base": self.base,
            "earlier": self.earlier,
            "valid": valid,
        }

    def names(self) -> set[str]:
        """Name the files that are, or were, among the user's."""
        return {name for parts in self.earlier for name in parts}

    def base_part(self, name: str) -> dict[str, Any]:
        """Read the part of a configuration file in the app archive that matters."""
        return config_files.part_of(name, json.loads(self.base.get(name, "{}")))
