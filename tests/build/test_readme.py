# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The README says what CI does."""

import re

from sites import REPOSITORY


def test_ci_runs_exactly_the_test_command_of_the_readme() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^```bash\n(python3 -m venv .*)\n```$", readme, re.MULTILINE)
    assert len(commands) == 2, "one command runs the demo, one the tests"
    ci = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert ci[-1] == commands[1]
