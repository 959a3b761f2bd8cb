# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Which file of a built site answers a URL, as a static host such as GitHub Pages decides it."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import os
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from . import file_answers
from .signaling.file_part import Stamp
from .signaling.reply import Query, Reply, text_reply

if TYPE_CHECKING:
    from pathlib import Path

#: what a folder answers with
INDEX = "index.html"

#: what every built JupyterLite site has in its root
SITE_CONFIG = "jupyter-lite.json"

#: where a site has its documents, and its lists of them, one for each folder
DOCUMENTS = "files"
CONTENTS = "api/contents"
CONTENTS_LISTING = "all.json"

#: the one folder with a leading dot that anybody asks a host for (RFC 8615)
WELL_KNOWN = ".well-known"

#: the methods that a static site answers
METHODS = ("GET", "HEAD")

#: types that Python doesn't know, or that differ with the machine's own table; a page runs neither
#: a module nor WebAssembly of another type
CONTENT_TYPES = {
    ".ipynb": "application/x-ipynb+json",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".whl": "application/zip",
}

#: the type of a file of which nothing else is known
UNKNOWN_TYPE = "application/octet-stream"

#: what stands in the path of a URL as it is, beside letters and digits, and so in a base URL that
#: somebody has encoded already
URL_CHARACTERS = "/%!$&'()*+,;=:@"

#: the characters that can't stand in the name of a file, or would lead out of its folder
_NEVER_IN_NAMES = {"\0", "/", os.sep, os.altsep or os.sep}


@dataclass(frozen=True)
class Moved:
    """The same thing has another URL."""

    location: str


def normalise_base_url(base_url: str) -> str:
    """Give a base URL the slashes that it needs.

    Parameters
    ----------
    base_url : str
        A path such as ``project``, ``/project`` or ``/``.

    Returns
    -------
    str
        It begins and ends with a slash, and is encoded as browsers do it.
    """
    inner = quote(base_url.strip("/"), safe=URL_CHARACTERS)
    return f"/{inner}/" if inner else "/"


def content_type(name: str) -> str:
    """Tell the type of a file by its name.

    Parameters
    ----------
    name : str
        The file's name.

    Returns
    -------
    str
        For `Content-Type`; text is taken for UTF-8, which is what JupyterLite writes.
    """
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 (a name, not a path)
    known = CONTENT_TYPES.get(suffix)
    if known is None:
        # gzip'ed files are to arrive as they are: `encoding` is not announced
        known, encoding = mimetypes.guess_type(name, strict=False)
        if known is None or encoding is not None:
            return UNKNOWN_TYPE
    return f"{known}; charset=utf-8" if known.startswith("text/") else known


class SiteFiles:
    """Answer HTTP requests with the files of one folder.

    Parameters
    ----------
    root : pathlib.Path
        The output folder of a build.
    base_url : str
        The path under which the site is seen, as GitHub Pages shows a project's site under
        ``/project/``. What lies outside does not exist.
    """

    def __init__(self, root: Path, base_url: str = "/") -> None:
        self._root = root.resolve()
        self.base_url = normalise_base_url(base_url)
        self._base = _decode(self.base_url.removeprefix("/")) or []

    def find(self, target: str) -> Path | Moved | None:
        """Find what answers a URL.

        Parameters
        ----------
        target : str
            As in the request line: percent-encoded, and with the query string, which only
            matters to the page.

        Returns
        -------
        pathlib.Path, Moved or None
            A file, another URL, or nothing.
        """
        path, question_mark, query = target.partition("?")
        segments = _decode(path.removeprefix("/")) if path.startswith("/") else None
        if segments is None:
            return None
        is_folder = path.endswith("/")
        if self._base and (not segments or (segments == self._base and not is_folder)):
            return Moved(self.base_url + question_mark + query)
        if segments[: len(self._base)] != self._base:
            return None
        try:
            return self._look(segments[len(self._base) :], is_folder, question_mark + query)
        except OSError:
            # such as a name that no file system takes
            return None

    def _look(self, segments: list[str], wants_folder: bool, rest: str) -> Path | Moved | None:
        if not all(self._is_offered(segments, place) for place in range(len(segments))):
            return None
        found = self._root.joinpath(*segments)
        if found.is_dir():
            if not wants_folder:
                # the canonical spelling, which can't be mistaken for another host's address
                names = "/".join(quote(segment) for segment in segments)
                return Moved(f"{self.base_url}{names}/{rest}")
            found /= INDEX
        elif wants_folder:
            return None
        # a link that leads out of the site is not part of it
        is_ours = found.is_file() and found.resolve().is_relative_to(self._root)
        return found if is_ours and os.access(found, os.R_OK) else None

    def _is_offered(self, segments: list[str], place: int) -> bool:
        """Tell whether one name of a path may be known: one with a leading dot is hidden.

        Those of documents are offered that the site's own list of the folder names.
        """
        name = segments[place]
        if not name.startswith(".") or segments[:1] == [WELL_KNOWN]:
            return True
        if place == 0 or segments[0] != DOCUMENTS:
            return False
        listing = self._root.joinpath(CONTENTS, *segments[1:place], CONTENTS_LISTING)
        try:
            listed = json.loads(listing.read_bytes())["content"]
            return any(each["name"] == name for each in listed)
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def reply(self, query: Query) -> Reply:
        """Answer a request.

        Parameters
        ----------
        query : Query
            The request.

        Returns
        -------
        Reply
            A file, a redirection, or a few words about what is wrong.
        """
        if query.method not in METHODS:
            return text_reply(
                HTTPStatus.METHOD_NOT_ALLOWED,
                f"This is a static site: it answers {' and '.join(METHODS)} only.\n",
                {"Allow": ", ".join(METHODS)},
            )
        found = self.find(query.target)
        if isinstance(found, Moved):
            # not for ever: the next site on this port may be another
            return text_reply(
                HTTPStatus.FOUND, f"See {found.location}\n", {"Location": found.location}
            )
        if found is not None:
            # it may be gone by now, or may not be read
            with suppress(OSError):
                stamp = Stamp.of(found.stat())
                return file_answers.answer(found, stamp, content_type(found.name), query)
        return text_reply(HTTPStatus.NOT_FOUND, f"There is no {query.target} here.\n")

    async def respond(self, query: Query) -> Reply:
        """Answer a request without making others wait for the disk.

        Parameters
        ----------
        query : Query
            The request.

        Returns
        -------
        Reply
            See `reply`.
        """
        return await asyncio.to_thread(self.reply, query)


def _decode(path: str) -> list[str] | None:
    """Split a percent-encoded path into names; None if it holds what is no name."""
    try:
        segments = [unquote(part, errors="strict") for part in path.split("/")]
    except UnicodeDecodeError:
        return None
    if segments[-1] == "":
        segments.pop()
    for segment in segments:
        if segment in {"", ".", ".."} or not _NEVER_IN_NAMES.isdisjoint(segment):
            return None
    return segments
