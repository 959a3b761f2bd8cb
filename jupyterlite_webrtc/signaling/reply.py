# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What is answered to plain HTTP requests, which reach the same port as WebSockets do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .file_part import FilePart

#: what a service manager or a load balancer asks
HEALTH_PATH = "/healthz"

#: what Prometheus asks
METRICS_PATH = "/metrics"

#: what others are told who ask for metrics
METRICS_ARE_LOCAL = """\
Metrics are for programs on this server's machine: see SignalingOptions.public_metrics.
"""

#: what a person reads who opens the server's address in a browser
EXPLANATION = """\
This is a signaling server of jupyterlite-webrtc: pages find each other through it, over
WebSockets, in the protocol of y-webrtc. Put its address, with ws:// or wss:// in place of
http:// or https://, into the signaling URLs of your site. There is nothing to see here.
"""


@dataclass(frozen=True)
class Query:
    """The part of an HTTP request that an answer may depend on."""

    method: str
    #: as in the request line: percent-encoded, with the query string
    target: str
    #: by their names in lower case
    headers: Mapping[str, str] = field(default_factory=dict)
    #: whether a program on this machine asks, and for itself
    is_local: bool = False

    @property
    def path(self) -> str:
        """The target without the query string."""
        return self.target.partition("?")[0]


@dataclass(frozen=True)
class Reply:
    """An HTTP response; what HTTP needs besides is added when it is sent."""

    status: HTTPStatus
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | FilePart = b""


#: something that answers plain HTTP requests
Responder = Callable[[Query], Awaitable[Reply]]


def text_reply(status: HTTPStatus, text: str, headers: Mapping[str, str] | None = None) -> Reply:
    """Answer with a few words.

    Parameters
    ----------
    status : http.HTTPStatus
        The status.
    text : str
        For a person.
    headers : mapping of str to str, optional
        In addition to `Content-Type`.

    Returns
    -------
    Reply
        Plain text in UTF-8.
    """
    return Reply(
        status,
        {"Content-Type": "text/plain; charset=utf-8", **(headers or {})},
        text.encode(),
    )


async def explain(query: Query) -> Reply:
    """Answer on a server that does nothing but signaling.

    Parameters
    ----------
    query : Query
        Any request.

    Returns
    -------
    Reply
        Whether the server is well, or what it is.
    """
    healthy = query.path == HEALTH_PATH
    return text_reply(HTTPStatus.OK, "ok\n" if healthy else EXPLANATION)
