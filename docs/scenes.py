# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Take pictures of each trouble, and of many people: ``doit pictures`` runs it, too.

With a folder as its argument it takes all screens at both sizes and in both themes, for people to
look at, and leaves the docs alone; more arguments choose some of these, as ``lab-1280-dark``.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from harness import chromium
from harness.access import wear
from harness.crowd import Crowd, bundle_crowd_page, presence
from harness.jupyter import JupyterPage, visit
from harness.peers import Peers
from harness.servers import ServerProcess
from harness.sharing import join, newcomer, open_dialog, share
from harness.sites import free_port
from harness.troubles import TROUBLES, Place, wait_named
from sites import build_site
from stage import IMAGES, LAPTOP, LOOKS, NOTEBOOK, Look, copy_quickstart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser


class Stage(NamedTuple):
    """What all scenes happen in."""

    browser: Browser
    site_url: str
    crowd_url: str
    signaling: ServerProcess


def troubles(stage: Stage, folder: Path, prefix: str = "", look: Look = LOOKS[0]) -> None:
    """Take a picture of each trouble."""
    for name, trouble in TROUBLES.items():
        peers = Peers(stage.browser)
        options = {"viewport": look.window}
        place = Place(peers, stage.site_url, stage.signaling, NOTEBOOK, options, look.app)
        page = next(trouble.happen(place))
        wait_named(page, trouble)
        if name != "holder-away":
            page.shown()
        wear(page, look.theme)
        picture(page, folder / f"{prefix}{name}")
        peers.close()
        stage.signaling.restart()


def forty(stage: Stage, folder: Path) -> None:
    """Take a picture of Lab with 40 people."""
    peers = Peers(stage.browser)
    picture(company(stage, peers, 40), folder / "forty")
    peers.close()


def company(stage: Stage, peers: Peers, count: int, look: Look = LOOKS[0]) -> JupyterPage:
    """Bring people into a room, and return the page of one of them."""
    if count == 1:
        ada = newcomer(peers, "Ada", viewport=look.window)
        page = visit(ada, stage.site_url, look.app, NOTEBOOK, username="Ada").shown()
        wear(page, look.theme)
        share(page)
        page.wait_status("alone", 0)
        return page
    host = newcomer(peers, "Host", viewport=LAPTOP)
    teacher = visit(host, stage.site_url, "lab", NOTEBOOK, username="Emil Post").shown()
    link = share(teacher)
    peer = peers.new("Ada", viewport=look.window)
    page = join(peer, link.replace("?", "?username=Ada&usercolor=1d4ed8&"), look.app).shown()
    wear(page, look.theme)
    if count > 2:  # noqa: PLR2004 (the two are real)
        states = [presence(i, NOTEBOOK, away=i % 9 == 4) for i in range(count - 2)]  # noqa: PLR2004
        crowd = peers.new("Crowd").page
        Crowd(crowd, stage.crowd_url, link, stage.signaling.url, states)
    page.wait_status("connected", count - 1)
    teacher.page.locator(".jp-Notebook .jp-Cell").first.click()
    for _ in range(3):
        teacher.page.keyboard.press("Shift+Enter")
    page.page.locator(".jp-WebRTCRun").first.wait_for()
    return page


def picture(page: JupyterPage, path: Path) -> None:
    """Take a picture."""
    page.page.screenshot(path=f"{path}.png", animations="disabled")


def everything(stage: Stage, folder: Path, names: Sequence[str]) -> None:
    """Take all screens, in all looks or in those of some names."""
    for look in LOOKS:
        if names and look.name not in names:
            continue
        for count in (1, 2, 40):
            peers = Peers(stage.browser)
            screens(company(stage, peers, count, look), folder / f"{look.name}-{count}", count)
            peers.close()
        arrival(stage, folder / look.name, look)
        troubles(stage, folder, f"{look.name}-", look)


def screens(page: JupyterPage, start: Path, count: int) -> None:
    """Take pictures of all that a page in a room can show."""

    def take(name: str) -> None:
        picture(page, start.with_name(f"{start.name}-{name}"))

    take("room")
    dialog = open_dialog(page)
    dialog.locator(".jp-WebRTCShare-qr").wait_for()
    take("share")
    dialog.locator(".jp-WebRTCShare-qr").click()
    take("code")
    dialog.locator(".jp-WebRTCShare-qr").click()
    dialog.get_by_role("button", name="(you)").click()
    dialog.get_by_label("Your name, as others see it").wait_for()
    take("name")
    dialog.get_by_text("Cancel", exact=True).click()
    if count > 1:
        dialog.get_by_role("button", name="Follow Emil Post").click()
        page.page.get_by_text("You follow").wait_for()
        take("follow")
    page.page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    page.page.locator(".jp-WebRTCStatus").get_by_role("button").click()
    page.page.get_by_text("answers in").wait_for()
    if count > 1:
        page.page.get_by_text("direct", exact=True).first.wait_for()
    take("details")


def arrival(stage: Stage, start: Path, look: Look) -> None:
    """Take a picture of a page that somebody has just joined, who has no name yet."""
    peers = Peers(stage.browser)
    ada = newcomer(peers, "Ada", viewport=LAPTOP)
    link = share(visit(ada, stage.site_url, "lab", NOTEBOOK).shown())
    grace = join(peers.new("Grace", viewport=look.window), link, look.app).shown()
    wear(grace, look.theme)
    grace.wait_status("connected", 1)
    grace.page.get_by_label("Your name, as others see it").wait_for()
    picture(grace, start.with_name(f"{start.name}-arrival"))
    peers.close()


def main(arguments: list[str]) -> None:
    """Take pictures."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        (folder / "crowd").mkdir()
        port = free_port()
        source = copy_quickstart(folder / "source")
        site = build_site(
            source,
            folder / "site",
            *("--webrtc-signaling-url", f"ws://127.0.0.1:{port}"),
        )

        def serve(output: Path) -> str:
            server = ServerProcess("serve", ["--output-dir", str(output)])
            stack.callback(server.kill)
            return server.url

        signaling = ServerProcess("signaling", port=port)
        stack.callback(signaling.kill)
        browser = stack.enter_context(chromium.running())
        crowd_url = serve(bundle_crowd_page(folder / "crowd"))
        stage = Stage(browser, serve(site), crowd_url, signaling)
        if arguments:
            target = Path(arguments[0])
            target.mkdir(exist_ok=True)
            everything(stage, target, arguments[1:])
        else:
            troubles(stage, IMAGES)
            forty(stage, IMAGES)


if __name__ == "__main__":
    main(sys.argv[1:])
