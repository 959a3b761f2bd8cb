# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What only some commands need, and who builds sites does not install."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: what `serve`, `signaling` and `demo` need
SERVER = "server"

#: what `check` needs to try servers
CHECK = "check"

#: what `demo` needs: a kernel, too
DEMO = "demo"

#: how an extra is installed
INSTALL = "pip install 'jupyterlite-webrtc[{}]'"


class MissingExtraError(Exception):
    """An extra is not installed; the message says which, and how to install it."""


@contextmanager
def needed(extra: str) -> Iterator[None]:
    """Say what to install, where an import in the block fails.

    Parameters
    ----------
    extra : str
        What brings what is imported.

    Raises
    ------
    MissingExtraError
        If it isn't there.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        raise MissingExtraError(
            f"This needs the Python package {package}: run `{INSTALL.format(extra)}`."
        ) from error
