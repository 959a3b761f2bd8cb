# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Wait until a server of ours answers: ``wait_for_server.py PORT PID``; fail once it has ended."""

import os
import sys
import time
from contextlib import suppress
from urllib.request import urlopen

#: seconds between two questions
PAUSE = 0.1


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
    """
    while True:
        os.kill(int(pid), 0)
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10):
            return
        time.sleep(PAUSE)


if __name__ == "__main__":
    main(*sys.argv[1:])
