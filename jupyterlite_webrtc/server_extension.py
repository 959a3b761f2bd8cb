# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Be at home on a Jupyter server, too: JupyterLab's, or the one of Notebook 7.

`pip` puts three labextensions where these servers find them: ours, and two of Jupyter's that ours
stands on. Left alone, the two would ask the server for what only jupyter-collaboration has, and no
document would open. So this extension has the last word about the configuration of each page.

They can't be kept from servers otherwise. Their wheels put them there, and builds and collaborating
servers need them. A ``page_config.json`` of ours in ``etc/jupyter/labconfig``, which disables both,
would do the same to those who have jupyter-collaboration, and would need this code to be undone
there. Copies of them in our wheel would serve sites, but not servers, and would have to be released
anew whenever Jupyter mends one.
"""

import importlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from jupyterlite_core.constants import DISABLED_EXTENSIONS

from . import page_config
from .constants import NEEDED_LABEXTENSIONS
from .distributions import is_needed_elsewhere

if TYPE_CHECKING:
    from logging import Logger

    from jupyter_server.base.handlers import JupyterHandler
    from jupyter_server.serverapp import ServerApp

#: what JupyterLab's and Notebook's handlers call with the configuration of a page, if it is set
PAGE_CONFIG_HOOK = "page_config_hook"

#: such a function
Hook = Callable[["JupyterHandler", dict[str, Any]], dict[str, Any]]


def _load_jupyter_server_extension(serverapp: "ServerApp") -> None:
    """Have the last word about the configuration of each page.

    Parameters
    ----------
    serverapp
        The server, whose settings may have a hook of somebody else.
    """
    settings = serverapp.web_app.settings
    tell = _teller(serverapp.log)
    # mistakes are told when the server starts, if they are known then
    for mistake in page_config.mistakes(settings.get("page_config_data", {})):
        tell(mistake)
    settings[PAGE_CONFIG_HOOK] = _after(settings.get(PAGE_CONFIG_HOOK), tell)


def _after(earlier: Hook | None, tell: Callable[[str], None]) -> Hook:
    """Make the hook that comes after another one."""

    def hook(handler: "JupyterHandler", config: dict[str, Any]) -> dict[str, Any]:
        if earlier is not None:
            config = earlier(handler, config)
        mistakes = page_config.mistakes(config)
        for mistake in mistakes:
            tell(mistake)
        if page_config.is_collaborative(config) and not mistakes:
            return page_config.collaborating(config, handler.base_url)
        others = page_config.has_server_collaboration(config) or _are_needed_elsewhere()
        hidden = () if others else tuple(NEEDED_LABEXTENSIONS)
        return page_config.without_us(config, hidden, _disabled_for(handler, config, hidden))

    return hook


def _teller(log: "Logger") -> Callable[[str], None]:
    """Make what logs each mistake once: every page has the same."""
    told: set[str] = set()

    def tell(mistake: str) -> None:
        if mistake not in told:
            told.add(mistake)
            log.error("[webrtc] %s Nothing is shared until then.", mistake)

    return tell


@cache
def _are_needed_elsewhere() -> bool:
    """Tell whether somebody but us wants the labextensions that ours stands on."""
    return is_needed_elsewhere(NEEDED_LABEXTENSIONS.values())


def _disabled_for(
    handler: "JupyterHandler", config: Mapping[str, Any], hidden: tuple[str, ...]
) -> set[str]:
    """Find the plugins that are disabled for nobody's sake but that of what is hidden."""
    if not hidden:
        return set()
    # not a dependency: who calls the hook has it
    labserver = importlib.import_module("jupyterlab_server.config")
    app: Any = getattr(handler, "extensionapp", None)
    if app is None:
        return set()
    paths = [*app.extra_labextensions_path, *app.labextensions_path]
    lists = {
        name: data["jupyterlab"].get(DISABLED_EXTENSIONS, [])
        for name, data in labserver.get_federated_extensions(paths).items()
    }
    by_users = labserver.get_static_page_config(level="all").get(DISABLED_EXTENSIONS, {})
    return page_config.disabled_only_by(hidden, lists, by_users, config)
