# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Clients of a signaling server that speak TLS, each in one thread.

The client of ``websockets`` that others of these tests use reads in a thread of its own. With TLS,
OpenSSL doesn't allow that (openssl/openssl#20446): 2 of 1,500 heard nothing, and of these none.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from signaling_clients import PATIENCE

if TYPE_CHECKING:
    from certificates import Certificate


def trusting(certificate: Certificate) -> ssl.SSLContext:
    """Trust a certificate that nobody has signed."""
    return ssl.create_default_context(cafile=str(certificate.certfile))


def enter(url: str, trust: ssl.SSLContext, **options: Any) -> connect:
    """Connect to a server, as ``async with`` does it."""
    return connect(url, ssl=trust, **options)


async def tell(client: ClientConnection, **message: Any) -> None:
    """Send a message."""
    await client.send(json.dumps(message))


async def hear(client: ClientConnection) -> Any:
    """Receive what the server sends next: a message, or bytes."""
    data = await asyncio.wait_for(client.recv(), PATIENCE)
    return json.loads(data) if isinstance(data, str) else data


async def settle(client: ClientConnection) -> None:
    """Wait until the server has handled all that this client sent."""
    await tell(client, type="ping")
    assert await hear(client) == {"type": "pong"}


async def closed(client: ClientConnection) -> tuple[int, str]:
    """Wait until the server closes the connection; return code and reason."""
    with pytest.raises(ConnectionClosed) as caught:
        await asyncio.wait_for(client.recv(), PATIENCE)
    assert caught.value.rcvd is not None
    return caught.value.rcvd.code, caught.value.rcvd.reason
