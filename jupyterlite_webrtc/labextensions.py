# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Find the labextensions that must be in a site, and tell whether they are there.

There is one rule for all of them: the tree in the site must equal the tree it comes from, or be
absent if there is none. So nothing has to be remembered between two builds, and a tree that
somebody else copied, and copied well, is left alone.
"""

import hashlib
import importlib.metadata
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_path
from jupyterlite_core.addons.federated_extensions import FederatedExtensionAddon
from jupyterlite_core.constants import (
    ALL_FEDERATED_JSON,
    LAB_EXTENSIONS,
    PACKAGE_JSON,
    SHARE_LABEXTENSIONS,
    UTF8,
)
from jupyterlite_core.manager import LiteManager

from .constants import BUILT_LABEXTENSION, LABEXTENSION, NEEDED_LABEXTENSIONS

#: the files of a labextension, by path
Tree = Mapping[str, bytes]

#: the name of the addon of JupyterLite that copies labextensions
CORE_ADDON = "federated_extensions"


def settings_file(output_dir: Path) -> Path:
    """Name the file of a site in which core gathers the settings of all labextensions."""
    return output_dir / "build" / "schemas" / ALL_FEDERATED_JSON


def are_settings_known(name: str, source: Path, settings: Path) -> bool:
    """Tell whether the settings of a labextension are among those of a site.

    Core gathers them when its list of labextensions is another one than in the last build. To
    doit a list is none after one that was empty: so settings stay away when the only
    labextensions of a site come back.

    Parameters
    ----------
    name
        The labextension.
    source
        Where it comes from.
    settings
        As of `settings_file`. Core makes one where there is none; a broken one knows nothing.

    Returns
    -------
    bool
        Whether nothing is missing.
    """
    if not settings.exists():
        return True
    try:
        known = {each["id"] for each in json.loads(settings.read_text(**UTF8))}
    except (ValueError, TypeError, KeyError):
        return False
    own = {f"{name}:{path.stem}" for path in (source / "schemas").rglob("*.json")}
    return own <= known


def find(name: str, manager: LiteManager) -> Path | None:
    """Find where a labextension of the site comes from.

    What core copies of its own accord is preferred, in its order, so that a labextension that
    somebody pinned stays pinned.

    Parameters
    ----------
    name
        One of `LABEXTENSIONS`.
    manager
        What to build. Archives count once core has unpacked them (``pre_build``).

    Returns
    -------
    pathlib.Path or None
        The folder of the ``package.json``, if there is any.
    """
    if name == LABEXTENSION:
        candidates = [BUILT_LABEXTENSION / PACKAGE_JSON]
    else:
        candidates = [
            *_copied_by_core(name, manager),
            *_in_distribution(name, NEEDED_LABEXTENSIONS[name]),
            *_on_jupyter_path(name),
        ]
    return next((path.parent for path in candidates if _is_prebuilt(path)), None)


def copied_by_core(name: str, manager: LiteManager) -> Path | None:
    """Find from where JupyterLite itself copies a labextension.

    Parameters
    ----------
    name
        A labextension's name.
    manager
        What to build.

    Returns
    -------
    pathlib.Path or None
        The folder of the ``package.json``; ``None`` if a site without us has no such labextension.
    """
    candidates = _copied_by_core(name, manager)
    return next((path.parent for path in candidates if _is_prebuilt(path)), None)


def names_copied_by_core(manager: LiteManager) -> list[str]:
    """Name the labextensions that JupyterLite itself copies, but not those in archives.

    Parameters
    ----------
    manager
        What to build.

    Returns
    -------
    list of str
        The names, sorted.
    """
    folders = [manager.lite_dir / pinned for pinned in manager.federated_extensions]
    found = [path / PACKAGE_JSON for path in folders]
    for root in _roots_of_core(manager):
        found += [*root.glob(f"*/{PACKAGE_JSON}"), *root.glob(f"@*/*/{PACKAGE_JSON}")]
    return sorted({str(_package_data(path)["name"]) for path in found if _is_prebuilt(path)})


def names_in_site(output_dir: Path) -> list[str]:
    """Name the labextensions in a built site.

    Parameters
    ----------
    output_dir
        The root of the site.

    Returns
    -------
    list of str
        The names, sorted.
    """
    root = output_dir / LAB_EXTENSIONS
    found = [*root.glob(f"*/{PACKAGE_JSON}"), *root.glob(f"@*/*/{PACKAGE_JSON}")]
    return sorted(path.parent.relative_to(root).as_posix() for path in found)


def missing(name: str) -> str:
    """Say what to do about a labextension that isn't found.

    Parameters
    ----------
    name
        One of `LABEXTENSIONS`.

    Returns
    -------
    str
        A sentence that names the labextension and the remedy.
    """
    if name == LABEXTENSION:
        return (
            f"The labextension {name} is not in {BUILT_LABEXTENSION}: "
            "build it with `pip install .` in the checkout."
        )
    return (
        f"The labextension {name} is not installed: run `pip install {NEEDED_LABEXTENSIONS[name]}`."
    )


def not_loaded(manager: LiteManager) -> list[str]:
    """Say why pages would not load what is in the site.

    Parameters
    ----------
    manager
        What to build.

    Returns
    -------
    list of str
        At most one sentence, which names the remedy.
    """
    if CORE_ADDON not in manager.disable_addons:
        return []
    return [
        (
            f"JupyterLite's addon {CORE_ADDON} is disabled, and pages load no labextension without "
            "it: take it out of --disable-addons, or use --no-webrtc."
        )
    ]


def in_site(name: str, output_dir: Path) -> Path:
    """Tell where a labextension belongs in a built site.

    Parameters
    ----------
    name
        The labextension's name.
    output_dir
        The root of the site.

    Returns
    -------
    pathlib.Path
        The folder of its ``package.json``.
    """
    return output_dir / LAB_EXTENSIONS / name


def version(labextension: Path) -> str:
    """Read a labextension's version.

    Parameters
    ----------
    labextension
        The folder of its ``package.json``.

    Returns
    -------
    str
        The version of its npm package.
    """
    return str(_package_data(labextension / PACKAGE_JSON)["version"])


def digest(root: Path, is_ignored: Callable[[str], bool] = lambda _: False) -> str:
    """Digest a tree of files: their names and their bytes, but not their times.

    Parameters
    ----------
    root
        A folder, which need not exist.
    is_ignored
        Tells of a file's name whether it counts.

    Returns
    -------
    str
        A SHA-256 in hexadecimal digits.
    """
    tree = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and not is_ignored(path.name):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            tree.update(f"{content}  {path.relative_to(root).as_posix()}\n".encode())
    return tree.hexdigest()


def read(root: Path) -> Tree:
    """Read a tree of files.

    Parameters
    ----------
    root
        A folder, which need not exist.

    Returns
    -------
    dict
        What each file holds, by its path in the folder.
    """
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def write(root: Path, tree: Tree) -> None:
    """Write a tree of files.

    Parameters
    ----------
    root
        A folder, in which nothing is.
    tree
        As of `read`.
    """
    for name, content in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def is_own(labextension: Path) -> bool:
    """Tell whether a labextension is the one of this very distribution.

    Parameters
    ----------
    labextension
        The folder of its ``package.json``.

    Returns
    -------
    bool
        False for other versions.
    """
    return digest(labextension) == digest(BUILT_LABEXTENSION)


def _copied_by_core(name: str, manager: LiteManager) -> Iterable[Path]:
    """Yield from where core copies a labextension, the one that prevails first."""
    core = FederatedExtensionAddon(manager)
    for pinned in reversed(manager.federated_extensions):
        folder = (manager.lite_dir / pinned).resolve()
        if folder.is_dir():
            if _package_data(folder / PACKAGE_JSON).get("name") == name:
                yield folder / PACKAGE_JSON
            continue
        archive = pinned.rsplit("/", 1)[-1]
        unpacked = core.archive_cache / archive
        if unpacked.suffix == ".conda":
            unpacked = core.archive_cache / f"pkg-{unpacked.stem}.tar.zst"
        yield from sorted(unpacked.rglob(f"{SHARE_LABEXTENSIONS}/{name}/{PACKAGE_JSON}"))
    for root in _roots_of_core(manager):
        yield root / name / PACKAGE_JSON


def _roots_of_core(manager: LiteManager) -> Iterable[Path]:
    """Yield the folders from which core copies all labextensions, the one that prevails first."""
    core = FederatedExtensionAddon(manager)
    for path in reversed(core.extra_labextensions_path):
        yield Path(path)
    ignored = manager.ignore_sys_prefix
    if not (CORE_ADDON in ignored if isinstance(ignored, tuple) else ignored):
        yield core.labextensions_path


def _in_distribution(name: str, distribution: str) -> Iterable[Path]:
    """Yield the file that an installed wheel brought, also with ``--user`` or ``--target``."""
    try:
        files = importlib.metadata.files(distribution) or []
    except importlib.metadata.PackageNotFoundError:
        return
    for file in files:
        if file.as_posix().endswith(f"{SHARE_LABEXTENSIONS}/{name}/{PACKAGE_JSON}"):
            yield Path(str(file.locate())).resolve()


def _on_jupyter_path(name: str) -> Iterable[Path]:
    """Yield where Jupyter looks, which is where an editable install leaves a link."""
    for path in jupyter_path("labextensions"):
        yield Path(path) / name / PACKAGE_JSON


def _is_prebuilt(package_json: Path) -> bool:
    """Tell whether a ``package.json`` says which file to load: a page can't use it otherwise."""
    built = _package_data(package_json).get("jupyterlab", {}).get("_build", {})
    return built.get("load") is not None


def _package_data(package_json: Path) -> dict[str, Any]:
    """Read a ``package.json``; one that is absent holds nothing."""
    if not package_json.is_file():
        return {}
    data: dict[str, Any] = json.loads(package_json.read_text(**UTF8))
    return data
