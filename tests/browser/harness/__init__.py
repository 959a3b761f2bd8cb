# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What browser tests share: watched pages, servers in processes of their own, waiting."""
