# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a page of a Jupyter server is configured with: pure functions of that configuration.

Of a static site, `site_config` says it when the site is built; a server says it with each page.
"""

from collections.abc import Collection, Mapping
from typing import Any

from jupyterlite_core.constants import DISABLED_EXTENSIONS, FEDERATED_EXTENSIONS

from . import config_schema, site_config
from .config_sources import COLLABORATIVE, SIGNALING_URLS
from .constants import DISABLED_PLUGINS, LABEXTENSION, NEEDED_LABEXTENSIONS, USER_PLUGIN

#: a key that is there exactly when the server has jupyter-collaboration
SERVER_COLLABORATION = "disableRTC"

#: the key that lets a server run cells of documents that it holds
SERVER_EXECUTION = "serverSideExecution"


def is_collaborative(config: Mapping[str, Any]) -> bool:
    """Tell whether a page is to collaborate over WebRTC.

    Parameters
    ----------
    config
        The configuration of a page.

    Returns
    -------
    bool
        False unless somebody said so.
    """
    return config.get(COLLABORATIVE) is True


def has_server_collaboration(config: Mapping[str, Any]) -> bool:
    """Tell whether the server has jupyter-collaboration.

    Parameters
    ----------
    config
        The configuration of a page.

    Returns
    -------
    bool
        Also true where it is there and switched off.
    """
    return SERVER_COLLABORATION in config


def mistakes(config: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with our part of a configuration.

    Parameters
    ----------
    config
        The configuration of a page, or ``page_config_data`` of a server.

    Returns
    -------
    list of str
        One sentence each, with the remedy; none where nobody asks for collaboration.
    """
    if config.get(COLLABORATIVE, False) is False:
        return []
    keys = config_schema.all_keys()
    ours = {key: config[key] for key in keys if key in config}
    found = config_schema.mistakes(ours, {key: f"{key} in the page config" for key in ours})
    loaded = {entry["name"] for entry in config.get(FEDERATED_EXTENSIONS, ())}
    if FEDERATED_EXTENSIONS in config and LABEXTENSION in loaded:
        found += [
            f"The labextension {name} is not installed: run `pip install {distribution}`."
            for name, distribution in NEEDED_LABEXTENSIONS.items()
            if name not in loaded
        ]
    return found


def advice(config: Mapping[str, Any]) -> list[str]:
    """Say what is allowed in our part of a configuration, but hardly meant.

    Parameters
    ----------
    config
        As of `mistakes`, without any.

    Returns
    -------
    list of str
        One sentence each; none where nobody asks for collaboration.
    """
    return [*site_config.advice(config, f"name one in {SIGNALING_URLS}")]


def own_paths(config: Mapping[str, Any]) -> list[str]:
    """Name what pages look for signaling at on their own server.

    Parameters
    ----------
    config
        What `collaborating` made.

    Returns
    -------
    list of str
        Paths of the server.
    """
    return [url for url in config.get(SIGNALING_URLS, ()) if url.startswith("/")]


def collaborating(config: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    """Let a page collaborate over WebRTC.

    Parameters
    ----------
    config
        The configuration of a page. Not changed.
    base_url
        The path of the server, which URLs that start with ``./`` are relative to.

    Returns
    -------
    dict
        One that disables the plugins that ours take the place of.
    """
    # a server knows who its users are
    replaced = {*DISABLED_PLUGINS} - {USER_PLUGIN}
    changed = {
        **config,
        DISABLED_EXTENSIONS: sorted({*config.get(DISABLED_EXTENSIONS, ()), *replaced}),
        SERVER_EXECUTION: False,  # what is shared between browsers isn't known to the server
    }
    for key in (SIGNALING_URLS, *config_schema.other_names()):
        if key in changed:
            changed[key] = [_below(base_url, url) for url in changed[key]]
    return changed


def without_us(
    config: Mapping[str, Any], hidden: Collection[str], enabled: Collection[str]
) -> dict[str, Any]:
    """Make a page as if we were not installed.

    Parameters
    ----------
    config
        The configuration of a page. Not changed.
    hidden
        The labextensions that are there for our sake only.
    enabled
        The plugins that are disabled for the sake of those only.

    Returns
    -------
    dict
        One with which no code of ours is loaded, and no settings of ours are shown.
    """
    gone = {LABEXTENSION, *hidden}
    entries = config.get(FEDERATED_EXTENSIONS, ())
    disabled = {*config.get(DISABLED_EXTENSIONS, ())} - {*enabled}
    return {
        **config,
        FEDERATED_EXTENSIONS: [entry for entry in entries if entry["name"] not in gone],
        # the settings editor hides what is disabled
        DISABLED_EXTENSIONS: sorted(disabled | {name for name in gone if _is_in(name, entries)}),
    }


def disabled_only_by(
    hidden: Collection[str],
    lists: Mapping[str, Collection[str]],
    by_users: Mapping[str, bool] | Collection[str],
    config: Mapping[str, Any],
) -> set[str]:
    """Find what is disabled for nobody's sake but that of some labextensions.

    Parameters
    ----------
    hidden
        The labextensions.
    lists
        What each labextension disables.
    by_users
        What somebody disabled by hand.
    config
        The configuration of a page.

    Returns
    -------
    set of str
        The names of plugins.
    """
    active = {entry["name"] for entry in config.get(FEDERATED_EXTENSIONS, ())}
    ours = {plugin for name in hidden for plugin in lists.get(name, ())}
    others = {
        plugin
        for name, disables in lists.items()
        if name in active and name not in hidden and name != LABEXTENSION
        for plugin in disables
    }
    return ours - others - {*by_users}


def _is_in(name: str, entries: Collection[Mapping[str, Any]]) -> bool:
    """Tell whether a page would load a labextension."""
    return any(entry["name"] == name for entry in entries)


def _below(base_url: str, url: str) -> str:
    """Turn ``./x`` into a path of the server, as JupyterLite's pages do."""
    return base_url + url.removeprefix("./") if url.startswith("./") else url
