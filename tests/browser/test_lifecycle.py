# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The life of a shared file: anybody renames, moves, deletes and makes it anew (P1, P2)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from harness.absence import nothing_comes
from harness.files import delete, make_folder, rename, write
from harness.jupyter import JupyterPage, visit
from harness.sharing import join, newcomer, open_dialog, secret, share
from harness.sites import NOTEBOOK, TEXT, TEXT_CONTENT
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: a folder that nobody has
FOLDER = "week 2"

#: JupyterLite asks the site for the folder, and is told that there is none
NO_FOLDER = r"/api/contents/week(%20| )2/all\.json"


def path_in_address(page: JupyterPage) -> str:
    """Tell which document the address of a page names."""
    return parse_qs(urlsplit(page.page.url).query).get("path", [""])[0]


def notice(page: JupyterPage, text: str) -> None:
    """Wait until a page tells its user something."""
    page.page.locator(".Toastify, .jp-toast-message").get_by_text(text).first.wait_for()


def test_a_rename_and_a_move_take_everybody_along_who_types_meanwhile(
    peers: Peers, site_url: str
) -> None:
    new_path, moved = "lesson/tides.ipynb", f"{FOLDER}/tides.ipynb"
    people = [newcomer(peers, name) for name in ("Ada", "Grace", "Joan")]
    for person in people:
        person.expect_trouble(NO_FOLDER)
        person.expect_trouble("Failed to load resource")
    ada = visit(people[0], site_url, "lab", NOTEBOOK).shown()
    link = share(ada)
    second = JupyterPage(people[0].new_tab(link), site_url).shown()
    grace = join(people[1], link, "notebooks").shown()
    grace.wait_status("connected", 1)
    grace.editors.first.click()
    grace.page.keyboard.press("Control+End")
    words = [f"<word {number}>" for number in range(30)]
    for number, word in enumerate(words):
        grace.page.keyboard.type(word)
        if number == 10:
            rename(ada, NOTEBOOK, new_path)
    for page in (ada, second, grace):
        page.wait_current(new_path)
        for word in words:
            page.wait_content(word)
        page.wait_saved(new_path, words[-1])
    assert ada.tab("tides.ipynb").count() == 1
    wait_until(lambda: path_in_address(grace) == new_path, message="the new name in the address")
    assert grace.page.locator("#jp-title h1").inner_text() == "tides"
    assert grace.page.title() == "tides"
    # what the site ships can't be renamed; what was made of it is at the new name only
    assert words[0] not in grace.drive_text(NOTEBOOK)
    assert words[0] not in ada.drive_text(NOTEBOOK)

    # a guest follows the link that was made before
    joan = join(people[2], link).shown()
    joan.wait_current(new_path)
    notice(joan, f"“{NOTEBOOK}” is called “{new_path}” now")
    for page in (joan, ada, grace):
        page.wait_status("connected", 2)
    make_folder(grace, FOLDER)
    rename(grace, new_path, moved)
    pages = (ada, grace, joan)
    for person, page in zip(people, pages, strict=True):
        page.wait_current(moved)
        page.type_at_end(f"<{person.name} here>")
    words += [f"<{person.name} here>" for person in people]
    for page in pages:
        for word in words:
            page.wait_content(word)
        page.wait_saved(moved, "<Joan here>")
        assert page.content == ada.content
        assert page.files("lesson") == {"waves.ipynb"}


def test_what_one_deletes_stays_with_the_others_and_what_they_make_anew_is_new(
    peers: Peers, site_url: str
) -> None:
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", TEXT).shown()
    write(ada, "plan.txt", "the plan ")
    ada.open("lab", "plan.txt", username="Ada").shown()
    link = share(ada)
    grace = join(peers.new("Grace"), link, "edit").shown()
    joan = join(peers.new("Joan"), link, "lab").shown()
    for page in (ada, grace, joan):
        page.wait_status("connected", 2)

    # Joan has a file of her own under the new name
    write(joan, "idea.txt", "what only Joan thought")
    # who got it from the room has no file to rename before the first save
    wait_until(lambda: "plan.txt" in grace.files(""), message="Grace's file")
    rename(grace, "plan.txt", "idea.txt")
    for page, path in ((ada, "idea.txt"), (grace, "idea.txt"), (joan, "idea (shared).txt")):
        page.wait_current(path)
    notice(joan, "is called “idea (shared).txt” now")
    joan.type_at_end("<Joan>")
    for page in (ada, grace, joan):
        page.wait_text("the plan", "<Joan>")
    joan.wait_saved("idea (shared).txt", "<Joan>")
    assert joan.drive_text("idea.txt") == "what only Joan thought"

    # and so has Lise, who follows the link to the old one only now
    lise = peers.new("Lise")
    write(visit(lise, site_url, "lab", TEXT).shown(), "idea.txt", "what only Lise thought")
    hers = join(lise, link, "lab").shown()
    hers.wait_current("idea (shared).txt")
    notice(hers, "is called “idea (shared).txt” now")
    hers.wait_text("the plan", "<Joan>")
    assert hers.drive_text("idea.txt") == "what only Lise thought"
    lise.close()

    delete(ada, "idea.txt")
    for page in (grace, joan):
        notice(page, "Yours stays")
    grace.type_at_end("<Grace>")
    joan.wait_text("the plan", "<Joan>", "<Grace>")
    grace.wait_saved("idea.txt", "<Grace>")
    assert ada.files("") == {TEXT, "lesson"}

    # Ada makes a new file of the old name
    write(ada, "idea.txt", "something else ")
    ada.page.evaluate("() => jupyterapp.commands.execute('docmanager:open', { path: 'idea.txt' })")
    ada.shown()
    dialog = open_dialog(ada)
    dialog.get_by_role("button", name="Also share “idea.txt”").click()
    field = dialog.locator(".jp-WebRTCShare-copy input")
    # the link names the new document, not the one that was called so
    wait_until(
        lambda: (
            "path=idea.txt" in field.input_value()
            and len(secret(field.input_value())) == len(secret(link))
        ),
        message="the link",
    )
    newer = field.input_value()
    assert secret(newer) != secret(link)
    dialog.get_by_role("button", name="Done").click()
    kim = join(peers.new("Kim"), newer, "edit").shown()
    kim.wait_text("something else")
    kim.type_at_end("<Kim>")
    ada.wait_text("something else", "<Kim>")

    def go_on_with_the_plan() -> None:
        for writer, reader in ((grace, joan), (joan, grace)):
            word = f"<{len(writer.text)}>"
            writer.type_at_end(word)
            reader.wait_text(word)

    nothing_comes(
        lambda: [word for word in ("something else", "<Kim>") if word in grace.text + joan.text],
        go_on_with_the_plan,
    )
    assert TEXT_CONTENT in ada.drive_text(TEXT)
