# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The subcommands of ``jupyter lite-webrtc``."""
