# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Which command of ``jupyter lite`` runs us: all that come after ``build`` run its tasks, too."""

from jupyterlite_core.app import (
    LiteArchiveApp,
    LiteCheckApp,
    LiteRawDoitApp,
    LiteServeApp,
    LiteStatusApp,
)
from jupyterlite_core.constants import HOOK_PARENTS, PHASES
from jupyterlite_core.manager import LiteManager

#: the commands that use a site which somebody has built
USERS_OF_A_SITE = {LiteArchiveApp: "archive", LiteCheckApp: "check", LiteServeApp: "serve"}


def user_of_a_site(manager: LiteManager) -> str | None:
    """Name the command, if it is one that uses a site which somebody has built.

    Parameters
    ----------
    manager
        What runs us. Without a parent, from Python, it builds.

    Returns
    -------
    str or None
        ``archive``, ``check`` or ``serve``; None if the command is another one.
    """
    app = manager.parent
    for kind, name in USERS_OF_A_SITE.items():
        if isinstance(app, kind):
            return name
    if isinstance(app, LiteRawDoitApp):
        # `jupyter lite doit -- check` runs what `jupyter lite check` does
        hooks = {f"{phase}{hook}": hook for hook in HOOK_PARENTS for phase in PHASES}
        tasks = [argument.partition(":")[0] for argument in app.extra_args]
        named = [hooks[task] for task in tasks if task in hooks]
        return named[0] if named and "build" not in named else None
    return None


def is_status(manager: LiteManager) -> bool:
    """Tell whether the command is `jupyter lite status`, which asks for all that can be said.

    Parameters
    ----------
    manager
        What runs us.
    """
    return isinstance(manager.parent, LiteStatusApp)


def options(manager: LiteManager, class_name: str) -> list[str]:
    """Name the traits of a class that the command line sets.

    Parameters
    ----------
    manager
        What runs us.
    class_name
        The name of a configurable class.

    Returns
    -------
    list of str
        Names such as ``WebRtcAddon.signaling_urls``, in order.
    """
    given = getattr(manager.parent, "cli_config", {})
    return [f"{class_name}.{name}" for name in sorted(given.get(class_name, {}))]
