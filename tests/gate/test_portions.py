# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""``doit check_all`` has all that there is to run, and the gate what is marked for it."""

import re

from portions import SPLIT, TESTS, TOGETHER, paths, portions
from sites import REPOSITORY

#: a file whose tests are pure
QUICK = "tests/build/test_config_schema.py"

#: a test of pages that is in the gate with one of its parameters
ROUNDS = "test_five_who_open_a_notebook_at_the_same_instant_see_every_cell_once"

#: all of them
ALL = list(portions("lint", "jlpm"))


def test_each_file_of_tests_is_in_one_portion() -> None:
    given = [REPOSITORY / path for _, path, _ in paths()]
    files = [path for path in TESTS.rglob("test_*.py") if "failures" not in path.parts]
    assert len(files) > 50
    for file in files:
        assert len([path for path in given if file.is_relative_to(path)]) == 1, file


def test_a_name_is_that_of_one_portion_and_leads_to_files_that_exist() -> None:
    names = [portion.name for portion in ALL]
    assert len(set(names)) == len(names)
    for portion in ALL:
        for path in re.findall(r"\btests/[\w/.]+", portion.command):
            assert (REPOSITORY / path).exists(), portion
        for path in re.findall(r"\btest/[\w/.]+", portion.command):
            assert (REPOSITORY / "labextension-src" / path).exists(), portion
    for name in (*SPLIT, *TOGETHER):
        assert (TESTS / name).exists(), name


def test_what_is_split_is_split_without_a_rest() -> None:
    split = [name for name, _, count in paths() if count > 1]
    assert split
    for name in split:
        found = [
            re.findall(r"--splits (\d+) --group (\d+)$", portion.command)
            for portion in ALL
            if re.fullmatch(rf"{name}-\d+", portion.name)
        ]
        count = str(len(found))
        assert sorted(found) == [[(count, str(group + 1))] for group in range(len(found))]


def test_the_gate_has_all_that_is_quick_and_of_pages_what_is_marked(gate_tests: set[str]) -> None:
    (round_,) = [name for name in gate_tests if f"{ROUNDS}[" in name]
    assert round_.endswith("[0]"), "of parameters, those that are marked"
    for browser in ("firefox", "webkit"):
        assert not [name for name in gate_tests if f"/test_{browser}.py" in name]
    assert not [name for name in gate_tests if name.startswith("tests/network/")]
    assert not [name for name in gate_tests if "/test_newcomer.py" in name]
    assert f"{QUICK}::test_the_schema_is_valid" in gate_tests
