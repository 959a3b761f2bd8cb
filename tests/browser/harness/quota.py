# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""A browser that has no space left for a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.peers import Peer


class Quota:
    """How much Chromium lets a site store, for the browser of one person.

    Chromium looks only every 30 s how much space there is: it is best set before anything is
    stored. It ends with the test.
    """

    def __init__(self, person: Peer, url: str) -> None:
        self._session = person.context.new_cdp_session(person.page)
        self._origin = url.rstrip("/")

    def set(self, size: int) -> None:
        """Let the site have so many bytes."""
        self._override(quotaSize=size)

    def lift(self) -> None:
        """Let the site have as much as ever."""
        self._override()

    def _override(self, **quota: int) -> None:
        self._session.send("Storage.overrideQuotaForOrigin", {"origin": self._origin, **quota})
