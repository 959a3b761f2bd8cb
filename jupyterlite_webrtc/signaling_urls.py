# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a browser makes of a signaling URL. Pure."""

import ipaddress
import re
from urllib.parse import urljoin, urlsplit, urlunsplit

from .hosts import check_host, port_of

#: y-webrtc's public demonstration server, which pages use that are told nothing else; as
#: `PUBLIC_SIGNALING_URLS` in the labextension
PUBLIC_SIGNALING_URLS = ("wss://y-webrtc-eu.fly.dev",)

#: the WebSocket scheme that belongs to the scheme of a page
WEBSOCKET_SCHEMES = {"http": "ws", "https": "wss"}


#: a signaling URL as such: an absolute one, or one that is relative to the site
URL = re.compile(
    r"(?i:wss?)://([^/?#\\]*@)?(?P<host>\[[^/?#\\\]]*\]?|[^/?#\\:]*)(:(?P<port>[^/?#\\]*))?"
    r"([/?\\][^#]*)?|\./[^#]*"
)

#: what an address can't hold: browsers take some of it away, wherever it stands
INVISIBLE = re.compile(r"[\s\x00-\x1f\x7f]")

#: a comma between two addresses, or behind one
COMMA = re.compile(r",((?i:wss?)://|\./|$)")

#: the port of a WebSocket that is not encrypted, where none is named; no rule depends on it
DEFAULT_PORT = 80


def check(text: str) -> None:
    """Refuse a signaling URL that browsers refuse, or that can't be meant.

    What ``new WebSocket`` of Chromium or Firefox refuses is refused. So is what they take
    otherwise than it is meant (tried with Chromium 156 and Firefox):

    - several addresses with commas: of ``wss://a,wss://b`` they make one host, ``a,wss``;
    - blanks and invisible characters, which they encode, or take away;
    - hosts that no DNS has, as ``${HOST}``, and port 0;
    - what is neither ``ws://`` nor ``wss://``, but for paths that start with ``./``: some browsers
      take addresses of pages, others don't, and ``wss:a`` is a slip of the pen.

    Ports that browsers block, as 25, are accepted: the constructor does so, too. Of names with
    letters of several scripts they know some rules more than Python does.

    Parameters
    ----------
    text
        As in ``fullWebRtcSignalingUrls``.

    Raises
    ------
    ValueError
        The message completes a sentence that begins with the URL, and names the remedy.
    """
    if COMMA.search(text):
        raise ValueError(
            "has a comma behind an address: separate several with blanks in a variable, repeat the "
            "option, or write a list with quotes around each"
        )
    match = URL.fullmatch(text)
    if INVISIBLE.search(text) or not match:
        raise ValueError(
            "is not a signaling URL: it must start with ws://, wss:// or ./ and have no spaces and "
            "no #, as in wss://signaling.example.org or ./signaling"
        )
    if match["host"] is not None:
        check_host(match["host"], decodes=True)
        port_of(match["port"], DEFAULT_PORT)


def is_loopback(url: str) -> bool:
    """Tell whether a URL is about the machine that opens it.

    Parameters
    ----------
    url
        An absolute URL.

    Returns
    -------
    bool
        True for localhost and loopback addresses, which browsers trust without encryption.
    """
    try:
        host = urlsplit(url).hostname or ""
        if host == "localhost" or host.endswith(".localhost"):
            return True
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_for_plain_http_only(url: str) -> bool:
    """Tell whether browsers refuse a signaling URL in pages that came over ``https://``.

    Parameters
    ----------
    url
        A signaling URL, absolute or relative to the site.

    Returns
    -------
    bool
        As of https://www.w3.org/TR/mixed-content/.
    """
    return url.lower().startswith("ws://") and not is_loopback(url)


def resolved(url: str, site: str) -> str:
    """Make a signaling URL absolute, as a page does.

    Parameters
    ----------
    url
        A signaling URL.
    site
        The address of the site's root, which ends with a slash.

    Returns
    -------
    str
        A ``ws://`` or ``wss://`` URL.
    """
    if not url.startswith("./"):
        return url
    parts = urlsplit(urljoin(site, url))
    return urlunsplit(parts._replace(scheme=WEBSOCKET_SCHEMES[parts.scheme]))
