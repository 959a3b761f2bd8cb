# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What is ours in the configuration files of a site, and how it gets there: nothing else changes.

Pure. "A part" is what both kinds of file have in common: the whole of a ``.json``, and
``metadata["jupyter-lite"]`` of an ``.ipynb``.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jupyterlite_core.constants import (
    DISABLED_EXTENSIONS,
    FEDERATED_EXTENSIONS,
    JUPYTER_CONFIG_DATA,
    JUPYTERLITE_IPYNB,
    JUPYTERLITE_METADATA,
)

from .config_schema import all_keys
from .constants import DISABLED_PLUGINS, LABEXTENSIONS

#: the lists of ``jupyter-config-data`` that are joined; every other one is replaced
JOINED = (DISABLED_EXTENSIONS, FEDERATED_EXTENSIONS)

#: objects and lists within each other: no configuration comes near, and Python's stack is not deep
MAX_DEPTH = 100

#: what is wrong with more than that
_TOO_DEEP = "it is nested too deeply"

#: a part of a configuration file, or something within it
Part = Mapping[str, Any]


@dataclass(frozen=True)
class OurPart:
    """What is ours in a ``jupyter-config-data``; none of it unless said otherwise."""

    #: JSON values by those keys that are ours
    values: Part = field(default_factory=dict)

    #: those of our plugins and of those that ours replace that ``disabledExtensions`` names
    disabled: tuple[str, ...] = ()

    #: what ``federated_extensions`` says of the labextensions that we bring, by name
    entries: Part = field(default_factory=dict)

    @classmethod
    def of(cls, data: Part) -> "OurPart":
        """Find what is ours.

        Parameters
        ----------
        data
            The ``jupyter-config-data`` of a file. What makes no sense there is nobody's.
        """
        return cls(
            {key: data[key] for key in all_keys() if key in data},
            _in_order(_list(data, DISABLED_EXTENSIONS)),
            {
                name: entry
                for entry in _list(data, FEDERATED_EXTENSIONS)
                for name in entry_names([entry])
                if name in LABEXTENSIONS
            },
        )

    def over(self, other: "OurPart") -> "OurPart":
        """Join two, as JupyterLite joins two files: this one prevails.

        Parameters
        ----------
        other
            The one that has been there before.
        """
        return OurPart(
            {**other.values, **self.values},
            _in_order([*other.disabled, *self.disabled]),
            {**other.entries, **self.entries},
        )

    def put_into(self, data: Part) -> dict[str, Any]:
        """Put this into a ``jupyter-config-data`` in place of what is ours there.

        Parameters
        ----------
        data
            What a file has. Not changed.

        Returns
        -------
        dict
            A copy in which what is others' is the same, and in the same order.
        """
        gone = all_keys()
        result = {k: v for k, v in data.items() if k not in gone} | dict(self.values)
        found = _list(data, DISABLED_EXTENSIONS)
        disabled: list[Any] = []
        for name in [*found, *self.disabled]:
            is_once = name in self.disabled and name not in disabled
            if is_once or name not in DISABLED_PLUGINS:
                disabled.append(name)
        if disabled:
            result[DISABLED_EXTENSIONS] = disabled
        elif found:
            del result[DISABLED_EXTENSIONS]
        found = _list(data, FEDERATED_EXTENSIONS)
        entries = self._put_entries(found)
        if entries != found:
            result[FEDERATED_EXTENSIONS] = entries
        return result

    def _put_entries(self, found: list[Any]) -> list[Any]:
        """Put our entries into a list, which JupyterLite sorts by name."""
        missing = dict(self.entries)
        entries = []
        for entry in found:
            (name,) = entry_names([entry]) or [""]
            if name in missing:
                entries.append(missing.pop(name))
            elif name not in LABEXTENSIONS:
                entries.append(entry)
        if missing:
            entries = sorted([*entries, *missing.values()], key=lambda e: entry_names([e]))
        return entries


def parse(content: str | bytes) -> Any:  # noqa: ANN401 (this is any JSON)
    """Read JSON that anybody may have written.

    Parameters
    ----------
    content
        What a file holds.

    Returns
    -------
    Any
        The value.

    Raises
    ------
    ValueError
        If it is none; also where it is nested so deeply that there can be no sense in it.
    """
    try:
        document = json.loads(content, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError(_TOO_DEEP) from error
    inside = [document]
    for _ in range(MAX_DEPTH):
        inside = [
            value
            for each in inside
            if isinstance(each, (dict, list))
            for value in (each.values() if isinstance(each, dict) else each)
        ]
    if inside:
        raise ValueError(_TOO_DEEP)
    return document


def _refuse(constant: str) -> None:
    """Refuse NaN and the like, which Python writes, and browsers don't read."""
    raise ValueError(f"{constant} is no number")


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
    for step in steps(name):
        document = document.get(step) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


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


def with_data(name: str, document: Part, data: Part) -> dict[str, Any]:
    """Replace the ``jupyter-config-data`` of a configuration file.

    Parameters
    ----------
    name
        The path of the file.
    document
        What the file holds. Not changed.
    data
        What is to be there.

    Returns
    -------
    dict
        The new content.
    """
    return _replaced(document, [*steps(name), JUPYTER_CONFIG_DATA], data)


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


def steps(name: str) -> list[str]:
    """Name the keys that lead to the part of a configuration file that matters.

    Parameters
    ----------
    name
        The path of the file; what counts is how it ends.

    Returns
    -------
    list of str
        One within the other.
    """
    return ["metadata", JUPYTERLITE_METADATA] if name.endswith(JUPYTERLITE_IPYNB) else []


def _in_order(names: Collection[Any]) -> tuple[str, ...]:
    """Pick the plugins that are our business."""
    return tuple(name for name in DISABLED_PLUGINS if name in names)


def _replaced(
    found: Any,  # noqa: ANN401 (this is any JSON)
    path: Sequence[str],
    value: Part,
) -> dict[str, Any]:
    """Replace what some keys lead to, in copies of the objects on the way."""
    step, *rest = path
    before = found if isinstance(found, dict) else {}
    return {**before, step: _replaced(before.get(step), rest, value) if rest else dict(value)}


def _list(data: Part, key: str) -> list[Any]:
    value = data.get(key)
    return value if isinstance(value, list) else []
