# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The shortest story that still fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def shrink(steps: list[T], fails: Callable[[list[T]], bool], tries: int) -> list[T]:
    """Leave out of a story what its failure doesn't need.

    Larger parts are tried first, from the end, as in `Delta Debugging
    <https://www.st.cs.uni-saarland.de/papers/tse2002/>`_ (A. Zeller, R. Hildebrandt, 2002).

    Parameters
    ----------
    steps
        A story that fails.
    fails
        Whether another one does; where that is a matter of chance, it tries more than once.
    tries
        How many stories may be tried.

    Returns
    -------
    list
        The shortest story that was seen to fail; if no try was left over, nothing can be left
        out of it.
    """
    size = max(1, len(steps) // 2)
    while size and steps:
        end = len(steps)
        before = end
        while end > 0:
            if not tries:
                return steps
            tries -= 1
            shorter = steps[: max(0, end - size)] + steps[end:]
            steps = shorter if fails(shorter) else steps
            end -= size
        if size == 1 and len(steps) == before:
            return steps
        size = max(1, size // 2)
    return steps
