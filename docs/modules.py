# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Draw which modules import which, from their sources: ``doit modules``.

The modules stand in a column, each above those that it imports, and an arc leads to each of these,
unless others lead there, too. So all arcs point downwards; modules that import each other can't be
drawn, and are an error.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from html import escape
from pathlib import Path

#: the root of the checkout
REPOSITORY = Path(__file__).parents[1]

#: where the drawings go
IMAGES = Path(__file__).parent / "images"

#: the sources of the labextension
TYPESCRIPT = REPOSITORY / "labextension-src" / "src"

#: the Python package
PYTHON = REPOSITORY / "jupyterlite_webrtc"

#: files in the root of ``src/`` that belong to a folder: the public interfaces describe the room
BELONGS = {"tokens": "room"}

#: modules that all others may use, or that use none: drawing them would say nothing
LEFT_OUT = {"__init__", "_version", "constants"}

#: an import of a file of ours, also of types or at a later time
IMPORT = re.compile(r"""(?:\bfrom|\bimport\()\s*'(\.[^']*)'""")

#: an import of a file of ours that a page has to load before: types leave nothing behind
NEED = re.compile(
    r"""^(?:import|export)\s(?!type\s)[^;]*?from\s*'(\.[^']*)'|\bimport\('(\.[^']*)'\)""",
    re.MULTILINE,
)

#: the colours of the docs' theme or, where a drawing stands alone, those of a light one
STYLE = """
.modules { background: var(--pst-color-background, #fff); max-width: 100%; }
.modules text { font: 14px ui-monospace, monospace; fill: var(--pst-color-text-base, #222); }
.modules .box { fill: var(--pst-color-surface, #f3f4f5); stroke: var(--pst-color-border, #c9c9c9); }
.modules .arc { fill: none; stroke: var(--pst-color-primary, #0a7d91); stroke-width: 1.5; }
.modules .arc:hover { stroke-width: 3; }
.modules .head { fill: var(--pst-color-primary, #0a7d91); }
"""

#: height of a row, in pixels
ROW = 34

#: width of a character and of the margins, in pixels
CHARACTER, MARGIN = 8.5, 14

#: pixels by which an arc swings out for each row that it spans
SWING = 15


@dataclass(frozen=True)
class Graph:
    """Which modules import which.

    Attributes
    ----------
    imports
        The names of the modules that a module imports, by its name.
    """

    imports: dict[str, frozenset[str]]

    def below(self, name: str) -> set[str]:
        """Find what a module imports, itself or by way of others.

        Parameters
        ----------
        name
            Of the module.

        Returns
        -------
        set of str
            The names.
        """
        direct = self.imports[name]
        return {*direct, *(below for imported in direct for below in self.below(imported))}

    def arcs(self, name: str) -> list[str]:
        """List the imports of a module that don't follow from its other ones.

        Parameters
        ----------
        name
            Of the module.

        Returns
        -------
        list of str
            The names of modules.
        """
        direct = self.imports[name]
        implied = {below for imported in direct for below in self.below(imported)}
        return sorted(direct - implied)

    def order(self) -> list[str]:
        """List each module before those that it imports.

        Returns
        -------
        list of str
            The names.

        Raises
        ------
        graphlib.CycleError
            If modules import each other; its text names them.
        """
        TopologicalSorter(self.imports).prepare()  # raises, where recursion would have no end
        order: list[str] = []

        def place(name: str) -> None:
            if name not in order:
                # depth first, so that arcs are short
                for imported in self.arcs(name):
                    place(imported)
                order.append(name)

        for name in sorted(self.imports, key=lambda name: (-len(self.below(name)), name)):
            place(name)
        return order[::-1]


def typescript(source: Path = TYPESCRIPT) -> Graph:
    """Read the imports between the folders of the labextension.

    Parameters
    ----------
    source
        The folder of the sources.

    Returns
    -------
    Graph
        Folders, and the files beside them, by name.
    """
    files = [*source.rglob("*.ts"), *source.rglob("*.tsx")]

    def module(path: Path) -> str:
        parts = path.relative_to(source).parts
        name = parts[0].partition(".")[0]
        return BELONGS.get(name, name)

    imports: dict[str, set[str]] = {}
    for file in files:
        found = imports.setdefault(module(file), set())
        for relative in IMPORT.findall(file.read_text(encoding="utf-8")):
            target = (file.parent / relative).resolve()
            if target.is_relative_to(source.resolve()):
                found.add(module(source / target.relative_to(source.resolve())))
    return _graph(imports)


def typescript_files(source: Path = TYPESCRIPT) -> Graph:
    """Read which files of the labextension need which others to be loaded.

    Parameters
    ----------
    source
        The folder of the sources.

    Returns
    -------
    Graph
        Files by their paths in it, without suffix.
    """

    def name(path: Path) -> str:
        return path.relative_to(source.resolve()).with_suffix("").as_posix()

    files = {name(path.resolve()): path for path in source.rglob("*.ts*")}
    imports = {}
    for file, path in files.items():
        needs = ("".join(found) for found in NEED.findall(path.read_text(encoding="utf-8")))
        targets = ((path.parent / relative).resolve() for relative in needs)
        # what is no TypeScript, such as an icon, imports nothing
        inside = (target for target in targets if target.is_relative_to(source.resolve()))
        imports[file] = frozenset(_module(target, source) for target in inside)
    return Graph(imports)


def _module(target: Path, source: Path) -> str:
    """Name the file that is meant by what an import says, which may be a folder."""
    folder = "/index" * target.is_dir()
    return target.relative_to(source.resolve()).as_posix() + folder


def python(package: Path = PYTHON) -> Graph:
    """Read the imports between the modules of a Python package.

    Parameters
    ----------
    package
        Its folder. A package in it counts as one module.

    Returns
    -------
    Graph
        The modules by name.
    """
    imports: dict[str, set[str]] = {}
    for file in package.rglob("*.py"):
        inside = file.relative_to(package).with_suffix("").parts
        found = imports.setdefault(inside[0], set())
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                if node.level > len(inside):
                    continue  # out of the package
                if node.level:
                    base = inside[: len(inside) - node.level]
                elif (node.module or "").partition(".")[0] == package.name:
                    base = ()
                else:
                    continue
                rest = (node.module or "").removeprefix(package.name if not node.level else "")
                names = [*base, *filter(None, rest.split("."))]
                found.update(names[:1] or [alias.name for alias in node.names])
    known = {name: found & imports.keys() for name, found in imports.items()}
    return _graph(known)


def _graph(imports: dict[str, set[str]]) -> Graph:
    """Leave out what would say nothing."""
    return Graph(
        {
            name: frozenset(found - {name} - LEFT_OUT)
            for name, found in sorted(imports.items())
            if name not in LEFT_OUT
        }
    )


def drawing(graph: Graph, title: str) -> str:
    """Draw a graph.

    Parameters
    ----------
    graph
        Without cycles.
    title
        For those who can't see it.

    Returns
    -------
    str
        An SVG. In the pages of the docs it has the colours of their theme.
    """
    names = graph.order()
    rows = {name: MARGIN + ROW * number + ROW / 2 for number, name in enumerate(names)}
    left = MARGIN + CHARACTER * max(map(len, names)) + 2 * MARGIN
    arcs = []
    widest = 0.0
    for name in names:
        for imported in graph.arcs(name):
            start, end = rows[name] + 5, rows[imported] - 5
            swing = SWING * round((rows[imported] - rows[name]) / ROW)
            widest = max(widest, swing * 0.75)
            arcs.append(
                f'<path class="arc" d="M{left:.0f} {start:.0f} C{left + swing:.0f} {start:.0f} '
                f'{left + swing:.0f} {end:.0f} {left + 7:.0f} {end:.0f}">'
                f"<title>{escape(name)} imports {escape(imported)}</title></path>"
                f'<path class="head" d="M{left:.0f} {end:.0f} l8 -4 v8 z"/>'
            )
    labels = [
        f'<rect class="box" x="{MARGIN}" y="{y - ROW / 2 + 4:.0f}" width="{left - MARGIN:.0f}" '
        f'height="{ROW - 8}" rx="4"/><text x="{MARGIN * 2}" y="{y + 5:.0f}">{escape(name)}</text>'
        for name, y in rows.items()
    ]
    width, height = left + widest + 2 * MARGIN, 2 * MARGIN + ROW * len(names)
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" class="modules">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            *labels,
            *arcs,
            "</svg>",
            "",
        ]
    )


def drawings() -> dict[Path, str]:
    """Draw everything.

    Returns
    -------
    dict
        The drawings by the files that hold them.
    """
    return {
        IMAGES / "modules-page.svg": drawing(typescript(), "Modules of the labextension"),
        IMAGES / "modules-python.svg": drawing(python(), "Modules of the Python package"),
        IMAGES / "modules-signaling.svg": drawing(
            python(PYTHON / "signaling"), "Modules of the signaling server"
        ),
    }


def main() -> None:
    """Write the drawings; modules that import each other end it with a sentence."""
    try:
        for path, svg in drawings().items():
            path.write_text(svg, encoding="utf-8")
    except CycleError as error:
        raise SystemExit(f"These import each other: {' → '.join(error.args[1])}") from None


if __name__ == "__main__":
    main()
