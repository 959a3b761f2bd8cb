# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The one place where Python learns the version; `package.json` has the same one."""

__version__ = "0.2.0"
