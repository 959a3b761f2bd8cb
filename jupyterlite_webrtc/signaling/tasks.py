# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""End what runs in the background."""

from __future__ import annotations

import asyncio

#: seconds after which a task that is cancelled and goes on is cancelled again
INSIST_SECONDS = 0.1


async def end(*tasks: asyncio.Task[None]) -> None:
    """Cancel tasks until they end.

    Once is not enough: a library that waits for an answer with a time limit can take a
    cancellation that comes together with the answer for none (Python issue 86296 is one way).

    Parameters
    ----------
    *tasks : asyncio.Task
        What they raise is left to them.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=INSIST_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)
