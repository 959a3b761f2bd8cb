# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What our keys of ``jupyter-config-data`` may hold, as the JSON Schema file says.

The file is the one source of truth: it has the rules, and the sentences for those who break
them (``errorMessage``, a keyword known from ``ajv-errors``). ``otherNameOf`` is our own keyword.

Two libraries read it. ``fastjsonschema`` tells what is fine within milliseconds, but of what is not
it names one fault in words of its own. ``jsonschema`` finds all faults, and is imported only where
there are some: beside Jupyter's server that takes longer than all else that a build does for us.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import fastjsonschema

from .constants import CONFIG_SCHEMA

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

#: the longest value that is shown in full, in characters: more hides the sentence about it
MAX_SHOWN = 100

#: how similar a name is to one of ours if it is taken for a slip of the pen, from 0 to 1: one
#: letter more or less in a short name, and no more than two in a long one
SIMILARITY = 0.9


@cache
def _schema() -> dict[str, Any]:
    """Read the schema once."""
    schema: dict[str, Any] = json.loads(CONFIG_SCHEMA.read_text(encoding="utf-8"))
    return schema


@cache
def _validator() -> Callable[[Any], Any]:
    """Compile the schema once, into a function that raises for what the schema refuses."""
    # it would write defaults into what it validates
    validator: Callable[[Any], Any] = fastjsonschema.compile(_schema(), use_default=False)
    return validator


def config_keys() -> tuple[str, ...]:
    """Name the keys of ``jupyter-config-data`` that are ours.

    Returns
    -------
    tuple of str
        The keys, as the schema lists them.
    """
    return tuple(key for key in _schema()["properties"] if key not in other_names())


def other_names() -> dict[str, str]:
    """Name the keys that are accepted in place of one of `config_keys`.

    Returns
    -------
    dict
        The key that is meant, by its other name.
    """
    return {
        key: rule["otherNameOf"]
        for key, rule in _schema()["properties"].items()
        if "otherNameOf" in rule
    }


def similar_key(key: str) -> str | None:
    """Guess which of `config_keys` was meant by a key that is none.

    Parameters
    ----------
    key
        A key of ``jupyter-config-data``.

    Returns
    -------
    str or None
        One of ours, if the key looks like a slip of the pen; ``None`` for keys that we know.
    """
    known = {name.casefold(): name for name in (*config_keys(), *other_names())}
    if key in known.values():
        return None
    close = get_close_matches(key.casefold(), known, n=1, cutoff=SIMILARITY)
    return known[close[0]] if close else None


def mistakes(values: Mapping[str, Any], origins: Mapping[str, str]) -> list[str]:
    """Say what is wrong with some values, in one sentence each.

    Parameters
    ----------
    values
        JSON values by config key.
    origins
        For each of these keys, what somebody would have to change: a trait, a variable, a key
        in a file.

    Returns
    -------
    list of str
        Sentences that name the origin, the bad input and the remedy.
    """
    with suppress(fastjsonschema.JsonSchemaValueException):
        _validator()(dict(values))
        return []
    from jsonschema import Draft7Validator  # noqa: PLC0415 (see above)

    errors = Draft7Validator(_schema()).iter_errors(dict(values))
    # one object may lack two properties, for which there is one sentence
    return list(dict.fromkeys(_sentence(error, origins) for error in errors))


def shown(value: Any) -> str:  # noqa: ANN401 (this is any JSON)
    """Write a value as a user would recognise it, but not at any length.

    Parameters
    ----------
    value
        Any JSON value.

    Returns
    -------
    str
        At most `MAX_SHOWN` characters.
    """
    text = repr(value)
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def _sentence(error: "ValidationError", origins: Mapping[str, str]) -> str:
    """Put what the schema says about an error behind where it came from."""
    key, *inside = error.absolute_path
    message = cast("Any", error.schema)["errorMessage"]
    if isinstance(message, dict):
        message = message[error.validator]
    # an item of a list is known by its value; a property of it by its name
    where = "".join(f" ({step})" for step in inside if isinstance(step, str))
    return f"{origins[str(key)]}{where}: {shown(error.instance)} {message}."
