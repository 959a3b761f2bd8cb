# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Run the subcommands of ``jupyter lite-webrtc`` that listen, as processes."""

from __future__ import annotations

import re
import selectors
import signal
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

#: seconds from starting Python to a listening socket, on a busy machine
START_TIMEOUT = 30
#: seconds from SIGTERM to the end of the process
STOP_TIMEOUT = 15
#: the URL in the one line that a server prints once it listens
URL = re.compile(r"\b(?:ws|http)s?://\S+")


class ServerProcess:
    """One server process; it listens once the constructor returns.

    Parameters
    ----------
    subcommand : str
        As ``signaling`` or ``serve``.
    arguments : sequence of str
        Without ``--port``.
    port : int
        0 for any free one.

    Attributes
    ----------
    url : str
        What the server said it listens on.
    output : str
        What it printed to stdout after that line; known once it has ended.
    log : str
        What it printed to stderr; known once it has ended.
    """

    def __init__(self, subcommand: str, arguments: Sequence[str] = (), port: int = 0) -> None:
        self.output = ""
        self.log = ""
        self._command = [sys.executable, "-m", "jupyterlite_webrtc.app", subcommand, *arguments]
        self._start(port)

    @property
    def port(self) -> int:
        """The TCP port."""
        port = urlsplit(self.url).port
        if port is None:
            raise ValueError(f"no port in {self.url}")
        return port

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process without a good-bye, as a crash or a power cut does."""
        self._process.kill()
        self._clean_up()

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
            self._process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        finally:
            self._clean_up()
        return self._process.returncode

    def restart(self) -> None:
        """Start again on the same port; a running process is killed first."""
        self.kill()
        self._start(self.port)

    def _start(self, port: int) -> None:
        # a file, because nobody drains a pipe while the server writes its log
        self._stderr = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (closed below)
        self._process = subprocess.Popen(
            [*self._command, "--port", str(port)],
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            encoding="utf-8",
        )
        line = self._first_line()
        match = URL.search(line)
        if match is None:
            self.kill()
            raise RuntimeError(
                f"{' '.join(self._command)} printed no URL within {START_TIMEOUT} s, "
                f"but {line!r}, and on stderr:\n{self.log}"
            )
        self.url = match.group()

    def _first_line(self) -> str:
        stdout = self._process.stdout
        if stdout is None:
            raise RuntimeError("the process has no stdout")
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            return stdout.readline() if selector.select(START_TIMEOUT) else ""

    def _clean_up(self) -> None:
        self._process.wait(STOP_TIMEOUT)
        if self._stderr.closed:
            return
        if self._process.stdout is not None:
            self.output = self._process.stdout.read()
            self._process.stdout.close()
        self._stderr.seek(0)
        self.log = self._stderr.read()
        self._stderr.close()
