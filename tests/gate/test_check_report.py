# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What ``doit check`` and ``doit check_all`` print at their end, and what they do again."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from sites import Result, run

#: tasks as those of the project, which end at once
DODO = """
from check_report import CheckReporter
from records import has_passed

DOIT_CONFIG = {"continue": True, "verbosity": 2, "reporter": CheckReporter}
COMMANDS = %r
TESTS = %r

def task_check_all():
    for name, command in COMMANDS.items():
        passed = lambda name=name: has_passed(name)
        yield {"name": name, "actions": [command], "uptodate": [passed]}

def task_test():
    for name, command in TESTS.items():
        yield {"name": name, "actions": [command]}

def task_check():
    return {"actions": None, "task_dep": ["test"]}
"""

#: what a test runner leaves
JUNIT = """<testsuites><testsuite>
<testcase classname="tests.build.test_a" name="test_quick" time="0.5"/>
<testcase classname="tests.browser.test_b" name="test_slow[x]" time="7.25"/>
</testsuite></testsuites>"""

#: test runners that say the same each time; this one in colours, as where `CI` is set
VITEST = r"printf '\n\033[2m Tests \033[22m \033[1m3 passed\033[22m (3)\n Duration  1 s\n'"
PYTEST = "echo '==== 2 passed in 0.01s ====\n'"


class Checkout:
    """A project of its own, with tasks of ours."""

    def __init__(
        self,
        folder: Path,
        portions: Mapping[str, str],
        tests: Mapping[str, str],
    ) -> None:
        self.folder = folder
        (folder / "dodo.py").write_text(DODO % (portions, tests))
        (folder / ".gitignore").write_text("_output\n.doit.db*\n__pycache__\n")
        run("git", "init", "--quiet", cwd=folder)
        run("git", "add", "--all", cwd=folder)

    def doit(self, *args: str) -> Result:
        """Run tasks."""
        support = str(Path(__file__).parents[1] / "support")
        # when the tester's own gate began is nothing to these
        env = {"PYTHONPATH": support, "CHECK_STARTED": ""}
        return run("doit", *args, cwd=self.folder, env=env)

    def row(self, said: Result, name: str) -> str:
        """Find a row of the table that was printed; how long a portion took is left out."""
        (row,) = re.findall(rf"^\| {name} \| (.*) \|$", said.stdout, re.MULTILINE)
        return re.sub(r" \| \d+ \| ", ": ", row)


@pytest.fixture
def portions(tmp_path: Path) -> Checkout:
    """Make a checkout with three portions, each of which tells that it ran."""
    commands = {
        "good": f"echo . >> good.ran; {PYTEST}",
        "bad": "echo '1 failed in 0.01s'; false",
        "late": "true",
    }
    checkout = Checkout(tmp_path, commands, {})
    (tmp_path / ".gitignore").write_text("_output\n.doit.db*\n__pycache__\n*.ran\n")
    return checkout


def test_what_passed_failed_or_was_not_run_is_told(portions: Checkout) -> None:
    said = portions.doit("check_all:good", "check_all:bad")
    assert said.returncode == 1
    assert portions.row(said, "good") == "passed: 2 passed in 0.01s"
    assert portions.row(said, "bad") == "failed: 1 failed in 0.01s"
    assert portions.row(said, "late") == "not run | |"
    assert "Of 3 portions: 1 passed, 1 failed, 1 not run." in said.stdout


def test_what_has_passed_is_not_run_again_until_something_changes(portions: Checkout) -> None:
    ran = portions.folder / "good.ran"
    portions.doit("check_all")
    said = portions.doit("check_all")
    assert ran.read_text() == ".\n"
    assert said.returncode != 0, "what has failed is run again"
    assert portions.row(said, "good") == "passed: 2 passed in 0.01s"
    (portions.folder / "new.txt").write_text("not even added")
    said = portions.doit("check_all:late")
    assert portions.row(said, "good") == "not run | |"
    portions.doit("check_all")
    assert ran.read_text() == ".\n.\n"


def test_a_record_that_was_broken_off_counts_as_none(portions: Checkout) -> None:
    portions.doit("check_all:good")
    (portions.folder / "_output" / "check_all" / "good.json").write_text('{"tree"')
    said = portions.doit("check_all:late")
    assert portions.row(said, "good") == "not run | |"


def gate(folder: Path, vitest: str = VITEST) -> Checkout:
    """Make a checkout whose gate is two test runners; the second leaves its times."""
    (folder / "times.xml").write_text(JUNIT)
    leave = "mkdir -p _output/check; cp times.xml _output/check/pytest.xml"
    return Checkout(folder, {}, {"vitest": vitest, "pytest": f"{leave}; {PYTEST}"})


def test_the_gate_tells_where_the_time_goes_and_closes_as_pytest_does(tmp_path: Path) -> None:
    checkout = gate(tmp_path)
    said = checkout.doit("check")
    assert said.returncode == 0
    lines = said.stdout.rstrip().splitlines()
    assert lines[-2:] == ["vitest: Tests  3 passed (3)", "==== 2 passed in 0.01s ===="]
    assert checkout.row(said, "… browser") == "7.2"
    assert checkout.row(said, "… build") == "0.5"
    assert "| test |" not in said.stdout, "what only groups others takes no time"
    slowest = said.stdout.index("slowest")
    slow, quick = (said.stdout.index(f"test_{name}", slowest) for name in ("slow", "quick"))
    assert slow < quick
    assert (tmp_path / "_output" / "check" / "table.md").read_text() in said.stdout


def test_a_part_of_the_gate_that_fails_keeps_no_other_from_being_run(tmp_path: Path) -> None:
    said = gate(tmp_path, vitest="false").doit("check")
    assert said.returncode != 0
    assert said.stdout.rstrip().splitlines()[-1] == "==== 2 passed in 0.01s ===="


def test_times_of_the_run_before_are_not_taken_for_those_of_this_one(tmp_path: Path) -> None:
    checkout = gate(tmp_path)
    checkout.doit("check")
    dodo = tmp_path / "dodo.py"
    dodo.write_text(dodo.read_text().replace("cp times.xml", "false times.xml"))
    said = checkout.doit("check")
    assert "test_slow" not in said.stdout
