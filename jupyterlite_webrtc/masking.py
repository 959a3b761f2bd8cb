# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Which values may be printed: logs of builds are public more often than their authors think. Pure.

What is in a site is public, too, but only where the site is, and a signaling server's token or the
prefix of a class's rooms need not be in a log that search engines read.
"""

import re
from typing import Any

#: what stands for what is not shown
MASK = "***"

#: the keys whose values may be shown; of all others only the name is, since somebody may have
#: written a password under any
PUBLIC_KEYS = frozenset(
    {
        "collaborative",
        "fullWebRtcSignalingUrls",
        "signalingServers",
        "webRtcIceServers",
        "webRtcIceTransportPolicy",
        "webRtcRelay",
        "urls",
    }
)

#: what stands before the server's name in an address: a password may have any character
USER = re.compile(r"(?P<scheme>(?i:wss?|https?|stuns?|turns?):/*)?.*@", re.DOTALL)

#: what stands behind its path, but for all that may stand there in the URL of a TURN server
QUERY = re.compile(r"(?P<mark>[?#])(?!transport=[A-Za-z]*$).+", re.DOTALL)

#: an object that was written as a text, such as an ICE server on the command line
OBJECT = re.compile(r"\s*\[?\s*\{.*", re.DOTALL)

#: an address in a sentence, without the marks behind it
WORD = re.compile(r"(?i:wss?|https?|stuns?|turns?):[^\s'\"`]*[^\s'\"`,.:;]")


def masked(value: Any, key: str = "") -> Any:  # noqa: ANN401 (this is any JSON)
    """Take out of a value what may be secret.

    Parameters
    ----------
    value
        Any JSON value.
    key
        The name under which it stands, if any.

    Returns
    -------
    Any
        The value, or what may be shown of it.
    """
    if key and key not in PUBLIC_KEYS and value:
        return MASK
    if isinstance(value, dict):
        return {name: masked(item, str(name)) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked(item) for item in value]
    return masked_address(value) if isinstance(value, str) else value


def masked_address(text: str) -> str:
    """Take out of an address who asks there, and what may be a token.

    Parameters
    ----------
    text
        The address, or whatever somebody wrote instead.

    Returns
    -------
    str
        The scheme, the server and the path.
    """
    if OBJECT.fullmatch(text):
        return f"{{{MASK}}}"
    without_user = USER.sub(rf"\g<scheme>{MASK}@", text, count=1)
    return QUERY.sub(rf"\g<mark>{MASK}", without_user)


def masked_sentence(text: str) -> str:
    """Take out of the addresses in a sentence what may be secret.

    Parameters
    ----------
    text
        One sentence, or several.

    Returns
    -------
    str
        The same with `masked_address` of each.
    """
    return WORD.sub(lambda word: masked_address(word[0]), text)
