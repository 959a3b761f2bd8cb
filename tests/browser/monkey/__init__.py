# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A monkey: people who do with a notebook whatever comes to their mind, and lose nothing."""
