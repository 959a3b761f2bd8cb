# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Take pictures of what people see where drives differ: ``doit pictures`` runs it, too.

With a folder as its argument, all of them go there, in all looks, for
people to look at, and the docs are left alone.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from harness import chromium
from harness.access import wear
from harness.files import delete, rename, write
from harness.jupyter import JupyterPage, visit
from harness.peers import Peers
from harness.servers import ServerProcess
from harness.sharing import join, newcomer, share
from sites import build_site
from stage import IMAGES, LOOKS, NOTEBOOK, Look, copy_quickstart

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

#: a file that the site does not ship
FILE = "plan.txt"


class Place(NamedTuple):
    """Where it happens."""

    browser: Browser
    site_url: str


def own_file(peers: Peers, site: str, app: str) -> JupyterPage:
    """Join a room with another version of the notebook, of one's own."""
    link = share(visit(newcomer(peers, "Ada"), site, "lab", NOTEBOOK).shown())
    person = newcomer(peers, "Grace")
    grace = JupyterPage(person.page, site).open(app, NOTEBOOK).shown()
    grace.type_at_end("// what only Grace has")
    grace.save()
    grace.wait_saved(NOTEBOOK, "what only Grace has")
    grace.page.goto("about:blank")  # a link to the same page would only change its fragment
    join(person, link, app).shown()
    grace.page.get_by_role("button", name="Open my copy").wait_for()
    if app == "lab":
        grace.page.locator(".jp-DirListing-item").filter(has_text="my cop").wait_for()
    return grace


def renamed(peers: Peers, site: str, app: str) -> JupyterPage:
    """Have a file of the name that somebody gives to a shared one."""
    ada, grace = two_with_a_file(peers, site, app)
    write(grace, "idea.txt", "what only Grace thought")
    rename(ada, FILE, "idea.txt")
    grace.page.get_by_text("is called").first.wait_for()
    return grace


def deleted(peers: Peers, site: str, app: str) -> JupyterPage:
    """Show what somebody deletes."""
    ada, grace = two_with_a_file(peers, site, app)
    delete(ada, FILE)
    grace.page.get_by_text("Yours stays").first.wait_for()
    return grace


#: what happens, by the name of its picture
DIVERGENCES: dict[str, Callable[[Peers, str, str], JupyterPage]] = {
    "my-copy": own_file,
    "renamed": renamed,
    "deleted": deleted,
}


def two_with_a_file(peers: Peers, site: str, app: str) -> tuple[JupyterPage, JupyterPage]:
    """Let Ada share a file that only she has, and Grace join."""
    ada = visit(newcomer(peers, "Ada"), site, "lab", NOTEBOOK).shown()
    write(ada, FILE, "a plan")
    ada.open("lab", FILE, username="Ada").wait_current(FILE)
    link = share(ada.shown())
    grace = join(newcomer(peers, "Grace"), link, app if app == "lab" else "edit").shown()
    grace.wait_text("a plan")
    grace.wait_status("connected", 1)
    ada.wait_status("connected", 1)
    return ada, grace


def picture(place: Place, name: str, look: Look, path: Path) -> None:
    """Let something happen, and take a picture of it."""
    peers = Peers(place.browser)
    page = DIVERGENCES[name](peers, place.site_url, look.app)
    page.page.set_viewport_size(look.window)
    wear(page, look.theme)
    page.page.screenshot(path=path, animations="disabled")
    peers.close()


def main(arguments: list[str]) -> None:
    """Take pictures."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        source = copy_quickstart(folder / "source")
        signaling = ServerProcess("signaling")
        stack.callback(signaling.kill)
        site = build_site(source, folder / "site", "--webrtc-signaling-url", signaling.url)
        server = ServerProcess("serve", ["--output-dir", str(site)])
        stack.callback(server.kill)
        place = Place(stack.enter_context(chromium.running()), server.url)
        if not arguments:
            picture(place, "my-copy", LOOKS[0], IMAGES / "my-copy.png")
            return
        target = Path(arguments[0])
        target.mkdir(exist_ok=True)
        for name in DIVERGENCES:
            for look in LOOKS:
                picture(place, name, look, target / f"{name}-{look.name}.png")


if __name__ == "__main__":
    main(sys.argv[1:])
