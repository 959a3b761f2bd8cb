# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Build the quickstart site, and tell how two people open it."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from .constants import ROOT

if TYPE_CHECKING:
    from pathlib import Path

#: the folder of the quickstart in an installed package, and the one in a checkout
QUICKSTARTS = (ROOT / "quickstart", ROOT.parent / "examples" / "quickstart")

#: signaling on the site's own port, whichever it will be: pages resolve it against their base URL
SIGNALING_URL = "./signaling"

#: the room that the links lead to
ROOM = "demo"

#: what JupyterLite calls the folder of the files that a site offers
FILES = "files"

#: the package with the kernel that the quickstart's notebook runs on
KERNEL_PACKAGE = "jupyterlite_javascript_kernel"

#: said when that kernel is missing
KERNEL_HINT = (
    "The JavaScript kernel is not installed, so cells won't run: "
    "pip install 'jupyterlite-webrtc[demo]'"
)

#: the person of each link, and the application in which a notebook is opened
PEOPLE = (("Ada", "lab"), ("Grace", "notebooks"))

#: the application that has something to show without a notebook, too
LAUNCHER = "lab"


class DemoSiteError(Exception):
    """The quickstart site can't be built.

    Parameters
    ----------
    sentence : str
        Why, and what to do.
    details : str, optional
        What the build printed.
    """

    def __init__(self, sentence: str, details: str = "") -> None:
        super().__init__(sentence)
        self.details = details


def find_source(candidates: tuple[Path, ...] = QUICKSTARTS) -> Path:
    """Find the source of the quickstart site.

    Parameters
    ----------
    candidates : tuple of pathlib.Path
        Where to look.

    Returns
    -------
    pathlib.Path
        The first that exists.

    Raises
    ------
    DemoSiteError
        If none does.
    """
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise DemoSiteError(
        f"The quickstart site is missing from this installation (looked in "
        f"{' and '.join(map(str, candidates))}): install jupyterlite-webrtc again."
    )


def has_kernel() -> bool:
    """Tell whether the kernel that the quickstart runs on is installed.

    Returns
    -------
    bool
        True if it is.
    """
    return find_spec(KERNEL_PACKAGE) is not None


def build(source: Path, work_dir: Path) -> Path:
    """Build the quickstart.

    Parameters
    ----------
    source : pathlib.Path
        The source; nothing is written there.
    work_dir : pathlib.Path
        An existing folder for the site and for what the build remembers; building there again
        is quick.

    Returns
    -------
    pathlib.Path
        The folder of the site.

    Raises
    ------
    DemoSiteError
        If the build fails.
    """
    site = work_dir / "_output"
    command = [
        *(sys.executable, "-m", "jupyterlite_core", "build"),
        *("--lite-dir", str(source)),
        *("--output-dir", str(site)),
        *("--webrtc-signaling-url", SIGNALING_URL),
    ]
    # the build's database lands in the working directory
    built = subprocess.run(  # noqa: S603 (our own interpreter and arguments)
        command,
        cwd=work_dir,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if built.returncode:
        raise DemoSiteError(f"The build of {source} failed; its output is above.", built.stdout)
    return site


def links(site: Path, url: str) -> list[tuple[str, str]]:
    """Make a link for each person.

    Parameters
    ----------
    site : pathlib.Path
        The built site; its first notebook is opened.
    url : str
        Where it is served; ends with a slash.

    Returns
    -------
    list of (str, str)
        Names and URLs.
    """
    files = site / FILES
    notebooks = sorted(path.relative_to(files).as_posix() for path in files.rglob("*.ipynb"))
    opened = {"path": notebooks[0]} if notebooks else {}
    return [
        (name, f"{url}{app if opened else LAUNCHER}/index.html?{urlencode(opened | query)}")
        for name, app in PEOPLE
        for query in [{"room": ROOM, "username": name}]
    ]
