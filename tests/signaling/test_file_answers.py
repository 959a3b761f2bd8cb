# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What is answered with a file: whole, in part, or not again (RFC 9110), without a socket."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from jupyterlite_webrtc.signaling.file_part import FilePart
from jupyterlite_webrtc.signaling.reply import Query, Reply
from jupyterlite_webrtc.site_files import SiteFiles

if TYPE_CHECKING:
    from pathlib import Path

#: what the file holds
CONTENT = b"0123456789"

#: when it was written, and how HTTP writes that
WRITTEN = 1_600_000_000
DATE = "Sun, 13 Sep 2020 12:26:40 GMT"
EARLIER = "Sun, 13 Sep 2020 12:26:39 GMT"
LATER = "Sun, 13 Sep 2020 12:26:41 GMT"


@pytest.fixture
def files(tmp_path: Path) -> SiteFiles:
    """Make a site with a file of ten bytes, and an empty one."""
    for name, content in (("ten.bin", CONTENT), ("empty.txt", b"")):
        (tmp_path / name).write_bytes(content)
        os.utime(tmp_path / name, (WRITTEN, WRITTEN))
    return SiteFiles(tmp_path)


def ask(files: SiteFiles, target: str = "/ten.bin", method: str = "GET", **headers: str) -> Reply:
    """Ask with headers, whose names have underscores here."""
    lowered = {name.replace("_", "-"): value for name, value in headers.items()}
    return files.reply(Query(method, target, lowered))


def content(reply: Reply) -> bytes:
    """Tell what a reply would send."""
    part = reply.body
    if isinstance(part, bytes):
        return part
    assert isinstance(part, FilePart)
    return part.path.read_bytes()[part.start : part.start + part.length]


def test_a_file_tells_when_it_was_written_and_that_parts_can_be_had(files: SiteFiles) -> None:
    reply = ask(files)
    assert reply.headers["Last-Modified"] == DATE
    assert reply.headers["Accept-Ranges"] == "bytes"
    assert content(ask(files, "/empty.txt")) == b""


PARTS = {
    "bytes=0-3": (b"0123", "bytes 0-3/10"),
    "bytes=4-": (b"456789", "bytes 4-9/10"),
    "bytes=-3": (b"789", "bytes 7-9/10"),
    "bytes=-99": (CONTENT, "bytes 0-9/10"),
    "bytes=9-9": (b"9", "bytes 9-9/10"),
    "bytes=5-999999999999": (b"56789", "bytes 5-9/10"),
    "BYTES=0-0": (b"0", "bytes 0-0/10"),
}


@pytest.mark.parametrize(("wanted", "part"), PARTS.items())
def test_a_part_of_a_file_can_be_had(
    files: SiteFiles, wanted: str, part: tuple[bytes, str]
) -> None:
    reply = ask(files, range=wanted)
    assert reply.status == HTTPStatus.PARTIAL_CONTENT
    assert (content(reply), reply.headers["Content-Range"]) == part
    assert reply.headers["ETag"] == ask(files).headers["ETag"]


@pytest.mark.parametrize("wanted", ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99-100"])
def test_a_part_that_does_not_exist_is_refused_with_the_length(
    files: SiteFiles, wanted: str
) -> None:
    reply = ask(files, range=wanted)
    assert reply.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    assert reply.headers["Content-Range"] == "bytes */10"


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "bytes=",
        "bytes=-",
        "bytes=5-4",
        "bytes=a-b",
        "lines=0-3",
        "bytes=0-1,3-4",
        "0-3",
        f"bytes={'9' * 30}-",
        "bytes=٣-٤",
    ],
)
def test_what_is_no_single_range_gets_the_whole_file(files: SiteFiles, wanted: str) -> None:
    reply = ask(files, range=wanted)
    assert (reply.status, content(reply)) == (HTTPStatus.OK, CONTENT)
    assert "Content-Range" not in reply.headers


def test_a_head_request_gets_no_part(files: SiteFiles) -> None:
    assert ask(files, method="HEAD", range="bytes=0-3").status == HTTPStatus.OK


def test_a_part_of_another_version_is_not_mixed_with_the_rest_of_this_one(
    files: SiteFiles,
) -> None:
    etag = ask(files).headers["ETag"]
    assert content(ask(files, range="bytes=4-", if_range=etag)) == b"456789"
    for other in ('"other"', f"W/{etag}", DATE):
        reply = ask(files, range="bytes=4-", if_range=other)
        assert (reply.status, content(reply)) == (HTTPStatus.OK, CONTENT)


def test_who_holds_the_file_is_told_so_by_tag_or_by_date(files: SiteFiles) -> None:
    etag = ask(files).headers["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        reply = ask(files, if_none_match=known, if_modified_since=EARLIER)
        assert (reply.status, reply.body) == (HTTPStatus.NOT_MODIFIED, b"")
    for date in (DATE, LATER):
        assert ask(files, if_modified_since=date).status == HTTPStatus.NOT_MODIFIED
    for date in (EARLIER, "yesterday", ""):
        assert content(ask(files, if_modified_since=date)) == CONTENT
    # who has a tag is not asked for a date
    assert content(ask(files, if_none_match='"other"', if_modified_since=LATER)) == CONTENT
    # nor is a part sent of what is held
    assert ask(files, if_none_match=etag, range="bytes=0-3").status == HTTPStatus.NOT_MODIFIED


def test_who_wants_another_version_only_gets_none(files: SiteFiles) -> None:
    etag = ask(files).headers["ETag"]
    for wanted in (etag, f'"other", {etag}', "*"):
        assert content(ask(files, if_match=wanted, if_unmodified_since=EARLIER)) == CONTENT
    for wanted in ('"other"', f"W/{etag}", ""):
        assert ask(files, if_match=wanted).status == HTTPStatus.PRECONDITION_FAILED
    assert ask(files, if_unmodified_since=EARLIER).status == HTTPStatus.PRECONDITION_FAILED
    assert content(ask(files, if_unmodified_since=DATE)) == CONTENT
