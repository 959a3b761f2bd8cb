# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Find files that look like the configuration of a build, but that configure nothing.

Jupyter goes on without a file that it can't read or doesn't find: the site would share by way of a
public server, and nobody would know.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from jupyter_core.application import JupyterApp
from jupyterlite_core.constants import JUPYTER_CONFIG_DATA, JUPYTERLITE_IPYNB, JUPYTERLITE_JSON

from .config_schema import all_keys
from .config_sources import Request

#: what configures a build, without its suffix
BUILD_CONFIG = "jupyter_lite_config"

#: the file that all Jupyter applications read, without its suffix
SHARED_CONFIG = "jupyter_config"

#: what Jupyter reads; it takes everything else off a name
SUFFIXES = (".py", ".json")

#: the files that JupyterLite reads beside a site's contents
NAMES = (JUPYTERLITE_JSON, JUPYTERLITE_IPYNB, *(BUILD_CONFIG + suffix for suffix in SUFFIXES))


def unused(class_name: str, app: JupyterApp | None, lite_dir: Path) -> Request:
    """Find what looks meant for a build, but is not used.

    Parameters
    ----------
    class_name
        The name of our configurable class.
    app
        The application that read the configuration, if there is one.
    lite_dir
        The folder of the site's sources.

    Returns
    -------
    Request
        Mistakes, where what is not used was or may have been meant for us; warnings of the rest.
    """
    if app is None:
        return Request()
    loaded = [Path(name).resolve() for name in app.loaded_config_files]
    folders = list(dict.fromkeys([Path(lite_dir).resolve(), Path.cwd().resolve()]))
    keys = all_keys()
    mistakes = [*_unread(app, loaded)]
    warnings: list[str] = []
    for path in loaded:
        for key in _misplaced(path, keys):
            (mistakes if _names(path, keys) else warnings).append(
                f"{path}: {key} is not used there: move it to {JUPYTERLITE_JSON}."
            )
    for path in _misnamed(folders, loaded):
        (mistakes if _names(path, [class_name, *keys]) else warnings).append(
            f"{path} is not read: call it {JUPYTERLITE_JSON} if it configures the site, or "
            f"{BUILD_CONFIG}.json if it configures the build."
        )
    return Request(mistakes=tuple(mistakes), warnings=tuple(warnings))


def _unread(app: JupyterApp, loaded: list[Path]) -> Iterator[str]:
    """Say which files Jupyter looked for, or was told to read, and didn't."""
    names = [SHARED_CONFIG]
    if not app.config_file:
        names.append(app.config_file_name)
    else:
        named = Path(app.config_file)
        possible = [named.with_suffix(suffix) for suffix in SUFFIXES]
        if not any(_is_there(path) for path in (named, *possible)):
            yield f"{named}: there is no such file: see --config."
        elif named.suffix in SUFFIXES or not _is_there(named):
            yield from _broken(possible, loaded)
        else:
            yield f"{named}: a configuration file's name must end with .py or .json: rename it."
    yield from _broken(
        (
            Path(folder, name + suffix)
            for name in names
            for folder in app.config_file_paths
            for suffix in SUFFIXES
        ),
        loaded,
    )


def _broken(candidates: Iterable[Path], loaded: list[Path]) -> Iterator[str]:
    """Say why files that are there were not read."""
    for path in dict.fromkeys(candidates):
        if not _is_there(path) or path.resolve() in loaded:
            continue
        why = "its error is above"
        if path.suffix == ".json":
            try:
                json.loads(path.read_text("utf-8"))
            except (OSError, ValueError) as error:
                why = str(error)
        yield f"{path}: JupyterLite could not read it ({why}): correct it."


def _misplaced(path: Path, keys: Sequence[str]) -> list[str]:
    """Name what a file says that configures a site, not a build."""
    found: Any = json.loads(_text(path)) if path.suffix == ".json" else {}
    return [key for key in (JUPYTER_CONFIG_DATA, *keys) if key in found]


def _misnamed(folders: list[Path], loaded: list[Path]) -> Iterator[Path]:
    """Find files whose names have other dashes than those that JupyterLite reads."""
    meant = {_without_dashes(name) for name in NAMES}
    for folder in folders:
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            is_alike = path.name not in NAMES and _without_dashes(path.name) in meant
            if is_alike and path.is_file() and path.resolve() not in loaded:
                yield path


def _is_there(path: Path) -> bool:
    """Tell whether there is a file that Jupyter could find, among the folders of other people."""
    try:
        return path.is_file()
    except OSError:
        return False


def _names(path: Path, words: Iterable[str]) -> bool:
    """Tell whether a file looks as if it were meant for us."""
    text = _text(path)
    return any(word in text for word in words)


def _text(path: Path) -> str:
    return path.read_text("utf-8", errors="replace")


def _without_dashes(name: str) -> str:
    return re.sub("[-_]", "", name)
