# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What is shared is what the user has before them, and they see its name first (P5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from harness.files import write
from harness.jupyter import visit
from harness.sharing import copied, newcomer, question, share_button
from harness.sites import NOTEBOOK, TEXT
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: opens a document as the file browser does
OPEN = "path => jupyterapp.commands.execute('docmanager:open', { path })"

#: clicks on Share as soon as there is something to share, and keeps what was in front
HASTE = """
if (new URLSearchParams(location.search).has('haste')) {
  const timer = setInterval(() => {
    const { commands, shell } = globalThis.jupyterapp ?? {};
    if (commands?.hasCommand('webrtc-docprovider:share') &&
        commands.isEnabled('webrtc-docprovider:share')) {
      clearInterval(timer);
      window.__front = shell.currentWidget.context.path;
      void commands.execute('webrtc-docprovider:share');
    }
  }, 5);
}
"""


@pytest.mark.gate
def test_a_restored_tab_is_not_shared_for_the_document_that_is_still_being_opened(
    peers: Peers, site_url: str
) -> None:
    ada = newcomer(peers, "Ada")
    ada.context.add_init_script(HASTE)
    page = visit(ada, site_url, "lab", NOTEBOOK).shown()
    wait_until(lambda: page.is_in_saved_layout(NOTEBOOK), message="the layout to be saved")
    page.open("lab", TEXT, username="Ada", haste="1")

    # whatever was in front so early: its name is said, and nothing is shared yet
    question(page).wait_for()
    front = page.page.evaluate("() => window.__front")
    assert f"Share “{front}”?" in question(page).inner_text()
    question(page).get_by_role("button", name="Cancel").click()
    page.wait_current(TEXT)
    page.wait_status("off", 0)

    share_button(page).click()
    assert f"Share “{TEXT}”?" in question(page).inner_text()
    question(page).get_by_role("button", name="Share").click()
    page.page.get_by_text(f"The link to “{TEXT}” is copied").wait_for()
    assert "path=hello.txt" in copied(page)


def test_what_is_shared_after_tabs_were_closed_is_what_can_be_seen(
    peers: Peers, site_url: str
) -> None:
    page = visit(newcomer(peers, "Ada"), site_url, "lab", NOTEBOOK).shown()
    for name in ("left.txt", "right.txt"):
        write(page, name, name)
    for path in (TEXT, "left.txt", "right.txt"):
        page.page.evaluate(OPEN, path)
        page.wait_current(path)
    for path in ("left.txt", NOTEBOOK, "right.txt"):
        page.bring_to_front(path)
    for path in ("right.txt", NOTEBOOK):
        page.tab(path.rpartition("/")[2]).locator(".lm-TabBar-tabCloseIcon").click()
        expect(page.tab(path.rpartition("/")[2])).to_have_count(0)

    # JupyterLab says that left.txt is the current one, which had the focus last
    expect(page.page.locator("#jp-main-dock-panel .lm-mod-current")).to_have_text(TEXT)
    page.wait_current("left.txt")
    share_button(page).click()
    assert f"Share “{TEXT}”?" in question(page).inner_text()
    question(page).get_by_role("button", name="Share").click()
    page.page.get_by_text(f"The link to “{TEXT}” is copied").wait_for()
    assert "path=hello.txt" in copied(page)
