# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Each night everything runs on GitHub, and a red one is told of."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from portions import part, portions
from sites import REPOSITORY, run, succeeded

if TYPE_CHECKING:
    from pathlib import Path

#: what runs each night
WORKFLOW = yaml.safe_load((REPOSITORY / ".github" / "workflows" / "night.yml").read_text("utf-8"))

#: what runs everything
EVERYTHING = WORKFLOW["jobs"]["everything"]

#: a pure test with random values
RANDOM = "tests/signaling/test_fuzz.py"

#: a stand-in for GitHub's program: it answers from files, and writes down what it is told to do
GH = """#!{python}
import json, pathlib, sys
folder = pathlib.Path(__file__).parent
args = sys.argv[1:]
if args[:2] == ["run", "view"]:
    print((folder / "run.json").read_text())
elif args[:2] == ["issue", "list"]:
    print((folder / "issues.json").read_text())
else:
    with open(folder / "said.jsonl", "a") as said:
        said.write(json.dumps(args) + "\\n")
"""


def test_the_parts_of_a_night_have_each_portion_once_with_releases_and_with_pre_releases() -> None:
    matrix = EVERYTHING["strategy"]["matrix"]
    assert {*matrix} == {"packages", "part"}, "every part with all packages"
    assert matrix["packages"] == ["releases", "pre-releases"]
    ran = Counter(name for fraction in matrix["part"] for name in part(fraction))
    assert ran == {f"check_all:{portion.name}": 1 for portion in portions("", "")}


def test_only_pre_releases_may_fail_without_making_the_night_red() -> None:
    assert EVERYTHING["continue-on-error"] == "${{ matrix.packages == 'pre-releases' }}"
    assert EVERYTHING["strategy"]["fail-fast"] is False
    for job in WORKFLOW["jobs"].values():
        assert not [step for step in job["steps"] if "continue-on-error" in step]


def test_nothing_but_telling_of_a_red_night_may_write() -> None:
    rights = {name: job["permissions"] for name, job in WORKFLOW["jobs"].items()}
    writing = [(name, what) for name, of in rights.items() for what in of if of[what] != "read"]
    assert writing == [("report", "issues")]
    assert WORKFLOW["permissions"] == {}


@pytest.mark.parametrize("fraction", ["0/8", "9/8", "8"])
def test_a_part_that_is_none_is_an_error(fraction: str) -> None:
    asked = run(sys.executable, "tests/support/portions.py", fraction, cwd=REPOSITORY)
    assert asked.returncode != 0
    assert asked.stdout == ""


def random_test(seed: str, *arguments: str) -> Any:
    """Run a test with random values."""
    command = ("-m", "pytest", "-p", "no:cacheprovider", RANDOM, *arguments)
    environment = {"TEST_SEED": seed, "SIGNALING_FUZZ_MESSAGES": "100"}
    return run(sys.executable, *command, cwd=REPOSITORY, env=environment)


def test_a_new_seed_is_said_and_is_another_one_each_time() -> None:
    said = [
        re.findall(r"^TEST_SEED=(\d+)$", random_test("new", "--collect-only").stdout, re.MULTILINE)
        for _ in range(2)
    ]
    assert [len(seeds) for seeds in said] == [1, 1]
    assert said[0] != said[1]


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Provide the folder of a stand-in for GitHub, which has no issues."""
    gh = tmp_path / "gh"
    gh.write_text(GH.format(python=sys.executable), encoding="utf-8")
    gh.chmod(0o755)
    (tmp_path / "issues.json").write_text("[]", encoding="utf-8")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def told(github: Path, **jobs: str) -> list[list[str]]:
    """Report a night, and read what GitHub was told to do."""
    ended = [
        {"name": name.replace("_", " "), "conclusion": conclusion, "url": f"https://{name}"}
        for name, conclusion in jobs.items()
    ]
    (github / "run.json").write_text(json.dumps({"jobs": ended}), encoding="utf-8")
    succeeded(run(sys.executable, ".ci/report_night.py", "42", cwd=REPOSITORY))
    said = github / "said.jsonl"
    return [json.loads(line) for line in said.read_text().splitlines()] if said.exists() else []


def test_a_green_night_is_not_told_of(github: Path) -> None:
    assert told(github, Part_1="success", Tell="") == []


def test_a_red_night_opens_an_issue_that_names_what_failed(github: Path) -> None:
    ((*command, body),) = told(github, Part_1="success", Part_2="failure", Part_3="cancelled")
    assert command == ["issue", "create", "--title", "A night is red", "--body"]
    assert body == "- [Part 2](https://Part_2): failure\n- [Part 3](https://Part_3): cancelled"


def test_the_next_one_is_a_comment_on_the_issue_that_is_open(github: Path) -> None:
    issues = [{"number": 5, "title": "A night is redder"}, {"number": 7, "title": "A night is red"}]
    (github / "issues.json").write_text(json.dumps(issues), encoding="utf-8")
    ((*command, body),) = told(github, Part_2="timed_out")
    assert command == ["issue", "comment", "7", "--body"]
    assert "Part 2" in body


def test_what_fails_with_pre_releases_only_has_an_issue_of_its_own(github: Path) -> None:
    kinds = dict.fromkeys(("1_with_releases", "1_with_pre-releases"), "failure")
    assert [(args[3], args[-1].count("\n")) for args in told(github, **kinds)] == [
        ("A night is red", 0),
        ("A night is red with pre-releases", 0),
    ]
