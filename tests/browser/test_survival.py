# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What was written survives crowds, dead networks, servers and browsers, and full storage."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.chromium import CHROMIUM_ARGS
from harness.jupyter import JupyterPage, visit
from harness.peers import ACTION_TIMEOUT
from harness.programs import chromium_program
from harness.quota import Quota
from harness.sites import NOTEBOOK, TEXT
from harness.stories import FOLDER, guest, host, make_file
from harness.trouble import LEFT_WHILE_LOADING, NO_SERVER
from harness.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, CDPSession

    from harness.peers import Peers
    from harness.servers import ServerProcess

#: Chromium's messages when the network is cut
NO_NETWORK = r"ERR_INTERNET_DISCONNECTED"

#: seconds for pages that have to find each other again, or for ten that load at once
BACK_TIMEOUT = 180.0

#: milliseconds after which what stands on the screen survives whatever happens: the promise
ON_SCREEN = 2000


def folder_of(path: str) -> str:
    """Find the folder of a file of the test site."""
    return path.rpartition("/")[0]


def copies(page: JupyterPage, path: str) -> list[str]:
    """Read the copies of a document that somebody's drive holds."""
    folder = folder_of(path)
    names = [name for name in page.files(folder) if "(my copy" in name]
    return [page.drive_text(f"{folder}/{name}".lstrip("/")) for name in names]


def wait_agreement(pages: list[JupyterPage]) -> str:
    """Wait until everybody shows one content, and return it."""

    def content() -> str | None:
        try:
            contents = {page.content for page in pages}
        except Exception:  # noqa: BLE001 (a page that opens the document anew has none)
            return None
        return contents.pop() if len(contents) == 1 else None

    return wait_until(content, BACK_TIMEOUT, "one content for all") or ""


@pytest.mark.parametrize(("app", "people"), [("edit", 10), ("notebooks", 3)])
def test_people_with_different_files_who_open_one_document_at_the_same_instant_lose_nothing(
    peers: Peers, site_url: str, site_signaling: ServerProcess, app: str, people: int
) -> None:
    path = NOTEBOOK if app == "notebooks" else TEXT
    own = 3 if people > 3 else 2
    pages = []
    for number in range(people):
        person = peers.new(f"P{number}")
        person.expect_trouble(NO_SERVER)
        person.expect_trouble(LEFT_WHILE_LOADING)
        page = JupyterPage(person.page, site_url)
        pages.append(page)
        if number < own:
            page.open(app, path).shown().type_at_end(f"<{number} alone>")
            page.save()
        page.page.goto("about:blank")
    for number, page in enumerate(pages):
        page.start(app, path, room="r1", username=f"P{number}")
    pages[0].shown(BACK_TIMEOUT)
    site_signaling.restart()  # it dies while they meet
    for page in pages:
        page.shown(BACK_TIMEOUT)
    for page in pages:
        page.wait_company(people - 1, timeout=BACK_TIMEOUT)
    shared = wait_agreement(pages)
    for number, page in enumerate(pages):
        kept = copies(page, path)
        # what the room shows in the end needs no copy, and nor does what it showed before
        words = [f"<{number} alone>"] if number < own else []
        assert [word for word in words if (shared + "".join(kept)).count(word) != 1] == []
        assert len(kept) == len([word for word in words if word not in shared])
    # and it is one document: what each types, all have
    for number, page in enumerate(pages):
        page.type_at_end(f"<{number} together>")
    for page in pages:
        for number in range(people):
            page.wait_content(f"<{number} together>")
    wait_agreement(pages)


def throttle(session: CDPSession, *, offline: bool = False, packet_loss: int = 0) -> None:
    """Cut a page off: from all servers, or by the loss of so many per cent of WebRTC's packets.

    WebRTC listens to it only where a connection began with some latency.
    """
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": offline,
            "latency": 1,
            "downloadThroughput": -1,
            "uploadThroughput": -1,
            "packetLoss": packet_loss,
        },
    )


def test_what_two_people_write_while_cut_off_survives_reloads_and_a_dead_server(
    peers: Peers, site_url: str, site_signaling: ServerProcess
) -> None:
    pages: dict[str, JupyterPage] = {}
    sessions = []
    for name in ("Ada", "Grace"):
        person = peers.new(name)
        person.expect_trouble(NO_SERVER)
        person.expect_trouble(NO_NETWORK)
        session = person.context.new_cdp_session(person.page)
        session.send("Network.enable")
        sessions.append(session)
        throttle(session)
        pages[name] = visit(person, site_url, "edit", TEXT, room="r1").shown()
    for page in pages.values():
        page.wait_status("connected", 1)
    pages["Ada"].type_at_end("<together>")
    pages["Grace"].wait_text("Hello world", "<together>")

    site_signaling.kill()
    for session in sessions:
        throttle(session, offline=True, packet_loss=100)
    for page in pages.values():
        page.wait_status("unreachable", 0, timeout=BACK_TIMEOUT)
    for name, page in pages.items():
        page.type_at_end(f"<{name}, cut off>")
        page.wait_text(f"<{name}, cut off>")
    # the site's own server answers, or there would be no page; nobody else does
    for session in sessions:
        throttle(session, packet_loss=100)
    for name, page in pages.items():
        page.page.reload()
        page.shown().wait_text("<together>", f"<{name}, cut off>")
        page.type_at_end(f"<{name}, after a reload>")
        page.wait_saved(TEXT, f"<{name}, after a reload>")
    assert "Grace" not in pages["Ada"].text
    assert "Ada" not in pages["Grace"].text

    site_signaling.restart()
    for session in sessions:
        throttle(session)
    tokens = [f"<{name}, {when}>" for name in pages for when in ("cut off", "after a reload")]
    for page in pages.values():
        page.wait_status("connected", 1, timeout=BACK_TIMEOUT)
        page.wait_text("Hello world", "<together>", *tokens, timeout=BACK_TIMEOUT)
        assert page.files("") == {TEXT, "lesson"}
    assert pages["Ada"].text == pages["Grace"].text


@contextmanager
def own_browser(browser: Browser, folder: Path) -> Iterator[BrowserContext]:
    """Start a browser process that is one person's only, with a profile that stays."""
    context = browser.browser_type.launch_persistent_context(
        folder,
        executable_path=chromium_program(),
        args=CHROMIUM_ARGS,
    )
    context.set_default_timeout(ACTION_TIMEOUT)
    try:
        yield context
    finally:
        with suppress(Exception):  # it may have been killed
            context.close()


def processes_of(folder: Path) -> list[int]:
    """Find the processes of the browser that has a profile."""
    found = []
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if f"--user-data-dir={folder}\0" in (process / "cmdline").read_text() + "\0":
                found.append(int(process.name))
    return found


def kill(folder: Path) -> None:
    """End the browser that has a profile, and leave it no time for anything."""
    for process in processes_of(folder):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    wait_until(lambda: not processes_of(folder), message="the end of the browser")
    # a browser that was killed leaves a lock behind that names its process
    (folder / "SingletonLock").unlink(missing_ok=True)


def test_a_browser_that_is_killed_while_somebody_types_has_all_that_was_on_the_screen(
    peers: Peers,
    browser: Browser,
    site_url: str,
    site_signaling: ServerProcess,
    tmp_path: Path,
) -> None:
    assert site_signaling.is_running
    words = ["const kept = 'while typing';", "// and some more"]
    with own_browser(browser, tmp_path) as context:
        ada = JupyterPage(context.pages[0], site_url)
        ada.open("notebooks", NOTEBOOK, room="r1", username="Ada").shown()
        ada.wait_status("alone", 0)
        for word in words:
            ada.type_at_end(word)
        ada.page.wait_for_timeout(ON_SCREEN)  # this is what is promised
        ada.page.evaluate(
            "() => void setInterval(() => document.execCommand('insertText', false, '.'), 20)"
        )
        wait_until(lambda: "..." in ada.content, message="the next keys")
        kill(tmp_path)
    with own_browser(browser, tmp_path) as context:
        ada = JupyterPage(context.pages[0], site_url)
        ada.open("notebooks", NOTEBOOK, room="r1", username="Ada").shown()
        grace = visit(peers.new("Grace"), site_url, "notebooks", NOTEBOOK, room="r1").shown()
        for page in (ada, grace):
            page.wait_status("connected", 1)
            for word in ("const first = 1;", *words):
                page.wait_content(word)
            assert page.files(folder_of(NOTEBOOK)) == {"waves.ipynb"}


def test_with_a_full_storage_documents_open_and_are_shared_and_are_kept_once_there_is_space(
    peers: Peers, site_url: str, site_signaling: ServerProcess
) -> None:
    assert site_signaling.is_running
    grace = visit(peers.new("Grace"), site_url, "edit", TEXT, room="r1").shown()
    person = peers.new("Ada")
    person.expect_trouble("Quota")
    quota = Quota(person, site_url)
    quota.set(1)
    ada = visit(person, site_url, "edit", TEXT, room="r1").shown()
    for page in (ada, grace):
        page.wait_status("connected", 1)
    not_kept = ada.page.get_by_text("download files to keep them")
    not_saved = ada.page.get_by_text("be saved: the storage")
    ada.type_at_end("<full>")
    not_kept.wait_for()
    not_saved.wait_for()
    grace.type_at_end("<to whom it is full>")
    for page in (ada, grace):
        page.wait_text("Hello world", "<full><to whom it is full>")
    assert "<full>" not in ada.drive_text(TEXT)

    ada.page.reload()
    ada.shown().wait_text("Hello world", "<full><to whom it is full>")
    ada.type_at_end("<still full>")
    not_kept.wait_for()
    grace.wait_text("Hello world", "<full><to whom it is full><still full>")

    quota.lift()
    not_kept.wait_for(state="hidden")
    not_saved.wait_for(state="hidden")
    ada.wait_saved(TEXT, "<full><to whom it is full><still full>")
    grace.page.close()
    ada.page.reload()
    ada.shown().wait_text("Hello world", "<full><to whom it is full><still full>")
    assert ada.files("") == {TEXT, "lesson"}


def test_with_a_full_storage_a_guest_opens_what_others_share_and_saves_it_once_there_is_space(
    peers: Peers, site_url: str, site_signaling: ServerProcess
) -> None:
    assert site_signaling.is_running
    path = f"{FOLDER}/plan.txt"
    ada = host(peers.new("Ada"), site_url)
    make_file(ada, path)
    ada.open("edit", path, room="r1", username="Ada").shown()
    person = guest(peers.new("Grace"))
    person.expect_trouble("Quota")
    quota = Quota(person, site_url)
    quota.set(1)
    grace = visit(person, site_url, "lab", path, room="r1").shown()
    grace.wait_text("only Ada has this")
    not_saved = grace.page.get_by_text("be saved: the storage")
    not_saved.wait_for()
    grace.type_at_end("<full>")
    for page in (ada, grace):
        page.wait_text("only Ada has this", "<full>")
    assert grace.files("") == {TEXT, "lesson"}

    quota.lift()
    not_saved.wait_for(state="hidden")
    grace.wait_saved(path, "<full>")
    ada.page.close()
    grace.page.reload()
    grace.shown().wait_text("only Ada has this", "<full>")
