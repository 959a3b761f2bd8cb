# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Make the configuration files of an incremental build those of a clean one.

JupyterLite merges a site's ``jupyter-lite.json`` and ``.ipynb`` into what is in the output
already. So a key that was removed from a source stays, and a list that is joined grows with
each change. And it doesn't merge an unchanged source again, not even after it emptied the
output because something else changed. Here both are put right, from three things: what is in the
output, what the sources say, and what they said in earlier builds.

Pure. "A part" is what both kinds of file have in common: the whole of a ``.json``, and
``metadata["jupyter-lite"]`` of an ``.ipynb``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from jupyterlite_core.constants import (
    DISABLED_EXTENSIONS,
    FEDERATED_EXTENSIONS,
    JUPYTER_CONFIG_DATA,
    JUPYTERLITE_IPYNB,
    JUPYTERLITE_METADATA,
)

#: the lists of ``jupyter-config-data`` that are joined; every other one is replaced
JOINED = (DISABLED_EXTENSIONS, FEDERATED_EXTENSIONS)

#: a part of a configuration file, or something within it
Part = Mapping[str, Any]


def part_of(name: str, document: Any) -> dict[str, Any]:  # noqa: ANN401 (this is any JSON)
    """Find the part of a configuration file that matters.

    Parameters
    ----------
    name
        The path of the file; what counts is how it ends.
    document
        What the file holds.

    Returns
    -------
    dict
        The part; empty where there is none.
    """
    steps = ["metadata", JUPYTERLITE_METADATA] if name.endswith(JUPYTERLITE_IPYNB) else []
    for step in steps:
        document = document.get(step) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


def with_part(name: str, document: Part, part: Part) -> dict[str, Any]:
    """Replace the part of a configuration file that matters.

    Parameters
    ----------
    name
        The path of the file.
    document
        What the file holds. Not changed.
    part
        What it is to hold.

    Returns
    -------
    dict
        The new content.
    """
    if not name.endswith(JUPYTERLITE_IPYNB):
        return dict(part)
    return {**document, "metadata": {**document["metadata"], JUPYTERLITE_METADATA: dict(part)}}


def data_of(part: Part) -> dict[str, Any]:
    """Find the ``jupyter-config-data`` of a part.

    Parameters
    ----------
    part
        As of `part_of`.

    Returns
    -------
    dict
        Empty where there is none.
    """
    data = part.get(JUPYTER_CONFIG_DATA)
    return data if isinstance(data, dict) else {}


def current(
    output: Part, source: Part, base: Part, earlier: Sequence[Part], labextensions: Collection[str]
) -> dict[str, Any]:
    """Take out of a part what its source said earlier, and doesn't any more.

    What others have put there stays: a value is taken out only if it is the one that was there
    earlier.

    Parameters
    ----------
    output
        The part as it is in the output, after JupyterLite merged `source` into it.
    source
        The part as it is in the sources; empty if there is no such file.
    base
        The part as it is in the app archive, which comes back where a source is taken out.
    earlier
        What the source held in earlier builds, in any order.
    labextensions
        The names of those that are in the site, whose entries JupyterLite keeps up to date.

    Returns
    -------
    dict
        The part as a clean build would have it.
    """
    result = _with(_without(output, source, base, earlier), source, base)
    if JUPYTER_CONFIG_DATA not in result:
        return result
    data = dict(data_of(result))
    layers = [data_of(base), data_of(source)]
    for key in JOINED:
        found = _list(data, key)
        wanted = [item for layer in layers for item in _list(layer, key)]
        past = [item for before in earlier for item in _list(data_of(before), key)]
        if key == DISABLED_EXTENSIONS:
            items = _current_disabled(found, wanted, past)
        else:
            items = _current_entries(found, wanted, past, labextensions)
        if items or any(key in layer for layer in layers):
            data[key] = items
        else:
            data.pop(key, None)
    return {**result, JUPYTER_CONFIG_DATA: data}


def entry_names(entries: Iterable[Any]) -> list[str]:
    """Name the labextensions of a list of ``federated_extensions``.

    Parameters
    ----------
    entries
        What the list holds.

    Returns
    -------
    list of str
        The names, in order; an entry without one is left out.
    """
    return [str(entry["name"]) for entry in entries if isinstance(entry, dict) and "name" in entry]


def _without(output: Part, source: Part, base: Part, earlier: Sequence[Part]) -> dict[str, Any]:
    """Take out what is no longer in the source, at any depth of objects."""
    result = dict(output)
    for key in {key for before in earlier for key in before}:
        if key not in result or key in JOINED:
            continue
        befores = [before[key] for before in earlier if key in before]
        objects = [before for before in befores if isinstance(before, dict)]
        if isinstance(result[key], dict) and objects:
            result[key] = _without(
                result[key], _dict(source.get(key)), _dict(base.get(key)), objects
            )
            if result[key] or key in source or key in base:
                continue
        elif key in source or result[key] not in befores:
            continue
        if key in base:
            result[key] = base[key]
        else:
            del result[key]
    return result


def _with(output: Part, source: Part, base: Part) -> dict[str, Any]:
    """Put in what the source says, where the output has what was there before any merge."""
    result = dict(output)
    for key, value in source.items():
        if key in JOINED:
            continue
        if isinstance(value, dict) and isinstance(result.get(key, {}), dict):
            result[key] = _with(_dict(result.get(key)), value, _dict(base.get(key)))
        elif key not in result or (key in base and result[key] == base[key]):
            result[key] = value
    return result


def _current_disabled(found: list[Any], wanted: list[Any], earlier: list[Any]) -> list[Any]:
    """Join what is wanted with what nobody but others can have put there."""
    return [*wanted, *(name for name in found if name not in [*wanted, *earlier])]


def _current_entries(
    found: list[Any], wanted: list[Any], earlier: list[Any], labextensions: Collection[str]
) -> list[Any]:
    """Leave out entries of earlier, of which nothing is in the site; put in those wanted."""
    gone = {*entry_names(earlier)} - {*entry_names(wanted), *labextensions}
    left = [entry for entry in found if not gone & {*entry_names([entry])}]
    lacking = {*entry_names(wanted)} - {*entry_names(found)}
    if not lacking:
        return left
    added = {name: entry for entry in wanted for name in entry_names([entry]) if name in lacking}
    return sorted([*left, *added.values()], key=lambda entry: entry_names([entry]))


def _dict(value: Any) -> dict[str, Any]:  # noqa: ANN401 (this is any JSON)
    return value if isinstance(value, dict) else {}


def _list(data: Part, key: str) -> list[Any]:
    value = data.get(key)
    return value if isinstance(value, list) else []
