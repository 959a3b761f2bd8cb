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
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast

import fastjsonschema

from . import ice_urls, signaling_urls
from .constants import CONFIG_SCHEMA
from .masking import masked

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

#: the longest value that is shown in full, in characters: more hides the sentence about it
MAX_SHOWN = 100

#: how similar a name is to one of ours if it is taken for a slip of the pen, from 0 to 1: one
#: letter more or less in a short name, and no more than two in a long one
SIMILARITY = 0.9


#: what refuses a text, by the name that the schema has for what it should be
FORMATS: Mapping[str, Callable[[str], object]] = {
    "ice-url": ice_urls.parse,
    "signaling-url": signaling_urls.check,
}


@cache
def _schema() -> dict[str, Any]:
    """Read the schema once."""
    schema: dict[str, Any] = json.loads(CONFIG_SCHEMA.read_text(encoding="utf-8"))
    return schema


@cache
def _validator() -> Callable[[Any], Any]:
    """Compile the schema once, into a function that raises for what the schema refuses."""
    # it would write defaults into what it validates
    formats = {name: partial(_is_fine, check) for name, check in FORMATS.items()}
    validator: Callable[[Any], Any] = fastjsonschema.compile(
        _schema(), formats=formats, use_default=False
    )
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


def all_keys() -> tuple[str, ...]:
    """Name all keys of ``jupyter-config-data`` that are ours, whatever they are called.

    Returns
    -------
    tuple of str
        `config_keys`, then `other_names`.
    """
    return (*config_keys(), *other_names())


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
    known = {name.casefold(): name for name in all_keys()}
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
    from jsonschema import Draft7Validator, FormatChecker  # noqa: PLC0415 (see above)

    checker = FormatChecker(formats=())
    for name, check in FORMATS.items():
        checker.checks(name, ValueError)(partial(_accept, check))
    errors = Draft7Validator(_schema(), format_checker=checker).iter_errors(dict(values))
    # one object may lack two properties, for which there is one sentence
    return list(dict.fromkeys(_sentence(error, origins) for error in errors))


def shown(value: Any, key: str = "") -> str:  # noqa: ANN401 (this is any JSON)
    """Write a value as a user would recognise it, but no secret, and not at any length.

    Parameters
    ----------
    value
        Any JSON value.
    key
        The name under which it stands, if any.

    Returns
    -------
    str
        At most `MAX_SHOWN` characters.
    """
    text = repr(masked(value, key))
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def _sentence(error: "ValidationError", origins: Mapping[str, str]) -> str:
    """Put what the schema says about an error behind where it came from."""
    key, *inside = error.absolute_path
    message = error.cause or cast("Any", error.schema)["errorMessage"]
    if isinstance(message, dict):
        message = message[error.validator]
    # an item of a list is known by its value; a property of it by its name
    steps = [step for step in inside if isinstance(step, str)]
    where = "".join(f" ({step})" for step in steps)
    name = [str(key), *steps][-1]
    return f"{origins[str(key)]}{where}: {shown(error.instance, name)} {message}."


def _accept(check: Callable[[str], object], value: object) -> bool:
    """Let pass what is no text, for which there are other rules, and raise for a bad text."""
    if isinstance(value, str):
        check(value)
    return True


def _is_fine(check: Callable[[str], object], text: str) -> bool:
    """Tell whether a text is as it should be."""
    try:
        check(text)
    except ValueError:
        return False
    return True
