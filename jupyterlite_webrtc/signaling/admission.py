# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Who may connect: counts, addresses, origins and tokens, without sockets."""

from __future__ import annotations

import hmac
from collections import Counter
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from .closing import Close, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .limits import SignalingLimits
    from .options import SignalingOptions

#: bits of an IPv6 address that stand for one customer of a provider; the others they choose freely
IPV6_NETWORK_BITS = 64

#: how a token is told apart from other credentials in a header (RFC 6750)
BEARER = "bearer "

#: in what proxies say that they ask for others
PROXY_HEADERS = {"forwarded", "via", "x-forwarded-for", "x-real-ip"}

#: what browsers leave out of an origin, by its scheme
DEFAULT_PORTS = {"http": ":80", "https": ":443"}

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class OptionError(ValueError):
    """An option makes no sense; the message names it and the remedy."""


@dataclass(frozen=True)
class Visitor:
    """What is known of somebody who wants to connect."""

    #: of the other end of the TCP connection; empty if unknown
    peer: str
    #: the path and the query of the request
    target: str = "/"
    #: by their names in lower case
    headers: Mapping[str, str] = field(default_factory=dict)


class Admission:
    """Decide who may connect, and count who is in.

    Parameters
    ----------
    limits : SignalingLimits
        Of connections.
    options : SignalingOptions
        Origins, token and trusted proxies.
    own_pages_only : bool, optional
        Whether only pages that come from this server itself may connect, unless the options name
        origins or proxies: it serves them, too.

    Raises
    ------
    OptionError
        If an origin or a proxy isn't one.
    """

    def __init__(
        self, limits: SignalingLimits, options: SignalingOptions, *, own_pages_only: bool = False
    ) -> None:
        self._max = limits.connections
        self._max_per_address = limits.connections_per_address
        self._token = options.token.encode()
        # behind a proxy nobody knows here what the address is that browsers show
        knows_own = not options.origins and not options.trusted_proxies
        self._own_pages_only = own_pages_only and knows_own
        self._origins = {_origin(origin) for origin in options.origins}
        self._proxies = tuple(_network(proxy) for proxy in options.trusted_proxies)
        self._inside: Counter[str] = Counter()
        self._count = 0

    @property
    def count(self) -> int:
        """How many are in."""
        return self._count

    @property
    def is_open(self) -> bool:
        """Whether anybody is let in, from wherever."""
        return not (self._token or self._origins or self._own_pages_only)

    def enter(self, visitor: Visitor) -> str:
        """Let somebody in.

        Parameters
        ----------
        visitor : Visitor
            Who asks.

        Returns
        -------
        str
            What they count as; to be given to `leave`.

        Raises
        ------
        ProtocolError
            If they may not.
        """
        if not self._is_welcome(visitor.headers):
            raise ProtocolError(Close.ORIGIN, "this server is not for pages of this site")
        if self._token and not self._has_token(visitor):
            raise ProtocolError(Close.TOKEN, "this server wants its token in the signaling URL")
        if self._count >= self._max:
            raise ProtocolError(Close.SERVER_FULL, "too many connections to this server")
        name = self.name(visitor)
        if self._inside[name] >= self._max_per_address:
            raise ProtocolError(Close.ADDRESS_FULL, "too many connections from this address")
        self._inside[name] += 1
        self._count += 1
        return name

    def leave(self, name: str) -> None:
        """Let somebody out.

        Parameters
        ----------
        name : str
            What `enter` returned.
        """
        self._inside[name] -= 1
        if not self._inside[name]:
            del self._inside[name]
        self._count -= 1

    def name(self, visitor: Visitor) -> str:
        """Find what a visitor counts as.

        Parameters
        ----------
        visitor : Visitor
            Behind any number of trusted proxies.

        Returns
        -------
        str
            An IPv4 address, or an IPv6 network.
        """
        address = _address(visitor.peer)
        # each proxy adds whom it saw at the end: the last that is no proxy of ours is the client
        hops = visitor.headers.get("x-forwarded-for", "").split(",")
        while hops and address is not None and self._is_proxy(address):
            hop = _address(hops.pop().strip())
            if hop is None:
                break
            address = hop
        if isinstance(address, IPv6Address):
            return str(ip_network((address, IPV6_NETWORK_BITS), strict=False))
        return str(address or visitor.peer)

    def _has_token(self, visitor: Visitor) -> bool:
        given = [token.encode("utf-8", "replace") for token in _given_tokens(visitor)]
        return any(hmac.compare_digest(token, self._token) for token in given)

    def _is_welcome(self, headers: Mapping[str, str]) -> bool:
        """Tell whether the page that asks may, if it is one: browsers say where it comes from."""
        origin = headers.get("origin", "").lower()
        if self._own_pages_only:
            return not origin or origin.partition("://")[2] == headers.get("host", "").lower()
        return not self._origins or origin in self._origins

    def _is_proxy(self, address: Address) -> bool:
        return any(address in proxy for proxy in self._proxies)


def _given_tokens(visitor: Visitor) -> list[str]:
    """List what a visitor may mean: in an address, some write a plus for a blank."""
    authorization = visitor.headers.get("authorization", "")
    if authorization.lower().startswith(BEARER):
        return [authorization[len(BEARER) :].strip()]
    query = urlsplit(visitor.target).query
    try:
        return [
            parse_qs(spelling, max_num_fields=16).get("token", [""])[0]
            for spelling in (query, query.replace("+", "%2B"))
        ]
    except ValueError:
        # more fields than anybody needs
        return []


def _address(text: str) -> Address | None:
    """Read an address as it stands in headers: maybe in brackets, maybe with a zone or a port."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _origin(text: str) -> str:
    url = urlsplit(text)
    if not url.scheme or not url.netloc or url.path.strip("/") or url.query or url.fragment:
        raise OptionError(
            f"{text!r} is no origin: write it as https://example.org, with scheme and host only."
        )
    origin = f"{url.scheme}://{url.netloc}".lower()
    # browsers leave out the port that goes without saying
    return origin.removesuffix(DEFAULT_PORTS.get(url.scheme, ""))


def _network(text: str) -> Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise OptionError(
            f"{text!r} is no address of a trusted proxy: write it as 127.0.0.1 or 10.0.0.0/8."
        ) from None


def is_local(visitor: Visitor) -> bool:
    """Tell whether a program on this machine asks, and for itself.

    Parameters
    ----------
    visitor : Visitor
        Who asks.

    Returns
    -------
    bool
        False for a proxy on this machine, which says so, whether it is trusted or not.
    """
    address = _address(visitor.peer)
    is_sent_on = not PROXY_HEADERS.isdisjoint(visitor.headers)
    return address is not None and address.is_loopback and not is_sent_on


def lowercase(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Make headers findable by their names in lower case.

    Parameters
    ----------
    headers : iterable of pairs of str
        As they came; of those that came several times, all values are kept, in their order.

    Returns
    -------
    dict
        One text each.
    """
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found
