# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Do on this machine what GitHub does with the workflow of ``examples/github-pages``."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from sites import REPOSITORY, run, succeeded

#: what a user copies to publish a site
EXAMPLE = REPOSITORY / "examples" / "github-pages"

#: within it, what GitHub runs
WORKFLOW = Path(".github/workflows/deploy.yml")

#: where pip keeps what it has fetched; all else of the tester's home stays out of sight
PIP_CACHE = os.environ.get("PIP_CACHE_DIR", str(Path.home() / ".cache" / "pip"))


class PagesExample:
    """A machine like GitHub's, on which the steps of the workflow are run.

    Two things differ. ``PIP_CONSTRAINT`` makes ``pip`` take our distribution from a local wheel,
    and the steps that ``uses:`` an action are left out: they check out, install Python and upload.

    Parameters
    ----------
    folder
        An empty folder: an environment with nothing in it and an empty home go there.
    wheel
        A wheel of ours.
    """

    def __init__(self, folder: Path, wheel: Path) -> None:
        succeeded(run(sys.executable, "-m", "venv", folder / "venv", cwd=folder))
        (folder / "home").mkdir()
        constraint = folder / "constraint.txt"
        constraint.write_text(
            f"jupyterlite-webrtc @ {wheel.resolve().as_uri()}\n", encoding="utf-8"
        )
        own_bin = str(Path(sys.executable).parent)
        path = [part for part in os.environ["PATH"].split(os.pathsep) if part != own_bin]
        self._env = {
            "PATH": os.pathsep.join([str(folder / "venv" / "bin"), *path]),
            "HOME": str(folder / "home"),
            "PIP_CACHE_DIR": PIP_CACHE,
            "PIP_CONSTRAINT": str(constraint),
        }

    def publish(
        self, repository: Path, change: Callable[[Path], Any] | None = None, **variables: str
    ) -> Path:
        """Copy the example into a new repository, and run its workflow there.

        Parameters
        ----------
        repository
            Where to; it must not exist yet.
        change
            What a user does to the copy before it is pushed.
        **variables
            Lines of the workflow's ``env:`` that a user has changed.

        Returns
        -------
        pathlib.Path
            The folder that the workflow would upload.
        """
        shutil.copytree(EXAMPLE, repository)
        if change is not None:
            change(repository)
        workflow = yaml.safe_load((repository / WORKFLOW).read_text(encoding="utf-8"))
        env = {**self._env, **workflow["env"], **variables}
        uploaded: list[Path] = []
        for step in workflow["jobs"]["build"]["steps"]:
            if "run" in step:
                # the shell that GitHub uses
                succeeded(run("bash", "-e", "-c", step["run"], cwd=repository, env=env))
            elif step["uses"].startswith("actions/upload-pages-artifact@"):
                uploaded.append(repository / step["with"]["path"])
        (site,) = uploaded
        return site
