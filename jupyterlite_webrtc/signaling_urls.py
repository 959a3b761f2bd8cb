# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a browser makes of a signaling URL. Pure."""

import ipaddress
from urllib.parse import urljoin, urlsplit, urlunsplit

#: y-webrtc's public demonstration server, which pages use that are told nothing else; as
#: `PUBLIC_SIGNALING_URLS` in the labextension
PUBLIC_SIGNALING_URLS = ("wss://y-webrtc-eu.fly.dev",)

#: the WebSocket scheme that belongs to the scheme of a page
WEBSOCKET_SCHEMES = {"http": "ws", "https": "wss"}


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
    return url.startswith("ws://") and not is_loopback(url)


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
