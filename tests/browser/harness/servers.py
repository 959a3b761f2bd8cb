# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Run the subcommands of ``jupyter lite-webrtc`` that listen, as processes."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import finalize

from harness.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence

#: seconds from starting Python to a listening socket, on a busy machine
START_TIMEOUT = 90
#: seconds from SIGTERM to the end of the process
STOP_TIMEOUT = 15
#: a URL in what a server prints once it listens, when all of it is there
URL = re.compile(r"\b(?:ws|http)s?://\S+(?=\s)")


class ServerProcess:
    """One server process; it listens once the constructor returns.

    Parameters
    ----------
    subcommand : str
        As ``signaling`` or ``serve``.
    arguments : sequence of str
        Without ``--port``.
    port : int or None
        0 for any free one, None for the default.
    inside : sequence of str
        What goes before the command, such as one that runs it in another network.

    Attributes
    ----------
    url : str
        What the server said it listens on.
    """

    def __init__(
        self,
        subcommand: str,
        arguments: Sequence[str] = (),
        port: int | None = 0,
        inside: Sequence[str] = (),
    ) -> None:
        app = [sys.executable, "-m", "jupyterlite_webrtc.app"]
        self._command = [*inside, *app, subcommand, *arguments]
        self._start(port)

    @property
    def port(self) -> int:
        """The TCP port."""
        port = urlsplit(self.url).port
        if port is None:
            raise ValueError(f"no port in {self.url}")
        return port

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def output(self) -> str:
        """What it has printed to stdout so far."""
        return self._stdout.read_text(encoding="utf-8")

    @property
    def log(self) -> str:
        """What it has printed to stderr so far."""
        return self._stderr.read_text(encoding="utf-8")

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process without a good-bye, as a crash or a power cut does."""
        self._process.kill()
        self._process.wait(STOP_TIMEOUT)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End the process as a service manager, or a person with Ctrl-C, does.

        Parameters
        ----------
        number : signal.Signals
            What to send.

        Returns
        -------
        int
            The exit code.
        """
        self._process.send_signal(number)
        try:
            return self._process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def restart(self) -> None:
        """Start again on the same port; a running process is killed first."""
        self.kill()
        self._start(self.port)

    def _start(self, port: int | None) -> None:
        # files, because a pipe that nobody drains would stop the server
        folder = Path(mkdtemp(prefix="server-"))
        self._clean_up = finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._stdout, self._stderr = folder / "stdout", folder / "stderr"
        with self._stdout.open("w") as stdout, self._stderr.open("w") as stderr:
            self._process = subprocess.Popen(
                self._command + ([] if port is None else ["--port", str(port)]),
                stdout=stdout,
                stderr=stderr,
            )
        wait_until(
            lambda: URL.search(self.output) or not self.is_running,
            START_TIMEOUT,
            f"{' '.join(self._command)} prints a URL",
        )
        match = URL.search(self.output)
        if match is None:
            raise RuntimeError(
                f"{' '.join(self._command)} ended with {self._process.returncode}, "
                f"{self.output!r} on stdout and on stderr:\n{self.log}"
            )
        self.url = match.group()
