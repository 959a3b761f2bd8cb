# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Servers as people run them, to be attacked; and what must be true of them after that."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from attackers import Door
from harness.servers import ServerProcess
from harness.sites import free_port
from jupyterlite_webrtc.site_files import SITE_CONFIG
from nginx_server import example, nginx
from redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from certificates import Certificate

#: bytes that a log may have, whatever happens
LOG_BYTES = 1_000_000

#: what opens the TURN server to everybody, so that names of it can be asked for
TURN = ("--turn-uri", "turn:turn.example.org", "--turn-secret", "s" * 32, "--turn-for-all")

#: files that a process may have open where the system is stingy
FEW_FILES = 256


@dataclass(frozen=True)
class Deployment:
    """Servers that belong together.

    Attributes
    ----------
    name
        How they are run.
    doors
        Where clients come in.
    servers
        The processes that are attacked.
    bus
        The URL of their Redis, if they have one.
    trust
        The certificate that the doors show, if they do.
    """

    name: str
    doors: tuple[Door, ...]
    servers: tuple[ServerProcess, ...]
    bus: str | None = None
    trust: Certificate | None = None

    def faults(self) -> list[str]:
        """Tell what is wrong with the processes and their logs; nothing, if all is well."""
        return [fault for server in self.servers for fault in _faults(server)]


def _faults(server: ServerProcess) -> Iterator[str]:
    log = server.log
    if not server.is_running:
        yield f"the server ended; its log: {log[-3000:]}"
    if "Traceback" in log:
        start = log.index("Traceback")
        yield f"a traceback: {log[max(0, start - 500) : start + 5000]}"
    if len(log.encode()) > LOG_BYTES:
        yield f"{len(log):,} characters in the log, such as {log[-1000:]}"


def memory(server: ServerProcess) -> int:
    """Ask the system for the bytes of memory that a process has."""
    pages = Path(f"/proc/{server.pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def open_files(server: ServerProcess) -> int:
    """Count the descriptors of a process."""
    return len(list(Path(f"/proc/{server.pid}/fd").iterdir()))


class Stage:
    """Starts deployments; each is gone when the context of its method ends.

    Parameters
    ----------
    folder : pathlib.Path
        For files of theirs.
    certificate : Certificate
        What those show that speak TLS.
    """

    def __init__(self, folder: Path, certificate: Certificate) -> None:
        self._folder = folder
        self._certificate = certificate

    @property
    def names(self) -> dict[str, Callable[[ExitStack], Deployment]]:
        """All ways of running servers that are tried, by name."""
        return {
            "plain": self._plain,
            "redis": self._redis,
            "nginx": self._nginx,
            "tls": self._tls,
            "serve": self._serve,
            "few files": self._few_files,
        }

    @contextmanager
    def run(self, name: str) -> Iterator[Deployment]:
        """Run a deployment.

        Parameters
        ----------
        name : str
            One of `names`.

        Yields
        ------
        Deployment
            Which listens.
        """
        with ExitStack() as stack:
            yield self.names[name](stack)

    def _plain(self, stack: ExitStack) -> Deployment:
        server = _started(stack, *TURN)
        return Deployment("plain", _doors(server), (server,))

    def _few_files(self, stack: ExitStack) -> Deployment:
        inside = ("sh", "-c", f'ulimit -n {FEW_FILES} && exec "$@"', "sh")
        server = _started(stack, inside=inside)
        return Deployment("few files", _doors(server), (server,))

    def _redis(self, stack: ExitStack) -> Deployment:
        redis = RedisServer()
        stack.callback(redis.close)
        servers = tuple(_started(stack, "--bus", redis.url) for _ in range(2))
        return Deployment("redis", _doors(*servers), servers, redis.url)

    def _tls(self, stack: ExitStack) -> Deployment:
        shown = self._certificate
        files = ("--certfile", str(shown.certfile), "--keyfile", str(shown.keyfile))
        server = _started(stack, *files, *TURN)
        return Deployment("tls", _doors(server, tls=True), (server,), trust=shown)

    def _nginx(self, stack: ExitStack) -> Deployment:
        server = _started(stack, "--trusted-proxy", "127.0.0.1")
        port = free_port()
        http = example(f"127.0.0.1:{port}", f"127.0.0.1:{server.port}", self._certificate)
        stack.enter_context(nginx(self._folder, http))
        doors = (Door("127.0.0.1", port, tls=True),)
        return Deployment("nginx", doors, (server,), trust=self._certificate)

    def _serve(self, stack: ExitStack) -> Deployment:
        site = self._folder / "site"
        site.mkdir(exist_ok=True)
        (site / SITE_CONFIG).write_text("{}", encoding="utf-8")
        page = "<!doctype html><title>A page</title>" + "<p>It says little.</p>\n" * 40_000
        (site / "index.html").write_text(page, encoding="utf-8")
        server = _started(stack, "--output-dir", str(site), subcommand="serve")
        return Deployment("serve", _doors(server), (server,))


def _started(
    stack: ExitStack, *arguments: str, subcommand: str = "signaling", inside: tuple[str, ...] = ()
) -> ServerProcess:
    server = ServerProcess(subcommand, arguments, inside=inside)
    stack.callback(server.kill)
    return server


def _doors(*servers: ServerProcess, tls: bool = False) -> tuple[Door, ...]:
    return tuple(Door("127.0.0.1", server.port, tls) for server in servers)
