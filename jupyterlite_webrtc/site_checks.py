# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Check a built site, whether it is a folder or has been fetched. Pure.

A page joins the configuration of the root with that of its app: the lists
``disabledExtensions`` and ``federated_extensions`` are appended, any other value of the app
replaces that of the root; and in each folder the ``.json`` prevails over the ``.ipynb``.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jupyterlite_core.constants import FEDERATED_EXTENSIONS

from . import config_schema, site_pages
from .advice import incompatible
from .config_files import JOINED, data_of, entry_names, parse, part_of
from .config_schema import shown
from .config_sources import SIGNALING_URLS, from_site_file
from .constants import LABEXTENSION, NEEDED_LABEXTENSIONS


@dataclass(frozen=True)
class Labextension:
    """What is in a site for one entry of ``federated_extensions``."""

    #: the version that its ``package.json`` names, which is a text unless somebody broke it;
    #: ``None`` if there is none
    version: Any

    #: whether the file is there that a page loads first
    has_entry_file: bool


def mistakes_in_file(name: str, content: str | bytes) -> list[str]:
    """Check one configuration file against our schema.

    Parameters
    ----------
    name
        Its path in the site.
    content
        What it holds.

    Returns
    -------
    list of str
        One sentence for each mistake.
    """
    request = from_site_file(name, content)
    return [*request.mistakes, *config_schema.mistakes(request.values, request.origins)]


def page_config(contents: Mapping[str, str | bytes], app: str = "") -> dict[str, Any]:
    """Join the configuration of the root and an app, as a page does.

    Parameters
    ----------
    contents
        Configuration files by their paths in the site. Those that are broken count as empty, as
        in a page.
    app
        The name of the app; the root only if it is empty.

    Returns
    -------
    dict
        The ``jupyter-config-data`` of the page.
    """
    joined: dict[str, Any] = {}
    for name in site_pages.files_of([app] if app else []):
        try:
            document = parse(contents.get(name, "{}"))
        except ValueError:
            continue
        folder = name.rpartition("/")[0]
        for key, value in data_of(part_of(name, document)).items():
            if key == SIGNALING_URLS and folder and isinstance(value, list):
                # relative to where it is said
                joined[key] = [
                    f"./{folder}/{url[2:]}" if str(url).startswith("./") else url for url in value
                ]
            elif key not in JOINED:
                joined[key] = value
            elif isinstance(value, list):
                joined[key] = [*joined.get(key, []), *value]
    return joined


def page_configs(contents: Mapping[str, str | bytes]) -> list[dict[str, Any]]:
    """Join the configuration of each app of a site, as its pages do.

    Parameters
    ----------
    contents
        As of `page_config`.

    Returns
    -------
    list of dict
        One for each app; a site without any counts as one.
    """
    return [page_config(contents, app) for app in site_pages.present(contents) or [""]]


def mistakes_in_labextensions(
    config: Mapping[str, Any],
    own_version: str | None,
    look_up: Callable[[str, str], Labextension],
) -> list[str]:
    """Check that a page finds the labextensions that it needs, and each once.

    Parameters
    ----------
    config
        As of `page_config`.
    own_version
        The version of ours that has to be there; ``None`` if any will do.
    look_up
        Called with the name of a labextension and of the file of it that a page loads first, says
        what is in the site.

    Returns
    -------
    list of str
        One sentence for each mistake.
    """
    entries = config.get(FEDERATED_EXTENSIONS, [])
    count = Counter(entry_names(entries))
    mistakes = [
        f"{name}: {FEDERATED_EXTENSIONS} has {number} entries for it, and a page would load each: "
        "remove those in your own configuration files."
        for name, number in count.items()
        if number > 1
    ]
    needed = (LABEXTENSION, *NEEDED_LABEXTENSIONS)
    versions: dict[str, Any] = {}
    mistakes += [
        f"{name}: {FEDERATED_EXTENSIONS} has no entry for it: build again."
        for name in needed
        if name not in count
    ]
    for entry in entries:
        for name in entry_names([entry]):
            load = entry.get("load")
            found = look_up(name, load) if isinstance(load, str) else Labextension(None, False)
            if not found.has_entry_file:
                mistakes.append(
                    f"{name}: the file {shown(load)} that a page loads is not in the "
                    "site: empty the output folder and build again."
                )
            if found.version is not None:
                versions[name] = found.version
    if own_version is not None and versions.get(LABEXTENSION, own_version) != own_version:
        mistakes.append(
            f"{LABEXTENSION}: version {versions[LABEXTENSION]} is in the site, but {own_version} "
            "is installed: build again."
        )
    return [*dict.fromkeys([*mistakes, *incompatible(versions)])]


def version_in(package: bytes | None) -> Any:  # noqa: ANN401 (this is any JSON)
    """Read the version of a labextension.

    Parameters
    ----------
    package
        What its ``package.json`` holds; ``None`` if there is none.

    Returns
    -------
    Any
        As of `Labextension.version`. Pages don't need one.
    """
    try:
        document = parse(package or b"null")
    except ValueError:
        return None
    return document.get("version") if isinstance(document, dict) else None
