# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""``jupyter lite-webrtc signaling``."""

from __future__ import annotations

from inspect import cleandoc

from traitlets import Int

from jupyterlite_webrtc.serving import authority

from .base import MAX_PORT, WebRtcServerApp

#: the port of y-webrtc's own server
DEFAULT_PORT = 4444


class SignalingApp(WebRtcServerApp):
    """Run a signaling server, through which the pages of a site find each other."""

    name = "jupyter-lite-webrtc-signaling"
    description = __doc__ or ""
    examples = cleandoc("""
        jupyter lite-webrtc signaling
        jupyter lite-webrtc signaling --host 0.0.0.0 --port 4444
    """)

    aliases = {**WebRtcServerApp.aliases, "port": "SignalingApp.port"}

    port = Int(DEFAULT_PORT, min=0, max=MAX_PORT, help="TCP port; 0 takes any free one.").tag(
        config=True
    )

    def run(self) -> None:
        """Serve, and say where."""
        self.serve(self.server(), (self.port,), self._announce)

    def _announce(self, port: int) -> None:
        scheme = "wss" if self.tls else "ws"
        self.say(f"Signaling on {scheme}://{authority(self.host, port)} (Ctrl-C stops it)")
