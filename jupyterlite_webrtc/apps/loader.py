# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Read the command line as Jupyter applications do, but refuse what they only warn of."""

from __future__ import annotations

from difflib import get_close_matches
from typing import NoReturn

from traitlets.config.loader import ArgumentError, KVArgParseConfigLoader


def _refuse(message: str) -> NoReturn:
    """Raise, where `argparse` would print its usage and exit with 2."""
    raise ArgumentError(message)


class StrictLoader(KVArgParseConfigLoader):
    """Raise `ArgumentError` for options that don't exist.

    Where a traitlets application warns of an unknown option and goes on without it, a server
    would run, but not as it was told to.
    """

    def _create_parser(self) -> None:
        super()._create_parser()
        self.parser.error = _refuse  # type: ignore[method-assign]  # its class is chosen upstream

    def _parse_args(self, args: list[str]) -> None:
        known = {
            "--" + name
            for names in (*self.aliases, *self.flags, *self.argparse_traits)
            for name in ((names,) if isinstance(names, str) else names)
        }
        for argument in args:
            if argument == "--":
                break
            option = argument.partition("=")[0]
            if argument.startswith("--") and option not in known:
                similar = get_close_matches(option, known, n=1)
                hint = f"did you mean {similar[0]}?" if similar else "see --help-all."
                raise ArgumentError(f"There is no option {option}: {hint}")
        super()._parse_args(args)
