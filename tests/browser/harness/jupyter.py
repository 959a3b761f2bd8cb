# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""JupyterLite as people see it: its documents, cells and our status item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from harness.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from harness.peers import Peer

#: seconds for a page to load and show a document, with several on two cores
OPEN_TIMEOUT = 90.0
#: seconds for something typed to appear at somebody else's
SYNC_TIMEOUT = 30.0

#: what can be typed into: an editor is there, below a spinner, before its document was read
EDITORS = """.jp-Document:not(:has(> .jp-Spinner)) :is(
    .jp-FileEditor .cm-content, .jp-Notebook .jp-CodeCell .jp-InputArea .cm-content
)"""

#: the text of each cell's input
CELLS = """notebook => [...notebook.querySelectorAll('.jp-Cell .jp-InputArea')].map(input => {
    const lines = [...input.querySelectorAll('.cm-line')].filter(line => line.checkVisibility());
    return lines.length ? lines.map(line => line.textContent).join('\\n') : input.innerText;
}).join('\\n')"""

#: lets somebody wait for the save that is asked for next, whatever comes of it
AWAIT_SAVE = """() => {
    const { commandExecuted } = jupyterapp.commands;
    globalThis.saving = new Promise(resolve => {
        const onExecuted = (_, { id, result }) => {
            if (id === 'docmanager:save') {
                commandExecuted.disconnect(onExecuted);
                result.then(() => resolve(), () => resolve());
            }
        };
        commandExecuted.connect(onExecuted);
    });
}"""


class JupyterPage:
    """A page of a JupyterLite site with one document in front.

    Parameters
    ----------
    page : playwright.sync_api.Page
        A tab.
    site : str
        The URL of the site, which ends with a slash.
    """

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site

    def open(self, app: str, path: str | None = None, **parameters: str) -> JupyterPage:
        """Navigate to a document, without waiting for it.

        Parameters
        ----------
        app : str
            ``lab``, ``notebooks`` or ``edit``.
        path : str, optional
            The document.
        **parameters
            Others of the URL, such as ``room``.

        Returns
        -------
        JupyterPage
            This one.
        """
        self.page.goto(self._url(app, path, parameters))
        return self

    def start(self, app: str, path: str | None = None, **parameters: str) -> JupyterPage:
        """Begin to navigate, and return at once, so that others can do so too."""
        self.page.evaluate("url => { location = url; }", self._url(app, path, parameters))
        return self

    def _url(self, app: str, path: str | None, parameters: dict[str, str]) -> str:
        query = {**({"path": path} if path else {}), **parameters}
        return f"{self.site}{app}/index.html?{urlencode(query)}"

    def shown(self, timeout: float = OPEN_TIMEOUT) -> JupyterPage:
        """Wait until a document can be seen and edited."""
        self.editors.first.wait_for(state="visible", timeout=timeout * 1000)
        return self

    @property
    def editors(self) -> Locator:
        """The editors that can be typed into: of the file, or of the code cells."""
        # other tabs' are in the page too
        return self.page.locator(EDITORS).filter(visible=True)

    def type_at_end(self, text: str, editor: int = 0) -> None:
        """Type at the end of an editor."""
        self.editors.nth(editor).click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(text)

    @property
    def text(self) -> str:
        """What the first editor shows."""
        return "\n".join(self.editors.first.locator(".cm-line").all_text_contents())

    @property
    def notebook(self) -> Any:
        """The notebook in front, as its shared model has it."""
        return self.page.evaluate(
            "() => jupyterapp.shell.currentWidget.context.model.sharedModel.toJSON()"
        )

    @property
    def sources(self) -> list[str]:
        """The sources of all cells, in order."""
        return [cell["source"] for cell in self.notebook["cells"]]

    @property
    def content(self) -> str:
        """What the text file or the notebook in front shows: sources, or rendered Markdown."""
        notebook = self.page.locator(".jp-Notebook").filter(visible=True)
        return str(notebook.first.evaluate(CELLS)) if notebook.count() else self.text

    def wait_content(self, part: str) -> None:
        """Wait until the document in front holds a text, exactly once."""
        wait_until(lambda: self.content.count(part) == 1, message=f"{part!r} once in the document")

    def insert_code_cell(self, source: str) -> None:
        """Insert a code cell below the last one, as a person does, and type into it."""
        count = len(self.notebook["cells"])
        self.page.locator(".jp-Notebook .jp-Cell").last.click()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        wait_until(lambda: len(self.notebook["cells"]) == count + 1, message="the new cell")
        self.page.keyboard.press("Enter")
        self.page.keyboard.type(source)

    def run_cell(self) -> None:
        """Run the cell that has the focus."""
        self.page.keyboard.press("Control+Enter")

    @property
    def kernel_status(self) -> str | None:
        """The status of the kernel of the notebook in front."""
        return cast(
            "str | None",
            self.page.evaluate(
                """() => jupyterapp.shell.currentWidget
                    .context.sessionContext.session?.kernel?.status"""
            ),
        )

    @property
    def outputs(self) -> str:
        """The text of all outputs."""
        return "\n".join(self.page.locator(".jp-OutputArea-output").all_inner_texts())

    def wait_outputs(self, part: str) -> None:
        """Wait until an output shows a text."""
        wait_until(lambda: part in self.outputs, SYNC_TIMEOUT, f"{part!r} in the outputs")

    @property
    def cursor_names(self) -> list[str]:
        """The names on the cursors of others."""
        # the flag fades out, and stays in the page
        return self.page.locator(".jp-remote-userFlag-name").all_text_contents()

    @property
    def status(self) -> tuple[str, int] | None:
        """The state of the room and the number of other people, or None without an item."""
        item = self.page.locator(".jp-WebRTCStatus[data-state]")
        if item.count() == 0:
            return None
        element = item.first
        return (
            element.get_attribute("data-state") or "",
            int(element.get_attribute("data-peers") or "-1"),
        )

    def wait_status(self, state: str, people: int, timeout: float = SYNC_TIMEOUT) -> None:
        """Wait until the status item says this."""
        self._wait_for_status({(state, people)}, timeout)

    def wait_company(self, people: int, timeout: float = SYNC_TIMEOUT) -> None:
        """Wait until so many other people are connected, by whatever way."""
        self._wait_for_status({("connected", people), ("relayed", people)}, timeout)

    def _wait_for_status(self, expected: set[tuple[str, int]], timeout: float) -> None:
        try:
            wait_until(lambda: self.status in expected, timeout)
        except TimeoutError:
            message = f"the status is {self.status}, and not {expected}"
            raise TimeoutError(f"{message}, within {timeout} s") from None

    def wait_text(self, *parts: str, timeout: float = SYNC_TIMEOUT) -> None:
        """Wait until the first editor shows all of these, each exactly once."""
        wait_until(
            lambda: all(self.text.count(part) == 1 for part in parts),
            timeout,
            f"{parts} once each in {self.text!r}",
        )

    def save(self) -> None:
        """Press Ctrl-S, wait until the drive has it, and until Jupyter knows that."""
        self.page.evaluate(AWAIT_SAVE)
        self.page.keyboard.press("Control+s")
        wait_all_saved(self)
        # who closes a document before has an error of JupyterLab's, which nobody handles
        # (`Context._maybeSave` rejects with "Disposed")
        self.page.wait_for_function(
            "() => globalThis.saving.then(() => true)", timeout=OPEN_TIMEOUT * 1000
        )

    @property
    def is_dirty(self) -> bool:
        """Whether the document in front has unsaved changes."""
        return bool(self.page.evaluate("() => jupyterapp.shell.currentWidget.context.model.dirty"))

    @property
    def is_collaborative(self) -> bool:
        """Whether the document in front has a collaborative model."""
        return bool(
            self.page.evaluate("() => jupyterapp.shell.currentWidget.context.model.collaborative")
        )

    @property
    def presence(self) -> str:
        """What others tell about the documents they have open, as text."""
        return "\n".join(self.page.locator(".jp-RTCPanel").all_text_contents())

    def tab(self, label: str) -> Locator:
        """Find the tab of a document in Lab's main area."""
        return self.page.locator("#jp-main-dock-panel .lm-TabBar-tab", has_text=label)

    def wait_current(self, path: str) -> None:
        """Wait until a document is the one in front, also for Lab itself."""
        current = "() => globalThis.jupyterapp?.shell.currentWidget?.context?.path"
        wait_until(lambda: self.page.evaluate(current) == path, message=f"{path} in front")

    def bring_to_front(self, path: str) -> None:
        """Click on the tab of a document, and wait until Lab shows that."""
        self.tab(path.rpartition("/")[2]).click()
        self.wait_current(path)

    def execute(self, command: str) -> None:
        """Execute a command, as the palette does."""
        self.page.evaluate("command => jupyterapp.commands.execute(command)", command)

    def is_in_saved_layout(self, path: str) -> bool:
        """Whether Lab will restore a document after a reload."""
        return bool(
            self.page.evaluate(
                """async path => {
                    const { workspaces } = jupyterapp.serviceManager;
                    const { values } = await workspaces.list();
                    return JSON.stringify(values).includes(path);
                }""",
                path,
            )
        )

    def files(self, folder: str) -> set[str]:
        """List a folder of the browser's drive."""
        names = self.page.evaluate(
            """async path => {
                const drive = jupyterapp.serviceManager.contents.defaultDrive;
                const { content } = await drive.get(path, { content: true });
                return content.map(file => file.name);
            }""",
            folder,
        )
        return set(names)

    def wait_saved(self, path: str, part: str) -> None:
        """Wait until the browser's drive holds a text, saved by hand or by itself."""
        wait_until(
            lambda: part in self.drive_text(path), SYNC_TIMEOUT, f"{part!r} in the drive's {path}"
        )

    def drive_text(self, path: str) -> str:
        """Read what the browser's drive holds at a path, as text."""
        return cast(
            "str",
            self.page.evaluate(
                """async path => {
                    const drive = jupyterapp.serviceManager.contents.defaultDrive;
                    const { content } = await drive.get(path, { content: true });
                    return typeof content === 'string' ? content : JSON.stringify(content);
                }""",
                path,
            ),
        )


def wait_all_saved(*pages: JupyterPage) -> None:
    """Wait until none of some pages has changes of the document in front to save."""
    wait_until(lambda: not any(page.is_dirty for page in pages), message="all is saved")


def visit(
    peer: Peer, site: str, app: str, path: str | None = None, **parameters: str
) -> JupyterPage:
    """Let a person open a document in their first tab, under their own name."""
    page = JupyterPage(peer.page, site)
    return page.open(app, path, **{"username": peer.name, **parameters})
