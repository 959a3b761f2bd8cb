# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What people download is what they see, also where the browser keeps nothing of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from harness.jupyter import JupyterPage, visit
from harness.quota import Quota
from harness.sites import NOTEBOOK, TEXT
from harness.troubles import NO_SPACE

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")


def downloaded(page: JupyterPage, button: Locator) -> tuple[str, str]:
    """Click on something, and tell the name and the text of the file that comes."""
    with page.page.expect_download() as coming:
        button.click()
    return coming.value.suggested_filename, Path(coming.value.path()).read_text(encoding="utf-8")


def in_file_menu(page: JupyterPage, words: str) -> Locator:
    """Open the menu *File*, and find what stands there."""
    page.page.get_by_role("menuitem", name="File", exact=True).click()
    return page.page.get_by_role("menuitem", name=words, exact=True)


@pytest.mark.parametrize(
    ("app", "path", "room"),
    [
        ("lab", TEXT, {}),
        ("lab", NOTEBOOK, {"room": "r1"}),
        ("notebooks", NOTEBOOK, {}),
        ("edit", TEXT, {"room": "r1"}),
    ],
    ids=["lab-private", "lab-shared", "notebook-private", "edit-shared"],
)
def test_what_a_full_storage_refuses_can_be_downloaded(
    peers: Peers, site_url: str, app: str, path: str, room: dict[str, str]
) -> None:
    person = peers.new("Ada")
    person.expect_trouble("Quota")
    quota = Quota(person, site_url)
    if room:
        quota.set(1)
    ada = visit(person, site_url, app, path, **room).shown()
    if not room:  # which Jupyter doesn't open with a full storage, as it makes a checkpoint
        ada.page.evaluate(NO_SPACE)
    ada.type_at_end("// refused")
    told = ada.page.get_by_role("alert").filter(has_text="Free some space, or download the file")
    told.wait_for()
    assert "// refused" not in ada.drive_text(path)

    by_menu = downloaded(ada, in_file_menu(ada, "Download"))
    assert by_menu[0] == path.rpartition("/")[2]
    assert by_menu[1].count("// refused") == 1
    assert downloaded(ada, told.get_by_role("button", name="Download it")) == by_menu
    expect(told).to_be_visible()
    assert not ada.page.get_by_role("dialog").count()
    if app == "lab":  # where files can be chosen
        item = ada.page.locator(".jp-DirListing-item").filter(has_text=by_menu[0])
        item.click(button="right")
        chosen = ada.page.get_by_role("menuitem", name="Download", exact=True)
        assert downloaded(ada, chosen) == by_menu

    if room:
        quota.lift()
    else:
        ada.page.evaluate("() => freeSpace()")
    told.wait_for(state="hidden")
    ada.wait_saved(path, "// refused")
