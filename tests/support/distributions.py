# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Build wheels and sdists of this project, and list what is in them."""

import os
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path

from sites import REPOSITORY, run, succeeded


def provide(kind: str, folder: Path) -> Path:
    """Build a distribution from the checkout, whose labextension is usually built already.

    ``WEBRTC_TEST_DIST`` names a folder with distributions that are to be tested instead.

    Parameters
    ----------
    kind
        ``wheel`` or ``sdist``.
    folder
        Where it goes, if it is built.

    Returns
    -------
    pathlib.Path
        The file.
    """
    given = os.environ.get("WEBRTC_TEST_DIST")
    if given is None:
        return build(kind, REPOSITORY, folder)
    return only(kind, Path(given).resolve())


def clone(folder: Path) -> Path:
    """Copy the checkout as it would be cloned, but with changes: nothing is built yet.

    Parameters
    ----------
    folder
        Where to; it must not exist yet.

    Returns
    -------
    pathlib.Path
        The same folder.
    """
    listed = succeeded(run("git", "ls-files", "-coz", "--exclude-standard", cwd=REPOSITORY))
    for name in filter(None, listed.stdout.split("\0")):
        # a file that was deleted, but not committed so, is listed
        if (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, folder / name)
    return folder


def build(kind: str, source: Path, folder: Path, env: dict[str, str] | None = None) -> Path:
    """Build a distribution as ``pip`` would, in isolation.

    Parameters
    ----------
    kind
        ``wheel`` or ``sdist``.
    source
        A checkout, or an unpacked sdist.
    folder
        Where the distribution goes.
    env
        Additional variables.

    Returns
    -------
    pathlib.Path
        The file.
    """
    command = [sys.executable, "-m", "build", f"--{kind}", "--outdir", str(folder), str(source)]
    succeeded(run(*command, cwd=folder, env=env))
    return only(kind, folder)


def only(kind: str, folder: Path) -> Path:
    """Find the one distribution of a kind in a folder.

    Parameters
    ----------
    kind
        ``wheel`` or ``sdist``.
    folder
        Where to look.

    Returns
    -------
    pathlib.Path
        The file.
    """
    (found,) = folder.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return found


def names_in(distribution: Path) -> set[str]:
    """List a wheel or an sdist.

    Parameters
    ----------
    distribution
        The file.

    Returns
    -------
    set of str
        Paths; without the folder that an sdist has around all of them.
    """
    if distribution.suffix == ".whl":
        with zipfile.ZipFile(distribution) as wheel:
            return {name for name in wheel.namelist() if not name.endswith("/")}
    with tarfile.open(distribution) as sdist:
        return {member.name.split("/", 1)[1] for member in sdist if member.isfile()}
