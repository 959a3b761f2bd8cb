# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Take the pictures of the README and the docs from the running demo: ``doit pictures``."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import ViewportSize, sync_playwright

from harness.jupyter import JupyterPage
from harness.servers import ServerProcess
from harness.waiting import wait_until
from sites import REPOSITORY, build_site

#: where the pictures go
IMAGES = Path(__file__).parent / "images"

#: the size of a small laptop's window, in CSS pixels
WINDOW: ViewportSize = {"width": 1280, "height": 800}

#: the notebook of the quickstart
NOTEBOOK = "waves.ipynb"

#: its cells from the top to the square wave
CELLS_TO_RUN = 7


def main() -> None:
    """Let Ada and Grace work on the quickstart, and take a picture of what Ada sees."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = build_site(
            REPOSITORY / "examples" / "quickstart",
            Path(folder) / "site",
            *("--webrtc-signaling-url", "./signaling"),
        )
        server = ServerProcess("serve", ["--output-dir", str(site)])
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--host-resolver-rules=MAP *.google.com ~NOTFOUND",
            ],
        )
        ada, grace = (
            JupyterPage(browser.new_context(viewport=WINDOW).new_page(), server.url)
            for _ in range(2)
        )
        ada.open("lab", NOTEBOOK, room="demo", username="Ada", usercolor="1d4ed8").shown()
        grace.open("notebooks", NOTEBOOK, room="demo", username="Grace", usercolor="15803d").shown()
        ada.wait_status("connected", 1)
        ada.page.get_by_text("| Idle").wait_for()
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
        IMAGES.mkdir(exist_ok=True)
        ada.page.screenshot(path=IMAGES / "lab.png")
        grace.page.screenshot(path=IMAGES / "notebook.png")
        browser.close()
        server.kill()


if __name__ == "__main__":
    main()
