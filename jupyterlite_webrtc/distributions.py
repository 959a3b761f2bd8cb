# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Who wants which of the distributions that are installed."""

import importlib.metadata
import re
from collections.abc import Iterable

#: our own distribution
OWN = "jupyterlite-webrtc"

#: the name in a requirement such as ``a_b [x] >=1; extra == "y"``
NAME = re.compile(r"\s*([\w.-]+)")

#: what marks a requirement that not every install has
OPTIONAL = re.compile(r"\bextra\s*==")


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
    wanted = {_normalized(name) for name in names}
    ours = {*wanted, OWN}
    for distribution in importlib.metadata.distributions():
        name = _normalized(distribution.metadata["Name"] or "")
        if name in wanted and distribution.read_text("REQUESTED") is not None:
            return True
        if name not in ours and wanted & {*_requirements(distribution)}:
            return True
    return False


def _requirements(distribution: importlib.metadata.Distribution) -> Iterable[str]:
    """Yield the names of what a distribution always needs."""
    for requirement in distribution.requires or ():
        name = NAME.match(requirement)
        if name is not None and not OPTIONAL.search(requirement):
            yield _normalized(name[1])


def _normalized(name: str) -> str:
    """Spell a name as PyPI does."""
    return re.sub(r"[-_.]+", "-", name).lower()
