# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Documents of any size arrive (P7): when somebody comes, and while people work."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from harness.jupyter import JupyterPage, visit
from harness.sites import NOTEBOOK, TEXT
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: sizes in MB; y-webrtc from npm fails above 0.26
SIZES = [0.3, 1, 10, *([50] if os.environ.get("WEBRTC_TEST_HUGE") else [])]

#: seconds for a large document to be made, sent, decoded and shown on two cores
LARGE_TIMEOUT = 240.0

#: makes text of random lines, so that nothing on the way can shorten it
RANDOM_TEXT = """
    const random = bytes => {
        const line = new Uint8Array(48);
        let text = '';
        while (text.length < bytes) {
            crypto.getRandomValues(line);
            text += btoa(String.fromCharCode(...line)) + '\\n';
        }
        return text;
    };
"""

#: the digest of a text file, or of sources and outputs of a notebook
DIGEST = """async () => {
    const context = jupyterapp.shell.currentWidget?.context;
    if (!context) return null;
    await context.ready;
    const model = context.model.sharedModel;
    const text = model.cells
        ? JSON.stringify(model.toJSON().cells.map(cell => [cell.source, cell.outputs]))
        : model.getSource();
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
    const hex = [...new Uint8Array(digest)].map(byte => byte.toString(16)).join(' ');
    return [text.length, hex];
}"""

#: records each state that the status item shows, from the start
STATES = """
    window.__states = [];
    new MutationObserver(() => {
        const state = document.querySelector('.jp-WebRTCStatus')?.dataset.state;
        if (state && state !== window.__states.at(-1)) window.__states.push(state);
    }).observe(document, { attributes: true, childList: true, subtree: true });
"""


def digest(page: JupyterPage) -> Any:
    """Tell the length and the digest of the document in front."""
    return page.page.evaluate(DIGEST)


def expect_equal(ada: JupyterPage, grace: JupyterPage, at_least: float) -> None:
    """Wait until both hold the same, of at least so many MB."""

    def is_equal() -> bool:
        mine, theirs = digest(ada), digest(grace)
        return mine is not None and mine == theirs and mine[0] >= at_least * 1_000_000

    wait_until(is_equal, LARGE_TIMEOUT, f"the same {at_least} MB at both")


def insert(page: JupyterPage, text: str) -> None:
    """Edit the beginning of a text file, or of the first cell."""
    page.page.evaluate(
        """text => {
            const model = jupyterapp.shell.currentWidget.context.model.sharedModel;
            (model.cells?.[0] ?? model).updateSource(0, 0, text);
        }""",
        text,
    )


def wait_begins(page: JupyterPage, text: str) -> None:
    """Wait until a text file, or a first cell, begins with a text."""
    wait_until(
        lambda: page.page.evaluate(
            """text => {
                const model = jupyterapp.shell.currentWidget.context.model.sharedModel;
                return (model.cells?.[0] ?? model).getSource().startsWith(text);
            }""",
            text,
        ),
        LARGE_TIMEOUT,
        f"{text!r} at the beginning",
    )


def expect_small_edits(ada: JupyterPage, grace: JupyterPage, size: float) -> None:
    """Edit on both sides, and see that all is still the same."""
    insert(ada, "later, by Ada ")
    wait_begins(grace, "later, by Ada ")
    insert(grace, "later, by Grace ")
    wait_begins(ada, "later, by Grace later, by Ada ")
    expect_equal(ada, grace, size)


def make_large(page: JupyterPage, path: str, size: float, kind: str) -> None:
    """Put a large file into somebody's drive."""
    page.page.evaluate(
        f"""async ([path, bytes, kind]) => {{
            {RANDOM_TEXT}
            const drive = jupyterapp.serviceManager.contents.defaultDrive;
            if (kind === 'text') {{
                await drive.save(path, {{ type: 'file', format: 'text', content: random(bytes) }});
                return;
            }}
            const count = kind === 'many cells' ? Math.ceil(bytes / 4000) : 1;
            const cells = Array.from({{ length: count }}, (_, i) => ({{
                cell_type: 'code', id: `cell-${{i}}`, metadata: {{}}, execution_count: null,
                source: `cell ${{i}}`,
                outputs: [{{
                    output_type: 'stream', name: 'stdout', text: random(bytes / count)
                }}]
            }}));
            const content = {{ nbformat: 4, nbformat_minor: 5, metadata: {{}}, cells }};
            await drive.save(path, {{ type: 'notebook', format: 'json', content }});
        }}""",
        [path, size * 1_000_000, kind],
    )


@pytest.mark.parametrize(
    ("kind", "size"),
    [*(("text", size) for size in SIZES), ("many cells", 1), ("one output", 10)],
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
