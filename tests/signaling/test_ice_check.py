# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""``jupyter lite-webrtc check`` tries STUN and TURN servers: Debian's coturn, and what is none."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jupyterlite_webrtc import ice_checks
from jupyterlite_webrtc.config_schema import shown
from jupyterlite_webrtc.ice_checks import Source
from jupyterlite_webrtc.ice_probe import is_out_of_reach
from jupyterlite_webrtc.ice_urls import PUBLIC_ICE_SERVERS, parse
from jupyterlite_webrtc.signaling.turn import TurnMint
from sites import REPOSITORY, run
from turn_server import SECRET, TurnServer

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from certificates import Certificate
    from signaling_clients import StartSignaling

#: an IP address and a port
ADDRESS = r"127\.0\.0\.1:\d+"

#: the discard port, where nobody listens any more
NOBODY = "127.0.0.1:9"


@pytest.fixture(scope="module")
def turn(certificate: Certificate) -> Iterator[TurnServer]:
    """Run coturn with the configuration of our example."""
    with closing(TurnServer(SECRET, certificate=certificate)) as server:
        yield server


def check(*args: str, trusted: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run it as a host does, on a machine that trusts a certificate."""
    command = [sys.executable, "-m", "jupyterlite_webrtc.app", "check", *args]
    env = {"SSL_CERT_FILE": str(trusted)} if trusted else {}
    result = run(*command, cwd=Path.cwd(), env={**os.environ, **env})
    assert "Traceback" not in result.stderr
    return result


def problems(*args: str) -> list[str]:
    """Run it where nothing works."""
    result = check(*args)
    assert result.returncode == 1, result.stdout
    return result.stdout.splitlines()


def said(url: str, timeout: float = 10) -> str:
    """Ask without a command line what doesn't work."""
    server = {"urls": url, "username": "a", "credential": "b"}
    (verdict,) = asyncio.run(ice_checks.check([server], Source.SITE, "here", timeout))
    assert not verdict.works
    return verdict.sentence


def minted(secret: str, age: int = 0) -> list[str]:
    """Mint a name and a password, as arguments."""
    server = TurnMint(["turn:x"], secret, 600, lambda: time.time() - age).server()
    name, password = str(server["username"]), str(server["credential"])
    return ["--turn-username", name, "--turn-credential", password]


def built_site(folder: Path, **data: Any) -> str:
    """Make what is in a site's folder, as far as it is about servers."""
    config = {"collaborative": True, "fullWebRtcSignalingUrls": [], **data}
    (folder / "jupyter-lite.json").write_text(
        json.dumps({"jupyter-lite-schema-version": 0, "jupyter-config-data": config})
    )
    return str(folder)


@contextmanager
def stranger(answer: bytes) -> Iterator[str]:
    """Listen with TCP, answer something else to each client, and hang up."""

    def serve(server: socket.socket) -> None:
        with server.accept()[0] as client:
            client.recv(1024)
            client.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def test_what_works_is_said_with_the_address_that_it_gives(
    turn: TurnServer, certificate: Certificate
) -> None:
    stun, tcp = turn.uri.replace("turn:", "stun:"), f"{turn.uri}?transport=tcp"
    urls = (stun, turn.uri, tcp, turn.tls_uri)
    result = check(*urls, "--turn-secret", SECRET, trusted=certificate.certfile)
    assert result.returncode == 0, result.stdout
    first, *others = result.stdout.splitlines()
    assert re.fullmatch(
        rf"{stun} works: after \d+ ms it said that this machine is {ADDRESS}\.", first
    )
    for url, transport, line in zip(urls[1:], ("UDP", "TCP", "TLS"), others, strict=True):
        sentence = (
            rf"{re.escape(url)} works over {transport}, and after \d+ ms it was ready to relay "
            rf"from {ADDRESS}\."
        )
        assert re.fullmatch(sentence, line)


def test_names_and_passwords_that_are_wrong_or_too_old_are_told_apart(
    turn: TurnServer, certificate: Certificate
) -> None:
    urls = (turn.uri, f"{turn.uri}?transport=tcp", turn.tls_uri)
    wrong = check(*urls, *minted("another"), trusted=certificate.certfile)
    assert wrong.returncode == 1
    assert wrong.stdout.splitlines() == [
        f"{url} doesn't work: it refuses the name or the password: give those that the TURN server "
        "has."
        for url in urls
    ]
    (expired,) = problems(turn.uri, *minted(SECRET, age=601))
    assert re.fullmatch(
        rf"{turn.uri} doesn't work: name and password were good until .* UTC: mint new ones; "
        r"--turn-secret does\.",
        expired,
    )
    (secret,) = problems(turn.uri, "--turn-secret", "another")
    assert secret.endswith(
        "--turn-secret must be what the TURN server has as static-auth-secret, and its clock must "
        "be right."
    )
    (nothing,) = problems(turn.uri)
    assert nothing == (
        f"{turn.uri} doesn't work without a name and a password: add --turn-username and "
        "--turn-credential, or --turn-secret."
    )


def test_who_does_not_answer_is_told_from_who_answers_otherwise(turn: TurnServer) -> None:
    urls = (f"stun:{NOBODY}", f"turn:{NOBODY}", f"turn:{NOBODY}?transport=tcp", f"turns:{NOBODY}")
    lines = problems(*urls, "stun:stun.invalid", turn.tls_uri, "--turn-secret", SECRET)
    for url, transport, line in zip(urls, ("UDP", "UDP", "TCP", "TCP"), lines, strict=False):
        assert line == (
            f"{url} doesn't work: nothing listens on {transport} port 9: start the server, and see "
            "whether host and port are right."
        )
    assert re.search(r"doesn't work: no connection \(.+\): see whether host and port", lines[4])
    assert re.search(r"certificate is not trusted \(self.signed certificate\), and", lines[5])
    with stranger(b"HTTP/1.1 400 Bad Request\r\n\r\n") as address:
        assert "doesn't work: it speaks no TURN on TCP port" in said(
            f"turn:{address}?transport=tcp"
        )
    with stranger(b"no TLS") as address:
        assert "doesn't work: no encrypted connection (" in said(f"turns:{address}")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        assert said(f"stun:127.0.0.1:{port}", timeout=0.2).endswith(
            f"no answer within 0.2 s: see whether a firewall is in the way of UDP port {port}."
        )


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("turn://turn.example.org", "is not the URL of a STUN or TURN server: write it as stun:"),
        ("turn:user@turn.example.org", "is not the URL of a STUN or TURN server"),
        ("turn:turn.example.org?transport=tls", "is not the URL of a STUN or TURN server"),
        ("turn:turn.example.org:65536", "has no port from 1 to 65535: correct it"),
        ("stun:stun.example.org?transport=tcp", "names a transport, which only TURN servers have"),
        ("stuns:stun.example.org", "asks for encryption over UDP, which browsers don't speak"),
        ("turns:turn.example.org?transport=udp", "write turns:…?transport=tcp instead"),
    ],
)
def test_a_url_that_browsers_refuse_is_named(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        parse(url)
    assert said(url).startswith(f"here (urls): {shown(url)} ")


def test_no_secret_of_an_address_is_printed() -> None:
    found = problems(f"wss://me:hush@{NOBODY}/?token=hush", "turn:me:hush@a")
    expected = (f"wss://***@{NOBODY}/?*** doesn't work: ", "'turn:***@a' is not the URL of")
    for line, public in zip(found, expected, strict=True):
        assert line.startswith(public)
        assert "hush" not in line


def test_a_url_is_understood_as_browsers_do() -> None:
    def parts(url: str) -> tuple[bool, str, int, str]:
        found = parse(url)
        return found.is_turn, found.host, found.port, found.transport

    assert parts("stun:a.b") == (False, "a.b", 3478, "UDP")
    assert parts("turn:a.b:80?transport=tcp") == (True, "a.b", 80, "TCP")
    assert parts("turns:[2001:db8::1]") == (True, "2001:db8::1", 5349, "TLS")
    assert parts("turns:a:443?transport=tcp") == (True, "a", 443, "TLS")


def test_the_servers_of_a_built_site_are_tried(turn: TurnServer, tmp_path: Path) -> None:
    name, password = minted(SECRET)[1::2]
    server = {"urls": turn.uri, "username": name, "credential": password}
    urls = [turn.uri.replace("turn:", "stun:"), f"stun:{NOBODY}"]
    result = check(built_site(tmp_path, webRtcIceServers=[server, {"urls": urls}]))
    assert result.returncode == 1
    assert [line.split(" ", 2)[:2] for line in result.stdout.splitlines()[2:]] == [
        [turn.uri, "works"],
        [urls[0], "works:"],
        [urls[1], "doesn't"],
    ]
    name, password = minted(SECRET, age=601)[1::2]
    server = {"urls": turn.uri, "username": name, "credential": password}
    *_, line = problems(built_site(tmp_path, webRtcIceServers=[server]))
    assert line.endswith(
        "mint new ones, with --turn-secret and --turn-uri, and take these out of the site."
    )


def test_a_site_that_asks_no_server_says_so(tmp_path: Path) -> None:
    none = check(built_site(tmp_path, webRtcIceServers=[]))
    assert none.returncode == 0
    assert "uses no STUN or TURN server: only people in one network are connected" in none.stdout
    unused = check(
        built_site(tmp_path, webRtcIceServers=[{"urls": f"stun:{NOBODY}"}], webRtcRelay="always")
    )
    assert unused.returncode == 0
    assert NOBODY not in unused.stdout


def test_what_signaling_mints_is_tried(turn: TurnServer, start_signaling: StartSignaling) -> None:
    tcp = f"{turn.uri}?transport=tcp"
    uris = ("--turn-uri", turn.uri, "--turn-uri", tcp)
    result = check(start_signaling("--turn-for-all", "--turn-secret", SECRET, *uris).url)
    assert result.returncode == 0, result.stdout
    assert [line.split(" ", 2)[:2] for line in result.stdout.splitlines()[1:]] == [
        [turn.uri, "works"],
        [tcp, "works"],
    ]
    url = start_signaling("--turn-for-all", "--turn-secret", "another", *uris).url
    signaling, *lines = problems(url)
    assert signaling.startswith(f"{url} works: ")
    for uri, line in zip((turn.uri, tcp), lines, strict=True):
        assert line == (
            f"{uri} doesn't work: it refuses the name or the password: the signaling server's "
            "--turn-secret must be what the TURN server has as static-auth-secret, and the clocks "
            "of both must be right."
        )


def test_a_signaling_server_loads_nothing_of_what_the_check_needs() -> None:
    code = "import sys, jupyterlite_webrtc.app; print('aioice' in sys.modules)"
    assert run(sys.executable, "-c", code, cwd=Path.cwd()).stdout == "False\n"


def test_a_relay_in_a_local_network_is_out_of_reach_for_the_internet() -> None:
    assert is_out_of_reach("93.184.216.34", "10.0.0.5")
    assert not is_out_of_reach("93.184.216.34", "93.184.216.34")
    assert not is_out_of_reach("192.168.0.7", "192.168.0.7")


def test_the_public_server_is_the_one_that_pages_use() -> None:
    source = (REPOSITORY / "labextension-src" / "src" / "room" / "config.ts").read_text()
    for server in PUBLIC_ICE_SERVERS:
        assert f"{{ urls: '{server['urls']}' }}" in source
