# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Who is here, where they are, what they do, and who ran what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from harness.absence import nothing_comes
from harness.access import LEAST_CONTRAST, contrasts, violations, wear
from harness.crowd import Crowd, bundle_crowd_page, presence
from harness.jupyter import visit
from harness.long_notebook import LONG, MAKE_LONG, cell, go
from harness.sharing import avatar, join, newcomer, open_dialog, share
from harness.sites import NOTEBOOK, TEXT
from harness.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import ServeSite
    from harness.peers import Peers
    from harness.servers import ServerProcess

#: a cell that runs for some seconds, and long enough to be seen
RUN_LONG = "for (const end = Date.now() + 8000; Date.now() < end;);"

#: a cell that runs until its kernel ends
RUN_FOREVER = "while (true);"

#: a cell whose output is a widget, as far as others can tell
SHOW_WIDGET = (
    "postMessage({type: 'display_data', bundle: {data: {"
    "'application/vnd.jupyter.widget-view+json': {model_id: 'x', version_major: 2}, "
    "'text/plain': 'a slider'}, metadata: {}, transient: {}}})"
)


@pytest.mark.usefixtures("site_signaling")
def test_people_are_seen_and_followed(peers: Peers, site_url: str) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", TEXT).shown()
    ada.page.evaluate(MAKE_LONG, LONG)
    ada.open("lab", LONG, username="Ada").shown()
    link = share(ada)
    grace = join(peers.new("Grace"), link.replace("?", "?username=Grace&"), "notebooks").shown()
    avatar(ada, f"Grace is in “{LONG}”").wait_for()

    # in command mode, Grace has no cursor: her cell is outlined
    go(grace, 25)
    outlined = ada.page.locator("[data-webrtc-people='Grace']")
    expect(outlined).to_have_count(1)
    expect(outlined).not_to_be_in_viewport()
    avatar(ada, "Grace").click()
    ada.page.get_by_text("You follow Grace").wait_for()
    expect(outlined).to_be_in_viewport()

    # wherever she goes and types
    go(grace, 0)
    expect(cell(ada, 0)).to_be_in_viewport()
    grace.page.keyboard.press("Enter")
    grace.page.keyboard.type("// Grace writes")

    def goes_on() -> bool:
        grace.page.keyboard.type(".")
        return avatar(ada, f"Grace is typing in “{LONG}”").count() > 0

    wait_until(goes_on, message="Grace typing, at Ada's")
    expect(cell(ada, 0)).to_contain_text("// Grace writes")
    avatar(ada, f"Grace is in “{LONG}”").wait_for()

    # until Ada does something herself
    ada.page.keyboard.press("ArrowDown")
    ada.page.get_by_text("You follow Grace").wait_for(state="hidden")
    grace.page.keyboard.press("Escape")
    go(grace, 25)
    expect(ada.page.locator("[data-webrtc-people='Grace']")).not_to_be_in_viewport()
    expect(cell(ada, 0)).to_be_in_viewport()

    grace.page.close()
    avatar(ada, "Grace").wait_for(state="detached")


@pytest.mark.usefixtures("site_signaling")
def test_it_is_said_who_runs_a_cell_and_who_ran_it_last(peers: Peers, site_url: str) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", NOTEBOOK).shown()
    link = share(ada)
    grace_peer = peers.new("Grace")
    grace = join(grace_peer, link.replace("?", "?username=Grace&")).shown()
    grace.wait_status("connected", 1)

    grace.insert_code_cell(RUN_LONG)
    grace.run_cell()
    ran = ada.page.locator(".jp-CodeCell", has_text="Date.now")
    expect(ran.locator(".jp-InputPrompt")).to_have_text("[*]:")
    ran.get_by_role("button", name="Grace is running this cell, in their own kernel.").wait_for()
    avatar(ada, "Grace is running code in “waves.ipynb”").wait_for()
    expect(ran.locator(".jp-InputPrompt")).to_have_text("[1]:")
    ran.get_by_role("button", name="Grace ran this cell last").click()
    ada.page.get_by_text("Outputs are shared, variables are not").wait_for()
    assert grace.page.locator(".jp-WebRTCRun").count() == 0  # no news for Grace

    grace.insert_code_cell(SHOW_WIDGET)
    grace.run_cell()
    ada.page.get_by_text("This widget lives with Grace, who ran the cell.").wait_for()

    # whoever runs it next is the last
    ran.locator(".cm-content").click()
    ada.run_cell()
    ran.get_by_role("button", name="Grace ran").wait_for(state="detached")
    grace.page.locator(".jp-CodeCell", has_text="Date.now").get_by_role(
        "button", name="Ada ran this cell last"
    ).wait_for()

    # who leaves can't say that a cell has ended
    grace.insert_code_cell(RUN_FOREVER)
    grace.run_cell()
    endless = ada.page.locator(".jp-CodeCell", has_text="while (true)")
    expect(endless.locator(".jp-InputPrompt")).to_have_text("[*]:")
    grace_peer.close()
    expect(endless.locator(".jp-InputPrompt")).not_to_have_text("[*]:", timeout=30_000)


def test_forty_people_fit(
    peers: Peers,
    site_url: str,
    site_signaling: ServerProcess,
    serve_site: ServeSite,
    tmp_path: Path,
) -> None:
    crowd_url = serve_site(bundle_crowd_page(tmp_path))
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", NOTEBOOK).shown()
    link = share(ada)
    states = [presence(i, NOTEBOOK, away=i == 1) for i in range(39)]
    crowd = Crowd(peers.new("Crowd").page, crowd_url, link, site_signaling.url, states)
    ada.wait_status("connected", 39)
    avatar(ada, "34 more people").wait_for()
    expect(ada.page.locator(".jp-WebRTCAvatars li")).to_have_count(7)
    avatar(ada, "Alan Turing is away").wait_for()
    crowd.change(1, presence(1, NOTEBOOK))
    avatar(ada, "Alan Turing is in “waves.ipynb”").wait_for()
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        wear(ada, theme)
        assert min(contrasts(ada, ".jp-WebRTCAvatars .jp-WebRTCAvatar")) >= LEAST_CONTRAST
        assert violations(ada) == []

    avatar(ada, "34 more people").click()
    dialog = ada.page.get_by_role("dialog").filter(has_text="40 people here")
    expect(dialog.get_by_role("button", name="Follow ")).to_have_count(39)
    dialog.get_by_role("button", name="Follow Radia Perlman").click()
    ada.page.get_by_text("You follow Radia Perlman").wait_for()
    # Escape is one's own input, too
    ada.page.keyboard.press("Escape")
    ada.page.get_by_text("You follow").wait_for(state="hidden")
    # a document that is not open here is opened only when Ada says so
    crowd.change(2, presence(2, TEXT))
    avatar(ada, f"Annie Easley is in “{TEXT}”").click()
    ada.page.get_by_text(f"Annie Easley is in “{TEXT}”, which is not open here.").wait_for()
    assert ada.tab(TEXT).count() == 0
    ada.page.get_by_role("button", name="Open it").click()
    ada.tab(TEXT).wait_for()


@pytest.mark.usefixtures("site_signaling")
def test_a_name_is_changed_where_it_stands(peers: Peers, site_url: str) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "notebooks", NOTEBOOK).shown()
    link = share(ada)
    grace = join(peers.new("Grace"), link.replace("?", "?username=Grace&"), "lab").shown()
    name = ada.page.get_by_label("Your name, as others see it")
    avatar(ada, "Ada (you)").click()
    expect(name).to_be_focused()
    ada.page.keyboard.type("Ada Lovelace")  # what was there is selected
    ada.page.keyboard.press("Enter")
    avatar(grace, "Ada Lovelace is in “waves.ipynb”").wait_for()
    avatar(ada, "Ada Lovelace (you)").click()
    expect(name).to_be_focused()
    ada.page.keyboard.press("Escape")
    expect(name).to_have_count(0)


@pytest.mark.usefixtures("site_signaling")
@pytest.mark.parametrize("kind", ["link", "named"])
def test_a_private_copy_is_for_trying_things_out(peers: Peers, site_url: str, kind: str) -> None:
    if kind == "link":
        ada = visit(newcomer(peers, "Ada"), site_url, "lab", TEXT).shown()
        grace = join(peers.new("Grace"), share(ada)).shown()
    else:
        ada = visit(newcomer(peers, "Ada"), site_url, "lab", TEXT, room="r1").shown()
        grace = visit(peers.new("Grace"), site_url, "lab", TEXT, room="r1").shown()
    grace.wait_status("connected", 1)
    ada.wait_status("connected", 1)
    dialog = open_dialog(grace)
    dialog.get_by_role("button", name="Open a private copy").click()
    grace.tab("hello (my copy).txt").wait_for()
    grace.wait_current("hello (my copy).txt")
    # beside the shared one, which goes on
    editors = grace.page.locator(".jp-FileEditor").filter(visible=True)
    expect(editors).to_have_count(2)
    editors.nth(1).locator(".cm-content").click()
    grace.page.keyboard.type("tried out by Grace")
    ada.type_at_end("<Ada goes on>")
    expect(editors.nth(0)).to_contain_text("<Ada goes on>")
    expect(editors.nth(1)).not_to_contain_text("<Ada goes on>")

    # and so does Grace, after what she tried out
    def go_on() -> None:
        editors.nth(0).locator(".cm-content").click()
        grace.page.keyboard.type("<so does Grace>")
        ada.wait_text("<so does Grace>")

    nothing_comes(lambda: "tried out" in ada.text or "my copy" in ada.presence, go_on)


@pytest.mark.usefixtures("site_signaling")
def test_somebody_without_a_name_is_asked_once_and_may_decline(peers: Peers, site_url: str) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "notebooks", NOTEBOOK).shown()
    link = share(ada)
    grace = join(peers.new("Grace"), link).shown()
    grace.wait_status("connected", 1)
    name = grace.page.get_by_label("Your name, as others see it")
    # who has a name already is not asked, and neither was Ada by the time that Grace is
    asked = ada.page.get_by_label("Your name, as others see it")
    nothing_comes(asked.count, name.wait_for)
    name.fill("Grace Hopper")
    name.press("Enter")
    name.wait_for(state="detached")
    people = open_dialog(ada).locator(".jp-WebRTCShare-people")
    people.get_by_text("Grace Hopper").wait_for()
    grace.page.reload()
    grace.shown().wait_status("connected", 1)
    nothing_comes(name.count, people.get_by_text("Grace Hopper").wait_for)

    joan = join(peers.new("Joan"), link).shown()
    joan.page.get_by_role("button", name="Not now").click()
    people.get_by_text("Anonymous").wait_for()
    # a name can be changed where it stands
    dialog = open_dialog(joan)
    dialog.get_by_role("button", name="(you)").click()
    dialog.get_by_label("Your name, as others see it").fill("Joan Clarke")
    dialog.get_by_role("button", name="Use this name").click()
    people.get_by_text("Joan Clarke").wait_for()
