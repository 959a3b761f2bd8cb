# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Redis from Debian's package, or Valkey, on a port of its own."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.sites import free_port
from harness.waiting import wait_until

#: the programs that will do
PROGRAMS = ("redis-server", "valkey-server")

#: seconds for it to stop
STOP_TIMEOUT = 10


class RedisServer:
    """One Redis that keeps nothing on disk; it listens once the constructor returns."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory()
        self.port = free_port()
        self._process = self._start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"redis://127.0.0.1:{self.port}/0"

    def kill(self) -> None:
        """End it without a word."""
        self._process.kill()
        self._process.wait(STOP_TIMEOUT)

    def restart(self) -> None:
        """Start it again on the same port, empty."""
        self.kill()
        self._process = self._start()

    def freeze(self) -> None:
        """Let it answer nothing any more, as a network that swallows packets."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """End it and leave nothing behind."""
        self.kill()
        self._folder.cleanup()

    def _start(self) -> subprocess.Popen[bytes]:
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        if program is None:
            raise RuntimeError(f"none of {PROGRAMS} is there: apt-get install redis-server")
        # a file, because a pipe that nobody drains would stop it
        with (Path(self._folder.name) / "log").open("wb") as log:
            process = subprocess.Popen(
                [
                    *(program, "--port", str(self.port), "--bind", "127.0.0.1"),
                    *("--save", "", "--appendonly", "no", "--dir", self._folder.name),
                ],
                stdout=log,
            )
        wait_until(self._answers, message="Redis listens")
        return process

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False
