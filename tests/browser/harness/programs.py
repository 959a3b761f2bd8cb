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


def _program(title: str, package: str) -> str:
    variable = title.upper()
    executable = os.environ.get(variable) or shutil.which(package)
    if executable is None:
        pytest.fail(
            f"No {title} found: run `apt-get install {package}`, or set {variable} to its path.",
            pytrace=False,
        )
    return executable
