# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Plays a monkey's stories: three people, and one of them in two tabs."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error as PlaywrightError

from harness.commands import DRIVER, CommandPage, load, notebook, prepare
from harness.trouble import LEFT_WHILE_LOADING
from harness.waiting import wait_until
from monkey.model import Done, Model
from monkey.story import PAGES, SIGNALING, inserted, typed

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from harness.peers import Peer, Peers
    from harness.servers import ServerProcess
    from monkey.story import Step

#: tells how far a story is: ``--log-cli-level=info``
LOG = logging.getLogger(__name__)

#: what runs in the page
MONKEY = DRIVER + Path(__file__).with_name("driver.js").read_text(encoding="utf-8")

#: what Jupyter says itself, and what is the story's own doing
EXPECTED = (
    LEFT_WHILE_LOADING,
    # a kernel that is restarted, or whose page is left
    "Canceled future for execute_request message before replies were done",
    "WebSocket connection to",
    # an image that belongs to its cell, before JupyterLab has found it there: also without us
    r"(ERR_UNKNOWN_URL_SCHEME|request failed).*attachment:",
    # JupyterLab takes a comment in an error for a path, and asks a server that there isn't
    r"404.*/api/resolvePath",
)

#: an image of one pixel
IMAGE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)

#: how long all may take to meet again, and to agree
PATIENCE = 90.0


def beginning() -> dict[str, Any]:
    """Make the notebook that a story begins with; all its cells can be run."""
    prose = {"cell_type": "markdown", "metadata": {}, "source": "// prose\n// more of it"}
    code: dict[str, Any] = {
        "cell_type": "code",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
    }
    image = {"attachments": {"dot.png": {"image/png": IMAGE}}}
    return notebook(
        prose,
        {**code, "source": "console.log('first');"},
        {**prose, **image, "source": "// ![dot](attachment:dot.png)"},
        {**code, "source": "console.log('second');\n// below"},
    )


class MonkeyPage(CommandPage):
    """One of the pages: somebody may have two.

    Parameters
    ----------
    peer
        Who it is.
    page
        Their tab.
    site
        The URL of the site.
    **parameters
        Others of the URL, such as ``room``.
    """

    def __init__(self, peer: Peer, page: Page, site: str, **parameters: str) -> None:
        self._tab = page
        super().__init__(peer, site, **parameters)

    def _on_page(self, page: Page) -> None:
        """Let others be: one of them is the same person's other tab."""

    @property
    def page(self) -> Page:
        """Its tab."""
        return self._tab

    def begin_again(self, path: str) -> None:
        """Begin to load the page anew, with a notebook."""
        self.jupyter.start("lab", path, **self._parameters)

    def end_loading(self) -> None:
        """Wait until the page is loaded."""
        super().end_loading()
        self.page.evaluate(MONKEY)


class Player:
    """Three people who stay together for some stories.

    Parameters
    ----------
    peers
        Brings them in.
    url
        The URL of the site.
    signaling
        Its signaling server.
    """

    def __init__(self, peers: Peers, url: str, signaling: ServerProcess) -> None:
        self._signaling = signaling
        self._numbers = count(1)
        self._path = ""
        self.pages: dict[str, MonkeyPage] = {}
        people: dict[str, Peer] = {}
        for name in PAGES:
            first = name.split()[0]
            if first not in people:
                people[first] = peers.new(first)
                tab = people[first].page
                for pattern in EXPECTED:
                    people[first].expect_trouble(pattern)
            else:
                tab = people[first].new_tab()
            self.pages[name] = MonkeyPage(people[first], tab, url, room="r1", username=name)
        # two tabs that make the browser's drive at once stop at an error of localforage's
        *firsts, second = self.pages.values()
        load(firsts)
        load([second])

    def play(self, steps: list[Step]) -> list[str]:
        """Play a story with a new notebook.

        Returns
        -------
        list of str
            What is wrong after it; nothing, if all is well.
        """
        try:
            return self._play(steps)
        except (PlaywrightError, TimeoutError) as error:
            return [str(error)]

    def _play(self, steps: list[Step]) -> list[str]:
        if not self._signaling.is_running:  # where the story before has failed
            self._signaling.restart()
        self._path = f"monkey-{next(self._numbers)}.ipynb"
        prepare([*self.pages.values()], self._path, beginning())
        self._meet()
        model = Model(beginning())
        for turn in sorted({step.turn for step in steps}):
            LOG.info("turn %s", turn)
            done = self._turn([step for step in steps if step.turn == turn])
            model.turn(done)
            for each in done:
                LOG.info("%s", each)
            if trouble := self._trouble():
                return trouble
        problems = self._judge(model) + self._trouble()
        if problems:
            for name, page in self.pages.items():
                LOG.info("at %s in the end: %s", name, page.ask("notebook", self._path))
        return problems

    def _turn(self, steps: list[Step]) -> list[Done]:
        done = []
        acting: list[tuple[Step, MonkeyPage]] = []
        loading: list[tuple[Step, MonkeyPage]] = []
        for step in steps:
            if step.who == SIGNALING:
                self._signaling.kill()
                if step.action == "up":
                    self._signaling.restart()
                    self._meet()
                done.append(Done(step, is_done=True))
            elif step.action == "reload":
                self.pages[step.who].begin_again(self._path)
                loading.append((step, self.pages[step.who]))
            else:
                page = self.pages[step.who]
                text = inserted(step) if step.action == "insert" else typed(step)
                asked = {"action": step.action, "cell": step.cell, "line": step.line, "text": text}
                page.ask("begin", "act", self._path, asked)
                acting.append((step, page))
        for step, page in acting:
            told = page.ask("end")
            printed = _new(told["before"], told["after"])
            done.append(Done(step, told["isDone"], told["cells"], printed))
        for step, page in loading:
            page.end_loading()
            wait_until(lambda: page.ask("notebook", self._path))  # noqa: B023 (at once)
            done.append(Done(step, is_done=True))
        return done

    def _meet(self) -> None:
        for page in self.pages.values():
            wait_until(
                lambda: page.ask("together", self._path) == len(PAGES),  # noqa: B023 (at once)
                PATIENCE,
                f"all pages at {page.peer.name}'s",
            )

    def _judge(self, model: Model) -> list[str]:
        problems: list[str] = []

        def is_well() -> bool:
            for page in self.pages.values():
                page.ask("save")
            notebooks = {
                name: page.ask("notebook", self._path) for name, page in self.pages.items()
            }
            drives = {name: page.ask("drive") for name, page in self.pages.items()}
            problems[:] = self._differences(notebooks, drives)
            problems.extend(
                f"{name} shows as running: {running}"
                for name, page in self.pages.items()
                if (running := page.ask("runningCells", self._path))
            )
            for name, shown in notebooks.items():
                copies = json.dumps([drives[name][path] for path in drives[name]])
                copies = copies.replace(json.dumps(drives[name][self._path]), "")
                problems.extend(f"{name}: {problem}" for problem in model.problems(shown, copies))
            return not problems

        with suppress(TimeoutError):
            wait_until(is_well)
        return problems

    def _differences(self, notebooks: dict[str, Any], drives: dict[str, Any]) -> list[str]:
        problems = []
        if len({json.dumps(each, sort_keys=True) for each in notebooks.values()}) > 1:
            problems.append(f"the pages differ: {json.dumps(notebooks)}")
        files = {
            name: json.dumps(each[self._path], sort_keys=True) for name, each in drives.items()
        }
        if len(set(files.values())) > 1:
            problems.append(f"the drives differ: {json.dumps(files)}")
        return problems

    def _trouble(self) -> list[str]:
        return [
            f"{page.peer.name}: {line}"
            for name, page in self.pages.items()
            if " " not in name
            for line in page.take_trouble()
        ]


def _new(before: str, after: str) -> str:
    """Tell what was printed between two looks at all outputs."""
    old = set(before.replace("\\n", '"').split('"'))
    return " ".join(part for part in after.replace("\\n", '"').split('"') if part not in old)
