# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Everybody can use what we add: with a keyboard, a screen reader, either theme, a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from harness.access import fits, moving, violations, wear
from harness.jupyter import JupyterPage, visit
from harness.sharing import avatar, copied, join, newcomer, open_dialog, share, share_button
from harness.sites import NOTEBOOK
from harness.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: a small laptop, and a phone
SIZES = {"laptop": (1280, 800), "phone": (390, 844)}


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
    wear(page, theme)
    page.wait_status("connected", 1)
    ada.insert_code_cell("1 + 1")
    ada.run_cell()
    page.page.locator(".jp-WebRTCRun").wait_for()
    assert moving(page) == []
    assert violations(page) == []  # with the question for a name
    dialog = open_dialog(page)
    dialog.locator(".jp-WebRTCShare-qr").wait_for()
    dialog.get_by_role("button", name="(you)").click()
    assert violations(page) == []
    assert fits(page, ".jp-WebRTCShareDialog")
    dialog.get_by_text("Cancel", exact=True).click()
    dialog.get_by_role("button", name="Follow Ada").click()
    page.page.get_by_text("You follow Ada").wait_for()
    assert moving(page) == []
    assert violations(page) == []
    page.page.locator(".jp-WebRTCStatus").get_by_role("button").click()
    page.page.get_by_text("answers in").wait_for()
    page.page.get_by_text("direct", exact=True).wait_for()
    assert violations(page) == []
    assert fits(page, ".jp-WebRTCDiagnoseDialog")


def test_a_phone_is_enough(peers: Peers, site_url: str) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", NOTEBOOK).shown()
    link = share(ada)
    width, height = SIZES["phone"]
    viewport = {"width": width, "height": height}
    phone = peers.new("Grace", viewport=viewport, is_mobile=True, has_touch=True)
    page = join(phone, link, "notebooks").shown()
    page.wait_status("connected", 1)
    page.page.get_by_label("Your name, as others see it").fill("Grace Hopper")
    page.page.get_by_role("button", name="Use this name").tap()
    avatar(ada, "Grace Hopper").wait_for()

    ada.type_at_end("/* Ada */")
    expect(page.editors.first).to_contain_text("/* Ada */")
    page.editors.first.tap()
    page.page.keyboard.type("/* Grace */")
    expect(ada.editors.first).to_contain_text("/* Grace */")

    share_button(page).tap()
    dialog = page.page.get_by_role("dialog").filter(has_text="2 people here")
    dialog.get_by_role("button", name="(you)").tap()
    # all of what opens is to be seen
    expect(dialog.get_by_role("button", name="Use this name")).to_be_in_viewport(ratio=1)
    dialog.get_by_text("Cancel", exact=True).tap()
    dialog.get_by_role("button", name="Follow Ada").tap()
    page.page.get_by_text("You follow Ada").wait_for()
    page.page.get_by_role("button", name="Stop following").tap()
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_keyboard_is_enough(peers: Peers, site_url: str) -> None:
    page = visit(newcomer(peers, "Ada"), site_url, "notebooks", NOTEBOOK).shown()
    keyboard = page.page.keyboard
    share_button(page).focus()
    keyboard.press("Enter")
    page.page.get_by_text("is copied. Send it to those who should join.").wait_for()
    link = copied(page)
    grace = join(peers.new("Grace"), link.replace("?", "?username=Grace&")).shown()
    page.wait_status("connected", 1)
    grace.wait_status("connected", 1)

    # the dialog: as it is read, from the link to the buttons below, and round
    share_button(page).focus()
    keyboard.press("Enter")
    dialog = page.page.get_by_role("dialog").filter(has_text="Shared documents")
    dialog.get_by_role("button", name="Follow Grace").wait_for()
    dialog.locator(".jp-WebRTCShare-qr").wait_for()
    page.page.evaluate("() => new Promise(requestIdleCallback)")  # JupyterLab sets the focus then
    assert focus_order(page) == [
        "Link to this room",
        "Copy",
        "QR code of the link: make it larger or smaller",
        f"Stop sharing “{NOTEBOOK}”",
        "Open a private copy",
        "Ada (you)",
        "Follow Grace",
        "Stop sharing",
        "Done",
        "Cancel",
    ]
    press(page, dialog.get_by_role("button", name="Copy", exact=True))
    dialog.get_by_text("The link is copied.").wait_for()
    press(page, dialog.get_by_role("button", name="Ada (you)"))
    reach(page, dialog.get_by_label("Your name, as others see it"))
    keyboard.type("Ada Lovelace")
    keyboard.press("Enter")
    dialog.get_by_role("button", name="Ada Lovelace (you)").wait_for()
    keyboard.press("Escape")
    dialog.wait_for(state="hidden")

    # the people, and the state of the room
    expect(share_button(page)).to_be_focused()  # where one was
    people = page.page.locator(".jp-WebRTCAvatars")
    press(page, people.get_by_role("button", name="Grace"), "Shift+Tab")
    page.page.get_by_text("You follow Grace").wait_for()
    keyboard.press("Escape")  # as any key does
    page.page.get_by_text("You follow Grace").wait_for(state="hidden")
    press(page, page.page.locator(".jp-WebRTCStatus").get_by_role("button"))
    details = page.page.get_by_role("dialog").filter(has_text="Connection details")
    reach(page, details.get_by_role("region", name="Connections to other pages"))
    reach(page, details.get_by_role("button", name="Copy report"))
    keyboard.press("Escape")
    details.wait_for(state="hidden")

    # who ran a cell
    grace.insert_code_cell("1 + 1")
    grace.run_cell()
    press(page, page.page.get_by_role("button", name="Grace ran this cell last"))
    page.page.get_by_text("Outputs are shared, variables are not").wait_for()

    share_button(page).focus()
    keyboard.press("Enter")
    press(page, dialog.get_by_role("button", name="Stop sharing", exact=True))
    page.wait_status("off", 0)


#: more than there is to be reached in a dialog
MANY = 40

#: tells the name of what has the focus, as screen readers do
FOCUS = """() => {
    const { activeElement: each } = document;
    const label = each.labels?.[0]?.firstChild?.textContent;
    return each.ariaLabel || label || each.textContent.trim() || each.title;
}"""


def focus_order(page: JupyterPage) -> list[str]:
    """Press Tab until the focus is where it was, and name what had it."""
    order: list[str] = [page.page.evaluate(FOCUS)]
    for _ in range(MANY):
        page.page.keyboard.press("Tab")
        name = page.page.evaluate(FOCUS)
        if name == order[0]:
            break
        order.append(name)
    return order


def reach(page: JupyterPage, control: Locator, key: str = "Tab") -> None:
    """Press a key until a button or a field has the focus."""

    def step() -> bool:
        page.page.keyboard.press(key)
        return bool(control.evaluate("each => each === document.activeElement"))

    wait_until(step, message="the focus")


def press(page: JupyterPage, control: Locator, key: str = "Tab") -> None:
    """Press a key until a button has the focus, and the button then."""
    reach(page, control, key)
    page.page.keyboard.press("Enter")
