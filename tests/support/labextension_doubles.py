# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What looks like a labextension to a build, of any name and version."""

import json
import zipfile
from pathlib import Path
from typing import Any

#: where a distribution has its labextensions
SHARE = "share/jupyter/labextensions"

#: the time of all that is in a wheel, so that two are the same
EPOCH = (2020, 1, 1, 0, 0, 0)


def make_labextension(folder: Path, name: str, version: str) -> Path:
    """Make a labextension.

    Parameters
    ----------
    folder
        Where to make it.
    name
        The name of its npm package.
    version
        The version, which the names of its files tell, as real ones have a hash there.

    Returns
    -------
    pathlib.Path
        The same folder.
    """
    for path, content in _files(name, version).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, "utf-8")
    return folder


def wheel_name(version: str) -> str:
    """Name the wheel that `make_wheel` makes.

    Parameters
    ----------
    version
        The version.

    Returns
    -------
    str
        The name of the file.
    """
    return f"labextension_double-{version}-py3-none-any.whl"


def make_wheel(folder: Path, name: str, version: str) -> Path:
    """Make a wheel that brings a labextension, and no Python.

    Parameters
    ----------
    folder
        Where to put it.
    name
        The name of the labextension.
    version
        The version of both.

    Returns
    -------
    pathlib.Path
        The wheel.
    """
    made = folder / wheel_name(version)
    with zipfile.ZipFile(made, "w") as wheel:
        for path, content in _files(name, version).items():
            inside = f"labextension_double-{version}.data/data/{SHARE}/{name}/{path}"
            wheel.writestr(zipfile.ZipInfo(inside, EPOCH), content)
    return made


def _files(name: str, version: str) -> dict[str, str]:
    """Write what is in a labextension, by path."""
    load = f"static/remoteEntry.{version}.js"
    built = {"extension": "./extension", "load": load}
    package: dict[str, Any] = {
        "name": name,
        "version": version,
        "jupyterlab": {"extension": True, "_build": built},
    }
    return {
        load: f"// {version}\n",
        # of the same name in every version
        "static/style.js": f"// {version}\n",
        "package.json": json.dumps(package),
    }
