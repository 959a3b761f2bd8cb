# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Documents of many megabytes: making them, comparing them, and editing them a little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.jupyter import JupyterPage

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
