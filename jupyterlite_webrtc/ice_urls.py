# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a browser makes of the URL of a STUN or TURN server. Pure."""

import re
from dataclasses import dataclass

from .config_schema import shown

#: the public STUN server that pages use which are told nothing else; as `PUBLIC_ICE_SERVERS` in
#: the labextension
PUBLIC_ICE_SERVERS = ({"urls": "stun:stun.l.google.com:19302"},)

#: how such a URL may begin
SCHEMES = ("stun", "stuns", "turn", "turns")

#: the URI of a STUN or TURN server (RFC 7064 and 7065)
URI = re.compile(
    r"(?P<scheme>stuns?|turns?):(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\[\]]+)"
    r"(:(?P<port>[0-9]+))?(\?transport=(?P<transport>udp|tcp))?"
)

#: the ports of servers that name none, without and with TLS
DEFAULT_PORTS = {False: 3478, True: 5349}

#: the highest port
MAX_PORT = 65535


@dataclass(frozen=True)
class IceUrl:
    """Where a server is, and how it is spoken to."""

    #: as it was written
    text: str

    #: whether it is to relay, and not only to tell an address
    is_turn: bool

    host: str
    port: int

    #: ``"UDP"``, ``"TCP"`` or ``"TLS"``
    transport: str


def parse(text: str) -> IceUrl:
    """Understand a URL as browsers do.

    Parameters
    ----------
    text
        As in ``webRtcIceServers``.

    Returns
    -------
    IceUrl
        What it says.

    Raises
    ------
    ValueError
        If a browser can't use it; the message is a sentence that names it and the remedy.
    """
    match = URI.fullmatch(text)
    if not match:
        raise ValueError(
            f"{shown(text)} is not the URL of a STUN or TURN server: write it as "
            "stun:stun.example.org:3478, turn:turn.example.org:3478?transport=tcp or "
            "turns:turn.example.org:443."
        )
    is_turn = match["scheme"].startswith("turn")
    is_secure = match["scheme"].endswith("s")
    port = int(match["port"] or DEFAULT_PORTS[is_secure])
    if not 1 <= port <= MAX_PORT:
        raise ValueError(f"{shown(text)} has no port from 1 to {MAX_PORT}: correct it.")
    if not is_turn and match["transport"]:
        raise ValueError(
            f"{shown(text)} names a transport, which only TURN servers have, and browsers refuse "
            "it: take ?transport=… away."
        )
    if is_secure and (not is_turn or match["transport"] == "udp"):
        raise ValueError(
            f"{shown(text)} asks for encryption over UDP, which browsers don't speak: write "
            f"{'turns:…?transport=tcp' if is_turn else 'stun:'} instead."
        )
    transport = "TLS" if is_secure else (match["transport"] or "udp").upper()
    return IceUrl(text, is_turn, match["host"].strip("[]"), port, transport)
