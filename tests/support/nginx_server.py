# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Run nginx as our example configures it, before a server of ours."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from harness.waiting import wait_until
from sites import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from certificates import Certificate

#: the configuration that we recommend
EXAMPLE = REPOSITORY / "examples" / "signaling" / "nginx.conf"

#: where it has its certificate
LIVE = "/etc/letsencrypt/live/signaling.example.org"

#: where a location of one's own can be added to it
BEFORE_METRICS = "    location = /metrics {"

#: what nginx wants beside it, to run in the foreground and write to one folder only
AROUND = """
user root;
daemon off;
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder};
  proxy_temp_path {folder};
  fastcgi_temp_path {folder};
  uwsgi_temp_path {folder};
  scgi_temp_path {folder};
  {http}
}}
"""


def example(address: str, server: str, certificate: Certificate, more: str = "") -> str:
    """Put addresses and files into the configuration that we recommend.

    Parameters
    ----------
    address : str
        Where it listens, as ``127.0.0.1:443``.
    server : str
        The server behind it, such as ``127.0.0.1:4444``.
    certificate : Certificate
        What it shows.
    more : str
        Locations of one's own.

    Returns
    -------
    str
        What goes into ``http { … }``.
    """
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in {
        "listen 443 ssl;": f"listen {address} ssl;",
        "    listen [::]:443 ssl;\n": "",
        "127.0.0.1:4444": server,
        f"{LIVE}/fullchain.pem": str(certificate.certfile),
        f"{LIVE}/privkey.pem": str(certificate.keyfile),
        BEFORE_METRICS: f"{more}{BEFORE_METRICS}",
    }.items():
        assert text.count(old) == 1, f"{EXAMPLE} has {old!r} {text.count(old)} times"
        text = text.replace(old, new)
    return text


@contextmanager
def nginx(folder: Path, http: str, inside: Sequence[str] = ()) -> Iterator[None]:
    """Run it.

    Parameters
    ----------
    folder : pathlib.Path
        For its files.
    http : str
        What goes into ``http { … }``.
    inside : sequence of str
        What goes before the command, such as one that runs it in another network.

    Yields
    ------
    None
        Once it listens.
    """
    configuration, log, pid = (folder / name for name in ("nginx.conf", "nginx.log", "pid"))
    configuration.write_text(AROUND.format(folder=folder, http=http), encoding="utf-8")
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
    assert program is not None, "apt-get install nginx"
    command = [*inside, program, "-c", str(configuration)]
    with (
        log.open("w") as errors,
        subprocess.Popen(command, stderr=errors) as process,
    ):
        try:
            # it writes this once it listens
            wait_until(
                lambda: process.poll() is not None or (pid.exists() and pid.read_text()),
                message="nginx listens",
            )
            if process.poll() is not None:
                raise RuntimeError(f"nginx ended:\n{log.read_text(encoding='utf-8')}")
            yield
        finally:
            process.terminate()
