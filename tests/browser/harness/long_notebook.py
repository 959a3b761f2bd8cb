# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A notebook of which a window shows but a few cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from harness.jupyter import JupyterPage

#: a notebook that is higher than any window
LONG = "long.ipynb"

MAKE_LONG = """async path => {
    const source = number => `// cell ${number}` + '\\n'.repeat(8);
    const cells = [...Array(30).keys()].map(number => ({
        cell_type: 'code', id: `cell-${number}`, source: source(number),
        metadata: {}, outputs: [], execution_count: null
    }));
    const metadata = { kernelspec: { name: 'javascript', display_name: 'JavaScript' } };
    const content = { cells, metadata, nbformat: 4, nbformat_minor: 5 };
    const { contents } = jupyterapp.serviceManager;
    await contents.save(path, { type: 'notebook', format: 'json', content });
}"""


def cell(page: JupyterPage, number: int) -> Locator:
    """Find a cell of the long notebook."""
    return page.page.locator(f".jp-CodeCell[data-windowed-list-index='{number}']")


def go(page: JupyterPage, number: int) -> None:
    """Go to a cell of the long notebook by the arrow keys."""
    active = page.page.locator(".jp-Notebook .jp-mod-active")

    def step() -> bool:
        here = int(active.get_attribute("data-windowed-list-index") or 0)
        if here != number:
            page.page.keyboard.press("ArrowDown" if here < number else "ArrowUp")
        return here == number

    wait_until(step, message=f"cell {number}")
