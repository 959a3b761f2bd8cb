# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Real-time collaboration on a static JupyterLite site, peer to peer over WebRTC."""

from ._version import __version__

__all__ = ["__version__"]
