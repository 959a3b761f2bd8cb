# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Measure how much later a page shows a notebook again into which somebody has written nonsense.

Run it with ``doit bench:hostile_pages``. Two rooms have the same notebook of 100 cells. Into one
of them Eve has written 200 updates of all kinds that no page of Jupyter writes, and has left.
Ada, whose browser keeps the notebook, reloads her page, and then opens the notebook again in the
Lab that has started, while Grace stays: the rooms take turns. Both times are from the beginning
until a cell can be seen, and Ada is connected with Grace and has all that is hers.

The promise: at most 1.5 times as long as without.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness import chromium
from harness.jupyter import EDITORS, JupyterPage
from harness.peer_pages import BUNDLER, LABEXTENSION
from harness.servers import ServerProcess
from harness.sites import NOTEBOOK_CONTENT, free_port, write_test_site
from harness.waiting import wait_until
from measured import spread
from sites import build_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: samples of each
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "9"))

#: how many updates Eve writes
HOSTILE = 200

#: the notebook
NAME, CELLS = "lecture.ipynb", 100

#: how many times as long it may take
PROMISE = 1.5

#: seconds for pages to show the notebook and to meet
PATIENCE = 120.0

PAGES = Path(__file__).parent / "pages"

#: what is timed
FIGURES = ("page reloaded", "notebook opened")

#: notes when the notebook is shown and in step, beginning with the page itself
WATCH = f"""(() => {{
    globalThis.watchFrom = start => {{
        const seen = globalThis.seen = {{}};
        const timer = setInterval(() => {{
            const now = performance.now() - start;
            const [editor] = document.querySelectorAll(`{EDITORS}`);
            const status = document.querySelector('.jp-WebRTCStatus[data-state]')?.dataset ?? {{}};
            const isInStep = status.state === 'connected' && status.peers === '1';
            if (editor?.checkVisibility() && isInStep) {{
                seen.after = now;
                clearInterval(timer);
            }}
        }}, 5);
    }};
    watchFrom(0);
}})()"""

#: closes the notebook, and opens it again once it is no longer shared
REOPEN = """async path => {
    const closed = jupyterapp.shell.currentWidget;
    closed.dispose();
    const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
    await sleep(1000);
    watchFrom(performance.now());
    await jupyterapp.commands.execute('docmanager:open', { path });
}"""

#: how much somebody has written, as Yjs counts it, of the document in front
CLOCK = """client => {
    const { store } = jupyterapp.shell.currentWidget.context.model.sharedModel.ydoc;
    const last = store.clients.get(client)?.at(-1);
    return last ? last.id.clock + last.length : 0;
}"""

#: the ids of the cells that the document in front has
CELL_IDS = """() => [...jupyterapp.shell.widgets('main')].find(({ context }) => context?.path)
    .context.model.sharedModel.cells.map(cell => cell.id)"""

#: removes all other cells
KEEP = """ids => {
    const model = jupyterapp.shell.currentWidget.context.model.sharedModel;
    for (let index = model.cells.length - 1; index >= 0; index--) {
        if (!ids.includes(model.cells[index].id)) {
            model.deleteCell(index);
        }
    }
}"""


def notebook() -> dict[str, Any]:
    """Write the notebook."""
    cells = [
        {
            "id": f"cell-{number}",
            "cell_type": "code",
            "execution_count": number,
            "metadata": {},
            "source": f'print("a line of {number}")\n' * 10,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "a line\n" * 20}],
        }
        for number in range(CELLS)
    ]
    metadata = NOTEBOOK_CONTENT["metadata"]  # with a kernel, so that nobody is asked for one
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def build(folder: Path, port: int) -> Path:
    """Build a site that has the notebook."""
    write_test_site(folder, {"webRtcIceServers": []})
    (folder / "files" / NAME).write_text(json.dumps(notebook()), "utf-8")
    signaling = ("--webrtc-signaling-url", f"ws://127.0.0.1:{port}")
    return build_site(folder, folder / "site", "--contents", "files", "--no-sourcemaps", *signaling)


def bundle(folder: Path) -> str:
    """Make what Eve writes with, of the tests' hostile page and the site's own Yjs."""
    script = folder / "hostile.js"
    modules = LABEXTENSION / "node_modules"
    subprocess.run(
        ["node", BUNDLER, PAGES / "hostile.js", script, modules, f"yjs={PAGES / 'siteyjs.js'}"],
        check=True,
    )
    return script.read_text("utf-8")


def visit(browser: Browser, url: str, room: str, name: str) -> JupyterPage:
    """Let somebody open the notebook in a room."""
    page = browser.new_context().new_page()
    page.add_init_script(WATCH)
    return JupyterPage(page, url).open("lab", NAME, room=room, username=name).shown(PATIENCE)


def share(browser: Browser, url: str, room: str) -> JupyterPage:
    """Let Ada and Grace share the notebook, and return Ada's page."""
    ada, grace = (visit(browser, url, room, name) for name in ("Ada", "Grace"))
    ada.wait_status("connected", 1, PATIENCE)
    grace.type_at_end("# once")
    ada.wait_content("# once")
    return ada


def spoil(ada: JupyterPage, eve: JupyterPage, script: str) -> None:
    """Let Eve write into the notebook, and leave once Ada has all of it."""
    ada.wait_status("connected", 2, PATIENCE)
    eve.page.evaluate(script)
    done = eve.page.evaluate("count => writeHostile(count)", HOSTILE)
    client = done["client"]
    clock = eve.page.evaluate(CLOCK, client)
    wait_until(lambda: ada.page.evaluate(CLOCK, client) == clock, PATIENCE, "all at Ada's")
    print(f"Eve wrote {done['written']} updates; at {done['failed']} her own page threw")
    eve.page.context.close()
    ada.wait_status("connected", 1, PATIENCE)


def measure(ada: JupyterPage) -> list[float]:
    """Reload the page, and open the notebook again in it, once each."""
    figures: list[float] = []

    def note() -> None:
        wait_until(lambda: "after" in ada.page.evaluate("() => seen"), PATIENCE, "in step")
        figures.append(ada.page.evaluate("() => seen.after") / 1000)

    ada.page.reload()
    note()
    ada.page.evaluate(REOPEN, NAME)
    note()
    return figures


def main() -> int:
    """Print a table of medians; end with 1 if the promise is broken."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = free_port()
        site = build(folder, port)
        for server in (
            ServerProcess("signaling", port=port),
            served := ServerProcess("serve", ["--output-dir", str(site)]),
        ):
            stack.callback(server.kill)
        browser = stack.enter_context(chromium.running())
        rooms = {name: share(browser, served.url, name) for name in ("without", "with")}
        eve = visit(browser, served.url, "with", "Eve")
        spoil(rooms["with"], eve, bundle(folder))
        # a cell that is spoilt is gone: the other notebook has the same ones
        rooms["without"].page.evaluate(KEEP, rooms["with"].page.evaluate(CELL_IDS))
        for name, ada in rooms.items():
            print(f"{name}: {len(ada.page.evaluate(CELL_IDS))} cells")
            ada.save()
        samples: dict[str, list[list[float]]] = {name: [] for name in rooms}
        for number in range(ROUNDS + 1):
            for name, ada in rooms.items():
                figures = measure(ada)
                if number:  # the first warms up
                    samples[name].append(figures)
    broken = False
    print(f"seconds, median of {ROUNDS} (min to max), without and with {HOSTILE} hostile updates")
    for index, figure in enumerate(FIGURES):
        without, hostile = ([row[index] for row in samples[name]] for name in ("without", "with"))
        ratio = statistics.median(hostile) / statistics.median(without)
        broken |= ratio > PROMISE
        print(f"  {figure:18} {spread(without)}  {spread(hostile)}  x {ratio:.2f}")
    print(f"  promised: x {PROMISE}" + ("  BROKEN" if broken else ""))
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
