# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Sharing by link, as people do it."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any, cast

from harness.jupyter import JupyterPage

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from harness.peers import Peer, Peers

#: where documents are
APPS = ("lab", "notebooks", "edit")

#: what the checksum of a link is made with, and its length
CHECKSUM = (b"jupyterlite-webrtc/1/link\0", 4)

#: so that pages can copy, and tests can read what was copied
CLIPBOARD = ["clipboard-read", "clipboard-write"]


def newcomer(peers: Peers, name: str, **options: Any) -> Peer:
    """Bring in somebody whose clipboard tests can read."""
    return peers.new(name, permissions=CLIPBOARD, **options)


def share_button(page: JupyterPage) -> Locator:
    """Find the button."""
    return page.page.locator(".jp-WebRTCShareButton").get_by_role("button", name="Share")


def avatar(page: JupyterPage, about: str) -> Locator:
    """Find somebody in the row of people, by what is said of them."""
    return page.page.locator(".jp-WebRTCAvatars").get_by_role("button", name=about)


def color(shown: Locator) -> str:
    """Tell the colour of somebody in that row."""
    css = "each => getComputedStyle(each.querySelector('.jp-WebRTCAvatar')).backgroundColor"
    return cast("str", shown.evaluate(css))


def copied(page: JupyterPage) -> str:
    """Read the clipboard."""
    return cast("str", page.page.evaluate("() => navigator.clipboard.readText()"))


def question(page: JupyterPage) -> Locator:
    """Find the question whether a document is the one to be shared."""
    words = "Anybody who gets the link can see and change this document"
    return page.page.get_by_role("dialog").filter(has_text=words)


def share(page: JupyterPage, *, is_asked: bool | None = None) -> str:
    """Click on Share, and take the link that the page says it has copied.

    Where several documents are open, the page asks before.

    Parameters
    ----------
    page : JupyterPage
        Where to click.
    is_asked : bool, optional
        Whether the page has to ask; either is fine, if not given.

    Returns
    -------
    str
        The link.
    """
    share_button(page).click()
    told = page.page.get_by_text("is copied. Send it to those who should join.")
    question(page).or_(told).first.wait_for()
    asks = question(page).count() > 0
    assert is_asked in (None, asks), "the page asks before it shares, or doesn't"
    if asks:
        question(page).get_by_role("button", name="Share").click()
        told.wait_for()
    return copied(page)


def open_dialog(page: JupyterPage) -> Locator:
    """Open the dialog about how the page is shared."""
    share_button(page).click()
    dialog = page.page.get_by_role("dialog").filter(has_text="Shared documents")
    dialog.wait_for()
    return dialog


def join(peer: Peer, link: str, app: str | None = None) -> JupyterPage:
    """Follow a link, in the app that it was made in or in another one."""
    made_in = next(each for each in APPS if f"/{each}/" in link)
    site, rest = link.split(f"/{made_in}/", 1)
    page = JupyterPage(peer.page, f"{site}/")
    page.page.goto(f"{site}/{app or made_in}/{rest}")
    return page


def secret(link: str) -> str:
    """Tell the part of a link that gets people in."""
    return link.split("#room=", 1)[1]


def forged(link: str) -> str:
    """Write a link that looks right, with another secret."""
    text = secret(link)
    payload = bytearray(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    label, length = CHECKSUM
    del payload[-length:]
    payload[0] ^= 1
    digest = hashlib.sha256(label + payload).digest()[:length]
    return link.replace(text, urlsafe_b64encode(payload + digest).decode().rstrip("="))
