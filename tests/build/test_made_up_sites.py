# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""``jupyter lite-webrtc check`` and sites that are not as they should be, whatever they answer."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyterlite_webrtc.constants import LABEXTENSION, NEEDED_LABEXTENSIONS
from made_up_sites import ABSENT, Answer, MadeUpSite, check_here, document, made_up_site, sound
from sites import run

#: an answer that never ends
ENDLESS = Answer(raw=b"HTTP/1.1 200 OK\r\n\r\n", drip=b" ")

#: the same, of which not even the beginning ends
ENDLESS_HEADERS = Answer(raw=b"HTTP/1.1 200 OK\r\n", drip=b"X: y\r\n")

#: the page that some hosts show in place of what is missing
PAGE = Answer(b"\n<!DOCTYPE html><title>My site</title>", 200, (("Content-Type", "text/html"),))

#: sites of these tests ask nobody, so all that is said of a good one is this
GOOD = "has a valid configuration.\n"


@pytest.fixture(scope="module")
def served() -> Iterator[MadeUpSite]:
    with made_up_site() as site:
        yield site


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[MadeUpSite]:
    """Serve another site, which nobody asks for."""
    with made_up_site() as site:
        yield site


@pytest.fixture
def site(served: MadeUpSite) -> MadeUpSite:
    served.answers, served.otherwise = sound(), ABSENT
    served.asked.clear()
    return served


def said_of(*args: str) -> str:
    """Read the only sentence about something that does not work."""
    code, said = check_here(*args)
    assert code == 1, said
    (sentence,) = said.splitlines()
    return sentence


def test_a_sound_site_is_asked_for_each_file_once(site: MadeUpSite) -> None:
    code, said = check_here(site.url)
    assert code == 0, said
    assert GOOD in said
    assert len(site.asked) == len({*site.asked})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("http://[::1", "'http://[::1' is no http:// or https:// address: correct it."),
        ("http://a:99999/", "'http://a:99999/' is no http:// or https:// address: correct it."),
        ("http://a b/", "'http://a b/' names no host: correct it."),
        ("https:", "'https:' names no host: correct it."),
        ("x" * 5000, "…"),
        ("http://127.0.0.1:9/" + "x" * 5000, "can't be fetched (Connection refused)"),
        ("ws://[::1", "it speaks no WebSocket (Invalid IPv6 URL)"),
        ("stun:[::1", "is not the URL of a STUN or TURN server"),
        ("http://127.0.0.1:9/\udcff\x1b[2J", "can't be fetched (Connection refused)"),
    ],
)
def test_what_is_no_address_gets_a_sentence(text: str, sentence: str) -> None:
    said = said_of(text)
    assert sentence in said
    assert said.isprintable()


def test_a_traceback_is_never_shown_by_the_command_itself() -> None:
    command = [sys.executable, "-m", "jupyterlite_webrtc.app", "check"]
    result = run(*command, "http://[::1", "x" * 5000, "http://127.0.0.1:9/a b", cwd=Path.cwd())
    assert result.returncode == 1
    assert len(result.stdout.splitlines()) == 3
    assert "Traceback" not in result.stderr


def test_a_server_that_speaks_no_http_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
                connection.recv(1000)

        thread = threading.Thread(target=greet)
        thread.start()
        said = said_of(f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread.join()
    assert "can't be fetched (SSH-2.0-OpenSSH_9.2" in said


@pytest.mark.parametrize("folder", ["übung", "%C3%BCbung", "a b", "a%20b"])
def test_an_address_works_as_it_was_copied(site: MadeUpSite, folder: str) -> None:
    path = {"übung": "/%C3%BCbung", "a b": "/a%20b"}.get(folder, f"/{folder}")
    site.answers = {f"{path}{name}": answer for name, answer in sound().items()}
    for address in (f"{site.url}{folder}", f"{site.url}{folder}/lab/index.html?path=ü"):
        code, said = check_here(address)
        assert code == 0, said


def test_a_host_that_shows_a_page_for_what_is_missing_is_understood(site: MadeUpSite) -> None:
    site.otherwise = PAGE
    code, said = check_here(site.url)
    assert code == 0, said
    assert GOOD in said
    # … and a page can't run it in place of a script
    del site.answers[f"/extensions/{LABEXTENSION}/static/entry.js"]
    assert "the file 'static/entry.js' that a page loads is not in the site" in said_of(site.url)
    site.answers = {}
    assert "is no JupyterLite site: there is no jupyter-lite.json" in said_of(site.url)


def test_a_site_in_a_folder_of_another_one_is_checked_and_not_that_one(site: MadeUpSite) -> None:
    site.answers = {**sound(), **{f"/v1{name}": answer for name, answer in sound().items()}}
    _, said = check_here(f"{site.url}v1/")
    assert (
        said
        == f"{site.url}v1/ {GOOD}{site.url}v1/ uses no signaling server: "
        + said.split("uses no signaling server: ")[1]
    )
    _, said = check_here(f"{site.url}v1/lab/")
    assert said.startswith(f"{site.url}v1/ {GOOD}")


def test_a_package_without_a_version_is_nothing_to_complain_of(site: MadeUpSite) -> None:
    for package in (b"{}", b"[]", b"null", b"{", b"[" * 100_000):
        path = f"/extensions/{LABEXTENSION}/package.json"
        site.answers = {**sound(), path: Answer(package)}
        code, said = check_here(site.url)
        assert code == 0, said


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            {"federated_extensions": None},
            "federated_extensions in lab/jupyter-lite.json: None is not a list of objects",
        ),
        (
            {"federated_extensions": [None]},
            "federated_extensions in lab/jupyter-lite.json: [None] is not a list of objects",
        ),
        (
            {"disabledExtensions": {"a": 1}},
            "disabledExtensions in lab/jupyter-lite.json: {'a': '***'} is not a list of names",
        ),
        (
            {"federated_extensions": [{"name": "x", "load": {"a": "b"}}]},
            "x: the file {'a': '***'} that a page loads is not in the site",
        ),
        (
            {"federated_extensions": [{"name": "\ud800\x1b[2J", "load": 1}]},
            r"\ud800\x1b[2J: the file 1 that",
        ),
        (
            {"fullLabextensionsUrl": 1},
            "fullLabextensionsUrl: pages load no labextensions from 1: leave it out.",
        ),
    ],
)
def test_what_breaks_a_page_gets_a_sentence(
    site: MadeUpSite, data: dict[str, Any], sentence: str
) -> None:
    site.answers = {**sound(), "/lab/jupyter-lite.json": document(data)}
    said = said_of(site.url)
    assert sentence in said
    assert said.isprintable()


def test_what_is_nested_deeply_gets_a_sentence(site: MadeUpSite) -> None:
    for depth in (200, 100_000):
        nested = b"[" * depth + b"]" * depth
        site.answers = {**sound(), "/lab/jupyter-lite.json": Answer(nested)}
        assert "lab/jupyter-lite.json: not valid JSON (it is nested too deeply)" in said_of(
            site.url
        )


def test_numbers_that_browsers_do_not_read_get_a_sentence(site: MadeUpSite) -> None:
    site.answers = {**sound(), "/lab/jupyter-lite.json": Answer(b'{"x": NaN}')}
    assert "lab/jupyter-lite.json: not valid JSON (NaN is no number)" in said_of(site.url)


def test_an_address_in_the_file_of_an_app_is_beside_that_app(site: MadeUpSite) -> None:
    data = {"fullWebRtcSignalingUrls": ["./signaling"]}
    site.answers = {**sound(), "/lab/jupyter-lite.json": document(data)}
    _, said = check_here(site.url)
    assert f"{site.url.replace('http', 'ws')}lab/signaling doesn't work" in said
    assert "/lab/signaling" in site.asked


def test_a_notebook_of_an_app_is_validated_too(site: MadeUpSite) -> None:
    data = {"fullWebRtcSignalingUrls": [1, "http://x"]}
    notebook = json.dumps({"metadata": {"jupyter-lite": {"jupyter-config-data": data}}})
    site.answers = {**sound(), "/lab/jupyter-lite.ipynb": Answer(notebook.encode())}
    code, said = check_here(site.url)
    assert code == 1
    assert "fullWebRtcSignalingUrls in lab/jupyter-lite.ipynb: 1 is not a signaling URL" in said


def test_a_site_does_not_choose_what_this_machine_opens(
    site: MadeUpSite, elsewhere: MadeUpSite, tmp_path: Path
) -> None:
    elsewhere.asked.clear()
    for name, answer in sound().items():
        path = tmp_path / name.removeprefix("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(answer.body)
    folder = f"{tmp_path.as_uri()}/extensions"
    site.answers = sound(fullLabextensionsUrl=folder)
    assert f"fullLabextensionsUrl: pages load no labextensions from '{folder}'"[:70] in said_of(
        site.url
    )
    # what pages would load from there is not asked for, but no mistake
    site.answers = sound(fullLabextensionsUrl=f"{elsewhere.url}extensions")
    code, said = check_here(site.url)
    assert code == 0, said
    assert f"{elsewhere.url}extensions, which is not asked for them.\n" in said
    assert elsewhere.asked == []


@pytest.mark.parametrize("path", ["/jupyter-lite.json", "/repl/jupyter-lite.json"])
@pytest.mark.parametrize("target", ["elsewhere", "file", "other scheme", "garbage"])
def test_a_redirection_does_not_leave_the_site(
    site: MadeUpSite, elsewhere: MadeUpSite, path: str, target: str
) -> None:
    elsewhere.asked.clear()
    location = {
        "elsewhere": f"{elsewhere.url}x",
        "file": "file:///etc/hostname",
        "other scheme": site.url.replace("http", "https"),
        "garbage": "http://[",
    }[target]
    site.answers = {**sound(), path: Answer(b"", 302, (("Location", location),))}
    said = said_of(site.url)
    assert "sends pages on to" in said or "is no http:// or https:// address" in said
    assert elsewhere.asked == []


def test_a_redirection_within_the_site_is_followed(site: MadeUpSite) -> None:
    answers = sound()
    moved = {"/moved.json": answers["/jupyter-lite.json"]}
    there = Answer(b"", 301, (("Location", "/moved.json"),))
    site.answers = {**answers, **moved, "/jupyter-lite.json": there}
    code, said = check_here(site.url)
    assert code == 0, said
    site.answers = {"/jupyter-lite.json": Answer(b"", 307, (("Location", "jupyter-lite.json"),))}
    assert "sends pages on and on" in said_of(site.url)


def test_signaling_does_not_move_as_for_browsers_it_does_not(
    site: MadeUpSite, elsewhere: MadeUpSite
) -> None:
    elsewhere.asked.clear()
    location = elsewhere.url.replace("http", "ws")
    site.answers = {"/signaling": Answer(b"", 302, (("Location", location),))}
    said = said_of(f"{site.url}signaling".replace("http", "ws"))
    assert "it answers with HTTP status 302 instead of a WebSocket" in said
    assert elsewhere.asked == []


@pytest.mark.parametrize("endless", [ENDLESS, ENDLESS_HEADERS], ids=["body", "headers"])
def test_an_answer_that_does_not_end_is_given_up(site: MadeUpSite, endless: Answer) -> None:
    site.answers = {**sound(), "/lab/jupyter-lite.json": endless}
    said = said_of(site.url, "--timeout=0.3")
    assert "lab/jupyter-lite.json can't be fetched: no answer within 0.3 s" in said


def test_all_of_it_ends_in_time(site: MadeUpSite) -> None:
    site.otherwise = ENDLESS
    code, said = check_here(*[f"{site.url}{n}/" for n in range(50)], "--timeout=0.2", "--limit=1")
    assert code == 1
    *each, last = said.splitlines()
    assert 0 < len(each) < 10
    assert last == "Not all was checked within 1 s: say --limit to give more time."


def test_a_terminal_that_knows_few_characters_is_spared(tmp_path: Path) -> None:
    folder = tmp_path / "übung-中"
    folder.mkdir()
    result = subprocess.run(
        [sys.executable, "-m", "jupyterlite_webrtc.app", "check", str(folder)],
        env={"PATH": "", "PYTHONIOENCODING": "ascii", "HOME": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert result.returncode == 1
    assert rb"\xfcbung-\u4e2d is no built site" in result.stdout
    assert b"Traceback" not in result.stderr


#: where a made-up site may send somebody
TARGETS = ("/lab/", "jupyter-lite.json", "//", "http://[", "ELSEWHERE", "file:///etc/hostname", "")

#: values that are near enough to what makes sense to get past the first question
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=10),
    st.sampled_from(
        [
            *TARGETS,
            *("./", "./x", "./signaling", "ws://127.0.0.1:9", "ELSEWHERE/x", "always", "relay"),
            *("stun:127.0.0.1:9", "turn:127.0.0.1:9", "data:,{}", "ftp://127.0.0.1:9/x"),
            *(LABEXTENSION, *NEEDED_LABEXTENSIONS, "static/entry.js", "\ud800"),
        ]
    ),
)

KEYS = st.one_of(
    st.text(max_size=5),
    st.sampled_from(
        [
            *("collaborative", "fullWebRtcSignalingUrls", "signalingServers", "webRtcRoomPrefix"),
            *("webRtcIceServers", "webRtcIceTransportPolicy", "webRtcRelay", "urls", "username"),
            *("credential", "federated_extensions", "disabledExtensions", "fullLabextensionsUrl"),
            *("name", "load", "version", "jupyterlite", "apps", "metadata", "jupyter-lite"),
            "jupyter-config-data",
        ]
    ),
)

JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=15,
)

#: those keys of a configuration that somebody reads
READ = st.sampled_from(
    [
        *("collaborative", "fullWebRtcSignalingUrls", "webRtcIceServers", "webRtcRelay"),
        *("federated_extensions", "disabledExtensions", "fullLabextensionsUrl"),
    ]
)

#: a configuration that is as it should be but for some keys
NEARLY = st.dictionaries(READ, JSON, max_size=2).map(
    lambda data: sound(**data)["/jupyter-lite.json"].body
)

BODIES = st.one_of(
    NEARLY,
    JSON.map(lambda value: document(value).body),
    JSON.map(
        lambda value: json.dumps(
            {"metadata": {"jupyter-lite": {"jupyter-config-data": value}}}
        ).encode()
    ),
    JSON.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=50),
    st.sampled_from(
        [PAGE.body, b"[" * 5000, b"\xef\xbb\xbf{}", b'{"a":' * 150 + b"1" + b"}" * 150]
    ),
)

HEADERS = st.lists(
    st.one_of(
        st.tuples(st.just("Location"), st.sampled_from(TARGETS) | st.text(max_size=8)),
        st.tuples(st.just("Content-Length"), st.sampled_from(["0", "5", "-1", "x", "99999"])),
        st.tuples(st.just("Transfer-Encoding"), st.just("chunked")),
        st.tuples(st.just("Content-Encoding"), st.just("gzip")),
        st.tuples(st.just("Set-Cookie"), st.text(max_size=8)),
    ),
    max_size=2,
).map(tuple)

ANSWERS = st.one_of(
    st.builds(Answer, BODIES),
    st.builds(
        Answer,
        BODIES,
        st.sampled_from(
            [200, 201, 204, 206, 301, 302, 303, 307, 308, 304, 401, 403, 404, 410, 500]
        ),
        HEADERS,
    ),
    st.builds(lambda raw: Answer(raw=raw), st.binary(max_size=40)),
    st.just(ABSENT),
)

PATHS = (
    *(f"/{folder}jupyter-lite.{kind}" for folder in ("", "lab/") for kind in ("json", "ipynb")),
    *("/package.json", "/signaling", "/x/jupyter-lite.json"),
    *(f"/extensions/{LABEXTENSION}/{name}" for name in ("package.json", "static/entry.js")),
)


@settings(deadline=None, max_examples=150)
@given(
    changes=st.dictionaries(st.sampled_from(PATHS), ANSWERS, max_size=4),
    otherwise=st.one_of(st.just(ABSENT), st.just(PAGE), ANSWERS),
)
def test_whatever_a_site_answers_ends_in_sentences(
    changes: dict[str, Answer], otherwise: Answer, served: MadeUpSite, elsewhere: MadeUpSite
) -> None:
    elsewhere.asked.clear()

    def here(answer: Answer) -> Answer:
        """Say where elsewhere is."""
        where = elsewhere.url.rstrip("/")
        headers = tuple((key, value.replace("ELSEWHERE", where)) for key, value in answer.headers)
        body = answer.body.replace(b"ELSEWHERE", where.encode())
        return Answer(body, answer.status, headers, answer.raw)

    served.answers = {**sound(), **{path: here(answer) for path, answer in changes.items()}}
    served.otherwise = here(otherwise)
    code, said = check_here(served.url, "--timeout=0.5")
    lines = said.splitlines()
    assert code in (0, 1)
    assert lines
    assert all(line.isprintable() and line.endswith(".") for line in lines), said
    assert code == 1 or any(GOOD.strip() in line for line in lines)
    assert elsewhere.asked == []
