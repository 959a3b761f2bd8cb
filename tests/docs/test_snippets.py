# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Every command and every configuration in README and docs does what it says, or tells why not."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest

from page_script import do
from site_states import small_archive
from sites import REPOSITORY, Result, succeeded
from snippets import COMMANDS, PROSE, Snippet, pages, snippets

#: all of them but what Sphinx makes of it
ALL = [
    snippet
    for page in pages()
    for snippet in snippets(page)
    if not snippet.language.startswith("{")
]

#: those that are run, by page
RUN = {
    page: [
        snippet
        for snippet in ALL
        if snippet.page == page and not snippet.not_run and snippet.language not in PROSE
    ]
    for page in pages()
}

#: the shortest reason, in characters
SHORTEST_REASON = 10


def test_there_are_snippets() -> None:
    assert len(ALL) > 30
    assert len([page for page, steps in RUN.items() if steps]) > 5


@pytest.mark.parametrize("snippet", ALL, ids=str)
def test_a_snippet_can_be_run_or_says_why_not(snippet: Snippet) -> None:
    assert snippet.language, "say in which language this is"
    if snippet.not_run:
        assert len(snippet.not_run) >= SHORTEST_REASON, "say why"
        assert not snippet.file, "a file that is shown can be written"
    elif snippet.language not in (*COMMANDS, *PROSE):
        assert snippet.file, (
            "say in which file this stands with a comment before it: <!-- file: name -->, "
            "or why it can't be used: <!-- not run: why -->"
        )


@pytest.mark.parametrize("snippet", [s for s in ALL if s.language == "json"], ids=str)
def test_json_is_valid(snippet: Snippet) -> None:
    json.loads(snippet.text)


@pytest.fixture(scope="module")
def readers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Path, Future[Result]]]:
    """Do what the pages say, several at a time: most of that is waiting for Python to start."""
    small_archive()  # once, before there are threads
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        chosen = [
            cast("Path", item.callspec.params["page"])
            for item in request.session.items
            if isinstance(item, pytest.Function) and "readers" in item.fixturenames
        ]
        yield {page: pool.submit(read, page, tmp_path_factory.mktemp("page")) for page in chosen}


def read(page: Path, folder: Path) -> Result:
    """Do what a page says."""
    folder = folder / "reader"
    if page.is_relative_to(REPOSITORY / "examples"):
        # its reader is in that folder
        shutil.copytree(page.parent, folder)
    else:
        # pages that don't begin with an empty folder say what is in it
        (folder / "files").mkdir(parents=True)
        (folder / "files" / "lesson.txt").write_text("Hello\n", encoding="utf-8")
        (folder / "examples").symlink_to(REPOSITORY / "examples")
    return do(RUN[page], folder)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "page",
    [page for page, steps in RUN.items() if steps],
    ids=lambda page: page.relative_to(REPOSITORY).as_posix(),
)
def test_what_a_page_says_works_from_top_to_end(
    page: Path, readers: dict[Path, Future[Result]]
) -> None:
    result = succeeded(readers[page].result())
    # all of it was done
    assert result.stdout.count("\n--- ") + result.stdout.startswith("--- ") == len(RUN[page])


def test_a_command_that_fails_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "reader").mkdir()
    page = REPOSITORY / "README.md"
    good = Snippet(page, 1, "bash", "jupyter lite-webrtc signaling\ntrue")
    bad = [
        Snippet(page, 2, "bash", "jupyter lite-webrtc signaling --port 1 --hots 127.0.0.1"),
        Snippet(page, 3, "bash", "pip install a-package-that-is-nowhere"),
        Snippet(page, 4, "bash", "false | true"),
    ]
    for number, snippet in enumerate([good, *bad]):
        folder = tmp_path / str(number) / "reader"
        folder.mkdir(parents=True)
        assert (do([snippet], folder).returncode == 0) == (snippet is good), snippet


#: a link in Markdown, or a picture; the address may have a title behind it
LINK = re.compile(r"\]\(<?([^)\s>]+)[^)]*\)")


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    text = re.sub(
        r"^(`{3,}).*?^\1", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    for target in LINK.findall(re.sub(r"`[^`\n]*`", "", text)):
        address, _, anchor = target.partition("#")
        if ":" in address:
            continue
        path = (page.parent / address) if address else page
        assert path.exists(), target
        if anchor:
            assert anchor in _anchors(path), target


def _anchors(page: Path) -> set[str]:
    """Name the headings of a page as GitHub and MyST do."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
