# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Take the pictures of the README and the docs from the running product: ``doit pictures``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from harness import chromium
from harness.jupyter import JupyterPage, visit
from harness.peers import Peers
from harness.servers import ServerProcess
from harness.sharing import CLIPBOARD, open_dialog, share
from harness.waiting import wait_until
from sites import REPOSITORY, build_site
from stage import IMAGES, LAPTOP, NOTEBOOK

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Locator

#: what comes behind the name of a picture, and the theme of JupyterLab
THEMES = {"": "JupyterLab Light", "-dark": "JupyterLab Dark"}

#: what is shown around a dialog, in CSS pixels
AROUND = 30

#: cells of the notebook from the top to the square wave
CELLS_TO_RUN = 7


def main() -> None:
    """Take each picture in each theme."""
    IMAGES.mkdir(exist_ok=True)
    with chromium.running() as browser:
        for suffix, theme in THEMES.items():
            with TemporaryDirectory() as folder:
                site = build_quickstart(Path(folder), theme)
                server = ServerProcess("serve", ["--output-dir", str(site)])
                take(browser, server.url, suffix)
                server.kill()


def build_quickstart(folder: Path, theme: str) -> Path:
    """Build the quickstart with a theme.

    Parameters
    ----------
    folder
        An empty folder.
    theme
        As JupyterLab names it.

    Returns
    -------
    pathlib.Path
        The site.
    """
    source = folder / "quickstart"
    shutil.copytree(REPOSITORY / "examples" / "quickstart", source)
    overrides = json.loads((source / "overrides.json").read_text(encoding="utf-8"))
    overrides["@jupyterlab/apputils-extension:themes"] = {"theme": theme}
    (source / "overrides.json").write_text(json.dumps(overrides), encoding="utf-8")
    return build_site(source, folder / "site")


def take(browser: Browser, site: str, suffix: str) -> None:
    """Let Ada share the notebook and Grace join, and take pictures of what they see.

    Parameters
    ----------
    browser
        In which both have a context.
    site
        The URL of the site.
    suffix
        Comes behind the names of the pictures.
    """

    def picture(of: JupyterPage, name: str, clip: FloatRect | None = None) -> None:
        of.page.mouse.move(0, 0)  # no tooltip
        of.page.screenshot(path=IMAGES / f"{name}{suffix}.png", clip=clip)

    peers = Peers(browser)
    options = {"viewport": LAPTOP, "permissions": CLIPBOARD}
    ada = visit(peers.new("Ada", **options), site, "lab", NOTEBOOK, usercolor="1d4ed8").shown()
    ada.page.get_by_text("| Idle").wait_for()
    link = share(ada)
    message = ada.page.locator(".Toastify__toast")
    wait_until(lambda: _is_at_rest(message), message="the message at its place")
    ada.wait_status("alone", 0)
    picture(ada, "share")
    ada.page.locator(".jp-WebRTCStatus button").click()
    details = ada.page.get_by_role("dialog").filter(has_text="Connection details")
    details.get_by_text("answers in").wait_for()
    picture(ada, "details", _around(details.locator(".jp-Dialog-content")))
    details.get_by_role("button", name="Close").last.click()

    grace = JupyterPage(peers.new("Grace", **options).page, site)
    path, _, fragment = link.partition("#")
    path = path.replace("/lab/", "/notebooks/")
    grace.page.goto(f"{path}&username=Grace&usercolor=15803d#{fragment}")
    grace.shown()
    ada.wait_status("connected", 1)
    dialog = open_dialog(ada)
    dialog.get_by_text("2 people here").wait_for()
    picture(ada, "dialog", _around(dialog.locator(".jp-Dialog-content")))
    dialog.get_by_role("button", name="Done").click()

    ada.page.locator(".jp-Notebook .jp-Cell").first.click()
    for _ in range(CELLS_TO_RUN):
        ada.page.keyboard.press("Shift+Enter")
    ada.page.locator("img[alt^='Curves: 1 sine']").wait_for()
    overshoot = grace.page.locator(".jp-CodeCell .cm-content", has_text="var peak")
    overshoot.click()
    grace.page.keyboard.press("Control+Home")
    grace.page.keyboard.type("// how high does it get with 1000 sines?\n")
    ada.page.get_by_text("1000 sines").wait_for()
    wait_until(lambda: ada.cursor_names == ["Grace"], message="Grace's cursor")
    picture(ada, "lab")
    picture(grace, "notebook")
    peers.close()


def _is_at_rest(element: Locator) -> bool:
    """Tell whether an element is there and doesn't move between two frames."""
    return bool(
        element.first.evaluate(
            """async element => {
                const before = element.getBoundingClientRect().x;
                await new Promise(resolve => setTimeout(resolve, 100));
                return element.getBoundingClientRect().x === before;
            }"""
        )
    )


def _around(element: Locator) -> FloatRect:
    """Find a rectangle with an element and some of what is around it."""
    box = element.bounding_box()
    if box is None:
        raise ValueError("nothing to see")
    return {
        "x": max(0, box["x"] - AROUND),
        "y": max(0, box["y"] - AROUND),
        "width": box["width"] + 2 * AROUND,
        "height": box["height"] + 2 * AROUND,
    }


if __name__ == "__main__":
    main()
