# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Debian's Firefox, driven over WebDriver BiDi: Playwright wants a build of its own.

The protocol is https://w3c.github.io/webdriver-bidi/.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any
from weakref import finalize

from websockets.sync.client import connect

from harness.driven import chord, downs_and_ups, keyboard
from harness.programs import firefox_program
from harness.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: seconds from starting the process to its socket, on a busy machine
START_TIMEOUT = 60
#: seconds until it has ended
STOP_TIMEOUT = 15
#: seconds for one command; it may wait for a promise of the page
COMMAND_TIMEOUT = 120
#: where it says how to talk to it
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://[^:]+:(\d+))")


def _connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port))


class Firefox:
    """One browser; it answers once the constructor returns.

    Parameters
    ----------
    preferences : mapping
        What differs from a fresh profile that is driven from outside.
    inside : sequence of str
        What to put before its command, as :meth:`netlab.Lab.inside` says.
    reach : callable
        Connects to a port on the machine where it runs.
    """

    def __init__(
        self,
        preferences: Mapping[str, object],
        inside: Sequence[str] = (),
        reach: Callable[[int], socket.socket] = _connect,
    ) -> None:
        folder = Path(mkdtemp(prefix="firefox-"))
        self._clean_up = finalize(self, shutil.rmtree, folder, ignore_errors=True)
        profile = folder / "profile"
        profile.mkdir()
        lines = (
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
            for name, value in preferences.items()
        )
        (profile / "user.js").write_text("".join(lines), encoding="utf-8")
        stderr = folder / "stderr"
        command = [*inside, firefox_program(), "--headless", "--no-remote"]
        command += ["--remote-debugging-port", "0"]
        with stderr.open("w") as log:
            self._process = subprocess.Popen(
                [*command, "--profile", str(profile)], stdout=subprocess.DEVNULL, stderr=log
            )
        match = wait_until(
            lambda: LISTENING.search(stderr.read_text("utf-8", "replace")),
            START_TIMEOUT,
            "Firefox listens",
        )
        assert match is not None
        # states of documents of many MB are read
        self._ends = ExitStack()
        self._socket = self._ends.enter_context(
            connect(f"{match[1]}/session", sock=reach(int(match[2])), max_size=None)
        )
        self._last = 0
        #: what pages said about errors
        self.trouble: list[str] = []
        self._users: list[str] = []
        # tests make their own certificates
        self.command("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        self.command("session.subscribe", events=["log.entryAdded"])

    def command(self, method: str, **params: Any) -> Any:
        """Send a command, and wait for its result.

        Raises
        ------
        RuntimeError
            With what Firefox says, if it can't.
        """
        self._last += 1
        self._socket.send(json.dumps({"id": self._last, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(COMMAND_TIMEOUT))
            if message.get("method") == "log.entryAdded":
                entry = message["params"]
                if entry["level"] == "error":
                    self.trouble.append(f"{entry['type']}: {entry['text']}")
            elif message.get("id") == self._last:
                if message["type"] == "error":
                    raise RuntimeError(f"{method}: {message['error']}: {message['message']}")
                return message["result"]

    def new_page(self) -> FirefoxPage:
        """Open a tab of a person who has storage of their own."""
        user = self.command("browser.createUserContext")["userContext"]
        self._users.append(user)
        tab = self.command("browsingContext.create", type="tab", userContext=user)["context"]
        return FirefoxPage(self, tab)

    def close_pages(self) -> None:
        """Send everybody home."""
        while self._users:
            self.command("browser.removeUserContext", userContext=self._users.pop())

    def stop(self) -> None:
        """End it."""
        self._ends.close()
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_TIMEOUT)


class FirefoxPage:
    """A tab; its methods are Playwright's, as far as they are needed.

    Parameters
    ----------
    firefox : Firefox
        The browser.
    context : str
        The id of the tab.
    """

    def __init__(self, firefox: Firefox, context: str) -> None:
        self._firefox = firefox
        self._context = context

    def goto(self, url: str) -> None:
        """Navigate, and wait until the page is loaded."""
        self._firefox.command(
            "browsingContext.navigate", context=self._context, url=url, wait="complete"
        )

    def evaluate(self, function: str, argument: Any = None) -> Any:
        """Call a function of JavaScript with what JSON can say, and get that back."""
        result = self._firefox.command(
            "script.callFunction",
            functionDeclaration=f"""async argument => {{
                const result = await ({function})(JSON.parse(argument));
                return JSON.stringify(result ?? null);
            }}""",
            arguments=[{"type": "string", "value": json.dumps(argument)}],
            target={"context": self._context},
            awaitPromise=True,
        )
        if result["type"] == "exception":
            raise RuntimeError(result["exceptionDetails"]["text"])
        return json.loads(result["result"]["value"])

    def type(self, text: str) -> None:
        """Type a text into what has the focus."""
        self._keys(downs_and_ups(text))

    def press(self, *names: str) -> None:
        """Press some keys together."""
        self._keys(chord(*names))

    def _keys(self, actions: list[tuple[str, str]]) -> None:
        self._firefox.command(
            "input.performActions", context=self._context, actions=keyboard(actions)
        )


class FirefoxPerson:
    """A person as :class:`harness.peer_pages.PeerPage` needs one.

    Parameters
    ----------
    name : str
        Their name.
    firefox : Firefox
        The browser in which they get a tab.
    """

    def __init__(self, name: str, firefox: Firefox) -> None:
        self.name = name
        self.page = firefox.new_page()
        self.open = self.page.goto
