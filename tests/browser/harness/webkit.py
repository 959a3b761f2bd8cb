# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Debian's WebKitGTK, driven over WebDriver: the nearest to Safari there is without a Mac.

The protocol is https://www.w3.org/TR/webdriver2/. Debian builds it without WebRTC, so its pages
meet others by the signaling server.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import TYPE_CHECKING, Any

from harness.driven import chord, downs_and_ups, keyboard
from harness.programs import webkit_program, xvfb_program
from harness.sites import free_port
from harness.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Mapping

#: seconds from starting a process until it answers, on a busy machine
START_TIMEOUT = 60
#: seconds until one has ended
STOP_TIMEOUT = 15
#: seconds for one command; it may wait for a promise of the page
COMMAND_TIMEOUT = 120
#: where Debian has the browser that WebKitGTK brings
BROWSER = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"
#: what its console says of trouble: an error of a script, of a request, or a promise's
TROUBLE = re.compile(r"^CONSOLE .*\bERROR\b.*", re.MULTILINE)
#: the size of the screen, and of the window on it
WIDTH, HEIGHT = 1280, 900


class WebKit:
    """One browser with one tab, and storage of its own; it answers once the constructor returns.

    It has a screen of its own, since it can't do without.
    """

    def __init__(self) -> None:
        self._ends = ExitStack()
        folder = Path(self._ends.enter_context(TemporaryDirectory(prefix="webkit-")))
        self._console = folder / "console"
        port = free_port()
        environment = {
            **os.environ,
            # user namespaces, which its sandbox needs, may be forbidden, as they are in containers
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
            # there is no GPU
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "WEBKIT_DISABLE_DMABUF_RENDERER": "1",
            # whoever runs the tests has a desktop, and settings: none of the tests' business
            "HOME": str(folder),
            "GDK_BACKEND": "x11",
            "DISPLAY": self._start_screen(),
        }
        environment.pop("WAYLAND_DISPLAY", None)
        command = [webkit_program(), f"--port={port}", "--host=127.0.0.1"]
        self._start(command, environment, self._console)
        self._server = HTTPConnection("127.0.0.1", port, timeout=COMMAND_TIMEOUT)
        self._ends.callback(self._server.close)
        wait_until(self._is_ready, START_TIMEOUT, "WebKit's driver answers")
        options = {
            "binary": str(next(Path("/").glob(BROWSER.lstrip("/")))),
            "args": [
                "--automation",
                "--enable-write-console-messages-to-stdout=true",
                # WebKitGTK 2.50.6 keeps a page that is left as it was. Where that was writing to
                # IndexedDB, the next page waits for the same store, also after a reload: seen with
                # a page that does nothing else, 2 of 2, and without this cache 0 of 12. With
                # JupyterLite it is the drive, so that no document opens any more
                "--enable-page-cache=false",
            ],
        }
        wanted = {"acceptInsecureCerts": True, "webkitgtk:browserOptions": options}
        made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{made['sessionId']}"
        # with it, what it has started ends
        self._ends.callback(self.command, "DELETE", "")
        self.command("POST", "/timeouts", script=COMMAND_TIMEOUT * 1000)
        self.command("POST", "/window/rect", width=WIDTH, height=HEIGHT)

    def command(self, method: str, path: str, **params: Any) -> Any:
        """Send a command about the tab, and wait for its result.

        Raises
        ------
        RuntimeError
            With what WebKit says, if it can't.
        """
        return self._ask(method, self._session + path, params)

    def goto(self, url: str) -> None:
        """Navigate, and wait until the page is loaded."""
        self.command("POST", "/url", url=url)

    def reload(self) -> None:
        """Load the page anew, and wait until it is there."""
        self.command("POST", "/refresh")

    def evaluate(self, function: str, argument: Any = None) -> Any:
        """Call a function of JavaScript with what JSON can say, and get that back."""
        script = f"""
            const [argument, done] = arguments;
            (async () => await ({function})(JSON.parse(argument)))().then(
                result => done([JSON.stringify(result ?? null)]),
                error => done([null, `${{error}}`])
            );
        """
        arguments = [json.dumps(argument)]
        answer = self.command("POST", "/execute/async", script=script, args=arguments)
        if answer[0] is None:
            raise RuntimeError(answer[1])
        return json.loads(answer[0])

    def type(self, text: str) -> None:
        """Type a text into what has the focus."""
        self.command("POST", "/actions", actions=keyboard(downs_and_ups(text)))

    def press(self, *names: str) -> None:
        """Press some keys together."""
        self.command("POST", "/actions", actions=keyboard(chord(*names)))

    def click(self, selector: str) -> None:
        """Click on something, as a person does: a page may copy then."""
        found = self.command("POST", "/element", using="css selector", value=selector)
        (element,) = found.values()
        self.command("POST", f"/element/{element}/click")

    def save_evidence(self, folder: Path, name: str) -> None:
        """Write what the window shows, as PNG, and what its console said."""
        shutil.copy(self._console, folder / f"{name}.log")
        picture = base64.b64decode(self.command("GET", "/screenshot"))
        (folder / f"{name}.png").write_bytes(picture)

    @property
    def trouble(self) -> list[str]:
        """What its pages said about errors."""
        return TROUBLE.findall(self._console.read_text("utf-8", "replace"))

    def stop(self) -> None:
        """End it, and all that was started for it."""
        self._ends.close()

    def _is_ready(self) -> bool:
        try:
            return bool(self._ask("GET", "/status")["ready"])
        except OSError:
            self._server.close()
            return False

    def _ask(self, method: str, path: str, params: object = None) -> Any:
        body = None if method == "GET" else json.dumps(params)
        self._server.request(method, path, body, {"Content-Type": "application/json"})
        value = json.loads(self._server.getresponse().read())["value"]
        if isinstance(value, dict) and "error" in value:
            raise RuntimeError(f"{method} {path}: {value['error']}: {value['message']}")
        return value

    def _start_screen(self) -> str:
        """Return its address; X finds a number that is free."""
        size = f"{WIDTH}x{HEIGHT}x24"
        with TemporaryFile() as number:
            said = number.fileno()
            command = [xvfb_program(), "-displayfd", str(said), "-screen", "0", size]
            self._start([*command, "-nolisten", "tcp"], os.environ, os.devnull, pass_fds=[said])
            return ":" + wait_until(lambda: _first_line(said), START_TIMEOUT, "a screen")

    def _start(
        self, command: list[str], environment: Mapping[str, str], log: str | Path, **options: Any
    ) -> None:
        with Path(log).open("w") as output:
            process = subprocess.Popen(
                command, env=environment, stdout=output, stderr=subprocess.STDOUT, **options
            )
        self._ends.callback(_end, process)


def _first_line(descriptor: int) -> str:
    text = os.pread(descriptor, 16, 0).decode()
    return text.strip() if text.endswith("\n") else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_TIMEOUT)
