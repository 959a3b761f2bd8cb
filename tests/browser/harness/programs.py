# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Where the browsers are. Without one, a test fails and says how to get it."""

from __future__ import annotations

import os
import shutil

import pytest


def chromium_program() -> str:
    """Find Debian's Chromium, or the one that ``CHROMIUM`` names."""
    return _program("Chromium", "chromium")


def firefox_program() -> str:
    """Find Debian's Firefox, or the one that ``FIREFOX`` names."""
    return _program("Firefox", "firefox-esr")


def webkit_program() -> str:
    """Find the driver of Debian's WebKitGTK, or the one that ``WEBKIT`` names."""
    return _program("WebKit", "webkit2gtk-driver", "WebKitWebDriver")


def xvfb_program() -> str:
    """Find Debian's X server without a screen, or the one that ``XVFB`` names."""
    return _program("Xvfb", "xvfb", "Xvfb")


def _program(title: str, package: str, program: str | None = None) -> str:
    variable = title.upper()
    executable = os.environ.get(variable) or shutil.which(program or package)
    if executable is None:
        pytest.fail(
            f"No {title} found: run `apt-get install {package}`, or set {variable} to its path.",
            pytrace=False,
        )
    return executable
