# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What HTTP answers with a file: all of it, a part, or nothing new (RFC 9110, 13 and 14). Pure."""

from __future__ import annotations

import re
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from .signaling.file_part import FilePart, Stamp
from .signaling.reply import Query, Reply, text_reply

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: entity tags of a list, as in If-None-Match; those of copies that only mean the same are weak
ETAGS = re.compile(r'(W/)?("[^"]*")')

#: the one kind of ranges that is answered with a part: others get the whole, as RFC 9110 allows
ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.IGNORECASE)

#: nanoseconds of a second
SECOND = 10**9


def answer(path: Path, stamp: Stamp, content_type: str, query: Query) -> Reply:
    """Answer a request for a file that is there.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    stamp : Stamp
        What it is like now.
    content_type : str
        Its type.
    query : Query
        GET or HEAD.

    Returns
    -------
    Reply
        With a part of the file, or without a body.
    """
    etag = f'"{stamp.modified:x}-{stamp.size:x}"'
    headers = {
        # ask each time: a site under construction changes under the same names
        "Cache-Control": "no-cache",
        "Content-Type": content_type,
        "ETag": etag,
        "Last-Modified": formatdate(stamp.modified // SECOND, usegmt=True),
        "Accept-Ranges": "bytes",
    }
    if _is_another(query.headers, etag, stamp):
        return text_reply(HTTPStatus.PRECONDITION_FAILED, "The file has changed.\n")
    if _is_known(query.headers, etag, stamp):
        return Reply(HTTPStatus.NOT_MODIFIED, headers)
    part = _range(query, etag, stamp.size)
    if part is None:
        return Reply(HTTPStatus.OK, headers, FilePart(path, stamp, 0, stamp.size))
    if not part:
        return text_reply(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            f"The file has {stamp.size} bytes.\n",
            {"Content-Range": f"bytes */{stamp.size}"},
        )
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{stamp.size}"
    return Reply(HTTPStatus.PARTIAL_CONTENT, headers, FilePart(path, stamp, part.start, len(part)))


def _is_another(headers: Mapping[str, str], etag: str, stamp: Stamp) -> bool:
    """Tell whether the client wants an answer only from a file that this one no longer is."""
    if (wanted := headers.get("if-match")) is not None:
        strong = (tag for weak, tag in ETAGS.findall(wanted) if not weak)
        return wanted.strip() != "*" and etag not in strong
    seconds = _seconds(headers.get("if-unmodified-since"))
    return seconds is not None and stamp.modified // SECOND > seconds


def _is_known(headers: Mapping[str, str], etag: str, stamp: Stamp) -> bool:
    """Tell whether the client holds the file as it is."""
    if (known := headers.get("if-none-match")) is not None:
        return known.strip() == "*" or etag in (tag for _, tag in ETAGS.findall(known))
    seconds = _seconds(headers.get("if-modified-since"))
    return seconds is not None and stamp.modified // SECOND <= seconds


def _range(query: Query, etag: str, size: int) -> range | None:
    """Read which bytes are wanted: None for all of them, an empty range if they don't exist."""
    found = ONE_RANGE.fullmatch(query.headers.get("range", ""))
    # a date is no strong validator: who has nothing else gets the whole
    is_current = query.headers.get("if-range", etag) == etag
    if query.method != "GET" or found is None or not is_current:
        return None
    first, last = found.groups()
    if not first:
        # the last so many, if there is a number at all
        return range(max(0, size - int(last)), size) if last else None
    if last and int(last) < int(first):
        # no range at all
        return None
    return range(int(first), min(size, int(last) + 1) if last else size)


def _seconds(date: str | None) -> float | None:
    """Read a date; None if there is none, or if it is malformed."""
    try:
        return None if date is None else parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return None
