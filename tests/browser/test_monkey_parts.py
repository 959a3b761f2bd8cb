# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The monkey's stories, what it takes for lost, and how a story becomes shorter: without pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monkey.model import Done, Model
from monkey.player import beginning
from monkey.shrink import shrink
from monkey.story import ACTIONS, PAGES, SIGNALING, Step, inserted, make_up, marker, typed

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.gate

SEEDS = st.integers(0, 2**32)


def with_cells(*cells: dict[str, Any]) -> dict[str, Any]:
    """Make what a notebook has become: the cells that it began with, and more."""
    return {**beginning(), "cells": [*beginning()["cells"], *cells]}


def code(source: str, *printed: str) -> dict[str, Any]:
    """Make a cell of code."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": text} for text in printed]
    return {"cell_type": "code", "source": source, "outputs": outputs}


def done(who: str, action: str, number: int, *cells: dict[str, Any], printed: str = "") -> Done:
    """Make a step that could be done."""
    step = Step(0, who, action, number=number)
    return Done(step, is_done=True, cells=list(cells), printed=printed)


def told(*turns: Iterable[Done]) -> Model:
    """Tell a model what was done in each turn."""
    model = Model(beginning())
    for turn in turns:
        model.turn(turn)
    return model


@given(SEEDS)
def test_a_story_follows_from_its_seed(seed: int) -> None:
    assert make_up(seed, 20) == make_up(seed, 20)


@given(SEEDS)
def test_each_page_does_one_thing_in_a_turn_and_the_server_is_there_in_the_end(seed: int) -> None:
    steps = make_up(seed, 20)
    assert [step.turn for step in steps] == sorted(step.turn for step in steps)
    doers = [(step.turn, step.who) for step in steps if step.who != SIGNALING]
    assert len(set(doers)) == len(doers)
    assert {step.who for step in steps} <= {*PAGES, SIGNALING}
    assert {step.action for step in steps if step.who in PAGES} <= ACTIONS.keys()
    assert all(0 <= step.cell < 1 and 0 <= step.line < 1 for step in steps)
    outages = [step.action for step in steps if step.who == SIGNALING]
    assert outages == ["down", "up"] * (len(outages) // 2)


@given(SEEDS)
def test_nothing_that_is_typed_contains_something_else_that_is(seed: int) -> None:
    steps = make_up(seed, 40)
    texts = [text for step in steps for text in (typed(step), marker(step.number)) if step.number]
    assert not [one for one in texts for other in texts if one is not other and one in other]
    assert all(inserted(step).count(marker(step.number)) == 1 for step in steps)


@pytest.mark.parametrize("times", [0, 2])
def test_what_is_lost_or_doubled_is_named(times: int) -> None:
    model = told([done("Ada", "type", 1), done("Ada", "insert", 2)])
    assert model.problems(with_cells(code("//t1. '-2-'"))) == []
    lines = " ".join(["//t1.", "'-2-'"] * times)
    assert model.problems(with_cells(code(lines))) == [
        f"//t1. was typed once, and is there {times} times",
        f"'-2-' was typed once, and is there {times} times",
    ]


def test_what_is_in_a_copy_is_not_lost() -> None:
    model = told([done("Ada", "type", 1)])
    assert model.problems(beginning(), "a copy with //t1. in it") == []


def test_a_text_may_be_gone_that_stood_in_a_deleted_cell_or_came_just_then() -> None:
    type_first = [done("Ada", "type", 1)]
    delete = done("Grace", "delete", 2, code("//t1."))
    assert told(type_first, [delete]).problems(beginning()) == []
    assert told([*type_first, done("Grace", "delete", 2)]).problems(beginning()) == []
    other = told(type_first, [done("Grace", "delete", 2, code("//t9."))])
    assert other.problems(beginning())


def test_who_undoes_may_lose_what_they_typed_and_nothing_of_others() -> None:
    model = told([done("Ada", "type", 1), done("Grace", "type", 2)], [done("Ada", "undo", 3)])
    assert model.problems(beginning()) == ["//t2. was typed once, and is there 0 times"]


def test_an_output_may_be_gone_only_where_something_else_was_done_to_its_cell() -> None:
    line = inserted(Step(0, "Ada", "insert", number=6))
    run = done("Ada", "run", 7, code(line), printed="ran-6-abc")
    begun = [[done("Ada", "insert", 6)], [run]]
    (lost,) = told(*begun).problems(with_cells(code(line)))
    assert lost == "ran-6-abc was printed once, and is there 0 times"
    assert told(*begun).problems(with_cells(code(line, "ran-6-abc"))) == []
    assert told(*begun).problems(with_cells(code(line, "ran-6-abc", "ran-6-abc")))
    clear = done("Grace", "clear", 8, code(line, "ran-6-abc"))
    assert told(*begun, [clear]).problems(with_cells(code(line))) == []
    move = done("Grace", "move-up", 8, code(line, "ran-6-abc"))
    assert told(*begun, [move]).problems(with_cells(code(line)))
    again = done("Grace", "run", 8, code(line, "ran-6-abc"), printed="ran-6-def")
    assert told(*begun, [again]).problems(with_cells(code(line, "ran-6-def"))) == []
    assert told(*begun, [again]).problems(with_cells(code(line)))


def test_a_run_at_which_another_one_takes_something_may_be_lost_but_not_doubled() -> None:
    line = inserted(Step(0, "Ada", "insert", number=6))
    runs = [
        done("Ada", "run", 7, code(line), printed="ran-6-abc"),
        done("Grace", "clear", 8, code(line)),
    ]
    model = told([done("Ada", "insert", 6)], runs)
    assert model.problems(with_cells(code(line))) == []
    assert model.problems(with_cells(code(line, "ran-6-abc", "ran-6-abc")))


def test_an_attachment_may_be_gone_only_where_jupyter_takes_it() -> None:
    (image,) = (cell for cell in beginning()["cells"] if "attachments" in cell)
    without = {**beginning(), "cells": [{**each, "attachments": None} for each in [image]]}
    assert told([done("Ada", "move-up", 1, image)]).problems(without)
    assert told([done("Ada", "to-code", 1, image)]).problems(without) == []


@given(st.lists(st.integers(0, 30), unique=True), st.sets(st.integers(0, 30), max_size=3))
def test_a_story_becomes_as_short_as_its_failure_lets_it(
    story: list[int], needed: set[int]
) -> None:
    def fails(steps: list[int]) -> bool:
        return needed.intersection(story) <= set(steps)

    assert set(shrink(story, fails, 10_000)) == needed.intersection(story)


def test_no_more_stories_are_tried_than_may_be() -> None:
    tried: list[list[int]] = []

    def passes(steps: list[int]) -> bool:
        tried.append(steps)
        return False

    assert shrink([1, 2, 3], passes, 2) == [1, 2, 3]
    assert len(tried) == 2
