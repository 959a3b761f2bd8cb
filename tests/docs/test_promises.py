# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The table from promise to test names tests that exist, and says which of them the gate runs."""

import ast
import re

import pytest

from sites import REPOSITORY

#: the page, by promise: its number, and the rest
SECTIONS = dict(
    re.findall(
        r"^## P(\d+) (.+?)(?=^## |\Z)",
        (REPOSITORY / "docs" / "develop" / "promises.md").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
)

#: a row of a table
ROW = re.compile(r"^\| (gate|) ?\| `([^`]+)` \| `([^`]+)` \|$", re.MULTILINE)

#: where the gate has a story for each promise: real pages, and of the build real builds
STORIES = {"12": "tests/build/"}
PAGES = "tests/browser/"


def names_in(name: str) -> set[str]:
    """Name the tests of a file."""
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    if name.endswith(".py"):
        nodes = ast.walk(ast.parse(text))
        return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    return {title for _, title in re.findall(r"\bit(?:\.each\([^)]*\))?\(\s*(['\"`])(.+?)\1", text)}


def test_all_promises_are_there_in_a_sentence_each() -> None:
    assert list(SECTIONS) == [str(number) for number in range(1, 14)]
    for text in SECTIONS.values():
        _, sentence, *_ = text.split("\n\n")
        assert sentence.endswith(".")
        assert "\n" not in sentence


@pytest.mark.parametrize("number", SECTIONS)
def test_each_promise_is_held_by_tests_that_exist(number: str, gate_tests: set[str]) -> None:
    in_gate = {test.partition("[")[0] for test in gate_tests}
    rows = ROW.findall(SECTIONS[number])
    assert len(rows) > 1
    # with the head and the line below it
    assert len(rows) + 2 == len(re.findall(r"^\|", SECTIONS[number], re.MULTILINE))
    for where, file, test in rows:
        assert test in names_in(file), f"{file} has no such test"
        # vitest runs whole
        runs = not file.endswith(".py") or f"{file}::{test}" in in_gate
        assert where == ("gate" if runs else ""), f"{test}: what does the gate run?"
    stories = STORIES.get(number, PAGES)
    assert [test for where, file, test in rows if where and file.startswith(stories)], (
        f"the gate has no story of P{number} in {stories}"
    )
