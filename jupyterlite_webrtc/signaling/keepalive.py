# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Find out who is gone without a word."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from websockets.protocol import State

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from .connection import GuardedConnection

#: connections that are pinged before others get their turn
AT_ONCE = 100


async def keep_alive(
    connections: Collection[GuardedConnection],
    seconds: float,
    on_time_out: Callable[[GuardedConnection], None],
) -> None:
    """Ping everybody, and hang up on who says nothing until the next ping; never ends.

    One task for all, because the library's own takes memory for each connection, and because it
    takes a client for gone whose pong stands in line behind a large frame that is on its way.

    Parameters
    ----------
    connections : collection of GuardedConnection
        Read anew each time.
    seconds : float
        Between two pings.
    on_time_out : callable
        Called before a connection is hung up on.
    """
    while True:
        await asyncio.sleep(seconds)
        for number, connection in enumerate(tuple(connections)):
            if number % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
            if connection.protocol.state is not State.OPEN or connection.is_waiting:
                continue
            if connection.was_heard:
                connection.was_heard = False
                connection.ping_and_forget()
            else:
                on_time_out(connection)
                connection.transport.abort()
