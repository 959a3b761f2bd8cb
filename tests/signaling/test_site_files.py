# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Which file answers a URL, without a socket."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from jupyterlite_webrtc.signaling.file_part import FilePart
from jupyterlite_webrtc.signaling.reply import Query
from jupyterlite_webrtc.site_files import Moved, SiteFiles, content_type, normalise_base_url

if TYPE_CHECKING:
    from pathlib import Path

#: each file holds its own name
FILES = (
    "index.html",
    "jupyter-lite.json",
    "lab/index.html",
    "files/Übung 1/mit Umlaut & Co.ipynb",
    "files/100%.txt",
    "files/a+b.txt",
    "no-index/deep/file.txt",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a site beside a secret."""
    (tmp_path / "secret.txt").write_text("secret")
    root = tmp_path / "site"
    for name in FILES:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    (root / "link-out").symlink_to(tmp_path)
    (root / "link-in.txt").symlink_to(root / "files" / "a+b.txt")
    return root


FOUND = {
    "/": "index.html",
    "/?room=demo": "index.html",
    "/index.html": "index.html",
    "/lab/": "lab/index.html",
    "/lab/index.html?path=a/../b&x=%2e%2e": "lab/index.html",
    "/jupyter-lite.json": "jupyter-lite.json",
    "/files/%C3%9Cbung%201/mit%20Umlaut%20&%20Co.ipynb": "files/Übung 1/mit Umlaut & Co.ipynb",
    "/files/%C3%9Cbung%201/mit%20Umlaut%20%26%20Co.ipynb": "files/Übung 1/mit Umlaut & Co.ipynb",
    "/files/100%25.txt": "files/100%.txt",
    "/files/a+b.txt": "files/a+b.txt",
    "/files/a%2Bb.txt": "files/a+b.txt",
    "/link-in.txt": "link-in.txt",
    "/%6Cab/index.html": "lab/index.html",
}

NOTHING = (
    "/nothing",
    "/lab/nothing.html",
    "/index.html/",
    "/index.html/x",
    "/LAB/index.html",
    "/no-index/",
    "/no-index/deep/",
    # out of the site
    "/../secret.txt",
    "/lab/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/%2E%2E%2Fsecret.txt",
    "/..%2fsecret.txt",
    "/lab/%2e%2e/%2e%2e/secret.txt",
    "/link-out/secret.txt",
    "//etc/passwd",
    "/%2Fetc/passwd",
    # no names
    "/files%2Fa+b.txt",
    "/lab//index.html",
    "/./index.html",
    "/lab/./",
    "/index.html%00",
    "/%00",
    "/%FF",
    "/files/100%.txt.",
    # no paths
    "",
    "*",
    "index.html",
    "http://127.0.0.1/index.html",
    "/" + "x" * 5000,
)

MOVED = {
    "/lab": "/lab/",
    "/lab?path=a.ipynb&room=demo": "/lab/?path=a.ipynb&room=demo",
    "/files/%C3%9cbung%201": "/files/%C3%9Cbung%201/",
    "/no-index": "/no-index/",
}


@pytest.mark.parametrize(("target", "name"), FOUND.items())
def test_finds(root: Path, target: str, name: str) -> None:
    assert SiteFiles(root).find(target) == root.resolve() / name


@pytest.mark.parametrize("target", NOTHING, ids=lambda target: target[:40])
def test_finds_nothing(root: Path, target: str) -> None:
    assert SiteFiles(root).find(target) is None


def test_what_begins_with_a_dot_is_hidden_unless_the_site_lists_it_as_a_document(
    root: Path,
) -> None:
    for name in (
        *(".git/config", ".env", "lab/.cache", ".well-known/security.txt", ".well-known/.a"),
        *("files/.listed.ipynb", "files/.hidden.ipynb", "files/a/.listed.md", "files/.b/c.ipynb"),
        *("files/.env", "files/broken/.listed.md", ".files/x"),
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    for folder, names in {"": [".listed.ipynb", ".b", "a"], "a": [".listed.md"]}.items():
        listing = root / "api" / "contents" / folder / "all.json"
        listing.parent.mkdir(parents=True, exist_ok=True)
        listing.write_text(json.dumps({"content": [{"name": name} for name in names]}))
    (root / "api" / "contents" / "broken").mkdir()
    (root / "api" / "contents" / "broken" / "all.json").write_text('{"content": 5}')
    files = SiteFiles(root)
    for target in ("/.git/config", "/.git", "/.env", "/%2Eenv", "/lab/.cache", "/files/.env"):
        assert files.find(target) is None
    for target in ("/files/.hidden.ipynb", "/files/broken/.listed.md", "/.files/x"):
        assert files.find(target) is None
    for name in ("files/.listed.ipynb", "files/a/.listed.md", "files/.b/c.ipynb"):
        assert files.find(f"/{name}") == root.resolve() / name
    for name in (".well-known/security.txt", ".well-known/.a"):
        assert files.find(f"/{name}") == root.resolve() / name


@pytest.mark.parametrize(("target", "location"), MOVED.items())
def test_sends_to_the_folder_with_a_slash(root: Path, target: str, location: str) -> None:
    assert SiteFiles(root).find(target) == Moved(location)


@pytest.mark.parametrize(("target", "name"), FOUND.items())
def test_finds_the_same_under_a_sub_path(root: Path, target: str, name: str) -> None:
    assert SiteFiles(root, "/project/").find("/project" + target) == root.resolve() / name


@pytest.mark.parametrize(
    "target", [target for target in NOTHING if target[:1] == "/"], ids=lambda target: target[:40]
)
def test_finds_nothing_under_a_sub_path(root: Path, target: str) -> None:
    assert SiteFiles(root, "/project/").find("/project" + target) is None


@pytest.mark.parametrize(
    "target", ["/index.html", "/lab/", "/lab", "/projects/", "/project2", "/Project/", "//project/"]
)
def test_what_is_outside_the_sub_path_does_not_exist(root: Path, target: str) -> None:
    assert SiteFiles(root, "/project/").find(target) is None


def test_the_sub_path_is_shown_to_whoever_misses_it(root: Path) -> None:
    files = SiteFiles(root, "/my/project/")
    assert files.find("/") == Moved("/my/project/")
    assert files.find("/?room=x") == Moved("/my/project/?room=x")
    assert files.find("/my/project") == Moved("/my/project/")
    assert files.find("/my/project/lab?room=x") == Moved("/my/project/lab/?room=x")
    assert files.find("/my") is None


@pytest.mark.parametrize("base_url", ["/ünï/", "/日本/", "/%e6%97%a5%E6%9C%AC/", "a b/c+d"])
def test_a_sub_path_may_have_any_letters(root: Path, base_url: str) -> None:
    files = SiteFiles(root, base_url)
    assert files.base_url.isascii()
    assert files.find(files.base_url) == root.resolve() / "index.html"
    assert files.find(files.base_url.lower()) == root.resolve() / "index.html"
    assert files.find(f"{files.base_url}lab") == Moved(f"{files.base_url}lab/")
    assert files.find("/") == Moved(files.base_url)


@pytest.mark.parametrize(
    ("given", "meant"),
    {
        "": "/",
        "/": "/",
        "project": "/project/",
        "/project": "/project/",
        "project/": "/project/",
        "/a/b/": "/a/b/",
        "/ünï/": "/%C3%BCn%C3%AF/",
        "/%C3%BCn%C3%AF/": "/%C3%BCn%C3%AF/",
        "a b": "/a%20b/",
    }.items(),
)
def test_a_base_url_gets_its_slashes(given: str, meant: str) -> None:
    assert normalise_base_url(given) == meant


@pytest.mark.parametrize(
    ("name", "expected"),
    {
        "index.html": "text/html; charset=utf-8",
        "STYLE.CSS": "text/css; charset=utf-8",
        "bundle.js": "text/javascript; charset=utf-8",
        "worker.mjs": "text/javascript; charset=utf-8",
        "a.js.map": "application/json",
        "pyodide.asm.wasm": "application/wasm",
        "all.json": "application/json",
        "a.ipynb": "application/x-ipynb+json",
        "manifest.webmanifest": "application/manifest+json",
        "a.txt": "text/plain; charset=utf-8",
        "a.csv": "text/csv; charset=utf-8",
        "a.md": "text/markdown; charset=utf-8",
        "icon.svg": "image/svg+xml",
        "icon.png": "image/png",
        "archive.tar.gz": "application/octet-stream",
        "LICENSE": "application/octet-stream",
        ".json": "application/octet-stream",
    }.items(),
)
def test_names_the_type(name: str, expected: str) -> None:
    assert content_type(name) == expected


def test_a_file_is_sent_with_its_type_and_is_asked_for_each_time(root: Path) -> None:
    reply = SiteFiles(root).reply(Query("GET", "/jupyter-lite.json?x"))
    assert reply.status == HTTPStatus.OK
    assert isinstance(reply.body, FilePart)
    assert (reply.body.path.name, reply.body.start, reply.body.length) == (
        *("jupyter-lite.json", 0),
        len("jupyter-lite.json"),
    )
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["Cache-Control"] == "no-cache"


def test_an_unchanged_file_is_not_sent_again(root: Path) -> None:
    files = SiteFiles(root)
    etag = files.reply(Query("GET", "/index.html")).headers["ETag"]
    for value in (etag, f"W/{etag}", f'"other", {etag}'):
        again = files.reply(Query("GET", "/index.html", {"if-none-match": value}))
        assert again.status == HTTPStatus.NOT_MODIFIED
        assert again.body == b""
    (root / "index.html").write_text("changed, and longer")
    changed = files.reply(Query("GET", "/index.html", {"if-none-match": etag}))
    assert changed.status == HTTPStatus.OK
    assert isinstance(changed.body, FilePart)
    assert changed.body.length == len("changed, and longer")


def test_what_is_missing_is_named(root: Path) -> None:
    reply = SiteFiles(root).reply(Query("GET", "/nothing"))
    assert reply.status == HTTPStatus.NOT_FOUND
    assert reply.body == b"There is no /nothing here.\n"
    assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_what_can_not_be_read_is_missing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = SiteFiles(root)
    found = files.find("/index.html")
    assert found is not None
    (root / "index.html").unlink()
    monkeypatch.setattr(files, "find", lambda _target: found)  # it was there a moment ago
    assert files.reply(Query("GET", "/index.html")).status == HTTPStatus.NOT_FOUND


def test_only_reading_is_answered(root: Path) -> None:
    reply = SiteFiles(root).reply(Query("PUT", "/index.html"))
    assert reply.status == HTTPStatus.METHOD_NOT_ALLOWED
    assert reply.headers["Allow"] == "GET, HEAD"
