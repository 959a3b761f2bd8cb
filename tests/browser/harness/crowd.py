# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Many people in one room, who need no JupyterLite each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from harness.peer_pages import HARNESS, bundle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import Page

#: people whose initials differ
NAMES = [
    *("Ada Lovelace", "Alan Turing", "Annie Easley", "Barbara Liskov", "Claude Shannon"),
    *("Dana Scott", "Donald Knuth", "Edsger Dijkstra", "Edith Clarke", "Emmy Noether"),
    *("Evelyn Boyd", "Fei-Fei Li", "Frances Allen", "Grace Hopper", "Hedy Lamarr"),
    *("Ida Rhodes", "Jean Bartik", "Joan Clarke", "John Backus", "Karen Jones"),
    *("Katherine Johnson", "Konrad Zuse", "Kurt Gödel", "Lotfi Zadeh", "Lynn Conway"),
    *("Margaret Hamilton", "Mary Cartwright", "Mary Jackson", "Noor Khan", "Olga Taussky"),
    *("Peter Naur", "Quentin Stafford", "Radia Perlman", "Rózsa Péter", "Sofja Kowalewskaja"),
    *("Susan Kare", "Tim Berners-Lee", "Ursula Franklin", "Wang Xiaoyun", "Yvonne Brill"),
]

#: the colours that people get unless they choose one
COLORS = 7


def presence(index: int, path: str | None, **more: Any) -> dict[str, Any]:
    """Say what somebody's page would say of them."""
    name = NAMES[index]
    return {
        "user": {
            "username": f"person-{index}/tab",
            "name": name,
            "display_name": name,
            "color": f"var(--jp-collaborator-color{index % COLORS + 1})",
        },
        "current": path and f"notebook:{path}",
        "documents": [path] if path else [],
        **more,
    }


def bundle_crowd_page(folder: Path) -> Path:
    """Make a site of one page, and return its folder."""
    return bundle(HARNESS / "crowd_page.js", folder)


class Crowd:
    """Many people in the room of a link.

    Parameters
    ----------
    page : playwright.sync_api.Page
        A page of their own.
    url : str
        Of the site that `bundle_crowd_page` makes.
    link : str
        The link.
    signaling : str
        The URL of the site's signaling server.
    states : sequence of dict
        What each of them says, as of `presence`.
    """

    def __init__(
        self,
        page: Page,
        url: str,
        link: str,
        signaling: str,
        states: Sequence[dict[str, Any]],
    ) -> None:
        self._page = page
        page.goto(url)
        arguments = [urlsplit(link).fragment, [signaling], list(states)]
        page.evaluate("args => crowd.enter(...args)", arguments)

    def change(self, index: int, state: dict[str, Any]) -> None:
        """Let one of them say something else."""
        self._page.evaluate("args => crowd.change(...args)", [index, state])
