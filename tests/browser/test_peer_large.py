# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Documents of any size arrive (P7): when somebody comes, and while people work."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from harness.jupyter import visit
from harness.large import (
    LARGE_TIMEOUT,
    RANDOM_TEXT,
    digest,
    expect_equal,
    expect_small_edits,
    insert,
    make_large,
    wait_begins,
)
from harness.sites import NOTEBOOK, TEXT
from harness.waiting import wait_until
from marks import gate

if TYPE_CHECKING:
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: sizes in MB; y-webrtc from npm fails above 0.26
SIZES = [0.3, 1, 10, *([50] if os.environ.get("WEBRTC_TEST_HUGE") else [])]

#: records each state that the status item shows, from the start
STATES = """
    window.__states = [];
    new MutationObserver(() => {
        const state = document.querySelector('.jp-WebRTCStatus')?.dataset.state;
        if (state && state !== window.__states.at(-1)) window.__states.push(state);
    }).observe(document, { attributes: true, childList: true, subtree: true });
"""


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        gate("text", 1),
        *(("text", size) for size in SIZES if size != 1),
        ("many cells", 1),
        ("one output", 10),
    ],
)
def test_a_large_document_opens_at_a_guest_who_has_no_file(
    peers: Peers, site_url: str, kind: str, size: float
) -> None:
    app, path = ("edit", "large.txt") if kind == "text" else ("notebooks", "large.ipynb")
    ada = visit(peers.new("Ada"), site_url, "edit", TEXT).shown()
    make_large(ada, path, size, kind)
    ada.open(app, path, room="r1", username="Ada").shown()
    ada.wait_status("alone", 0)
    person = peers.new("Grace")
    person.context.add_init_script(STATES)
    grace = visit(person, site_url, app, path, room="r1").shown()
    # nobody is shown, or saves, the beginning of a document for the whole
    assert digest(grace) == digest(ada)
    assert digest(ada)[0] >= size * 1_000_000
    assert "syncing" in grace.page.evaluate("window.__states")
    for page in (ada, grace):
        page.wait_status("connected", 1, timeout=LARGE_TIMEOUT)
    expect_small_edits(ada, grace, size)
    saved = grace.drive_text(path)
    assert len(saved) >= size * 1_000_000


@pytest.mark.parametrize("size", SIZES)
def test_what_somebody_pastes_arrives_whatever_its_size(
    peers: Peers, site_url: str, size: float
) -> None:
    ada, grace = (
        visit(peers.new(name), site_url, "edit", TEXT, room="r1").shown()
        for name in ("Ada", "Grace")
    )
    for page in (ada, grace):
        page.wait_status("connected", 1)
    ada.editors.first.click()
    ada.page.evaluate(
        f"""bytes => {{
            {RANDOM_TEXT}
            const clipboardData = new DataTransfer();
            clipboardData.setData('text/plain', random(bytes));
            document.activeElement.dispatchEvent(
                new ClipboardEvent('paste', {{ clipboardData, bubbles: true, cancelable: true }})
            );
        }}""",
        size * 1_000_000,
    )
    # while it is under way
    insert(grace, "meanwhile ")
    wait_begins(ada, "meanwhile ")
    expect_equal(ada, grace, size)
    expect_small_edits(ada, grace, size)


@pytest.mark.parametrize("size", SIZES)
def test_the_output_of_a_cell_arrives_whatever_its_size(
    peers: Peers, site_url: str, size: float
) -> None:
    ada, grace = (
        visit(peers.new(name), site_url, "notebooks", NOTEBOOK, room="r1").shown()
        for name in ("Ada", "Grace")
    )
    for page in (ada, grace):
        page.wait_status("connected", 1)
    wait_until(lambda: ada.kernel_status == "idle", message="Ada's kernel")
    # one line: browsers, and CodeMirror, are not asked to lay out a million
    ada.insert_code_cell(f"'large output '.repeat({size * 1_000_000 / 13:.0f} + 1)")
    ada.run_cell()
    expect_equal(ada, grace, size)
    expect_small_edits(ada, grace, size)
