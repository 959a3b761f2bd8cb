# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Nobody runs what others have changed behind their back (P11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from harness.access import fits, violations, wear
from harness.jupyter import visit
from harness.long_notebook import LONG, MAKE_LONG, cell, go
from harness.sharing import join, newcomer, share
from harness.sites import PLUGIN, TEXT
from harness.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Route

    from harness.jupyter import JupyterPage
    from harness.peers import Peers

#: the files of our labextension
OUR_CODE = "**/webrtc-docprovider/static/*.js*"


def withhold(route: Route, part: str) -> None:
    """Answer as a network that is away, if what is asked for has a part in it."""
    response = route.fetch()
    if part in response.text():
        route.abort()
    else:
        route.fulfill(response=response)


def begin(page: JupyterPage) -> None:
    """Wait until somebody has met the other one and can run cells, and go to the first cell."""
    page.wait_status("connected", 1)
    wait_until(lambda: page.kernel_status == "idle", message="the kernel")
    cell(page, 0).click()
    page.page.keyboard.press("Escape")


def write(writer: JupyterPage, number: int, source: str, reader: JupyterPage) -> None:
    """Write into a cell, in place of what is there, and wait until somebody else has it."""
    go(writer, number)
    for key in ("Enter", "Control+a"):
        writer.page.keyboard.press(key)
    writer.page.keyboard.type(source)
    writer.page.keyboard.press("Escape")
    wait_until(lambda: reader.sources[number] == source, message=f"cell {number} as it is written")


def run_all(page: JupyterPage) -> None:
    """Choose *Run All Cells* in the menu."""
    page.page.get_by_role("menuitem", name="Run", exact=True).click()
    page.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def question(page: JupyterPage) -> Locator:
    """Find the dialog."""
    return page.page.get_by_role("dialog").filter(has_text="Run what others have changed?")


def stop_asking(page: JupyterPage) -> None:
    """Switch the question off in the settings, and go back to the notebook."""
    for name in ("Settings", "Settings Editor"):
        page.page.get_by_role("menuitem", name=name).click()
    page.page.locator(".jp-PluginList-entry", has_text="WebRTC Sharing").click()
    page.page.get_by_label("Ask before running what others have changed").uncheck()
    saved = "async id => (await jupyterapp.serviceManager.settings.fetch(id)).raw"
    wait_until(
        lambda: "askBeforeRunning" in page.page.evaluate(saved, PLUGIN), message="the setting"
    )
    page.bring_to_front(LONG)


def results(page: JupyterPage) -> list[Any]:
    """Tell what each cell has shown when it ran last."""
    return [(each["execution_count"], each["outputs"]) for each in page.notebook["cells"]]


def expect_readable(page: JupyterPage) -> None:
    """Expect that the dialog can be read in both themes, and on a phone."""
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        wear(page, theme)
        assert violations(page) == []
    before = page.page.viewport_size
    page.page.set_viewport_size({"width": 390, "height": 844})
    wait_until(lambda: fits(page, ".jp-WebRTCDialog"), message="a dialog as narrow as a phone")
    if before:
        page.page.set_viewport_size(before)


def meet(peers: Peers, site_url: str, missing: str = "") -> tuple[JupyterPage, JupyterPage]:
    """Let Ada share a long notebook with Grace, to whom some code does not come."""
    ada = visit(newcomer(peers, "Ada"), site_url, "lab", TEXT).shown()
    ada.page.evaluate(MAKE_LONG, LONG)
    ada.open("lab", LONG, username="Ada").shown()
    link = share(ada).replace("?", "?username=Grace&")
    reader = peers.new("Grace")
    if missing:
        reader.expect_trouble(r"ERR_FAILED|[Cc]hunk")
        reader.context.route(OUR_CODE, lambda route: withhold(route, missing))
    grace = join(reader, link).shown()
    begin(ada)
    begin(grace)
    return ada, grace


def shows(page: JupyterPage, number: int, part: str) -> None:
    """Wait until a cell has shown something when it ran last."""
    wait_until(lambda: part in str(results(page)[number]), message=f"{part!r} of cell {number}")


@pytest.mark.usefixtures("site_signaling")
def test_who_runs_what_others_changed_out_of_sight_is_asked_first(
    peers: Peers, site_url: str
) -> None:
    ada, grace = meet(peers, site_url)

    # what arrives before Grace's eyes, she runs without a question
    write(ada, 1, "'seen at once'", grace)
    expect(cell(grace, 1)).to_contain_text("'seen at once'")
    go(grace, 1)
    grace.run_cell()
    shows(grace, 1, "seen at once")
    assert question(grace).count() == 0

    # what Ada writes far below, she does not, and neither what stands before it
    write(ada, 25, "'unseen: ' + 6 * 7", grace)
    before = results(grace)
    run_all(grace)
    question(grace).get_by_text("Ada changed a cell:").wait_for()
    expect(question(grace).locator("del").first).to_have_text("- // cell 25")
    expect(question(grace).locator("ins")).to_have_text("+ 'unseen: ' + 6 * 7")
    expect_readable(grace)
    grace.page.keyboard.press("Shift+Enter")  # as somebody does who runs one cell after another
    question(grace).wait_for(state="detached")
    assert results(grace) == before

    # nor after a reload, until she says so
    grace.page.reload()
    begin(grace.shown())
    run_all(grace)
    question(grace).get_by_role("button", name="Run").click()
    shows(grace, 25, "unseen: 42")
    assert results(grace)[0][0] < results(grace)[25][0]

    # what she has looked at, she runs without a question
    write(ada, 10, "'looked at: ' + 6 * 7", grace)
    go(grace, 10)

    def runs() -> bool:
        if question(grace).count():
            question(grace).get_by_role("button", name="Cancel").click()
        grace.run_cell()
        return "looked at: 42" in str(results(grace)[10])

    wait_until(runs, message="a result without a question")


@pytest.mark.usefixtures("site_signaling")
def test_who_does_not_want_to_be_asked_is_not(peers: Peers, site_url: str) -> None:
    ada, grace = meet(peers, site_url)

    # until she reloads the page
    write(ada, 28, "'trusted: ' + 6 * 7", grace)
    run_all(grace)
    question(grace).get_by_label("ask again until I reload").check()
    question(grace).get_by_role("button", name="Run").click()
    shows(grace, 28, "trusted: 42")
    write(ada, 28, "'still trusted: ' + 6 * 7", grace)
    run_all(grace)
    shows(grace, 28, "still trusted: 42")
    assert question(grace).count() == 0

    # for good
    grace.page.reload()
    begin(grace.shown())
    write(ada, 29, "'asked: ' + 6 * 7", grace)
    run_all(grace)
    question(grace).get_by_role("button", name="Cancel").click()
    stop_asking(grace)
    run_all(grace)
    shows(grace, 29, "asked: 42")
    assert question(grace).count() == 0


@pytest.mark.parametrize("missing", ["Run what others have changed?", "jp-webrtc-people"])
@pytest.mark.usefixtures("site_signaling")
def test_nothing_is_run_unasked_while_the_code_that_asks_does_not_come(
    peers: Peers, site_url: str, missing: str
) -> None:
    ada, grace = meet(peers, site_url, missing)
    write(ada, 25, "'unseen: ' + 6 * 7", grace)
    before = results(grace)
    said = grace.page.locator(".Toastify").get_by_text("Not run: others may have changed it")
    for _ in range(2):
        run_all(grace)
        said.first.wait_for()
    expect(said).to_have_count(1)  # however often one tries
    assert results(grace) == before

    # the network is back: what was changed meanwhile is still asked about
    grace.page.context.unroute(OUR_CODE)
    run_all(grace)
    expect(question(grace).locator("ins")).to_have_text("+ 'unseen: ' + 6 * 7")
    assert results(grace) == before
    question(grace).get_by_role("button", name="Run").click()
    shows(grace, 25, "unseen: 42")
    toasts = grace.page.locator(".Toastify").get_by_text("could not be loaded")
    expect(toasts).to_have_count(0)
