# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Tests in real browsers.

This folder is a package because pytest ends a ``scope="package"`` fixture only with a package:
Playwright's event loop must not be running while the tests of other folders do.
"""
