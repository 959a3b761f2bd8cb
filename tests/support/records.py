# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""How portions of ``doit check_all`` ended, kept so that what has passed is not run again.

All is about the checkout that is the current folder, as it is for all that doit runs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

#: where they are kept
RECORDS = Path("_output", "check_all")


@dataclass(frozen=True)
class Record:
    """How a portion ended.

    Attributes
    ----------
    tree
        What the checkout was, as of `tree`.
    outcome
        ``passed`` or ``failed``.
    seconds
        How long it took.
    closing
        What its test runner said last.
    """

    tree: str
    outcome: str
    seconds: float
    closing: str


def keep(name: str, record: Record) -> None:
    """Keep how a portion ended.

    Parameters
    ----------
    name
        Of the portion.
    record
        How it ended.
    """
    RECORDS.mkdir(parents=True, exist_ok=True)
    (RECORDS / f"{name}.json").write_text(json.dumps(asdict(record)), encoding="utf-8")


def recall(name: str) -> Record | None:
    """Tell how a portion ended in this very checkout.

    Parameters
    ----------
    name
        Of the portion.

    Returns
    -------
    Record or None
        ``None`` if it was not run: how it ended before something was changed says nothing.
    """
    try:
        record = Record(**json.loads((RECORDS / f"{name}.json").read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError):
        # never run, broken off while this was written, or of another version of `Record`
        return None
    return record if record.tree == tree() else None


def has_passed(name: str) -> bool:
    """Tell whether a portion has passed in this very checkout.

    Parameters
    ----------
    name
        Of the portion.

    Returns
    -------
    bool
        False, too, if it was not run.
    """
    record = recall(name)
    return record is not None and record.outcome == "passed"


@cache
def tree() -> str:
    """Name what the checkout was when this was first asked, whether it is committed or not.

    Returns
    -------
    str
        The name that git gives to the tree of all files that it does not ignore.
    """
    with TemporaryDirectory() as folder:
        # an index of our own: what is staged stays as it is
        index = Path(folder, "index")
        shutil.copyfile(_git("rev-parse", "--git-path", "index"), index)
        _git("add", "--all", index=index)
        return _git("write-tree", index=index)


def _git(*args: str, index: Path | None = None) -> str:
    """Ask git, with another index than the checkout's if one is given."""
    env = {**os.environ, "GIT_INDEX_FILE": str(index)} if index else None
    result = subprocess.run(["git", *args], env=env, check=True, capture_output=True, text=True)
    return result.stdout.strip()
