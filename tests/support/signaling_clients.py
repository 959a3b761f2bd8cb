# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What tests say to a signaling server, and hear from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.exceptions import ConnectionClosed

from harness.servers import ServerProcess
from jupyterlite_webrtc.signaling.metrics import PREFIX

if TYPE_CHECKING:
    from ssl import SSLContext

    from websockets.sync.client import ClientConnection

#: starts a server with arguments
StartSignaling = Callable[..., ServerProcess]

#: seconds after which a test that waits for a message is taken for failed
PATIENCE = 20


def tell(client: ClientConnection, **message: Any) -> None:
    """Send a message."""
    client.send(json.dumps(message))


def hear(client: ClientConnection) -> Any:
    """Wait for a message."""
    return json.loads(client.recv(timeout=PATIENCE))


def settle(client: ClientConnection) -> None:
    """Wait until the server has handled all that this client sent."""
    tell(client, type="ping")
    assert hear(client) == {"type": "pong"}


def closed(client: ClientConnection) -> tuple[int, str]:
    """Wait until the server closes the connection; return code and reason."""
    with pytest.raises(ConnectionClosed) as caught:
        client.recv(timeout=PATIENCE)
    assert caught.value.rcvd is not None
    return caught.value.rcvd.code, caught.value.rcvd.reason


def metrics(server: ServerProcess, trust: SSLContext | None = None) -> dict[str, float]:
    """Ask a server for its metrics; their names are without prefix, and with values of labels."""
    url = f"{'https' if trust else 'http'}://127.0.0.1:{server.port}/metrics"
    with urlopen(url, context=trust, timeout=PATIENCE) as answer:  # noqa: S310 (one of two)
        text = answer.read().decode()
    return {
        " ".join([sample.name.removeprefix(PREFIX), *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
