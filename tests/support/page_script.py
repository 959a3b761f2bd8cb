# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Do what a page of the documentation says, from its top to its end, in one shell.

What differs from a reader's terminal: servers run in the background until the page ends, and their
ports are free ones, in all commands.
"""

import os
import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.sites import free_port
from site_states import small_archive
from sites import Result, run
from snippets import COMMANDS, Snippet

#: a command that runs until somebody stops it; asking for help is none
SERVER = re.compile(
    r"^(?:jupyter lite-webrtc (serve|signaling|demo)(?!.*--(help|generate-config|version))"
    r"|python -m http\.server )"
)

#: the port of each if it isn't told another one
DEFAULT_PORTS = {"serve": "8000", "demo": "8000", "signaling": "4444"}

#: a port in a command
PORT = re.compile(
    r"(?<=--port )\d+|(?<=127\.0\.0\.1:)\d+|(?<=localhost:)\d+|(?<=--bind 127\.0\.0\.1 )\d+"
)

#: the program that waits for a server
WAIT = Path(__file__).with_name("wait_for_server.py")

#: what a shell does before a page begins
PRELUDE = f"""
set -euo pipefail
declare -A servers=()
stop_servers() {{ for pid in "${{servers[@]}}"; do kill "$pid" && wait "$pid" || true; done; }}
trap stop_servers EXIT
start_server() {{
  local port=$1; shift
  if [[ ${{servers[$port]-}} ]]; then
    kill "${{servers[$port]}}"; wait "${{servers[$port]}}" || true
  fi
  "$@" > "server-$port.log" 2>&1 &
  servers[$port]=$!
  if ! {shlex.join([sys.executable, str(WAIT)])} "$port" "${{servers[$port]}}"; then
    cat "server-$port.log"
    return 1
  fi
}}
"""


def script(steps: Sequence[Snippet]) -> str:
    """Write a page's commands and files as one script.

    Parameters
    ----------
    steps
        The snippets that are to be run.

    Returns
    -------
    str
        For bash.
    """
    ports: dict[str, str] = {}

    def port(documented: str) -> str:
        return ports.setdefault(documented, str(free_port()))

    def line(command: str) -> str:
        server = SERVER.match(command)
        if server and server[1] and "--port" not in command:
            command += f" --port {DEFAULT_PORTS[server[1]]}"
        command = PORT.sub(lambda found: port(found[0]), command)
        if server:
            (listens,) = re.findall(r"(?:--port|--bind 127\.0\.0\.1) (\d+)", command)
            return f"start_server {listens} {command}"
        return command

    parts = [PRELUDE]
    for step in steps:
        parts.append(f"echo {shlex.quote(f'--- {step}')}")
        if step.language in COMMANDS:
            parts += [line(command) for command in step.text.splitlines()]
        else:
            parts.append(
                f"cat > {shlex.quote(step.file)} <<'END OF FILE'\n{step.text}\nEND OF FILE"
            )
    return "\n".join(parts)


def do(steps: Sequence[Snippet], folder: Path, newcomer: dict[str, str] | None = None) -> Result:
    """Do what a page says.

    Parameters
    ----------
    steps
        The snippets that are to be run.
    folder
        Where the reader is.
    newcomer
        Variables of a reader who has nothing installed; by default they have what is installed
        here, and get nothing else.

    Returns
    -------
    subprocess.CompletedProcess
        As of `sites.run`.
    """
    home = folder.parent / "home"
    home.mkdir()
    own_bin = str(Path(sys.executable).parent)
    path = [part for part in os.environ["PATH"].split(os.pathsep) if part != own_bin]
    if newcomer is not None:
        env = {"PATH": os.pathsep.join(path), "HOME": str(home), "BROWSER": "true", **newcomer}
        return run("bash", "-c", script(steps), cwd=folder, env=env)
    env = {
        "PATH": os.pathsep.join([own_bin, *path]),
        "HOME": str(home),
        # nothing is installed that isn't there: `pip install` finds that, or fails
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        # … and finds it from a new virtual environment, too
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if "site-packages" in path),
        # for `jupyter lite-webrtc demo`
        "BROWSER": "true",
        # sites are built and served, but nobody looks at them
        "JUPYTERLITE_APP_ARCHIVE": str(small_archive()),
    }
    return run("bash", "-c", script(steps), cwd=folder, env=env)
