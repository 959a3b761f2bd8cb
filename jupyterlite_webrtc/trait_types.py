# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Traits that let bad values pass, so that somebody gets to see what is wrong with them.

When a trait raises, JupyterLite drops the whole addon with a line in the log, and the build
goes on without it and succeeds. So these read the command line as usual, accept anything, and
leave judgement to the schema, whose sentence stops the build. They bear the usual names, which
``--help`` shows.
"""

from typing import Any

import traitlets
from traitlets.config import Configurable
from traitlets.config.loader import LazyConfigValue


class Bool(traitlets.Bool[Any, Any]):
    """A boolean, or whatever somebody wrote instead."""

    def validate(self, obj: Any, value: Any) -> Any:  # noqa: ANN401, ARG002, D102
        return value


class List(traitlets.List[Any]):
    """A list, or whatever somebody wrote instead."""

    def validate(self, obj: Any, value: Any) -> Any:  # noqa: ANN401, ARG002, D102
        return value

    def from_string(self, s: str) -> Any:  # noqa: ANN401
        """Take what was given once on the command line as a list of one.

        Parameters
        ----------
        s
            What was given.

        Returns
        -------
        list
            The same that a list would be that was given twice, but shorter.
        """
        return self.from_string_list([s])


class Unicode(traitlets.Unicode[Any, Any]):
    """A text, or whatever somebody wrote instead."""

    def validate(self, obj: Any, value: Any) -> Any:  # noqa: ANN401, ARG002, D102
        return value


def configured(owner: Configurable, name: str) -> Any:  # noqa: ANN401 (whatever somebody wrote)
    """Tell what somebody configured a trait to be.

    Parameters
    ----------
    owner
        What has the trait.
    name
        Its name.

    Returns
    -------
    Any
        Its value. What a ``jupyter_lite_config.py`` appends to a list that nobody has set is added
        to an empty one; upstream drops it, since the default is no list, but ``None``.
    """
    value = getattr(owner, name)
    changes = owner.config.get(type(owner).__name__, {}).get(name)
    if value is not None or not isinstance(changes, LazyConfigValue):
        return value
    asked = changes.to_dict()
    if asked and "update" not in asked and isinstance(owner.traits()[name], List):
        return changes.get_value([])
    # merely read; or what makes no list, for the schema to refuse
    return asked or None
