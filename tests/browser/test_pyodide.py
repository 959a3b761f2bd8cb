# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Two people in a notebook in Python, as nearly everybody runs it: in Pyodide (P13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.held import do, wait_running
from harness.python import LONG, NOTEBOOK, build, outputs_of, run, two, write_cells
from harness.sites import TEXT
from harness.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import ServeSite
    from harness.held import Hold
    from harness.jupyter import JupyterPage
    from harness.peers import Peers

#: opens a document
OPEN = "path => jupyterapp.commands.execute('docmanager:open', { path })"

#: how many lines are printed: JupyterLab takes longer for each, the more there are
MANY = 2000


@pytest.fixture(scope="session")
def python_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site with Pyodide, once."""
    return build(tmp_path_factory.mktemp("python"))


@pytest.fixture
def url(python_site: Path, serve_site: ServeSite) -> str:
    """Serve it, with signaling."""
    return serve_site(python_site)


def test_a_cell_in_python_goes_on_when_another_moves_it_and_each_has_a_kernel_of_their_own(
    held: Hold, peers: Peers, url: str
) -> None:
    ada, grace = two(peers, url)
    waits = f"owner = 'A' + 'da'; print('before')\n{held.python}\nprint('after'); owner"
    write_cells(ada, waits)
    run(ada, waits)
    for page in (ada, grace):
        page.wait_outputs("before")
    do(grace, grace.sources.index(waits), "notebook:move-cell-up")
    wait_until(lambda: ada.sources[0] == waits, message="the move")
    wait_running(ada, waits)
    held.release()
    for page in (ada, grace):
        page.wait_outputs("after")
        page.wait_outputs("'Ada'")
        wait_running(page)
    asks = "print('owner is', globals().get('owner', 'nobody'))"
    write_cells(grace, asks)
    run(grace, asks)
    for page in (ada, grace):
        page.wait_outputs("owner is nobody")
        wait_running(page)
    _wait_equal(ada, grace)
    (moved, _, _) = ada.notebook["cells"]
    assert [output["output_type"] for output in moved["outputs"]] == ["stream", "execute_result"]


def test_what_python_prints_for_long_raises_and_displays_is_there_once_for_both(
    peers: Peers, url: str
) -> None:
    ada, grace = two(peers, url)
    prints = f"for n in range({MANY}): print('line', n)"
    displays = "from IPython.display import display; shown = display('one', display_id=True)"
    updates = "shown.update('two')"
    raises = "print('then'); 1 / 0"
    never = "'never' + ' run'"
    write_cells(ada, displays, updates, prints, raises, never)
    ada.page.evaluate("() => void jupyterapp.commands.execute('notebook:run-all-cells')")
    for page in (ada, grace):
        # so much is printed that the page does not show what comes below
        _wait_output_of(page, raises, "division by zero")
        wait_running(page)
    _wait_equal(ada, grace)
    (stream,) = outputs_of(ada, prints)
    assert "".join(stream["text"]).split("\n") == [*(f"line {n}" for n in range(MANY)), ""]
    assert [output["output_type"] for output in outputs_of(ada, raises)] == ["stream", "error"]
    assert not outputs_of(ada, never)
    (shown,) = outputs_of(ada, displays)
    assert shown["data"]["text/plain"] == "'two'"
    again = "shown.update('three')"
    write_cells(ada, again)
    run(ada, again)
    _wait_output_of(grace, displays, "'three'")
    _wait_equal(ada, grace)


def test_what_waits_behind_a_cell_that_is_interrupted_has_ended_for_both(
    held: Hold, peers: Peers, url: str
) -> None:
    ada, grace = two(peers, url)
    waits, queued, last = f"{held.python}; print('after')", "print('queued')", "print('at', 'last')"
    write_cells(ada, waits, queued, last)
    for source in (waits, queued):
        run(ada, source)
    for page in (ada, grace):
        wait_running(page, waits, queued)
    # JupyterLite's kernels finish what they are at, and leave what is queued
    ada.execute("notebook:interrupt-kernel")
    held.release()
    for page in (ada, grace):
        page.wait_outputs("after")
        wait_running(page)
    run(ada, last)
    for page in (ada, grace):
        page.wait_outputs("at last")
        wait_running(page)
    _wait_equal(ada, grace)
    assert [output["output_type"] for output in outputs_of(ada, queued)] == ["error"]


def test_what_a_kernel_ran_that_is_restarted_has_ended_for_both(peers: Peers, url: str) -> None:
    ada, grace = two(peers, url)
    waits = "kept = 1; print('before'); import asyncio; await asyncio.sleep(3600)"
    asks = "print('kept' in globals())"
    write_cells(ada, waits, asks)
    run(ada, waits)
    for page in (ada, grace):
        page.wait_outputs("before")
        wait_running(page, waits)
    ada.page.evaluate("() => void jupyterapp.commands.execute('notebook:restart-kernel')")
    ada.page.get_by_role("button", name="Confirm Kernel Restart").click()
    for page in (ada, grace):
        wait_running(page)
    run(ada, asks)
    for page in (ada, grace):
        _wait_output_of(page, asks, "False")
        wait_running(page)
    _wait_equal(ada, grace)
    assert [cell["execution_count"] for cell in ada.notebook["cells"]][-1] == 1


def test_what_python_asks_can_be_answered_in_the_cell_that_another_moved(
    peers: Peers, url: str
) -> None:
    ada, grace = two(peers, url)
    asks = "print('Hello ' + input('Who is there?'))"
    write_cells(ada, asks)
    run(ada, asks)
    box = ada.page.locator(".jp-Stdin-input")
    box.wait_for()
    do(grace, grace.sources.index(asks), "notebook:move-cell-up")
    wait_until(lambda: ada.sources[0] == asks, message="the move")
    box.fill("Joan")
    box.press("Enter")
    for page in (ada, grace):
        page.wait_outputs("Hello Joan")
        wait_running(page)
    _wait_equal(ada, grace)


def test_what_python_writes_to_a_shared_file_is_shown_to_both_and_it_reads_what_they_type(
    peers: Peers, url: str
) -> None:
    ada, grace = two(peers, url, "lab")
    for page in (ada, grace):
        page.page.evaluate(OPEN, TEXT)
        page.wait_current(TEXT)
        page.wait_text("Hello world")
    writes = f"with open('{TEXT}', 'w') as file: print('Hello world', '<kernel>', file=file)"
    ada.bring_to_front(NOTEBOOK)
    write_cells(ada, writes)
    run(ada, writes)
    wait_running(ada)
    grace.wait_text("Hello world", "<kernel>")
    assert "second line" not in grace.text
    grace.type_at_end("<grace>")
    ada.bring_to_front(TEXT)
    for page in (ada, grace):
        page.wait_text("Hello world", "<kernel>", "<grace>")
        page.wait_saved(TEXT, "<grace>")
        # each reads the file of their own browser, in their own cell
        page.bring_to_front(NOTEBOOK)
        reads = f"print(open('{TEXT}').read())  # {page is ada}"
        write_cells(page, reads)
        run(page, reads)
        _wait_output_of(page, reads, "<grace>")
    _wait_equal(ada, grace)


def test_a_widget_in_python_is_its_owners_and_named_to_the_other(peers: Peers, url: str) -> None:
    ada, grace = two(peers, url)
    installs = "%pip install -q ipywidgets"
    shows = "import ipywidgets; slider = ipywidgets.IntSlider(value=7); slider"
    moves = "slider.value = 42"
    reads = "print('it is', slider.value)"
    write_cells(ada, installs, shows, moves, reads)
    for source in (installs, shows):
        run(ada, source)
    slider = ada.page.locator(".widget-slider")
    slider.wait_for(timeout=LONG * 1000)
    run(ada, moves)
    wait_until(lambda: "42" in slider.inner_text(), message="the slider where the code moved it")
    slider.locator(".noUi-handle").press("ArrowRight")
    run(ada, reads)
    for page in (ada, grace):
        page.wait_outputs("it is 43")
        wait_running(page)
    # it lives in Ada's kernel
    grace.page.locator(".jp-OutputArea-output", has_text="IntSlider(value=7)").wait_for()
    _wait_equal(ada, grace)


def _wait_equal(ada: JupyterPage, grace: JupyterPage) -> None:
    """Wait until both have one notebook."""
    wait_until(lambda: ada.notebook == grace.notebook, message="one notebook")


def _wait_output_of(page: JupyterPage, source: str, part: str) -> None:
    """Wait until the outputs of a cell hold a text, also where they are not on the screen."""
    wait_until(lambda: part in str(outputs_of(page, source)), LONG, f"{part!r} of {source!r}")
