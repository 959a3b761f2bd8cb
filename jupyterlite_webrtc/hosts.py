# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What a browser makes of the host and the port in an address. Pure.

The rules are those of https://url.spec.whatwg.org, as far as they decide whether an address is one.
(``ada-url`` has them all, but in 7 MB of machine code, and knows nothing of STUN and TURN.)
"""

import re
import socket
from collections.abc import Callable
from encodings.idna import nameprep
from ipaddress import IPv6Address
from urllib.parse import unquote_to_bytes

#: the highest port
MAX_PORT = 65535

#: what names are made of that DNS knows, once capitals and look-alikes are written in one way;
#: letters of other scripts are encoded by browsers
NAME = re.compile(r"[a-z0-9._\-\u0080-\U0010ffff]+")

#: the last part of a host that browsers take for a number, and all of it for an IPv4 address
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def check_host(host: str, *, decodes: bool) -> None:
    """Refuse a host to which no browser connects.

    Parameters
    ----------
    host
        The name of a computer, or an IP address; one of IPv6 is in brackets.
    decodes
        Whether browsers decode percent signs in it, and encode letters of other scripts as DNS
        has them.

    Raises
    ------
    ValueError
        The message completes a sentence that begins with the address.
    """
    if host.startswith("["):
        # a zone, after a percent sign, is about one machine, and browsers know none
        if "%" in host or not host.endswith("]") or not _can_be(IPv6Address, host[1:-1]):
            raise ValueError("has brackets, but no IPv6 address in them: correct it")
        return
    if not decodes and not host.isascii():
        raise ValueError(
            "has letters that browsers look up as they are, and DNS has none such: write the name "
            "as DNS has it, with xn--"
        )
    try:
        name = nameprep(unquote_to_bytes(host).decode() if decodes else host)
    except UnicodeError:  # no text, or letters that may not stand together
        name = ""
    plain = name.removesuffix(".")
    is_number = NUMBER.fullmatch(plain.rpartition(".")[2]) is not None
    if not NAME.fullmatch(name) or (is_number and not _can_be(socket.inet_aton, plain)):
        raise ValueError("has no host that a browser could look for: correct its name or address")


def port_of(digits: str | None, default: int) -> int:
    """Read a port.

    Parameters
    ----------
    digits
        What is behind the colon.
    default
        The port where there is nothing.

    Returns
    -------
    int
        From 1 to `MAX_PORT`.

    Raises
    ------
    ValueError
        If it is none of these; as of `check_host`.
    """
    # of thousands of zeros in front, Python would read no number
    is_number = digits is None or re.fullmatch(r"0*[0-9]{0,5}", digits)
    port = int(digits[-5:]) if digits and is_number else default
    if not is_number or not 1 <= port <= MAX_PORT:
        raise ValueError(f"has no port from 1 to {MAX_PORT}: correct it")
    return port


def _can_be(kind: Callable[[str], object], text: str) -> bool:
    """Tell whether a text can be read as something."""
    try:
        kind(text)
    except (OSError, ValueError):
        return False
    return True
