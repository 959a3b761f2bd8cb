# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Documents that nobody shares are Jupyter's own: its question, its checkpoints, its locks."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import pytest

from harness.absence import nothing_comes
from harness.jupyter import JupyterPage, visit, wait_all_saved
from harness.sharing import newcomer, share
from harness.sites import NOTEBOOK, TEXT, build_test_site
from harness.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from conftest import ServeSite
    from harness.peers import Peers
    from harness.servers import ServerProcess

#: a site that is built without us, whose behaviour is the measure, and ours
SITES = ["stock", pytest.param("ours", marks=pytest.mark.gate)]

#: Jupyter's own words
FILE_CHANGED = f"“{TEXT}” has changed on disk".replace("“", '"').replace("”", '"')

#: tells a page that it is about to go out of sight
HIDE = """() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
}"""


@pytest.fixture
def url(
    request: pytest.FixtureRequest, serve_site: ServeSite, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Serve the test site, or one that is built without us."""
    if request.param == "ours":
        served: str = request.getfixturevalue("site_url")
        return served
    folder = tmp_path_factory.mktemp("stock")
    return serve_site(build_test_site(folder, {}, "--no-webrtc"))


def two_tabs(peers: Peers, url: str, app: str, path: str) -> tuple[JupyterPage, JupyterPage]:
    """Open one file twice, in one browser and in no room."""
    ada = peers.new("Ada")
    first = visit(ada, url, app, path).shown()
    second = JupyterPage(ada.new_tab(), url).open(app, path).shown()
    return first, second


def question(page: JupyterPage) -> Locator:
    """Find Jupyter's question about a file that somebody else has changed."""
    return page.page.locator(".jp-Dialog", has_text=FILE_CHANGED)


def answer(page: JupyterPage, button: str) -> None:
    """Answer it."""
    question(page).get_by_role("button", name=button).click()
    question(page).wait_for(state="detached")


def is_in_room(page: JupyterPage) -> bool:
    """Whether Jupyter leaves the document in front to us."""
    return page.is_collaborative


def press_save(page: JupyterPage) -> None:
    """Press Ctrl-S, and go on at once."""
    page.page.keyboard.press("Control+s")


def stop_autosave(page: JupyterPage) -> None:
    """Save by hand only."""
    page.execute("docmanager:toggle-autosave")


@pytest.mark.parametrize("url", SITES, indirect=True)
def test_who_saves_over_what_another_tab_has_written_is_asked(peers: Peers, url: str) -> None:
    first, second = two_tabs(peers, url, "lab", TEXT)
    for page in (first, second):
        stop_autosave(page)
    second.type_at_end("<two>")
    first.type_at_end("<one>")
    first.save()
    press_save(second)
    question(second).wait_for()
    assert "<one>" in second.drive_text(TEXT)
    answer(second, "Cancel")
    assert second.is_dirty
    assert "<one>" in second.drive_text(TEXT)
    press_save(second)
    answer(second, "Overwrite")
    second.wait_saved(TEXT, "<two>")
    assert "<one>" not in second.drive_text(TEXT)


def test_who_only_looks_sees_what_another_tab_writes(peers: Peers, site_url: str) -> None:
    first, second = two_tabs(peers, site_url, "lab", TEXT)
    first.type_at_end("<one>")
    second.wait_text("<one>", "Hello world")
    second.type_at_end("<two>")
    first.wait_text("<one>", "<two>", "Hello world")
    nothing_comes(
        lambda: question(first).count() + question(second).count(),
        lambda: wait_all_saved(first, second),
    )
    assert first.text == second.text == first.drive_text(TEXT)


@pytest.mark.gate
def test_two_tabs_that_write_at_once_ask_and_write_nothing_over_each_other(
    peers: Peers, site_url: str
) -> None:
    first, second = two_tabs(peers, site_url, "edit", TEXT)
    first.type_at_end("<one>")
    second.type_at_end("<two>")
    wait_until(
        lambda: question(first).count() + question(second).count() == 1, message="the question"
    )
    asked, other = (first, second) if question(first).count() else (second, first)
    ours, theirs = ("<one>", "<two>") if asked is first else ("<two>", "<one>")
    assert theirs in asked.drive_text(TEXT)
    assert ours not in asked.drive_text(TEXT)
    answer(asked, "Revert")
    asked.wait_text(theirs, "Hello world")
    assert not asked.is_dirty
    asked.type_at_end(ours)
    other.wait_text(ours, theirs, "Hello world")
    assert not question(asked).count()


def test_a_notebook_takes_in_what_a_program_writes_and_keeps_its_attachments(
    peers: Peers, site_url: str
) -> None:
    ada = peers.new("Ada")
    ada.expect_trouble("attachment:dot.png")  # JupyterLab shows it before it has looked it up
    page = visit(ada, site_url, "notebooks", NOTEBOOK).shown()
    notebook = json.loads(page.drive_text(NOTEBOOK))
    picture = {"dot.png": {"image/png": "iVBORw0KGgo="}}
    notebook["cells"].append(
        {
            "id": "picture",
            "cell_type": "markdown",
            "source": "![](attachment:dot.png)",
            "metadata": {},
            "attachments": picture,
        }
    )
    page.page.evaluate(
        """async ([path, content]) => {
            const { contents } = jupyterapp.serviceManager;
            await contents.save(path, { type: 'notebook', format: 'json', content });
        }""",
        [NOTEBOOK, notebook],
    )
    wait_until(lambda: "attachment:dot.png" in page.sources[-1], message="what was written")
    assert page.notebook["cells"][-1]["attachments"] == picture
    page.page.locator('img[src^="data:image/png"]').wait_for(state="attached")
    assert not page.is_dirty


@pytest.mark.usefixtures("site_signaling")
def test_what_was_taken_in_stands_once_when_both_tabs_share_it(peers: Peers, site_url: str) -> None:
    ada = newcomer(peers, "Ada")
    first = visit(ada, site_url, "lab", TEXT).shown()
    second = JupyterPage(ada.new_tab(), site_url).open("edit", TEXT).shown()
    first.type_at_end("<one>")
    second.wait_text("<one>", "Hello world")
    wait_all_saved(first)
    link = share(first)
    # as if it was pasted into the address bar: the page goes on
    second.page.evaluate("link => { location.hash = new URL(link).hash; }", link)
    for page, word in ((second, "<two>"), (first, "<three>")):
        wait_until(partial(is_in_room, page), message="the room")
        page.shown()
        page.type_at_end(word)
    for page in (first, second):
        page.wait_text("<one>", "<two>", "<three>", "Hello world")
    assert first.files("") == second.files("")
    assert not [name for name in first.files("") if "copy" in name]


def make_read_only(output: Path) -> None:
    """Let a site say that its files are not to be written."""
    listing = output / "api" / "contents" / "all.json"
    files = json.loads(listing.read_text(encoding="utf-8"))
    for file in files["content"]:
        file["writable"] = False
    listing.write_text(json.dumps(files), encoding="utf-8")


@pytest.mark.parametrize("arguments", [["--no-webrtc"], []], ids=["stock", "ours"])
def test_a_file_that_is_read_only_stays_as_it_is(
    peers: Peers, serve_site: ServeSite, tmp_path: Path, arguments: list[str]
) -> None:
    output = build_test_site(tmp_path, {}, *arguments)
    make_read_only(output)
    url = serve_site(output)
    page = visit(peers.new("Ada"), url, "lab", TEXT).shown()
    before = page.drive_text(TEXT)
    page.type_at_end("<mine>")
    page.page.evaluate("() => void jupyterapp.commands.execute('docmanager:save')")
    page.page.locator(".jp-Dialog", has_text="Read-only").get_by_role("button").first.click()
    page.type_at_end("<again>")
    page.page.evaluate(HIDE)  # when our own saving would not wait any longer
    assert page.is_dirty
    assert page.drive_text(TEXT) == before


def test_a_shared_file_that_is_read_only_stays_as_it_is_and_a_copy_is_offered(
    peers: Peers, serve_site: ServeSite, signaling: ServerProcess, tmp_path: Path
) -> None:
    output = build_test_site(
        tmp_path, {"webRtcIceServers": []}, "--webrtc-signaling-url", signaling.url
    )
    make_read_only(output)
    url = serve_site(output)
    ada, grace = (
        visit(peers.new(name), url, "lab", TEXT, room="r1").shown() for name in ("Ada", "Grace")
    )
    before, files = ada.drive_text(TEXT), ada.files("")
    ada.type_at_end("<ada>")
    grace.wait_text("Hello world", "<ada>")
    for page in (ada, grace):
        wait_until(lambda: not page.is_dirty, message="nothing to save")  # noqa: B023 (at once)
        assert page.drive_text(TEXT) == before
    said = ada.page.locator(".Toastify__toast", has_text="read-only")
    said.get_by_role("button", name="Open a private copy").click()
    wait_until(lambda: ada.files("") > files, message="the copy")
    (copy,) = ada.files("") - files
    wait_until(lambda: "<ada>" in ada.drive_text(copy), message="what it holds")
    # what comes later is shared, too, and after a reload it is there still
    grace.type_at_end("<grace>")
    grace.page.reload()
    grace.shown()
    grace.wait_text("Hello world", "<ada>", "<grace>")
    assert grace.drive_text(TEXT) == before
