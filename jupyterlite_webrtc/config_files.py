# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What is ours in the configuration files of a site, and how it gets there: nothing else changes.

Pure. "A part" is what both kinds of file have in common: the whole of a ``.json``, and
``metadata["jupyter-lite"]`` of an ``.ipynb``.
"""

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

from .config_schema import config_keys, other_names
from .constants import DISABLED_PLUGINS, LABEXTENSIONS

#: the lists of ``jupyter-config-data`` that are joined; every other one is replaced
JOINED = (DISABLED_EXTENSIONS, FEDERATED_EXTENSIONS)

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
        keys = (*config_keys(), *other_names())
        return cls(
            {key: data[key] for key in keys if key in data},
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
        gone = {*config_keys(), *other_names()}
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
    for step in _steps(name):
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
    return _replaced(document, [*_steps(name), JUPYTER_CONFIG_DATA], data)


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


def _in_order(names: Collection[Any]) -> tuple[str, ...]:
    """Pick the plugins that are our business."""
    return tuple(name for name in DISABLED_PLUGINS if name in names)


def _steps(name: str) -> list[str]:
    """Name the keys that lead to the part of a configuration file that matters."""
    return ["metadata", JUPYTERLITE_METADATA] if name.endswith(JUPYTERLITE_IPYNB) else []


def _replaced(
    found: Any,  # noqa: ANN401 (this is any JSON)
    steps: Sequence[str],
    value: Part,
) -> dict[str, Any]:
    """Replace what some keys lead to, in copies of the objects on the way."""
    step, *rest = steps
    before = found if isinstance(found, dict) else {}
    return {**before, step: _replaced(before.get(step), rest, value) if rest else dict(value)}


def _list(data: Part, key: str) -> list[Any]:
    value = data.get(key)
    return value if isinstance(value, list) else []
