# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Run coturn as our example configures it."""

from __future__ import annotations

import shutil
import signal
import subprocess
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from harness.sites import free_port
from harness.waiting import wait_until
from sites import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certificates import Certificate

#: the configuration that we recommend
EXAMPLE = REPOSITORY / "examples" / "signaling" / "turnserver.conf"

#: what TURN server and signaling server share
SECRET = "a secret of both servers"  # noqa: S105 (only in tests)

#: seconds for a start or an end
TIMEOUT = 30

#: what it says once it listens
READY = "Total General servers"


def turn_program() -> str | None:
    """Find coturn, if it is installed."""
    return shutil.which("turnserver")


class TurnServer:
    """One process of coturn on this machine; it listens once the constructor returns.

    Parameters
    ----------
    secret : str
        From which names and passwords are made.
    host : str
        The address to listen on, and to relay from.
    port : int
        0 for any free one.
    inside : sequence of str
        What goes before the command, such as one that runs it in another network.
    certificate : Certificate, optional
        With which it speaks TLS, too, on another port.
    tls_port : int
        That; 0 for any free one.
    options : sequence of str
        More of its options.

    Attributes
    ----------
    port : int
        For UDP and TCP.
    uri, tls_uri : str
        The same, and with TLS.

    Raises
    ------
    FileNotFoundError
        If coturn is not installed; the tests' own set-up does that.
    """

    def __init__(  # noqa: PLR0913 (all but one have a default)
        self,
        secret: str,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        inside: Sequence[str] = (),
        certificate: Certificate | None = None,
        tls_port: int = 0,
        options: Sequence[str] = (),
    ) -> None:
        program = turn_program()
        if program is None:
            raise FileNotFoundError("coturn is not installed: run `doit servers`")
        self.port = port or free_port()
        self._tls_port = tls_port or free_port()
        self._folder = Path(mkdtemp(prefix="turn-"))
        self._log = self._folder / "log"
        command = [
            *(*inside, program, "-c", str(EXAMPLE), "--static-auth-secret", secret),
            *("--listening-port", str(self.port), "--listening-ip", host, "--relay-ip", host),
            # both ends are on this machine
            *("--no-dtls", "--allow-loopback-peers", "--allowed-peer-ip", host),
            *self._tls(certificate),
            *("--pidfile", str(self._folder / "pid"), "--userdb", str(self._folder / "db")),
            *options,
        ]
        with self._log.open("w") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            wait_until(self._has_begun, TIMEOUT, "coturn listens")
        except BaseException:
            self.close()
            raise
        self.uri = f"turn:{host}:{self.port}"
        self.tls_uri = f"turns:{host}:{self._tls_port}?transport=tcp"

    def _tls(self, certificate: Certificate | None) -> list[str]:
        if certificate is None:
            return ["--no-tls"]
        return [
            *("--tls-listening-port", str(self._tls_port)),
            *("--cert", str(certificate.certfile), "--pkey", str(certificate.keyfile)),
        ]

    @property
    def log(self) -> str:
        """What it has said so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _has_begun(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError(f"coturn ended:\n{self.log}")
        return READY in self.log

    def freeze(self) -> None:
        """Let it do nothing, as a machine that can't be reached any more."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait(TIMEOUT)
        shutil.rmtree(self._folder, ignore_errors=True)
