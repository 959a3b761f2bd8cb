# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Find in a configuration file what nothing would read."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from traitlets.config import Config, Configurable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping


class ConfigError(ValueError):
    """A configuration file says something that nothing would read; the message names it."""


def sections(classes: Iterable[type[Configurable]]) -> dict[str, list[str]]:
    """List what a configuration file can say.

    Parameters
    ----------
    classes : iterable of type
        What is configured.

    Returns
    -------
    dict of str to list of str
        The names of the options of each section: that of each class, and of those above it.
    """
    found = {base for one in classes for base in one.__mro__ if issubclass(base, Configurable)}
    return {base.__name__: base.class_trait_names(config=True) for base in found}


def check(
    config: Config, known: Mapping[str, Collection[str]], name: str, *, is_shared: bool
) -> None:
    """Refuse a section or an option that doesn't exist.

    Parameters
    ----------
    config : Config
        What a file says.
    known : mapping
        As of `sections`.
    name : str
        Of the file.
    is_shared : bool
        Whether other applications read the file, too, and may have sections in it.

    Raises
    ------
    ConfigError
        If there is one: names it, and what may be meant.
    """
    for section, key in _entries(config):
        if not section:
            if key in known:
                raise ConfigError(f"{name}: {key} is a section: it must hold options.")
            meant = [f"{other}.{key}" for other in sorted(known) if key in known[other]]
            hint = f"did you mean {meant[-1]}?" if meant else _hint(key, known)
            raise ConfigError(f"{name}: {key} stands in no section: {hint}")
        if section not in known and not is_shared:
            hint = _hint(section, known)
            raise ConfigError(f"{name}: there is no section {section}: {hint}")
        if key and section in known and key not in known[section]:
            hint = _hint(key, known[section])
            raise ConfigError(f"{name}: there is no option {section}.{key}: {hint}")


def _entries(config: Config, section: str = "") -> Iterator[tuple[str, str]]:
    """List sections, each with no option, and options with the section that they stand in."""
    for key, value in config.items():
        if isinstance(value, Config):
            yield key, ""
            yield from _entries(value, key)
        else:
            yield section, key


def _hint(word: str, known: Iterable[str]) -> str:
    similar = get_close_matches(word, known, n=1)
    return f"did you mean {similar[0]}?" if similar else "see --help-all."
