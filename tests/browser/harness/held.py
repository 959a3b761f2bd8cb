# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Cells that run until a test lets them go on."""

from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING

from harness.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.jupyter import JupyterPage

#: seconds after which a cell goes on whatever happens, so that nothing hangs
LONGEST = 120


#: is run after the cell that waits
BELOW = "'below ' + 'ran'"

#: whether the kernel has nothing to do
IDLE = "() => jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"


class Hold:
    """What a cell waits for.

    Parameters
    ----------
    url : str
        An address that answers once the cell may go on.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.released = Event()

    @property
    def code(self) -> str:
        """JavaScript that waits; it keeps the whole kernel busy, as the kernel's own code does."""
        return (
            f"var held = new XMLHttpRequest(); held.open('GET', '{self.url}', false); held.send(); "
        )

    @property
    def python(self) -> str:
        """Python of Pyodide that waits, as `await asyncio.sleep(…)` does."""
        return f"from pyodide.http import pyfetch; await (await pyfetch('{self.url}')).string()"

    def release(self) -> None:
        """Let it go on."""
        self.released.set()


@contextmanager
def hold() -> Iterator[Hold]:
    """Hold what asks for an address until it is released, or the test is over."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            held.released.wait(LONGEST)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held = Hold(f"http://127.0.0.1:{server.server_port}/")
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield held
    finally:
        held.release()
        server.shutdown()
        thread.join()
        server.server_close()


def run_all(ada: JupyterPage, grace: JupyterPage, held: Hold) -> int:
    """Let Ada run a cell that waits, and one below it; tell where the first one is."""
    for page in (ada, grace):
        page.page.wait_for_function(IDLE)
    waits = f"console.log('before'); {held.code} console.log('after'); 'went ' + 'on'"
    ada.insert_code_cell(waits)
    ada.insert_code_cell(BELOW)
    wait_until(lambda: BELOW in grace.sources, message="the cells")
    # the command ends when all have run
    ada.page.evaluate("() => void jupyterapp.commands.execute('notebook:run-all-cells')")
    wait_running(grace, waits, BELOW)
    grace.wait_outputs("before")
    return grace.sources.index(waits)


def wait_running(page: JupyterPage, *sources: str) -> None:
    """Wait until exactly these cells are running, as a page sees it."""
    wait_until(
        lambda: sorted(running(page)) == sorted(sources),
        message=f"{sources} running; there is {running(page)}",
    )


def running(page: JupyterPage) -> list[str]:
    """List the sources of the cells that are running."""
    sources: list[str] = page.page.evaluate(
        """() => jupyterapp.shell.currentWidget.content.widgets
            .filter(cell => cell.model.executionState === 'running')
            .map(cell => cell.model.sharedModel.getSource())"""
    )
    return sources


def do(page: JupyterPage, index: int, *commands: str) -> None:
    """Select a cell and execute commands."""
    page.page.evaluate(
        """async ([index, commands]) => {
            const notebook = jupyterapp.shell.currentWidget.content;
            notebook.deselectAll();
            notebook.activeCellIndex = index;
            notebook.mode = 'command';
            for (const command of commands) {
                await jupyterapp.commands.execute(command);
            }
        }""",
        [index, list(commands)],
    )
