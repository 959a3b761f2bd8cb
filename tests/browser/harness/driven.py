# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""JupyterLite in browsers for which Playwright wants builds of its own: Firefox and WebKit."""

from __future__ import annotations

from typing import Any, Protocol

from harness.jupyter import EDITORS, OPEN_TIMEOUT, JupyterPage
from harness.waiting import wait_until

#: the keys that have no character, by their names in the DOM (WebDriver, section 17.4.2)
KEYS = {"Control": "\ue009", "End": "\ue010", "Enter": "\ue007", "Escape": "\ue00c"}

#: what can be typed into: see :attr:`harness.jupyter.JupyterPage.editors`
VISIBLE_EDITORS = f"""[...document.querySelectorAll(`{EDITORS}`)].filter(
    editor => editor.checkVisibility()
)"""


class DrivenTab(Protocol):
    """A tab; its methods are Playwright's, as far as they are needed."""

    def goto(self, url: str) -> None:
        """Navigate, and wait until the page is loaded."""

    def evaluate(self, function: str, argument: Any = None) -> Any:
        """Call a function of JavaScript with what JSON can say, and get that back."""

    def type(self, text: str) -> None:
        """Type a text into what has the focus."""

    def press(self, *names: str) -> None:
        """Press some keys together."""


def downs_and_ups(text: str) -> list[tuple[str, str]]:
    """Tell WebDriver how to type a text."""
    return [action for key in text for action in (("keyDown", key), ("keyUp", key))]


def chord(*names: str) -> list[tuple[str, str]]:
    """Tell WebDriver how to press some keys together."""
    keys = [KEYS.get(name, name) for name in names]
    return [("keyDown", key) for key in keys] + [("keyUp", key) for key in keys[::-1]]


def keyboard(actions: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Write what is done to keys as WebDriver does, classic or BiDi."""
    typed = [{"type": kind, "value": key} for kind, key in actions]
    return [{"type": "key", "id": "keyboard", "actions": typed}]


class DrivenJupyterPage(JupyterPage):
    """A page of a JupyterLite site in such a browser, with one document in front.

    Parameters
    ----------
    tab : DrivenTab
        The tab.
    site : str
        The URL of the site, which ends with a slash.
    """

    def __init__(self, tab: DrivenTab, site: str) -> None:
        super().__init__(tab, site)  # type: ignore[arg-type]  # what is used of it is there
        self.tab_ = tab

    def shown(self, timeout: float = OPEN_TIMEOUT) -> DrivenJupyterPage:
        """Wait until a document can be seen and edited."""
        wait_until(
            lambda: self.tab_.evaluate(f"() => ({VISIBLE_EDITORS}).length"),
            timeout,
            "a document in the browser",
        )
        return self

    def type_at_end(self, text: str, editor: int = 0) -> None:
        """Type at the end of an editor."""
        self.tab_.evaluate(f"number => ({VISIBLE_EDITORS})[number].focus()", editor)
        self.tab_.press("Control", "End")
        self.tab_.type(text)

    @property
    def text(self) -> str:
        """What the first editor shows."""
        lines = self.tab_.evaluate(
            f"""() => [...({VISIBLE_EDITORS})[0].querySelectorAll('.cm-line')]
                .map(line => line.textContent)"""
        )
        return "\n".join(lines)

    @property
    def status(self) -> tuple[str, int] | None:
        """The state of the room and the number of other people, or None without an item."""
        status = self.tab_.evaluate(
            "() => ({ ...document.querySelector('.jp-WebRTCStatus[data-state]')?.dataset })"
        )
        return (status["state"], int(status["peers"])) if status else None
