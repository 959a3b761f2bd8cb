# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Measure how long a large notebook takes to become a shared document.

Run it with ``doit bench:seeding``. Lab is open already when the notebook is: 2,000 cells with
20 MB of outputs, from the site's own files. With us it is opened in a room without a signaling
server, where a seed is made of it; without us JupyterLab loads it as always. The two take turns,
each time in a fresh browser context.

The promise: at most 1.5 times JupyterLab's own load, and no main-thread block that is over 200 ms
longer than JupyterLab's own longest.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from harness import chromium
from harness.servers import ServerProcess
from harness.sites import build_test_site
from sites import build_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: samples of each
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))

#: the notebook
CELLS, OUTPUT_BYTES = 2000, 20_000_000

#: its name
NAME = "large.ipynb"

#: how many times as long as without us it may take
RATIO = 1.5

#: milliseconds that the longest block may be longer
BLOCK = 200

#: milliseconds for Lab to start, and for the notebook to open
TIMEOUT = 180_000

OPEN = """async ([path, cells]) => {
    const blocks = [];
    const observer = new PerformanceObserver(list => {
        blocks.push(...list.getEntries().map(entry => [entry.startTime, entry.duration]));
    });
    const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
    observer.observe({ type: 'longtask' });
    const start = performance.now();
    const widget = await jupyterapp.commands.execute('docmanager:open', { path });
    await widget.context.ready;
    while (widget.content.model.cells.length < cells) {
        await sleep(5);
    }
    const ready = performance.now() - start;
    while (!widget.node.querySelector('.jp-CodeCell .cm-content')) {
        await sleep(5);
    }
    const shown = performance.now() - start;
    // what is left to do then counts as a block, too
    await sleep(3000);
    const shared = widget.context.model.collaborative;
    return { ready, shown, shared, blocks: blocks.map(([at, length]) => [at - start, length]) };
}"""


class Sample(NamedTuple):
    """What one opening took, in milliseconds."""

    #: until the model is complete
    ready: float
    #: until a cell can be seen
    shown: float
    #: the longest that the page did not answer
    block: float
    #: the sum of all such times over 50 ms
    blocked: float


def notebook() -> dict[str, Any]:
    """Write the notebook."""
    text = "0123456789abcdef" * (OUTPUT_BYTES // CELLS // 16)
    cells = [
        {
            "id": f"cell-{number}",
            "cell_type": "code",
            "execution_count": number,
            "metadata": {},
            "source": f"compute({number})\n# a line of explanation\nprint({number})",
            "outputs": [{"output_type": "stream", "name": "stdout", "text": f"{number} {text}\n"}],
        }
        for number in range(CELLS)
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def sample(browser: Browser, url: str, path: str, *, shared: bool) -> Sample:
    """Open the notebook once."""
    context = browser.new_context()
    try:
        page = context.new_page()
        page.set_default_timeout(TIMEOUT)
        page.goto(url)
        page.locator(".jp-Launcher").first.wait_for(state="visible")
        page.wait_for_load_state("networkidle")
        found = page.evaluate(OPEN, [path, CELLS])
        assert found["shared"] is shared, "it was opened by the wrong one"
        lengths = [length for _, length in found["blocks"]]
        return Sample(found["ready"], found["shown"], max(lengths, default=0), sum(lengths))
    finally:
        context.close()


def main() -> int:
    """Print a table of medians; end with 1 if a promise is broken."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        text = json.dumps(notebook())

        def serve(name: str, config: dict[str, Any], *arguments: str) -> str:
            output = build_test_site(folder / name, config, *arguments)
            (folder / name / "files" / NAME).write_text(text, "utf-8")
            build_site(folder / name, output, "--contents", "files", "--no-sourcemaps", *arguments)
            server = ServerProcess("serve", ["--output-dir", str(output)])
            stack.callback(server.kill)
            return server.url

        nobody: dict[str, Any] = {"fullWebRtcSignalingUrls": [], "webRtcIceServers": []}
        plain = serve("plain", {}, "--disable-addons", "jupyterlite-webrtc", "--ignore-sys-prefix")
        ours = serve("ours", nobody)
        browser = stack.enter_context(chromium.running())
        ways = {
            "without us": (f"{plain}lab/index.html", NAME, False),
            "in a room": (f"{ours}lab/index.html?room=r", NAME, True),
        }
        samples: dict[str, list[Sample]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, (url, path, shared) in ways.items():
                samples[name].append(sample(browser, url, path, shared=shared))
                print(f"{name}: {samples[name][-1]}", file=sys.stderr)
    medians = {
        name: Sample(*(statistics.median(values) for values in zip(*found, strict=True)))
        for name, found in samples.items()
    }
    reference = medians["without us"]
    print(f"{CELLS} cells, {OUTPUT_BYTES / 1e6:.0f} MB of outputs: ms, median of {ROUNDS}")
    for name, median in medians.items():
        cells = [
            f"{field} {value:,.0f} (x {value / (other or 1):.2f})"
            for field, value, other in zip(Sample._fields, median, reference, strict=True)
        ]
        print(f"  {name:12} {', '.join(cells)}")
    broken = []
    if medians["in a room"].ready > RATIO * reference.ready:
        broken.append(f"at most {RATIO} times JupyterLab's own load")
    if medians["in a room"].block > reference.block + BLOCK:
        broken.append(f"no block that is over {BLOCK} ms longer than JupyterLab's own")
    for promise in broken:
        print(f"PROMISE BROKEN: {promise}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
