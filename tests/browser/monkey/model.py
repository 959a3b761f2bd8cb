# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What must be in a notebook after a story, and what may be gone: the monkey's idea of Jupyter.

All that was ever typed or printed is there once, or may be missing where somebody took it away who
saw it, or at the same time as it came.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from monkey.story import marker, typed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monkey.story import Step

#: what a run prints
PRINTED = re.compile(r"ran-\d+-\w+")

#: what makes it known which step inserted the line that a run printed from
NUMBER = re.compile(r"(?<='-)\d+(?=-')")

#: what takes the text of the cells that it is about
TAKES_TEXT = {"delete"}

#: what takes, or may take, the outputs of the cells that it is about
TAKES_OUTPUTS = {
    "clear",
    "clear-all",
    "delete",
    "merge",
    "run",
    "run-all",
    "split",
    "to-code",
    "to-markdown",
    "to-raw",
}

#: what takes the attachments of the cells that it is about: JupyterLab itself keeps them in cells
#: of prose only, and where two cells become one, those of the first
TAKES_ATTACHMENTS = {"cut-and-paste", "delete", "merge", "redo", "to-code", "undo"}

#: what may take back all that its page has done
TAKES_BACK = {"undo", "redo"}

#: what of others makes it a matter of chance whether what a run prints stays
CROSSES_RUNS = TAKES_OUTPUTS | TAKES_BACK | {"cut-and-paste", "write-outside", "reload"}


@dataclass(frozen=True)
class Done:
    """What a step turned out to be.

    Attributes
    ----------
    step
        The step.
    is_done
        Whether it could be done: where there is one cell, none can be merged with the next.
    cells
        The cells that it was about, as its page showed them before: cells of nbformat.
    printed
        What new outputs its page showed right after it.
    """

    step: Step
    is_done: bool
    cells: list[dict[str, Any]] = field(default_factory=list)
    printed: str = ""


class Model:
    """What is known of a notebook.

    Parameters
    ----------
    notebook
        As it was in the beginning, of nbformat. Its attachments have names that differ.
    """

    def __init__(self, notebook: dict[str, Any]) -> None:
        #: what was typed, with who did it, and what may be gone of that
        self._typed: dict[str, str] = {}
        self._printed: set[str] = set()
        self._attached = _attachments(notebook["cells"])
        self._may_go: set[str] = set()
        self._is_cut_off = False

    def turn(self, steps: Iterable[Done]) -> None:
        """Learn what was done in a turn."""
        steps = [done for done in steps if done.is_done]
        actions = [done.step.action for done in steps]
        new = {text: done.step.who for done in steps for text in _texts(done.step)}
        printed = {part for done in steps for part in PRINTED.findall(done.printed)}
        self._typed |= new
        self._printed |= printed
        for done in steps:
            self._take(done, new)
        # who can't be reached takes away what they don't see
        self._is_cut_off |= "down" in actions
        if self._is_cut_off or sum(action in CROSSES_RUNS for action in actions) > 1:
            self._may_go |= printed
        self._is_cut_off &= "up" not in actions

    def _take(self, done: Done, new: dict[str, str]) -> None:
        action = done.step.action
        content = json.dumps([cell["source"] for cell in done.cells])
        if action in TAKES_TEXT:
            self._may_go |= {text for text in self._typed if text in content}
            self._may_go |= {text for text, who in new.items() if who != done.step.who}
        if action in TAKES_OUTPUTS:
            outputs = json.dumps([cell.get("outputs", []) for cell in done.cells])
            old = set(PRINTED.findall(outputs))
            lines = set(NUMBER.findall(content))
            old |= {part for part in self._printed if part.split("-")[1] in lines}
            self._may_go |= old - set(PRINTED.findall(done.printed))
        if action in TAKES_ATTACHMENTS:
            self._may_go |= _attachments(done.cells).keys()
        if action in TAKES_BACK:
            self._may_go |= {text for text, who in self._typed.items() if who == done.step.who}
            self._may_go |= self._printed

    def problems(self, notebook: dict[str, Any], elsewhere: str = "") -> list[str]:
        """Name what is wrong with a notebook.

        Parameters
        ----------
        notebook
            As it is in the end, of nbformat.
        elsewhere
            What other files hold: copies that were said.

        Returns
        -------
        list of str
            A sentence for each.
        """
        cells = notebook["cells"]
        sources = "\n".join(str(cell["source"]) for cell in cells)
        outputs = json.dumps([cell.get("outputs", []) for cell in cells])
        problems = []
        for what, content, texts in (
            ("typed", sources, self._typed),
            ("printed", outputs, self._printed),
        ):
            for text in texts:
                times = content.count(text)
                is_missed = not times and text not in self._may_go and text not in elsewhere
                if times > 1 or is_missed:
                    problems.append(f"{text} was {what} once, and is there {times} times")
        for name, data in self._attached.items():
            if name not in self._may_go and _attachments(cells).get(name) != data:
                problems.append(f"the attachment {name} is gone")
        return problems


def _texts(step: Step) -> list[str]:
    if step.action in {"type", "write-outside"}:
        return [typed(step)]
    return [marker(step.number)] if step.action == "insert" else []


def _attachments(cells: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: data for cell in cells for name, data in (cell.get("attachments") or {}).items()}
