# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""As many connections as the system lets a process have open."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from .logs import report

try:
    import resource
except ImportError:  # Windows, which sets no such limit
    resource = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from .limits import SignalingLimits

#: connections beyond those of the limits, where there may be as many handshakes: plain HTTP, and
#: clients that are told that the server is full
SPARE_CONNECTIONS = 256

#: descriptors that the process needs for itself: what it listens on, its log, other processes,
#: and the files of a site, each for a moment
OWN_DESCRIPTORS = 64

#: the part of all connections that handshakes may be, and the spare ones, where there are few
FEW = 8


def sockets(limits: SignalingLimits) -> int:
    """Count the connections that may be open at once, whatever they are for.

    Parameters
    ----------
    limits : SignalingLimits
        Of those that were let in, and of handshakes.

    Returns
    -------
    int
        How many.
    """
    return limits.connections + limits.handshakes + min(SPARE_CONNECTIONS, limits.handshakes)


def fit(limits: SignalingLimits) -> None:
    """Have the system allow what the limits do; lower them, and say so, where it doesn't.

    Parameters
    ----------
    limits : SignalingLimits
        Of connections and handshakes.
    """
    wanted = limits.connections
    allowed = _allowed(sockets(limits) + OWN_DESCRIPTORS)
    lower(limits, allowed)
    if limits.connections < wanted:
        report(
            logging.WARNING,
            "connections_lowered",
            f"The system lets this process open {allowed} files: {limits.connections} clients can "
            f"be connected, and not {wanted}; see LimitNOFILE of systemd, or ulimit -n",
            connections=limits.connections,
            descriptors=allowed,
        )


def lower(limits: SignalingLimits, allowed: int) -> None:
    """Lower limits to what fits.

    Parameters
    ----------
    limits : SignalingLimits
        Of connections and handshakes.
    allowed : int
        Descriptors that the process may have.
    """
    free = allowed - OWN_DESCRIPTORS
    if sockets(limits) > free:
        limits.handshakes = min(limits.handshakes, max(1, free // FEW))
        others = sockets(limits) - limits.connections
        limits.connections = min(limits.connections, max(1, free - others))


def _allowed(needed: int) -> int:
    """Ask the system for as many descriptors as are needed; tell how many there are, if fewer."""
    if resource is None:
        return needed
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY not in {soft, hard}:
        needed = min(needed, hard)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return needed
    # some systems have another limit than the one that they name
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
        return needed
    return soft
