# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What all scripts that take pictures need: the quickstart, and how it is looked at."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sites import REPOSITORY

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

#: where the docs' pictures go
IMAGES = Path(__file__).parent / "images"

#: the notebook of the quickstart
NOTEBOOK = "waves.ipynb"

#: a small laptop and a phone, in CSS pixels
LAPTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}


class Look(NamedTuple):
    """How a page is looked at."""

    app: str
    window: ViewportSize
    theme: str

    @property
    def name(self) -> str:
        """Part of a picture's name."""
        return f"{self.app}-{self.window['width']}-{self.theme.split()[1].lower()}"


#: each app at its size, in each theme
LOOKS = [
    Look(app, window, f"JupyterLab {shade}")
    for app, window in (("lab", LAPTOP), ("notebooks", LAPTOP), ("notebooks", PHONE))
    for shade in ("Light", "Dark")
]


def copy_quickstart(folder: Path) -> Path:
    """Copy the quickstart, and let scripts find the app in its pages.

    Parameters
    ----------
    folder
        Is not there yet.

    Returns
    -------
    pathlib.Path
        The folder.
    """
    shutil.copytree(REPOSITORY / "examples" / "quickstart", folder)
    lite = folder / "jupyter-lite.json"
    config = json.loads(lite.read_text(encoding="utf-8"))
    config["jupyter-config-data"]["exposeAppInBrowser"] = True
    lite.write_text(json.dumps(config), encoding="utf-8")
    return folder
