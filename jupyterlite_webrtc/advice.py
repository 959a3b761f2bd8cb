# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What may be wrong in the environment that a site is built in: warnings, no mistakes. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

from .config_schema import shown
from .constants import (
    LABEXTENSION,
    NEEDED_LABEXTENSIONS,
    NEEDED_MAJOR,
    OTHER_PROVIDERS,
    SERVER_DISTRIBUTIONS,
)


def shadowed(own: str, other: str, where: object) -> list[str]:
    """Warn of another version of our labextension, which JupyterLite would copy.

    Parameters
    ----------
    own
        The version that this package brings.
    other
        The version of the other one.
    where
        The folder of the other one.

    Returns
    -------
    list of str
        At most one sentence.
    """
    if own == other:
        return []
    return [
        (
            f"{LABEXTENSION} {other} is in {where}, too: this site gets {own}; remove the other "
            "one, which builds without this addon would use."
        )
    ]


def server_packages(distributions: Collection[str]) -> list[str]:
    """Warn of what makes JupyterLab's own server collaborative, but no site.

    Parameters
    ----------
    distributions
        The names of installed distributions.

    Returns
    -------
    list of str
        At most one sentence.
    """
    found = [name for name in SERVER_DISTRIBUTIONS if name in distributions]
    if not found:
        return []
    return [
        (
            f"{found[0]} is installed, too: it is for JupyterLab's own server and does nothing in "
            f"a site; run `pip uninstall {' '.join(found)}` unless JupyterLab is used from this "
            "environment."
        )
    ]


def other_providers(names: Collection[str]) -> list[str]:
    """Warn of labextensions that do what ours does.

    Parameters
    ----------
    names
        The names of the labextensions that a site gets.

    Returns
    -------
    list of str
        One sentence for each.
    """
    return [
        f"{name} connects documents over WebRTC, too: only one of two can; uninstall it, or add "
        "it to the site's disabledExtensions."
        for name in sorted(names)
        if OTHER_PROVIDERS.search(name.casefold()) and name != LABEXTENSION
    ]


def incompatible(versions: Mapping[str, Any]) -> list[str]:
    """Say which of the labextensions that ours needs are too old or too new for it.

    Parameters
    ----------
    versions
        Versions by the names of labextensions.

    Returns
    -------
    list of str
        One sentence for each.
    """
    return [
        f"{name}: version {shown(versions[name])} doesn't work with {LABEXTENSION}, which needs "
        f"{NEEDED_MAJOR}.x: run `pip install --upgrade {distribution}`, and pin no other version."
        for name, distribution in NEEDED_LABEXTENSIONS.items()
        if name in versions and str(versions[name]).split(".")[0] != str(NEEDED_MAJOR)
    ]
