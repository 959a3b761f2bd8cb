# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What the workflow that makes a release does with a shell."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from jupyterlite_webrtc import __version__
from sites import REPOSITORY, Result, run, succeeded

#: what the steps read
SOURCES = ("CHANGELOG.md", "pyproject.toml", "jupyterlite_webrtc/_version.py")

JOBS: dict[str, Any] = yaml.safe_load(
    (REPOSITORY / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
)["jobs"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Copy what the steps read, as it is when a release can be made."""
    for name in SOURCES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text((REPOSITORY / name).read_text("utf-8"), encoding="utf-8")
    change(tmp_path / "CHANGELOG.md", " (unreleased)", "")
    if "[project.urls]" not in (tmp_path / "pyproject.toml").read_text("utf-8"):
        change(tmp_path / "pyproject.toml", "[project.scripts]", "[project.urls]\n")
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    """Replace something in a file."""
    path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")


def step(job: str, repository: Path, tag: str, **env: str) -> Result:
    """Run the one step of a job that is a script, as GitHub does."""
    (script,) = [each["run"] for each in JOBS[job]["steps"] if "run" in each]
    return run("bash", "-e", "-c", script, cwd=repository, env={"GITHUB_REF_NAME": tag, **env})


def test_the_tag_of_this_version_can_be_released(repository: Path) -> None:
    succeeded(step("name", repository, f"v{__version__}"))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("jupyterlite_webrtc/_version.py", f'"{__version__}"', '"99.0.0"'),
        ("CHANGELOG.md", f"## {__version__}", f"## {__version__} (unreleased)"),
        ("pyproject.toml", "[project.urls]", ""),
    ],
)
def test_what_is_not_ready_stops_a_release(repository: Path, name: str, old: str, new: str) -> None:
    change(repository / name, old, new)
    assert step("name", repository, f"v{__version__}").returncode != 0


def test_nothing_is_published_but_what_was_tested_and_no_job_has_a_right_too_many() -> None:
    assert JOBS["distributions"]["needs"] == "name"
    assert JOBS["publish"]["needs"] == "distributions"
    assert JOBS["publish"]["if"] == "github.event_name == 'push'"
    assert JOBS["announce"]["needs"] == "publish"
    rights = {name: set(job["permissions"]) for name, job in JOBS.items()}
    assert rights == {
        "name": {"contents"},
        "distributions": {"contents"},
        "publish": {"id-token"},
        "announce": {"contents"},
    }


def test_the_notes_of_a_release_are_the_newest_entry_of_the_changelog(repository: Path) -> None:
    (repository / "dist").mkdir()
    (repository / "dist" / "a.whl").touch()
    change(
        repository / "CHANGELOG.md",
        "<!-- <END NEW CHANGELOG ENTRY> -->",
        "<!-- <END NEW CHANGELOG ENTRY> -->\n\n## 0.0.1\n\n- What was there before.",
    )
    # GitHub's own program, which would make the release
    (repository / "bin").mkdir()
    (repository / "bin" / "gh").write_text('#!/bin/sh\necho "$@"\n')
    (repository / "bin" / "gh").chmod(0o755)
    path = os.pathsep.join([str(repository / "bin"), os.environ["PATH"]])
    said = succeeded(step("announce", repository, f"v{__version__}", PATH=path)).stdout
    assert said.startswith(f"release create v{__version__} ")
    assert said.rstrip().endswith("dist/a.whl")
    notes = (repository / "notes.md").read_text(encoding="utf-8")
    assert re.search(r"^### ", notes, re.MULTILINE)
    assert "before" not in notes.splitlines()[-1]
    assert not re.search(r"^## |CHANGELOG ENTRY", notes, re.MULTILINE)
    entry = (repository / "CHANGELOG.md").read_text("utf-8").split("CHANGELOG ENTRY> -->")[1]
    assert notes.strip() in entry
