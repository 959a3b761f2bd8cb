# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Run ``jupyter lite`` in processes of their own, without importing it each time.

This is a program: each line of its input is a request, each line of its output tells that one is
done. A request runs in a fork of this process, which has imported all that a build needs but has
done nothing yet, so that it behaves as a new process would, a second sooner.
"""

import json
import os
import sys
from typing import Any, NoReturn

import jupyter_server.services.contents.filemanager  # noqa: F401 (only to have it imported)
from jupyterlite_core.addons import get_addon_implementations
from jupyterlite_core.app import main

#: what a process ends with that raised an exception
RAISED = 1


def run(request: dict[str, Any]) -> NoReturn:
    """Run one command, and end the process.

    Parameters
    ----------
    request
        ``args``, ``cwd``, ``env`` (all variables), and the files ``stdout`` and ``stderr``.
    """
    code: Any = RAISED
    try:
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        for number, name in ((0, os.devnull), (1, request["stdout"]), (2, request["stderr"])):
            os.dup2(os.open(name, os.O_RDWR | os.O_CREAT), number)
        main(request["args"])
        code = 0
    except SystemExit as end:
        code = end.code or 0
    except BaseException:  # noqa: BLE001 (as the interpreter does)
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else RAISED)


def serve() -> None:
    """Run requests, one after the other, until there are no more."""
    get_addon_implementations()
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            run(request)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
