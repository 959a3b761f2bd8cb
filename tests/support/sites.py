# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Build real sites, as a user does: with ``jupyter lite``, each time in a process of its own."""

import hashlib
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

#: the root of the checkout
REPOSITORY = Path(__file__).parents[2]

#: the program that runs `jupyter lite` for us
LITE_SERVER = Path(__file__).with_name("lite_server.py")

#: variables of whoever runs the tests that would change what a build does
FOREIGN_VARIABLES = ("JUPYTER", "PIP_CONSTRAINT", "SOURCE_DATE_EPOCH")

#: the result of a command: its exit code, and what it said
Result = subprocess.CompletedProcess[str]


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> Result:
    """Run a command to its end, in an environment that has nothing to do with the tester's.

    Parameters
    ----------
    *command
        The program and its arguments.
    cwd
        Where to run it.
    env
        Additional variables.

    Returns
    -------
    subprocess.CompletedProcess
        As of `subprocess.run`, with text.
    """
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment(env),
        text=True,
        capture_output=True,
        check=False,
    )


def succeeded(result: Result) -> Result:
    """Expect that a command succeeded, and show what it said if it did not.

    Parameters
    ----------
    result
        As of `run` or `lite`.

    Returns
    -------
    subprocess.CompletedProcess
        The same.
    """
    assert result.returncode == 0, f"{result.args}\n{result.stdout}\n{result.stderr}"
    return result


def lite(
    *args: str | Path,
    cwd: Path,
    env: dict[str, str] | None = None,
    python: Path = Path(sys.executable),
) -> Result:
    """Run ``jupyter lite``, whatever comes of it.

    Parameters
    ----------
    *args
        What follows ``jupyter lite``.
    cwd
        Where to run it.
    env
        Additional variables.
    python
        The interpreter of the environment in which it runs.

    Returns
    -------
    subprocess.CompletedProcess
        As of `run`.
    """
    if "PYTHONPATH" in (env or {}):
        # other code than what the server has imported
        return run(python, "-m", "jupyterlite_core", *args, cwd=cwd, env=env)
    with TemporaryDirectory() as folder:
        stdout, stderr = Path(folder, "stdout"), Path(folder, "stderr")
        request = {
            "args": [str(arg) for arg in args],
            "cwd": str(cwd),
            "env": environment(env),
            "stdout": str(stdout),
            "stderr": str(stderr),
        }
        server = _lite_server(python)
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(f"{json.dumps(request)}\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        command = ["jupyter", "lite", *request["args"]]
        return Result(command, code, stdout.read_text("utf-8"), stderr.read_text("utf-8"))


@cache
def _lite_server(python: Path) -> "subprocess.Popen[str]":
    """Start what runs ``jupyter lite`` for all tests; it ends when its input does, with us."""
    return subprocess.Popen(
        [str(python), str(LITE_SERVER)],
        env=environment(None),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def environment(additional: dict[str, str] | None) -> dict[str, str]:
    """Make an environment that has nothing to do with the tester's.

    Parameters
    ----------
    additional
        Additional variables.

    Returns
    -------
    dict
        All variables.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN_VARIABLES)}
    return {**kept, **(additional or {})}


def build_site(lite_dir: Path, output_dir: Path, *args: str) -> Path:
    """Build a site that has to succeed.

    Parameters
    ----------
    lite_dir
        The sources of the site; not changed.
    output_dir
        Where the site goes. Its parent gets what the next build has to remember.
    *args
        More arguments for ``jupyter lite build``.

    Returns
    -------
    pathlib.Path
        The root of the built site, for a web server.
    """
    output_dir.parent.mkdir(parents=True, exist_ok=True)
    dirs = ["--lite-dir", str(lite_dir), "--output-dir", str(output_dir)]
    succeeded(lite("build", *dirs, *args, cwd=output_dir.parent))
    return output_dir


def config_data(site: Path) -> dict[str, Any]:
    """Read what a page of a built site is configured with.

    Parameters
    ----------
    site
        The root of the built site.

    Returns
    -------
    dict
        The ``jupyter-config-data``.
    """
    whole = json.loads((site / "jupyter-lite.json").read_text(encoding="utf-8"))
    data: dict[str, Any] = whole["jupyter-config-data"]
    return data


def tree(folder: Path) -> dict[str, str]:
    """Digest the files of a folder, to compare it with another one.

    Parameters
    ----------
    folder
        Any folder.

    Returns
    -------
    dict
        Digests by path.
    """
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
