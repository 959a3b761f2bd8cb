# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Make a distribution of Pyodide that needs no network, and build sites with it.

It consists of packages of npm and PyPI, whose versions and digests are pinned, and is kept where
programs keep what they can fetch again. Wheels that are not pure Python, such as NumPy's, are only
on Pyodide's own server.
"""

import hashlib
import json
import os
import sys
import tarfile
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from packaging.utils import canonicalize_name

from environments import Environment
from jupyterlite_webrtc.constants import NEEDED_LABEXTENSIONS
from sites import lite, run, succeeded

#: the version that the kernel among the requirements is made for
VERSION = "314.0.6"

#: the digest of npm's archive of it
SHA256 = "d78ac549b28a2a58600cd06f44e017024151775f8c6b2d73fab1475400d38ea2"

#: all wheels
REQUIREMENTS = Path(__file__).with_name("pyodide_requirements.txt")

#: what the kernel loads at its start, as Pyodide's lock file names it
LOADED = ("micropip", "packaging", "ipython", "jedi", "traitlets", "prompt-toolkit")

#: what notebooks can install; `comm` is asked for by the kernel, and not in the lock file
INSTALLABLE = ("comm", "ipywidgets", "jupyterlab-widgets")

#: what a site is built with
BUILT_WITH = ("jupyterlite-pyodide-kernel", "jupyterlab-widgets", "pkginfo")


def distribution() -> Path:
    """Provide the distribution; only the first time, it is fetched and made.

    Returns
    -------
    pathlib.Path
        A folder: Pyodide is in ``pyodide``, all wheels are in ``wheels``. Nobody may change it.
    """
    made_from = REQUIREMENTS.read_bytes() + Path(__file__).read_bytes()
    digest = hashlib.sha256(made_from).hexdigest()[:16]
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = caches / "jupyterlite-webrtc" / f"pyodide-{digest}"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        # whole or not there at all, also if two make it at once
        unfinished = Path(mkdtemp(dir=folder.parent))
        try:
            _make(unfinished)
            unfinished.rename(folder)
        except OSError:
            if not folder.exists():
                raise
        finally:
            rmtree(unfinished, ignore_errors=True)
    return folder


def _make(folder: Path) -> None:
    """Fetch all parts, and let Pyodide's lock file name those that there are."""
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes")
    kind = ("--only-binary", ":all:", "--python-version", "3.14")
    wheels = folder / "wheels"
    succeeded(run(*pip, *kind, "--dest", wheels, "--requirement", REQUIREMENTS, cwd=folder))
    succeeded(run("npm", "pack", "--silent", f"pyodide@{VERSION}", cwd=folder))
    archive = folder / f"pyodide-{VERSION}.tgz"
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != SHA256:
        raise ValueError(f"{archive.name} from npm has the digest {digest}, and not {SHA256}")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    archive.unlink()
    pyodide = folder / "package"
    lock_file = pyodide / "pyodide-lock.json"
    lock = json.loads(lock_file.read_text(encoding="utf-8"))
    found = _wheels(wheels)
    todo, packages = list(LOADED), {}
    while todo:
        name = canonicalize_name(todo.pop())
        if name not in packages:
            entry = packages[name] = lock["packages"][name]
            todo += entry["depends"]
            wheel = found[canonicalize_name(entry["name"])]
            if f"-{entry['version']}-" not in wheel.name:
                raise ValueError(f"{wheel.name} is not the version {entry['version']}")
            os.link(wheel, pyodide / wheel.name)
            # those of Pyodide's own server are built anew
            entry["file_name"] = wheel.name
            entry["sha256"] = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock["packages"] = packages
    lock_file.write_text(json.dumps(lock), encoding="utf-8")
    pyodide.rename(folder / "pyodide")


def _wheels(folder: Path) -> dict[str, Path]:
    """Find the wheels of all packages."""
    return {canonicalize_name(path.name.partition("-")[0]): path for path in folder.glob("*.whl")}


def build_python_site(folder: Path, environment: Path, *arguments: str) -> Path:
    """Build a site whose notebooks run Python, and can install ``ipywidgets``.

    Parameters
    ----------
    folder
        The sources of the site; Pyodide is put among them.
    environment
        Where to make the environment in which it is built; it must not exist yet.
    *arguments
        More arguments of ``jupyter lite build``.

    Returns
    -------
    pathlib.Path
        The root of the built site.
    """
    parts = distribution()
    wheels = _wheels(parts / "wheels")
    python = Environment(environment, labextensions=tuple(NEEDED_LABEXTENSIONS))
    python.install(*(str(wheels[name]) for name in BUILT_WITH))
    (folder / "static").mkdir()
    (folder / "static" / "pyodide").symlink_to(parts / "pyodide")
    site = folder / "site"
    given = [part for name in INSTALLABLE for part in ("--piplite-wheels", str(wheels[name]))]
    dirs = ("--lite-dir", str(folder), "--output-dir", str(site))
    built = lite("build", *dirs, *given, *arguments, cwd=folder, python=python.python)
    succeeded(built)
    return site
