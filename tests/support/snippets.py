# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""The commands and files that our documentation shows, as its readers would use them.

A comment before a snippet, which readers don't see, says what is special about it:
``<!-- not run: why -->``, or ``<!-- file: name -->`` for the content of a file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from sites import REPOSITORY

#: languages of commands
COMMANDS = ("bash",)

#: languages of what is neither a command nor a configuration
PROSE = ("text", "mermaid")

#: the fence that begins or ends a snippet
FENCE = re.compile(r"^ *(`{3,}|:{3,})(.*)$")

#: a comment before a snippet
MARK = re.compile(r"^ *<!-- (not run|file): (.+?) -->$")


@dataclass(frozen=True)
class Snippet:
    """Something between fences."""

    #: the page that shows it
    page: Path

    #: where in the page it begins, counted from 1
    line: int

    #: its language, or the name of a directive of MyST in braces
    language: str

    #: what is in it
    text: str

    #: why it isn't run, if it isn't
    not_run: str = ""

    #: the name of the file of which this is the content, if it is
    file: str = ""

    def __str__(self) -> str:
        """Name the place."""
        return f"{self.page.relative_to(REPOSITORY)}:{self.line}"


def pages() -> list[Path]:
    """List all pages that we write for people.

    Returns
    -------
    list of pathlib.Path
        Files in Markdown.
    """
    folders = (
        path
        for folder in ("binder", "docs", "examples")
        for path in (REPOSITORY / folder).rglob("*.md")
        if not {"_build", "generated", "files"} & set(path.relative_to(REPOSITORY).parts)
    )
    return sorted([*REPOSITORY.glob("*.md"), *folders])


def snippets(page: Path) -> Iterator[Snippet]:
    """Read the snippets of a page.

    Parameters
    ----------
    page
        A file in Markdown.

    Yields
    ------
    Snippet
        In the order of the page; directives of MyST are among them.
    """
    marks: dict[str, str] = {}
    fence, language, start, inside = "", "", 0, list[str]()
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        found = FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and not found[2].strip():
                text = dedent("\n".join(inside))
                file, not_run = marks.get("file", ""), marks.get("not run", "")
                yield Snippet(page, start, language, text, not_run, file)
                fence, marks = "", {}
            else:
                inside.append(line)
        elif found:
            fence, language, start, inside = found[1], found[2].strip(), number, []
        elif mark := MARK.match(line):
            marks[mark[1]] = mark[2]
        elif line.strip():
            marks = {}
