# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Wait for conditions that Playwright's own waits can't express."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Value = TypeVar("Value")

#: seconds between two looks at a condition: short beside anything that a page does
POLL_SECONDS = 0.05
#: seconds that a condition gets on a busy machine with two cores
DEFAULT_TIMEOUT = 30.0


def wait_until(
    predicate: Callable[[], Value],
    timeout: float = DEFAULT_TIMEOUT,
    message: str = "the condition",
) -> Value:
    """Call ``predicate`` until it returns something true.

    Parameters
    ----------
    predicate : callable
        Asks a page or a process; asking a page also lets Playwright handle its events.
    timeout : float
        Seconds after which to give up.
    message : str
        What is awaited, for the error.

    Returns
    -------
    object
        The first true value.

    Raises
    ------
    TimeoutError
        If ``predicate`` never became true; it names the last value seen.
    """
    deadline = time.monotonic() + timeout
    while True:
        value = predicate()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"{message}: not within {timeout} s; last seen: {value!r}")
        time.sleep(POLL_SECONDS)
