# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Somebody who has nothing but Python follows README and quickstart to the letter.

Packages are fetched, so only ``doit check_all:newcomer`` runs this, and tells the minutes.
"""

import os
import re
import subprocess
import time
from pathlib import Path

import pytest

from page_script import do
from sites import REPOSITORY, succeeded
from snippets import Snippet, snippets

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(
        not os.environ.get("WEBRTC_TEST_NEWCOMER"),
        reason="fetches packages: `doit check_all:newcomer` runs it",
    ),
]

#: what a snippet says that is left to this test
HERE = "`doit check_all:newcomer`"


def steps(page: str) -> list[Snippet]:
    """Read the snippets of a page that a newcomer follows."""
    return [
        snippet
        for snippet in snippets(REPOSITORY / page)
        if snippet.language == "bash" and (not snippet.not_run or HERE in snippet.not_run)
    ]


def test_the_command_of_the_readme_leads_to_two_links(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(REPOSITORY), str(clone)], check=True)
    (command,) = [step for step in steps("README.md") if HERE in step.not_run]
    # its end is a server, which the script starts by itself
    install, demo = command.text.rsplit(" && ", 1)
    demo = demo.replace(".venv-demo/bin/", "")
    start = time.monotonic()
    snippet = Snippet(
        command.page,
        command.line,
        "bash",
        f"{install}\nPATH=$PWD/.venv-demo/bin:$PATH\n{demo}\ncat server-*.log",
    )
    result = succeeded(do([snippet], clone, {}))
    assert len(re.findall(r"^ +\w+ +http://\S+room=demo", result.stdout, re.MULTILINE)) == 2
    print(f"README: {(time.monotonic() - start) / 60:.1f} minutes")  # noqa: T201 (-s shows it)


def test_the_quickstart_leads_to_a_page(tmp_path: Path, wheel: Path) -> None:
    folder = tmp_path / "reader"
    folder.mkdir()
    constraint = tmp_path / "constraint.txt"
    constraint.write_text(f"jupyterlite-webrtc @ {wheel.resolve().as_uri()}\n", encoding="utf-8")
    start = time.monotonic()
    page = steps("docs/guide/quickstart.md")
    assert HERE in " ".join(step.not_run for step in page)
    succeeded(do(page, folder, {"PIP_CONSTRAINT": str(constraint)}))
    dist = folder / "my-course" / "dist"
    assert (dist / "lab" / "index.html").is_file()
    assert (dist / "files" / "welcome.txt").read_text() == "Welcome!\n"
    print(f"quickstart: {(time.monotonic() - start) / 60:.1f} minutes")  # noqa: T201
