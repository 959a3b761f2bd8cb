# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Servers and WebSocket clients that misbehave."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from websockets.client import ClientProtocol
from websockets.protocol import State
from websockets.uri import parse_uri

if TYPE_CHECKING:
    from collections.abc import Iterator

#: seconds after which the server is taken for hanging
PATIENCE = 20


def connect_without_reading(url: str, message: str) -> socket.socket:
    """Connect, send one message, and never read again.

    Parameters
    ----------
    url : str
        Of a WebSocket server.
    message : str
        The message.

    Returns
    -------
    socket.socket
        The connection; closing it is up to the caller.
    """
    address = parse_uri(url)
    protocol = ClientProtocol(address)
    client = socket.create_connection((address.host, address.port), timeout=PATIENCE)
    protocol.send_request(protocol.connect())
    client.sendall(b"".join(protocol.data_to_send()))
    while protocol.state is State.CONNECTING:
        protocol.receive_data(client.recv(4096))
    protocol.send_text(message.encode())
    client.sendall(b"".join(protocol.data_to_send()))
    return client


@contextmanager
def black_hole(port: int) -> Iterator[None]:
    """Accept connections on a port, and never answer."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen(64)
        yield
