# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Try a signaling server as a page would: connect, subscribe, publish, wait for the echo.

The protocol is that of `jupyterlite_webrtc.signaling.protocol`, which y-webrtc 10.3.0 brought.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import extras

if TYPE_CHECKING:
    from collections.abc import Mapping

    from websockets.asyncio.client import ClientConnection

#: seconds that each of connecting and the echo may take: a page gives up later, but people sooner
TIMEOUT = 10.0

#: random bytes in the name of the topic, so that it is nobody else's
TOPIC_BYTES = 16


@dataclass(frozen=True)
class Probe:
    """What became of the try."""

    #: seconds until the connection was open
    connecting: float

    #: seconds until a message was back
    round_trip: float

    #: whether the server said how many listen, which saves pages time
    counts_clients: bool

    #: TURN servers that it names, as a page gets them: with names and passwords for a while
    ice_servers: tuple[Any, ...]


class ProbeError(Exception):
    """A signaling server can't be used; the message says why and what to do."""


async def probe(url: str, origin: str | None = None, timeout: float = TIMEOUT) -> Probe:
    """Try a signaling server.

    Parameters
    ----------
    url
        A ``ws://`` or ``wss://`` URL.
    origin
        The origin of the page that would connect, as servers may accept some only.
    timeout
        In seconds, for each of connecting and the echo.

    Returns
    -------
    Probe
        Times, and what the server can do.

    Raises
    ------
    ProbeError
        If a page could not use it.
    MissingExtraError
        If `websockets` is not installed.
    """
    with extras.needed(extras.CHECK):
        # who builds sites need not install it, and its files can be checked without
        from websockets.asyncio.client import connect  # noqa: PLC0415
        from websockets.exceptions import (  # noqa: PLC0415
            ConnectionClosed,
            InvalidHandshake,
            InvalidURI,
        )

    class Connect(connect):
        """Go nowhere else, as browsers don't with WebSockets."""

        def process_redirect(self, exc: Exception) -> Exception | str:
            return exc

    start = time.perf_counter()
    try:
        connection = await asyncio.wait_for(
            Connect(url, origin=origin, open_timeout=None),  # type: ignore[arg-type]  # a NewType of str
            timeout,
        )
    except (
        OSError,
        InvalidHandshake,
        InvalidURI,
        EOFError,
        asyncio.TimeoutError,
        ValueError,
    ) as error:
        raise ProbeError(_why_not_connected(error, timeout)) from error
    connecting = time.perf_counter() - start
    try:
        start = time.perf_counter()
        echo, ice_servers = await asyncio.wait_for(_exchange(connection), timeout)
        return Probe(connecting, time.perf_counter() - start, "clients" in echo, ice_servers)
    except asyncio.TimeoutError as error:
        raise ProbeError(
            f"it accepts connections, but no message came back within {timeout:g} s: it is no "
            "y-webrtc signaling server, or overloaded."
        ) from error
    except ConnectionClosed as error:
        raise ProbeError(
            f"it closed the connection ({error}): it is no y-webrtc signaling server, or refuses "
            "this client."
        ) from error
    finally:
        connection.transport.abort()


async def _exchange(
    connection: ClientConnection,
) -> tuple[Mapping[str, Any], tuple[Any, ...]]:
    """Publish something, and wait until it comes back; listen to what is said of TURN before.

    Servers of ours answer one after the other, and others know no question about TURN.
    """
    topic = f"check-{secrets.token_hex(TOPIC_BYTES)}"
    await connection.send(json.dumps({"type": "turn"}))
    await connection.send(json.dumps({"type": "subscribe", "topics": [topic]}))
    await connection.send(json.dumps({"type": "publish", "topic": topic, "check": True}))
    ice_servers: tuple[Any, ...] = ()
    async for message in connection:
        try:
            answer = json.loads(message)
        except ValueError:
            continue
        if not isinstance(answer, dict):
            continue
        if answer.get("type") == "turn" and isinstance(answer.get("iceServers"), list):
            ice_servers = tuple(answer["iceServers"])
        elif answer.get("topic") == topic:
            return answer, ice_servers
    # closed as if all were well
    raise asyncio.TimeoutError


def _why_not_connected(error: Exception, timeout: float) -> str:
    """Say why there is no connection, and what to do."""
    from websockets.exceptions import InvalidStatus, InvalidURI  # noqa: PLC0415

    if isinstance(error, (asyncio.TimeoutError, TimeoutError)):
        why = f"no answer within {timeout:g} s: see whether a firewall is in the way."
    elif isinstance(error, InvalidStatus):
        why = (
            f"it answers with HTTP status {error.response.status_code} instead of a WebSocket: see "
            "whether the path is right, and the proxy before it passes WebSockets on."
        )
    elif isinstance(error, ssl.SSLError):
        why = f"no encrypted connection ({error.reason or error}): see to its certificate."
    elif isinstance(error, ConnectionRefusedError):
        why = "nothing listens there: start the server, and see whether host and port are right."
    elif isinstance(error, InvalidURI):
        why = "that is no WebSocket URL: it has to start with ws:// or wss://."
    elif isinstance(error, OSError):
        why = f"no connection ({error.strerror or error}): see whether host and port are right."
    else:
        why = f"it speaks no WebSocket ({error}): see whether host, port and path are right."
    return why
