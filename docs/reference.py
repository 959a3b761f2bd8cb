# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Write what can be said from the sources: configuration, from schema and traits, and modules.

Sphinx does this before it reads the pages that include the result; nothing here repeats what is
said there.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyterlite_webrtc.addon import WebRtcAddon
from jupyterlite_webrtc.apps.check import CheckApp
from jupyterlite_webrtc.constants import CONFIG_SCHEMA, ROOT, SIGNALING_URLS_VARIABLE
from jupyterlite_webrtc.signaling.limits import SignalingLimits
from jupyterlite_webrtc.signaling.options import SignalingOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from traitlets import TraitType
    from traitlets.config import Configurable

#: what people find in the page's settings
SETTINGS = Path(__file__).parents[1] / "labextension-src" / "schema" / "plugin.json"

#: words for types of JSON
TYPES = {"array": "list", "boolean": "`true` or `false`", "string": "text"}


def write(folder: Path) -> None:
    """Write all that is generated.

    Parameters
    ----------
    folder
        Made if it doesn't exist. Files that are there and right are left alone, so that Sphinx
        reads only what has changed.
    """
    folder.mkdir(exist_ok=True)
    for name, text in {
        "site.md": site_keys(),
        "traits.md": traits(),
        "settings.md": settings(),
        "signaling.md": options([SignalingOptions, SignalingLimits]),
        "check.md": options([CheckApp]),
        "modules-python.md": modules(ROOT),
        "modules-signaling.md": modules(ROOT / "signaling"),
    }.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table in Markdown.

    Parameters
    ----------
    head
        The names of the columns.
    rows
        The cells of each row.

    Returns
    -------
    str
        Lines.
    """
    lines = [head, ["---"] * len(head), *rows]
    cells = ([cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def site_keys() -> str:
    """Describe the keys of ``jupyter-config-data`` that are ours.

    Returns
    -------
    str
        A table.
    """
    schema = json.loads(CONFIG_SCHEMA.read_text(encoding="utf-8"))
    rows = []
    for key, rule in schema["properties"].items():
        values = [f"`{value}`" for value in rule.get("enum", [])]
        default = f"`{json.dumps(rule['default'])}`" if "default" in rule else ""
        description = re.sub(r"\b(fullWebRtc\w+)", r"`\1`", rule["description"])
        rows.append([f"`{key}`", " or ".join(values) or TYPES[rule["type"]], default, description])
    return table(["key", "type", "default", "meaning"], rows)


def traits() -> str:
    """Describe how the same is said to ``jupyter lite``.

    Returns
    -------
    str
        A table.
    """
    aliases = {trait: f"`--{alias}`" for alias, trait in WebRtcAddon.aliases.items()}
    for flag, (config, _) in WebRtcAddon.flags.items():
        for name, value in config["WebRtcAddon"].items():
            aliases[f"WebRtcAddon.{name}"] = f"`--{flag}` (sets it to `{json.dumps(value)}`)"
    rows = [
        [f"`{name}`", aliases.get(f"WebRtcAddon.{name}", ""), _help(trait)]
        for name, trait in WebRtcAddon.class_own_traits(config=True).items()
    ]
    text = table(["`WebRtcAddon`", "command line", "meaning"], rows)
    return text.replace(SIGNALING_URLS_VARIABLE, f"`{SIGNALING_URLS_VARIABLE}`")


def settings() -> str:
    """Describe what each user may set in their page.

    Returns
    -------
    str
        A table.
    """
    schema: dict[str, Any] = json.loads(SETTINGS.read_text(encoding="utf-8"))
    rows = []
    for key, rule in schema["properties"].items():
        kinds = {kind["type"]: kind for kind in rule.get("oneOf", [])}
        without = f" Without it: {kinds['null']['title']}." if "null" in kinds else ""
        rows.append([rule["title"], f"`{key}`", f"{rule['description']}{without}"])
    return table(["setting", "name in `overrides.json`", "meaning"], rows)


def options(classes: Sequence[type[Configurable]]) -> str:
    """Describe what a signaling server can be told.

    Parameters
    ----------
    classes
        Whose traits are described.

    Returns
    -------
    str
        A table.
    """
    rows = [
        [f"`{cls.__name__}.{name}`", f"`{trait.default()!r}`", _help(trait)]
        for cls in classes
        for name, trait in cls.class_own_traits(config=True).items()
    ]
    return table(["trait", "default", "meaning"], rows)


def modules(package: Path) -> str:
    """Describe the modules of a Python package, in the words of their docstrings.

    Parameters
    ----------
    package
        Its folder.

    Returns
    -------
    str
        A table.
    """
    rows = []
    for path in sorted(package.iterdir()):
        file = path / "__init__.py" if path.is_dir() else path
        if file.suffix == ".py" and file.is_file() and path.stem not in ("__init__", "_version"):
            docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
            first = docstring.splitlines()[0] if docstring else ""
            rows.append([f"`{path.stem}`", first.replace("``", "`")])
    return table(["module", "what it does"], rows)


def _help(trait: TraitType[Any, Any]) -> str:
    """Take the help of a trait as Markdown: options stay as they are typed."""
    return re.sub(
        r"(?<![`\w])(--[a-z][\w-]*|\./|wss?://|\?token=…|stun:)(?!\w)", r"`\1`", trait.help
    )
