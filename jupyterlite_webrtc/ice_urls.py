# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a browser makes of the URL of a STUN or TURN server. Pure."""

import re
from dataclasses import dataclass

from .hosts import check_host, port_of

#: the public STUN server that pages use which are told nothing else; as `PUBLIC_ICE_SERVERS` in
#: the labextension
PUBLIC_ICE_SERVERS = ({"urls": "stun:stun.l.google.com:19302"},)

#: how such a URL may begin
SCHEMES = ("stun", "stuns", "turn", "turns")

#: the URI of a STUN or TURN server (RFC 7064 and 7065); its host is looked at more closely
URI = re.compile(
    r"(?P<scheme>(?i:stuns?|turns?)):(?P<host>\[[^\[\]]*\]|[^\s/?#@:\[\]]+)"
    r"(:(?P<port>[0-9]+))?(\?transport=(?P<transport>udp|tcp))?"
)

#: the ports of servers that name none, without and with TLS
DEFAULT_PORTS = {False: 3478, True: 5349}


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

    What Chromium or Firefox refuses is refused. So is what Chromium alone takes and makes
    something else of (tried with Chromium 156 and Firefox):

    - ``stuns:``, which it asks without encryption, and Firefox refuses;
    - ``turns:…?transport=udp``, for which it uses TCP;
    - hosts that no DNS has: with a percent sign or a comma, or with letters such as ä, which it
      looks up as ``%C3%A4``, and brackets around what is no IPv6 address;
    - blanks around the URL, a second ``?transport=``, or one in capitals.

    Ports that Firefox blocks, as 25, are accepted: they are for each browser to know.

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
        If a browser can't use it; the message completes a sentence that begins with the URL, and
        names the remedy.
    """
    match = URI.fullmatch(text)
    if not match:
        raise ValueError(
            "is not the URL of a STUN or TURN server: write it as stun:stun.example.org:3478, "
            "turn:turn.example.org:3478?transport=tcp or turns:turn.example.org:443"
        )
    scheme = match["scheme"].lower()
    is_turn = scheme.startswith("turn")
    is_secure = scheme.endswith("s")
    check_host(match["host"], decodes=False)
    port = port_of(match["port"], DEFAULT_PORTS[is_secure])
    if not is_turn and match["transport"]:
        raise ValueError(
            "names a transport, which only TURN servers have, and browsers refuse it: take "
            "?transport=… away"
        )
    if is_secure and (not is_turn or match["transport"] == "udp"):
        raise ValueError(
            "asks for encryption over UDP, which browsers don't speak: write "
            f"{'turns:…?transport=tcp' if is_turn else 'stun:'} instead"
        )
    transport = "TLS" if is_secure else (match["transport"] or "udp").upper()
    return IceUrl(text, is_turn, match["host"].strip("[]"), port, transport)
