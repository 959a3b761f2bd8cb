# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Record what a page does on the network, from before its first script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.peers import Peer

#: JupyterLite's own channel, between the page and its service worker
SERVICE_WORKER_CHANNEL = "/sw-api.v1"

#: wraps the constructors through which a page can talk to other pages
RECORDER = """
window.__traffic = { WebSocket: [], RTCPeerConnection: 0, BroadcastChannel: [] };
window.__connections = [];
window.WebSocket = class extends WebSocket {
  constructor(url, ...rest) {
    super(url, ...rest);
    window.__traffic.WebSocket.push(String(url));
  }
};
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...args) {
    super(...args);
    window.__traffic.RTCPeerConnection += 1;
    window.__connections.push(this);
  }
};
const post = BroadcastChannel.prototype.postMessage;
BroadcastChannel.prototype.postMessage = function (message) {
  window.__traffic.BroadcastChannel.push(this.name);
  return post.call(this, message);
};
"""


def record_traffic(peer: Peer) -> None:
    """Record what all pages of a person do from now on; call it before navigating."""
    peer.context.add_init_script(RECORDER)


def traffic(peer: Peer) -> dict[str, Any]:
    """Tell what the first tab did since it was loaded.

    Returns
    -------
    dict
        ``WebSocket`` and ``BroadcastChannel`` are lists of URLs and names, in the order of
        use; ``RTCPeerConnection`` is a number; ``ice`` is a list of the URLs of STUN and TURN
        servers that connections have.
    """
    recorded: dict[str, Any] = peer.page.evaluate(
        """() => ({
            ...window.__traffic,
            ice: window.__connections.flatMap(
                c => c.getConfiguration().iceServers.flatMap(server => server.urls)
            )
        })"""
    )
    return recorded


def talk(peer: Peer) -> dict[str, Any]:
    """Tell what the first tab did since it was loaded that others could hear.

    Returns
    -------
    dict
        As of `traffic`, without what is empty or JupyterLite's own. The sockets of kernels are
        JupyterLite's stand-in, which opens none.
    """
    recorded = traffic(peer)
    recorded["BroadcastChannel"] = sorted(
        set(recorded["BroadcastChannel"]) - {SERVICE_WORKER_CHANNEL}
    )
    return {key: value for key, value in recorded.items() if value}


def open_connections(peer: Peer) -> int:
    """Count the RTCPeerConnections of the first tab that are not closed."""
    count: int = peer.page.evaluate(
        "() => window.__connections.filter(c => c.signalingState !== 'closed').length"
    )
    return count
