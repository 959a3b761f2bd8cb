# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A server through which WebRTC peers find each other: the one of y-webrtc, hardened."""
