# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Stories that a monkey makes up: lists of plain steps, which follow from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from random import Random

#: the pages of a story; the last two are tabs of one browser
PAGES = ("Ada", "Grace", "Joan", "Joan 2")

#: who does a step that is about the signaling server
SIGNALING = "signaling"

#: what people do, and how often
ACTIONS = {
    "type": 8,
    "insert": 4,
    "run": 5,
    "run-all": 1,
    "move-up": 2,
    "move-down": 2,
    "split": 2,
    "merge": 2,
    "to-code": 2,
    "to-markdown": 1,
    "to-raw": 1,
    "clear": 1,
    "clear-all": 0.3,
    "cut-and-paste": 1,
    "delete": 0.7,
    "undo": 0.7,
    "redo": 0.3,
    "trust": 0.5,
    "restart": 0.4,
    "save": 1,
    "write-outside": 0.7,
    "reload": 0.4,
    "rest": 4,
}

#: how often the signaling server goes down in a turn in which it is there
OUTAGES = 0.04

#: how many turns it is away for, at most
LONGEST_OUTAGE = 4


@dataclass(frozen=True)
class Step:
    """What one page does in a turn; all steps of a turn begin together.

    Attributes
    ----------
    turn
        Counted from 0.
    who
        One of :data:`PAGES`, or :data:`SIGNALING`.
    action
        One of :data:`ACTIONS`; of the signaling server ``down`` or ``up``.
    cell
        Which cell it is about, as a part of all that there are then: from 0 to below 1.
    line
        Behind which of its lines, likewise.
    number
        Names what is typed; no other step of the story has it.
    """

    turn: int
    who: str
    action: str
    cell: float = 0
    line: float = 0
    number: int = 0


def make_up(seed: int, turns: int) -> list[Step]:
    """Make up a story.

    Parameters
    ----------
    seed
        The same story follows from the same one.
    turns
        How many there are.

    Returns
    -------
    list of Step
        By turn. The signaling server is there in the end.
    """
    random = Random(seed)
    steps = []
    numbers = count(1)
    up_again = 0
    for turn in range(turns):
        if turn == up_again and turn:
            steps.append(Step(turn, SIGNALING, "up"))
        if turn > up_again and random.random() < OUTAGES:
            up_again = turn + random.randint(1, LONGEST_OUTAGE)
            steps.append(Step(turn, SIGNALING, "down"))
        for who in PAGES:
            (action,) = random.choices([*ACTIONS], [*ACTIONS.values()])
            cell, line = (round(random.random(), 2) for _ in range(2))
            if action != "rest":
                steps.append(Step(turn, who, action, cell % 1, line % 1, next(numbers)))
    if up_again >= turns:
        steps.append(Step(turns, SIGNALING, "up"))
    return steps


def typed(step: Step) -> str:
    """Tell what a step types: in a cell of code it is a comment, and no other one contains it."""
    return f"//t{step.number}."


def inserted(step: Step) -> str:
    """Tell what a step puts into a new cell, which can be run: see :func:`marker`.

    What it prints names the step, too, and the run: no other run prints the same, and the source
    doesn't contain it. Each third takes a moment.
    """
    wait = "const t = Date.now(); while (Date.now() - t < 500); " if step.number % 3 == 0 else ""
    says = f"'ran' + '-{step.number}-' + Math.random().toString(36).slice(2)"
    return f"(() => {{ {wait}console.log({says}); }})();"


def marker(number: int) -> str:
    """Tell what stands in the source of a cell that a step inserted, and nowhere else."""
    return f"'-{number}-'"
