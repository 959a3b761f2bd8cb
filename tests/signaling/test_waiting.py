# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a server holds while it reads nothing from a connection that sends too much."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from jupyterlite_webrtc.signaling.server import _wait


def test_waiting_for_a_ration_leaves_nothing_behind() -> None:
    async def wait_often() -> int:
        connection: Any = SimpleNamespace(wait_closed=asyncio.Event().wait)
        for _ in range(20):
            await _wait(connection, 0)
        await asyncio.sleep(0)  # what is cancelled ends in the next turn
        return len(asyncio.all_tasks())

    assert asyncio.run(wait_often()) == 1
