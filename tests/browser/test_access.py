# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Everybody can use what we add: with a keyboard, a screen reader, either theme, a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.jupyter import JupyterPage, visit
from harness.sharing import copied, join, newcomer, open_dialog, share, share_button
from harness.sites import NOTEBOOK
from harness.waiting import wait_until
from sites import REPOSITORY

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: Deque's checker, as npm installs it
AXE = REPOSITORY / "labextension-src" / "node_modules" / "axe-core" / "axe.min.js"

#: what we add to a page
OURS = [
    ".jp-WebRTCShareButton",
    ".jp-WebRTCStatus",
    ".jp-WebRTCNameCard",
    ".jp-WebRTCShare",
    ".jp-WebRTCDiagnose",
    ".jp-WebRTCAvatars",
    ".jp-WebRTCFollow",
    ".jp-WebRTCRun",
]

#: a small laptop, and a phone
SIZES = {"laptop": (1280, 800), "phone": (390, 844)}


def violations(page: JupyterPage) -> list[dict[str, Any]]:
    """Let axe look at all that is ours in a page, and tell what it finds serious."""
    page.page.add_script_tag(path=AXE)
    found: list[dict[str, Any]] = page.page.evaluate(
        """async selectors => {
            const include = selectors.filter(each => document.querySelector(each));
            const { violations } = await axe.run({ include: include.map(each => [each]) });
            return violations
                .filter(({ impact }) => ['serious', 'critical'].includes(impact))
                .map(({ id, nodes }) => ({ id, nodes: nodes.map(node => node.html) }));
        }""",
        OURS,
    )
    return found


def fits(page: JupyterPage, dialog: str) -> bool:
    """Whether nothing in a dialog is wider than the window."""
    is_inside = """dialog => [...document.querySelectorAll(`${dialog} *`)]
        .every(each => each.getBoundingClientRect().right <= innerWidth)"""
    return bool(page.page.evaluate(is_inside, dialog))


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
@pytest.mark.parametrize(("app", "size"), [("lab", "laptop"), ("notebooks", "phone")])
def test_axe_finds_nothing_serious(
    peers: Peers, site_url: str, theme: str, app: str, size: str
) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", NOTEBOOK).shown()
    link = share(ada)
    width, height = SIZES[size]
    grace = peers.new("Grace", viewport={"width": width, "height": height})
    page = join(grace, link, app).shown()
    page.page.evaluate(
        "theme => jupyterapp.commands.execute('apputils:change-theme', { theme })", theme
    )
    is_light = "Light" in theme
    wait_until(
        lambda: (
            page.page.locator("body").get_attribute("data-jp-theme-light") == str(is_light).lower()
        ),
        message="the theme",
    )
    page.wait_status("connected", 1)
    ada.insert_code_cell("1 + 1")
    ada.run_cell()
    page.page.locator(".jp-WebRTCRun").wait_for()
    assert violations(page) == []  # with the question for a name
    dialog = open_dialog(page)
    dialog.locator(".jp-WebRTCShare-qr").wait_for()
    dialog.get_by_role("button", name="(you)").click()
    assert violations(page) == []
    assert fits(page, ".jp-WebRTCShareDialog")
    dialog.get_by_text("Cancel", exact=True).click()
    dialog.get_by_role("button", name="Follow Ada").click()
    page.page.get_by_text("You follow Ada").wait_for()
    assert violations(page) == []
    page.page.locator(".jp-WebRTCStatus").get_by_role("button").click()
    page.page.get_by_text("answers in").wait_for()
    page.page.get_by_text("direct", exact=True).wait_for()
    assert violations(page) == []
    assert fits(page, ".jp-WebRTCDiagnoseDialog")


def test_a_keyboard_is_enough(peers: Peers, site_url: str) -> None:
    page = visit(newcomer(peers, "Ada"), site_url, "notebooks", NOTEBOOK).shown()
    share_button(page).focus()
    page.page.keyboard.press("Enter")
    page.page.get_by_text("is copied. Send it to those who should join.").wait_for()
    link = copied(page)
    page.wait_status("alone", 0)
    share_button(page).focus()
    page.page.keyboard.press("Enter")
    dialog = page.page.get_by_role("dialog").filter(has_text="Shared documents")
    copy = dialog.get_by_role("button", name="Copy", exact=True)
    reach(page, copy)
    page.page.keyboard.press("Enter")
    dialog.get_by_text("The link is copied.").wait_for()
    assert copied(page) == link
    reach(page, dialog.get_by_role("button", name="Ada (you)"))
    page.page.keyboard.press("Enter")
    name = dialog.get_by_label("Your name, as others see it")
    reach(page, name)
    page.page.keyboard.type("Ada Lovelace")
    page.page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Ada Lovelace (you)").wait_for()
    reach(page, dialog.get_by_role("button", name="Stop sharing", exact=True))
    page.page.keyboard.press("Enter")
    page.wait_status("off", 0)


def reach(page: JupyterPage, control: Locator) -> None:
    """Press Tab until a button or a field has the focus."""

    def tab() -> bool:
        page.page.keyboard.press("Tab")
        return bool(control.evaluate("each => each === document.activeElement"))

    wait_until(tab, message="the focus")
