# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Python environments like this one, but with something more, less or other: within a second.

Each is a virtual environment whose packages are links to those that are installed here, so that
nothing is downloaded. What a test changes is a copy of its own.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Collection
from pathlib import Path
from textwrap import indent

from jupyterlite_webrtc.constants import NEEDED_LABEXTENSIONS
from sites import REPOSITORY

#: where Jupyter's applications have labextensions, below ``sys.prefix``
SHARE = Path("share") / "jupyter" / "labextensions"

#: the module of an addon
ADDON = """
import json
import shutil
from jupyterlite_core.addons.base import BaseAddon

class Addon(BaseAddon):
    __all__ = ["{hook}"]

    def {hook}(self, manager):
        yield self.task(name="do", actions=[(self._do, [manager.output_dir])])

    def _do(self, output):
{body}
"""

#: the folder of our package
PACKAGE = REPOSITORY / "jupyterlite_webrtc"


class Environment:
    """A virtual environment that has what is installed here.

    Parameters
    ----------
    folder
        Where to make it; it must not exist yet.
    without
        The names of distributions that it lacks, as their ``.dist-info`` folders spell them.
    labextensions
        The names of those that are in its ``share/``: by default what our own needs, and so no
        more than what our addon answers for.
    """

    def __init__(
        self,
        folder: Path,
        without: Collection[str] = (),
        labextensions: Collection[str] = tuple(NEEDED_LABEXTENSIONS),
    ) -> None:
        venv.create(folder, symlinks=True)
        #: the interpreter
        self.python = folder / "bin" / "python"
        #: where its labextensions are
        self.share = folder / SHARE
        paths = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})
        #: where its packages are
        self.packages = Path(paths["purelib"])
        for path in Path(sysconfig.get_paths()["purelib"]).iterdir():
            if path.name.partition("-")[0] not in without:
                (self.packages / path.name).symlink_to(path)
        for name in labextensions:
            (self.share / name).parent.mkdir(parents=True, exist_ok=True)
            (self.share / name).symlink_to(Path(sys.prefix) / SHARE / name)

    def own_package(self) -> Path:
        """Give it a copy of our package, which hides the checkout.

        Returns
        -------
        pathlib.Path
            The folder of the package, to change something.
        """
        copy = self.packages / PACKAGE.name
        # where an editable install leaves what it can't link to
        copy.unlink(missing_ok=True)
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        return copy

    def install(self, *requirements: str) -> None:
        """Install what is not here, from the package index, and nothing that it depends on.

        Parameters
        ----------
        *requirements
            As for ``pip``. What is here already would be changed here, too.
        """
        command = [self.python, "-m", "pip", "install", "--quiet", "--no-deps", *requirements]
        subprocess.run([str(part) for part in command], check=True)

    def add_addon(self, name: str, hook: str, body: str) -> None:
        """Install another addon of JupyterLite.

        Parameters
        ----------
        name
            The name of its module.
        hook
            What it does something in, such as ``pre_check``.
        body
            What it does, as Python, to the folder ``output`` of the site.
        """
        self.add_module(name, ADDON.format(hook=hook, body=indent(body, " " * 8)))

    def add_module(self, name: str, source: str) -> None:
        """Install a module that has an addon of JupyterLite, which is called ``Addon``.

        Parameters
        ----------
        name
            The name of the module.
        source
            What is in it.
        """
        (self.packages / f"{name}.py").write_text(source)
        info = self.packages / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[jupyterlite.addon.v0]\n{name} = {name}:Addon\n")


def twin(python: Path, folder: Path) -> Path:
    """Make a virtual environment that begins like another one: what `pip` does to it stays in it.

    Parameters
    ----------
    python
        The interpreter of the other one.
    folder
        Where to make it; it must not exist yet.

    Returns
    -------
    pathlib.Path
        The interpreter.
    """
    other = python.parents[1]
    # `pip` never changes a file, but writes another one
    shutil.copytree(other, folder, symlinks=True, copy_function=os.link)
    for program in (folder / "bin").iterdir():
        content = b"" if program.is_symlink() else program.read_bytes()
        if str(other).encode() in content:
            mode = program.stat().st_mode
            program.unlink()
            program.write_bytes(content.replace(str(other).encode(), str(folder).encode()))
            program.chmod(mode)
    return folder / "bin" / python.name
