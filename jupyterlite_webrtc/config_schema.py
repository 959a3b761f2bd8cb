# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What our keys of ``jupyter-config-data`` may hold, as the JSON Schema file says.

The file is the one source of truth: it has the rules, and the sentences for those who break
them (``errorMessage``, a keyword known from ``ajv-errors``).
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from .constants import CONFIG_SCHEMA

#: the longest value that is shown in full, in characters: more hides the sentence about it
MAX_SHOWN = 100


@cache
def _schema() -> dict[str, Any]:
    """Read the schema once."""
    schema: dict[str, Any] = json.loads(CONFIG_SCHEMA.read_text(encoding="utf-8"))
    return schema


def config_keys() -> tuple[str, ...]:
    """Name the keys of ``jupyter-config-data`` that are ours.

    Returns
    -------
    tuple of str
        The keys, as the schema lists them.
    """
    return tuple(_schema()["properties"])


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


def _sentence(error: ValidationError, origins: Mapping[str, str]) -> str:
    """Put what the schema says about an error behind where it came from."""
    key, *inside = error.absolute_path
    message = cast("Any", error.schema)["errorMessage"]
    if isinstance(message, dict):
        message = message[error.validator]
    # an item of a list is known by its value; a property of it by its name
    where = "".join(f" ({step})" for step in inside if isinstance(step, str))
    return f"{origins[str(key)]}{where}: {shown(error.instance)} {message}."
