# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A site that answers whatever it is told to, over real HTTP, and notes what it is asked for."""

import contextlib
import io
import json
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jupyterlite_webrtc.apps.check import CheckApp
from jupyterlite_webrtc.constants import LABEXTENSION, NEEDED_LABEXTENSIONS


@dataclass(frozen=True)
class Answer:
    """What comes back for one path."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()

    #: bytes in place of all that, and what is then sent again and again
    raw: bytes | None = None
    drip: bytes = b""

    def encoded(self) -> bytes:
        """Write it as HTTP/1.1."""
        if self.raw is not None:
            return self.raw
        length = (("Content-Length", str(len(self.body))),)
        known = {name.lower() for name, _ in self.headers} & {"content-length", "transfer-encoding"}
        headers = "".join(
            f"{name}: {value}\r\n" for name, value in (*self.headers, *(() if known else length))
        )
        head = f"HTTP/1.1 {self.status} X\r\nConnection: close\r\n{headers}\r\n"
        return head.encode("latin-1", "replace") + self.body


#: what is nowhere
ABSENT = Answer(b"no such file", 404)


@dataclass
class MadeUpSite:
    """Answers by path, and the paths that were asked for."""

    answers: dict[str, Answer] = field(default_factory=dict)
    otherwise: Answer = ABSENT
    asked: list[str] = field(default_factory=list)

    #: where it is, with a slash at the end
    url: str = ""


def document(data: Any) -> Answer:
    """Answer with a ``jupyter-lite.json``.

    Parameters
    ----------
    data
        The ``jupyter-config-data``.
    """
    return Answer(json.dumps({"jupyter-config-data": data}).encode())


def sound(**data: Any) -> dict[str, Answer]:
    """Make the answers of a site that is as it should be, and asks nobody.

    Parameters
    ----------
    **data
        More of its configuration.
    """
    names = (LABEXTENSION, *NEEDED_LABEXTENSIONS)
    config = {
        "collaborative": True,
        "fullWebRtcSignalingUrls": [],
        "webRtcIceServers": [],
        "federated_extensions": [{"name": name, "load": "static/entry.js"} for name in names],
        **data,
    }
    answers = {"/jupyter-lite.json": document(config), "/lab/jupyter-lite.json": document({})}
    for name in names:
        package = json.dumps({"name": name, "version": "5.0.0"}).encode()
        answers[f"/extensions/{name}/package.json"] = Answer(package)
        answers[f"/extensions/{name}/static/entry.js"] = Answer(b"let entry;")
    return answers


@contextlib.contextmanager
def made_up_site() -> Iterator[MadeUpSite]:
    """Serve one, whose answers may be changed at any time."""
    site = MadeUpSite()
    ended = threading.Event()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                words = self.rfile.readline(65536).decode("latin-1").split()
                while self.rfile.readline(65536).strip():
                    pass
                path = words[1].partition("?")[0] if len(words) > 1 else ""
                site.asked.append(path)
                answer = site.answers.get(path, site.otherwise)
                self.wfile.write(answer.encoded())
                while answer.drip and not ended.wait(0.02):
                    self.wfile.write(answer.drip)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        request_queue_size = 100

    with Server(("127.0.0.1", 0), Handler) as server:
        site.url = f"http://127.0.0.1:{server.server_address[1]}/"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield site
        finally:
            ended.set()
            server.shutdown()
            thread.join()


def check_here(*args: str) -> tuple[int, str]:
    """Run ``jupyter lite-webrtc check`` in this process; an exception is what fails a test.

    Parameters
    ----------
    *args
        What follows ``check``.

    Returns
    -------
    tuple of int and str
        The exit code, and what it said.
    """
    app = CheckApp()
    app.parse_command_line(list(args))
    said = io.StringIO()
    code = 0
    with contextlib.redirect_stdout(said):
        try:
            app.run()
        except SystemExit as error:
            code = int(error.code or 0)
    return code, said.getvalue()
