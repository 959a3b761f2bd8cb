# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What ``doit check`` and ``doit check_all`` print at their end."""

from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doit.reporter import ConsoleReporter

from gate_table import gate_table
from records import RECORDS, Record, keep, recall, tree

if TYPE_CHECKING:
    from collections.abc import Mapping

#: where the gate's parts leave the times of their tests, in JUnit's format, and the table goes
TIMES = Path("_output", "check")

#: the task that is the gate
CHECK = "check"

#: the task whose subtasks are portions
ALL = "check_all"

#: what colours a terminal; where `CI` is set, vitest takes anything for one
COLOUR = re.compile(r"\x1b\[[\d;]*m")

#: a portion may take that many seconds
LIMIT = 600


class CheckReporter(ConsoleReporter):
    """Report on tasks as doit does, and on the gate and the portions when all has ended."""

    desc = "console output, with tables of what was checked"

    def __init__(self, outstream: Any, options: Any) -> None:
        super().__init__(outstream, options)
        self._began: dict[str, float] = {}
        #: seconds that each task took, in the order in which they ended
        self._seconds: dict[str, float] = {}
        self._closing: dict[str, str] = {}
        self._portions: list[str] = []
        self._is_gate = False
        self._start = time.time()

    def initialize(self, tasks: Mapping[str, Any], selected_tasks: list[str]) -> None:
        """Remember which tables are asked for."""
        super().initialize(tasks, selected_tasks)
        self._is_gate = CHECK in selected_tasks
        if self._is_gate:
            shutil.rmtree(TIMES, ignore_errors=True)
        if any(name.partition(":")[0] == ALL for name in selected_tasks):
            self._portions = [name for name in tasks if name.startswith(f"{ALL}:")]

    def execute_task(self, task: Any) -> None:
        """Note the time."""
        super().execute_task(task)
        if task.actions:  # else it only groups others
            self._began[task.name] = time.monotonic()

    def add_success(self, task: Any) -> None:
        """Note how long it took."""
        super().add_success(task)
        self._end(task, "passed")

    def add_failure(self, task: Any, fail: Any) -> None:
        """Note how long it took until it failed."""
        super().add_failure(task, fail)
        self._end(task, "failed")

    def _end(self, task: Any, outcome: str) -> None:
        if task.name not in self._began:
            return  # never begun: something that it needs failed, or it has nothing to do
        seconds = self._seconds[task.name] = time.monotonic() - self._began.pop(task.name)
        closing = self._closing[task.name] = closing_line(task)
        group, _, name = task.name.partition(":")
        if group == ALL:
            keep(name, Record(tree(), outcome, seconds, closing))

    def complete_run(self) -> None:
        """Print the tables; what the test runners said last comes last."""
        super().complete_run()
        if self._portions:
            names = [name.partition(":")[2] for name in self._portions]
            self.write(portions_table({name: recall(name) for name in names}))
        if self._is_gate:
            began = float(os.environ.get("CHECK_STARTED") or self._start)
            before = {"set-up before doit": self._start - began}
            table = gate_table(before | self._seconds, TIMES)
            TIMES.mkdir(parents=True, exist_ok=True)
            (TIMES / "table.md").write_text(table, encoding="utf-8")
            self.write(table)
            self.write(f"vitest: {self._closing.get('test:vitest', 'not run')}\n")
            self.write(f"{self._closing.get('test:pytest', 'pytest was not run')}\n")


def closing_line(task: Any) -> str:
    """Find what was said last; of vitest, how many tests there were, and not how long they took."""
    said = COLOUR.sub("", "\n".join(action.out or "" for action in task.actions))
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    counts = [line for line in lines if line.startswith("Tests  ")]
    return (counts or lines or [""])[-1]


def portions_table(ended: Mapping[str, Record | None]) -> str:
    """Write what passed, what failed and what was not run.

    Parameters
    ----------
    ended
        How each portion ended, by name; ``None`` if it was not run.

    Returns
    -------
    str
        Markdown.
    """
    lines = ["", "| portion | outcome | seconds | |", "| --- | --- | --- | --- |"]
    for name, record in ended.items():
        if record is None:
            lines.append(f"| {name} | not run | | |")
            continue
        slow = ", too long for a portion" if record.seconds > LIMIT else ""
        closing = record.closing.strip("= ")
        lines.append(f"| {name} | {record.outcome}{slow} | {record.seconds:.0f} | {closing} |")
    outcomes = [record.outcome if record else "not run" for record in ended.values()]
    counts = (f"{outcomes.count(key)} {key}" for key in ("passed", "failed", "not run"))
    lines += ["", f"Of {len(outcomes)} portions: {', '.join(counts)}. Records: {RECORDS}", ""]
    return "\n".join(lines)
