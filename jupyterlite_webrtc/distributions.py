# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Who wants which of the distributions that are installed."""

import importlib.metadata
from collections.abc import Iterable
from contextlib import suppress

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

#: our own distribution
OWN = "jupyterlite-webrtc"


def is_needed_elsewhere(names: Iterable[str]) -> bool:
    """Tell whether somebody but us wants one of some distributions.

    Parameters
    ----------
    names
        The names of distributions that ours requires.

    Returns
    -------
    bool
        Whether another distribution requires it, or somebody installed it by its name.
    """
    wanted = {canonicalize_name(name) for name in names}
    ours = {*wanted, OWN}
    for distribution in importlib.metadata.distributions():
        name = canonicalize_name(distribution.metadata["Name"] or "")
        if name in wanted and distribution.read_text("REQUESTED") is not None:
            return True
        if name not in ours and wanted & {*_requirements(distribution)}:
            return True
    return False


def _requirements(distribution: importlib.metadata.Distribution) -> Iterable[str]:
    """Yield the names of what a distribution needs here, without any of its extras."""
    for text in distribution.requires or ():
        # old distributions have some that nobody can read
        with suppress(InvalidRequirement):
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                yield canonicalize_name(requirement.name)
