# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""One text, once, and nothing lost: people whose files have different histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.absence import nothing_comes
from harness.jupyter import JupyterPage, visit
from harness.sites import NOTEBOOK, TEXT
from harness.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import WebSocketRoute

    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: where somebody's own version of the text file is kept
COPY = "hello (my copy).txt"

#: all of what the page says where the room's version is with nobody who is here
NOBODY_HAS_IT = (
    f"Nobody here has the version of “{TEXT}” that the room has. Wait for it, or go on with yours; "
    "they keep theirs as a copy."
)

#: seconds for pages that may have to open a document anew
SWITCH_TIMEOUT = 90.0


def edit_privately(page: JupyterPage, app: str, path: str, text: str) -> None:
    """Edit and save a document without any room."""
    page.open(app, path).shown()
    page.wait_status("off", 0)
    page.type_at_end(text)
    page.save()
    page.wait_saved(path, text)


def leave(page: JupyterPage) -> None:
    """Close the page, and keep the browser."""
    page.page.goto("about:blank")


def test_a_reload_stays_in_step(peers: Peers, site_url: str) -> None:
    ada = visit(peers.new("Ada"), site_url, "edit", TEXT, room="r1").shown()
    grace = visit(peers.new("Grace"), site_url, "edit", TEXT, room="r1").shown()
    ada.wait_status("connected", 1)
    ada.type_at_end("before the reload, ")
    grace.wait_text("before the reload, ")
    ada.wait_saved(TEXT, "before the reload, ")
    ada.page.reload()
    ada.shown()
    ada.wait_text("Hello world", "before the reload, ")
    ada.wait_status("connected", 1, timeout=SWITCH_TIMEOUT)
    grace.type_at_end("and after")
    for page in (ada, grace):
        page.wait_text("Hello world", "before the reload, and after", timeout=SWITCH_TIMEOUT)


@pytest.mark.gate
def test_edits_of_people_who_never_met_are_merged_when_they_do(peers: Peers, site_url: str) -> None:
    people = [peers.new("Ada"), peers.new("Grace")]
    ada = visit(people[0], site_url, "edit", TEXT, room="r1").shown()
    ada.type_at_end("from Ada. ")
    ada.wait_saved(TEXT, "from Ada. ")
    leave(ada)
    grace = visit(people[1], site_url, "edit", TEXT, room="r1").shown()
    assert "Ada" not in grace.text
    grace.type_at_end("from Grace. ")
    grace.wait_saved(TEXT, "from Grace. ")
    ada.open("edit", TEXT, room="r1", username="Ada").shown()
    for page in (ada, grace):
        page.wait_text("Hello world", "from Ada. ", "from Grace. ", timeout=SWITCH_TIMEOUT)
        assert page.files("") == {TEXT, "lesson"}


@pytest.mark.gate
def test_a_different_file_is_kept_as_a_copy_and_the_room_is_joined(
    peers: Peers, site_url: str
) -> None:
    ada = JupyterPage(peers.new("Ada").page, site_url)
    edit_privately(ada, "lab", TEXT, "Ada's private words")
    grace = visit(peers.new("Grace"), site_url, "lab", TEXT, room="r1").shown()
    grace.wait_status("alone", 0)
    grace.type_at_end("Grace's words")

    ada.open("lab", TEXT, room="r1", username="Ada").shown()
    ada.wait_text("Hello world", "Grace's words", timeout=SWITCH_TIMEOUT)
    ada.wait_status("connected", 1)
    ada.page.get_by_role("button", name="Open my copy").wait_for()
    assert ada.drive_text(COPY) == "Hello world\nsecond line\nAda's private words"

    def go_on_together() -> None:
        ada.type_at_end(" are shared")
        for page in (ada, grace):
            page.wait_text("Hello world", "Grace's words are shared")

    nothing_comes(lambda: "private" in grace.text, go_on_together)

    # what the room wrote into Ada's drive is no reason for another copy
    ada.wait_saved(TEXT, "are shared")
    ada.open("lab", TEXT, room="r1", username="Ada").shown()
    ada.wait_text("Hello world", "Grace's words are shared")
    assert ada.files("") == {TEXT, COPY, "lesson"}
    assert grace.files("") == {TEXT, "lesson"}


def test_what_was_edited_privately_between_two_visits_is_merged(
    peers: Peers, site_url: str
) -> None:
    ada = visit(peers.new("Ada"), site_url, "edit", TEXT, room="r1").shown()
    grace = visit(peers.new("Grace"), site_url, "edit", TEXT, room="r1").shown()
    ada.wait_status("connected", 1)
    grace.type_at_end("in the room")
    ada.wait_text("in the room")
    ada.wait_saved(TEXT, "in the room")
    edit_privately(ada, "edit", TEXT, " and at home")
    assert "at home" not in grace.text
    grace.page.keyboard.press("Control+Home")
    grace.page.keyboard.type("meanwhile ")
    ada.open("edit", TEXT, room="r1", username="Ada").shown()
    for page in (ada, grace):
        page.wait_text("meanwhile Hello world", "in the room and at home", timeout=SWITCH_TIMEOUT)
        assert page.files("") == {TEXT, "lesson"}


def test_another_history_is_shown_in_place_and_the_kernel_goes_on(
    peers: Peers, site_url: str
) -> None:
    folder, _, name = NOTEBOOK.rpartition("/")
    copy = f"{folder}/{name.replace('.ipynb', ' (my copy).ipynb')}".lstrip("/")
    ada = JupyterPage(peers.new("Ada").page, site_url)
    edit_privately(ada, "notebooks", NOTEBOOK, "// Ada alone")
    leave(ada)
    grace, joan = (
        visit(peers.new(who), site_url, "notebooks", NOTEBOOK, room="r1").shown()
        for who in ("Grace", "Joan")
    )
    grace.wait_status("connected", 1)
    grace.type_at_end("// Grace and Joan")
    joan.wait_content("// Grace and Joan")

    # nobody can be reached yet: Ada begins with her own file
    reachable = False

    def signaling(socket: WebSocketRoute) -> None:
        if reachable:
            socket.connect_to_server()
        else:
            socket.close()

    ada.page.context.route_web_socket("**/*", signaling)
    ada.page.goto("about:blank")
    ada.open("notebooks", NOTEBOOK, room="r1", username="Ada").shown()
    assert "// Ada alone" in ada.content
    ada.page.evaluate("() => { window.isTheSamePage = true; }")
    reachable = True
    ada.wait_content("// Grace and Joan")
    ada.page.get_by_role("button", name="Open my copy").wait_for()
    assert ada.page.evaluate("() => window.isTheSamePage === true")
    assert "// Ada alone" in ada.drive_text(copy)
    assert "// Ada alone" not in ada.content


def test_two_tabs_of_one_browser_and_another_browser_have_one_text(
    peers: Peers, site_url: str
) -> None:
    person = peers.new("Ada")
    first = visit(person, site_url, "edit", TEXT, room="r1").shown()
    second = JupyterPage(person.new_tab(), site_url)
    second.open("edit", TEXT, room="r1", username="Ada").shown()
    grace = visit(peers.new("Grace"), site_url, "edit", TEXT, room="r1").shown()
    pages = (first, second, grace)
    grace.wait_status("connected", 1)
    for number, page in enumerate(pages):
        page.page.bring_to_front()
        page.type_at_end(f"<{number}>")
    for page in pages:
        page.wait_text("Hello world", "<0>", "<1>", "<2>")
    # both tabs write one drive
    for page in pages:
        for number in range(3):
            page.wait_saved(TEXT, f"<{number}>")
    edit_privately(second, "edit", TEXT, "<at home>")
    second.open("edit", TEXT, room="r1", username="Ada").shown()
    for page in pages:
        page.wait_text("Hello world", "<0>", "<1>", "<2>", "<at home>", timeout=SWITCH_TIMEOUT)
        assert page.files("") == {TEXT, "lesson"}


def test_a_full_storage_is_named_and_work_goes_on_shared(peers: Peers, site_url: str) -> None:
    ada = visit(peers.new("Ada"), site_url, "lab", TEXT, room="r1").shown()
    grace = visit(peers.new("Grace"), site_url, "edit", TEXT, room="r1").shown()
    ada.wait_status("connected", 1)
    ada.page.evaluate(
        """() => {
            const drive = jupyterapp.serviceManager.contents.defaultDrive;
            window.save = drive.save;
            drive.save = async () => {
                throw new DOMException('no space', 'QuotaExceededError');
            };
        }"""
    )
    ada.type_at_end("<no space>")
    message = ada.page.get_by_text("the storage of this browser is full")
    message.wait_for()
    grace.wait_text("Hello world", "<no space>")
    ada.page.evaluate(
        "() => { jupyterapp.serviceManager.contents.defaultDrive.save = window.save; }"
    )
    ada.wait_saved(TEXT, "<no space>")
    message.wait_for(state="hidden")


#: tells whether this browser knows that the room has chosen a history of some document
HAS_CHOSEN = """async () => {
    const databases = await indexedDB.databases();
    const { name } = databases.find(({ name }) => name.endsWith('/directory'));
    const answer = request =>
        new Promise((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
        });
    const db = await answer(indexedDB.open(name));
    const updates = await answer(db.transaction('updates').objectStore('updates').getAll());
    db.close();
    const decoder = new TextDecoder('latin1');
    const plain = async ({ gzip }) => {
        const stream = new Blob([gzip]).stream();
        const read = new Response(stream.pipeThrough(new DecompressionStream('gzip')));
        return await read.arrayBuffer();
    };
    for (const update of updates) {
        const bytes = update.gzip ? await plain(update) : (update.whole ?? update);
        if (/[0-9a-f]+[/][0-9a-f]{64}/.test(decoder.decode(bytes))) {
            return true;
        }
    }
    return false;
}"""


def test_who_waits_for_a_version_that_nobody_has_can_go_on_with_their_own(
    peers: Peers, site_url: str
) -> None:
    pages = {}
    for name in ("Ada", "Grace", "Joan"):
        pages[name] = JupyterPage(peers.new(name).page, site_url)
        edit_privately(pages[name], "edit", TEXT, f"private, {name}. ")
    ada, grace, joan = pages.values()
    # Grace hears which version the room has chosen, and does not open it
    grace.open("lab", room="r1", username="Grace")
    ada.open("edit", TEXT, room="r1", username="Ada").shown()
    wait_until(lambda: grace.page.evaluate(HAS_CHOSEN), message="the room's choice")
    leave(ada)

    for name, page in (("Grace", grace), ("Joan", joan)):
        page.open("edit", TEXT, room="r1", username=name).shown()
        page.wait_text("Hello world", f"private, {name}. ")
    for page in (grace, joan):
        page.page.get_by_text(NOBODY_HAS_IT).wait_for()
    grace.page.get_by_role("button", name="Go on with mine").click()
    joan.wait_text("private, Grace. ", timeout=SWITCH_TIMEOUT)
    joan.type_at_end("for both")
    for page in (grace, joan):
        page.wait_text("Hello world", "private, Grace. for both", timeout=SWITCH_TIMEOUT)
        page.page.get_by_text(NOBODY_HAS_IT).wait_for(state="hidden")
    assert joan.drive_text(COPY).endswith("private, Joan. ")

    ada.open("edit", TEXT, room="r1", username="Ada").shown()
    ada.wait_text("private, Grace. for both", timeout=SWITCH_TIMEOUT)
    assert ada.drive_text(COPY).endswith("private, Ada. ")
    for page in (ada, grace, joan):
        assert page.text.count("private") == 1
    assert grace.files("") == {TEXT, "lesson"}
