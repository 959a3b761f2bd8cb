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
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from jupyterlite_core.constants import DISABLED_EXTENSIONS

from . import page_config
from .config_sources import SIGNALING_URLS
from .constants import NEEDED_LABEXTENSIONS
from .distributions import is_needed_elsewhere

if TYPE_CHECKING:
    from logging import Logger

    from jupyter_server.base.handlers import JupyterHandler
    from jupyter_server.serverapp import ServerApp
    from tornado.web import Application

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
    teller = _Teller(serverapp.log)
    # what is wrong is told when the server starts, if it is known then
    teller.examine(settings.get("page_config_data", {}))
    settings[PAGE_CONFIG_HOOK] = _after(settings.get(PAGE_CONFIG_HOOK), teller)


def _after(earlier: Hook | None, teller: "_Teller") -> Hook:
    """Make the hook that comes after another one."""

    def hook(handler: "JupyterHandler", config: dict[str, Any]) -> dict[str, Any]:
        if earlier is not None:
            config = earlier(handler, config)
        is_right = teller.examine(config)
        if page_config.is_collaborative(config) and is_right:
            changed = page_config.collaborating(config, handler.base_url)
            teller.look_up(handler.application, page_config.own_paths(changed))
            return changed
        others = page_config.has_server_collaboration(config) or _are_needed_elsewhere()
        hidden = () if others else tuple(NEEDED_LABEXTENSIONS)
        return page_config.without_us(config, hidden, _disabled_for(handler, config, hidden))

    return hook


class _Teller:
    """Logs what is wrong with the configuration, once: every page has the same."""

    def __init__(self, log: "Logger") -> None:
        self._log = log
        self._told: set[str] = set()

    def examine(self, config: Mapping[str, Any]) -> bool:
        """Look for mistakes, and say whether there is none."""
        mistakes = page_config.mistakes(config)
        for mistake in mistakes:
            self._tell(self._log.error, f"{mistake} Nothing is shared until then.")
        if not mistakes:
            for sentence in page_config.advice(config):
                self._tell(self._log.warning, sentence)
        return not mistakes

    def look_up(self, application: "Application", paths: Iterable[str]) -> None:
        """Look whether this server has what pages look for there."""
        for path in paths:
            if not _is_served(application, path):
                self._tell(
                    self._log.warning,
                    f"Pages look for signaling at {path}, and this server has nothing there: "
                    "unless a proxy in front of it does, name another server in "
                    f"{SIGNALING_URLS}.",
                )

    def _tell(self, log: Callable[..., None], sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            log("[webrtc] %s", sentence)


def _is_served(application: "Application", path: str) -> bool:
    """Tell whether a server has something of its own at a path."""
    # not dependencies: who calls the hook has them
    httputil = importlib.import_module("tornado.httputil")
    handlers = importlib.import_module("jupyter_server.base.handlers")
    found: Any = application.find_handler(httputil.HTTPServerRequest("GET", path))
    return getattr(found, "handler_class", None) not in (None, handlers.Template404)


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
