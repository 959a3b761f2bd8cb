# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Wait until a server of ours answers: ``wait_for_server.py PORT PID``; fail if it never does."""

import os
import sys
import time
from contextlib import suppress
from urllib.request import urlopen

#: seconds between two questions
PAUSE = 0.1

#: seconds for a server to start on a busy machine
PATIENCE = 60

#: seconds for one answer
TIMEOUT = 10


def main(port: str, pid: str) -> None:
    """Ask until there is an answer.

    Parameters
    ----------
    port
        On this machine.
    pid
        Of the server.

    Raises
    ------
    ProcessLookupError
        If the server has ended.
    TimeoutError
        If it never answers.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        os.kill(int(pid), 0)
        # a site has no such page, and an index; docs have only the latter
        for path in ("healthz", "lab/index.html", "index.html"):
            with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/{path}", timeout=TIMEOUT):
                return
        time.sleep(PAUSE)
    raise TimeoutError(f"nothing answers on port {port}")


if __name__ == "__main__":
    main(*sys.argv[1:])
