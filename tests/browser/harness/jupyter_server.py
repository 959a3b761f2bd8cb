# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Jupyter servers as people have them, and their pages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode
from urllib.request import urlopen
from weakref import finalize

from harness.jupyter import JupyterPage
from harness.sites import free_port
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.peers import Peer, Peers

#: seconds from starting Python to a page, on a busy machine
START_TIMEOUT = 90
#: seconds from SIGTERM to the end of the process
STOP_TIMEOUT = 30
#: what lets people in
TOKEN = "secret"  # noqa: S105 (of a server that lives as long as a test)
#: the documents in the drive that tests give it
TEXT, NOTEBOOK = "notes/hello.txt", "notes/waves.ipynb"
#: where each app has its documents, below the server's base URL
PLACES = {"lab": "lab/tree/", "notebooks": "notebooks/", "edit": "edit/"}


class JupyterServer:
    """JupyterLab and Notebook 7 on one server; it answers once the constructor returns.

    Parameters
    ----------
    python : pathlib.Path
        The interpreter of the environment in which they are installed.
    root : pathlib.Path
        The folder with the documents.
    page_config : dict
        ``page_config_data`` of the server.
    config_path : pathlib.Path, optional
        Another folder in which Jupyter looks for configuration.

    Attributes
    ----------
    url : str
        Its base URL.
    """

    def __init__(
        self,
        python: Path,
        root: Path,
        page_config: dict[str, Any],
        config_path: Path | None = None,
    ) -> None:
        folder = Path(mkdtemp(prefix="jupyter-"))
        self._clean_up = finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._stderr = folder / "stderr"
        port = free_port()
        config = {
            "ServerApp": {
                "tornado_settings": {"page_config_data": page_config},
                "open_browser": False,
                "port": port,
                "root_dir": str(root),
            },
            "IdentityProvider": {"token": TOKEN},
            # so that tests can ask for models
            "LabApp": {"check_for_updates_class": NO_UPDATES, "expose_app_in_browser": True},
            "JupyterNotebookApp": {"expose_app_in_browser": True},
        }
        (folder / "jupyter_server_config.json").write_text(json.dumps(config), encoding="utf-8")
        self.url = f"http://127.0.0.1:{port}/"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER")}
        home = {"JUPYTER_CONFIG_DIR": str(folder), "JUPYTER_DATA_DIR": str(folder / "data")}
        if config_path is not None:
            home["JUPYTER_CONFIG_PATH"] = str(config_path)
        # what the server starts is that of its own environment, too
        home["PATH"] = os.pathsep.join([str(python.parent), environment["PATH"]])
        command = [str(python), "-m", "jupyterlab", "--allow-root"]
        with self._stderr.open("w") as stderr:
            self._process = subprocess.Popen(
                command,
                cwd=root,
                env={**environment, **home},
                stdout=subprocess.DEVNULL,
                stderr=stderr,
            )
        wait_until(
            lambda: self._answers() or self._process.poll() is not None,
            START_TIMEOUT,
            "JupyterLab answers",
        )
        if self._process.poll() is not None:
            raise RuntimeError(f"JupyterLab ended:\n{self.log}")

    @property
    def log(self) -> str:
        """What it has said so far."""
        return self._stderr.read_text(encoding="utf-8")

    def page_config(self, app: str = "lab") -> dict[str, Any]:
        """Read what a page is configured with."""
        with urlopen(f"{self.url}{app}?token={TOKEN}") as answer:  # noqa: S310 (it is ours)
            page = answer.read().decode()
        start = page.index(">", page.index('id="jupyter-config-data"')) + 1
        config: dict[str, Any] = json.loads(page[start : page.index("</script>", start)])
        return config

    def stop(self) -> None:
        """End it, and the kernels with it."""
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_TIMEOUT)

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}api/status?token={TOKEN}"):  # noqa: S310 (it is ours)
                return True
        except OSError:
            return False


#: what Notebook 7.6.5 says in each page of a document, also without our extension: it loads the
#: settings of something that is not there
NOTEBOOK_ITSELF = r"(?s)reading 'schema'.*notebook_core"

#: what keeps JupyterLab from asking the internet for a newer one
NO_UPDATES = "jupyterlab.NeverCheckForUpdate"


class ServerPage(JupyterPage):
    """A page of a Jupyter server with one document in front."""

    def _url(self, app: str, path: str | None, parameters: dict[str, str]) -> str:
        query = urlencode({"token": TOKEN, **parameters})
        return f"{self.site}{PLACES[app]}{quote(path or '')}?{query}"


def visit_server(
    peer: Peer, server: JupyterServer, app: str, path: str, **parameters: str
) -> ServerPage:
    """Let a person open a document of a server in their first tab."""
    peer.expect_trouble(NOTEBOOK_ITSELF)
    page = ServerPage(peer.page, server.url)
    page.open(app, path, **parameters)
    return page


def pair(
    peers: Peers, server: JupyterServer, app: str, path: str, **parameters: str
) -> tuple[ServerPage, ServerPage]:
    """Bring Ada and Grace into one document."""
    ada, grace = (
        visit_server(peers.new(name), server, app, path, **parameters) for name in ("Ada", "Grace")
    )
    ada.shown()
    grace.shown()
    return ada, grace
