# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Say of STUN and TURN servers whether they work, and what helps if they don't."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum
from typing import TYPE_CHECKING, Any

from . import config_schema, extras, ice_urls
from .config_sources import ICE_SERVERS

if TYPE_CHECKING:
    from collections.abc import Sequence

#: milliseconds of a second
MILLISECONDS = 1000

#: a name that is good until a time, in seconds since 1970: as signaling servers mint them, the
#: convention of "A REST API For Access To TURN Services"
MINTED_NAME = re.compile(r"(?P<end>[0-9]{9,12})(:.*)?")


class Source(Enum):
    """Where names and passwords come from, and what helps if they are wrong or too old."""

    SITE = (
        "give the site the username and the credential that the TURN server has.",
        (
            "let the signaling server mint new ones, with --turn-secret and --turn-uri, and take "
            "these out of the site."
        ),
    )
    COMMAND_LINE = (
        "give those that the TURN server has.",
        "mint new ones; --turn-secret does.",
    )
    SECRET = (
        (
            "--turn-secret must be what the TURN server has as static-auth-secret, and its clock "
            "must be right."
        ),
        "set the clock of this machine.",
    )
    SIGNALING = (
        (
            "the signaling server's --turn-secret must be what the TURN server has as "
            "static-auth-secret, and the clocks of both must be right."
        ),
        "set the clock of the signaling server.",
    )

    def __init__(self, if_refused: str, if_expired: str) -> None:
        self.if_refused = if_refused
        self.if_expired = if_expired


@dataclass(frozen=True)
class Verdict:
    """What was found out about one URL."""

    works: bool
    #: for the host
    sentence: str


async def check(
    servers: Sequence[Any], source: Source, where: str, timeout: float
) -> list[Verdict]:
    """Try each URL of some ICE servers, all at the same time.

    Parameters
    ----------
    servers
        As ``RTCIceServer`` of browsers.
    source
        Where their names and passwords come from.
    where
        Where they stand, to name what is malformed.
    timeout
        In seconds, for each of connecting and the answer.

    Returns
    -------
    list of Verdict
        One for each URL, or for each mistake in ``servers``.
    """
    mistakes = config_schema.mistakes({ICE_SERVERS: list(servers)}, {ICE_SERVERS: where})
    if mistakes:
        return [Verdict(works=False, sentence=mistake) for mistake in mistakes]
    tries = []
    for server in servers:
        urls = server["urls"] if isinstance(server["urls"], list) else [server["urls"]]
        tries += [_check_url(url, server, source, timeout) for url in urls]
    return list(await asyncio.gather(*tries))


async def _check_url(text: str, server: dict[str, Any], source: Source, timeout: float) -> Verdict:
    with extras.needed(extras.CHECK):
        # a signaling server is of the same application, and needs none of what this loads
        from .ice_probe import IceProbeError, RefusedError, probe  # noqa: PLC0415

    url = ice_urls.parse(text)  # the schema has let it pass
    username = server.get("username")
    try:
        found = await probe(url, username, server.get("credential"), timeout)
    except RefusedError:
        why = _why_refused(username or "", source)
        return Verdict(works=False, sentence=f"{text} doesn't work: {why}")
    except IceProbeError as error:
        return Verdict(works=False, sentence=f"{text} doesn't work: {error}")
    host, port = found.address[:2]
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    after = f"{found.seconds * MILLISECONDS:.0f} ms"
    says = (
        f"over {url.transport}, and after {after} it was ready to relay from {address}."
        if url.is_turn
        else f"after {after} it said that this machine is {address}."
    )
    return Verdict(works=True, sentence=f"{text} works{' ' if url.is_turn else ': '}{says}")


def _why_refused(username: str, source: Source) -> str:
    """Say what may be wrong with a name and a password."""
    match = MINTED_NAME.fullmatch(username)
    if match and int(match["end"]) <= time.time():
        end = datetime.fromtimestamp(int(match["end"]), timezone.utc)
        return f"name and password were good until {end:%Y-%m-%d %H:%M} UTC: {source.if_expired}"
    return f"it refuses the name or the password: {source.if_refused}"
