# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Real-time collaboration on a static JupyterLite site, peer to peer over WebRTC."""

from ._version import __version__

__all__ = ["__version__"]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Tell Jupyter Server where its extension is."""
    return [{"module": "jupyterlite_webrtc.server_extension"}]
