# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Try a STUN or TURN server as a browser would: ask for an address, or for a place to relay from.

`aioice` speaks the protocol. Its protocol classes are used without its transports, which don't
tell when nothing listens.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aioice import stun, turn

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from .ice_urls import IceUrl

#: seconds that an allocation is asked for: it is given back at once
LIFETIME = 60

#: seconds between renewals of a channel, of which there is none
CHANNEL_REFRESH = 60

#: the codes with which a server says that it relays no more for a name, or for anybody (RFC 8656)
QUOTA_REACHED, INSUFFICIENT_CAPACITY = 486, 508


@dataclass(frozen=True)
class IceProbe:
    """What became of the try."""

    #: seconds from the first packet to the answer
    seconds: float

    #: the address from which a STUN server sees this machine, or from which a TURN server relays
    address: tuple[str, int]


class IceProbeError(Exception):
    """A STUN or TURN server can't be used; the message says why and what to do."""


class RefusedError(IceProbeError):
    """A TURN server doesn't take a name and a password."""


class _Breakable:
    """Tell at once when there can't be an answer any more."""

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 (those of the class beside it)
        super().__init__(*args)
        self.broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.broken.done():
            self.broken.set_exception(exc or EOFError())


class _Udp(_Breakable, turn.TurnClientUdpProtocol):
    def error_received(self, exc: Exception) -> None:
        # the network says that nothing listens
        self.connection_lost(exc)


class _Tcp(_Breakable, turn.TurnClientTcpProtocol):
    pass


async def probe(
    url: IceUrl, username: str | None, credential: str | None, timeout: float
) -> IceProbe:
    """Try one URL.

    Parameters
    ----------
    url
        Of a STUN or TURN server.
    username, credential
        For a TURN server.
    timeout
        In seconds, for each of connecting and the answer.

    Returns
    -------
    IceProbe
        The address that the server answered with, and how long that took.

    Raises
    ------
    RefusedError
        If a TURN server doesn't take the name and the password.
    IceProbeError
        If a browser could not use it for another reason.
    """
    start = time.perf_counter()
    try:
        protocol = await asyncio.wait_for(_connect(url, username, credential), timeout)
    except (OSError, ValueError, asyncio.TimeoutError) as error:
        raise IceProbeError(_why_not(error, url, timeout)) from error
    try:
        work = protocol.connect() if url.is_turn else _reflexive(protocol)
        address = await _unless_broken(work, protocol.broken, timeout)
        seconds = time.perf_counter() - start
        if url.is_turn:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(protocol.delete(), timeout)
    except stun.TransactionFailed as error:
        raise _refusal(error) from error
    except (OSError, EOFError, KeyError, stun.TransactionError, asyncio.TimeoutError) as error:
        raise IceProbeError(_why_not(error, url, timeout)) from error
    finally:
        peer = protocol.transport.get_extra_info("peername")
        protocol.transport.abort()
    if url.is_turn and is_out_of_reach(peer[0], address[0]):
        raise IceProbeError(
            f"it relays from {address[0]}, which others can't reach: name its public address, in "
            "coturn as external-ip."
        )
    return IceProbe(seconds, address)


def is_out_of_reach(server: str, relay: str) -> bool:
    """Tell whether a TURN server would relay from where nobody else can reach it.

    Parameters
    ----------
    server
        The IP address at which it answers.
    relay
        The IP address from which it relays.

    Returns
    -------
    bool
        True if the server is in the internet, and the address is one of its local network.
    """
    return ipaddress.ip_address(server).is_global and not ipaddress.ip_address(relay).is_global


async def _connect(url: IceUrl, username: str | None, credential: str | None) -> _Udp | _Tcp:
    """Open a socket to a server."""
    loop = asyncio.get_running_loop()
    there = (url.host, url.port)
    options = (there, username, credential, LIFETIME, CHANNEL_REFRESH)
    if url.transport == "UDP":
        _, udp = await loop.create_datagram_endpoint(lambda: _Udp(*options), remote_addr=there)
        return udp
    context = ssl.create_default_context() if url.transport == "TLS" else None
    _, tcp = await loop.create_connection(lambda: _Tcp(*options), *there, ssl=context)
    return tcp


async def _reflexive(protocol: _Udp | _Tcp) -> tuple[str, int]:
    """Ask from which address a server sees this machine."""
    request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
    response, _ = await protocol.request(request)
    address: tuple[str, int] = response.attributes["XOR-MAPPED-ADDRESS"]
    return address


async def _unless_broken(
    work: Coroutine[Any, Any, tuple[str, int]], broken: asyncio.Future[None], timeout: float
) -> tuple[str, int]:
    """Wait for an answer, but not once there can't be one."""
    task = asyncio.ensure_future(work)
    both: set[asyncio.Future[Any]] = {task, broken}
    await asyncio.wait(both, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        broken.cancel()
        return task.result()
    task.cancel()
    if broken.done():
        broken.result()
    raise asyncio.TimeoutError


def _refusal(error: stun.TransactionFailed) -> IceProbeError:
    """Say what an answer means that is none."""
    code, reason = error.response.attributes.get("ERROR-CODE", (0, "without a reason"))
    if code == HTTPStatus.UNAUTHORIZED:
        return RefusedError()
    what = f"it refuses ({code} {reason})"
    if code == QUOTA_REACHED:
        return IceProbeError(
            f"{what}: this name has too many connections already; wait, or raise user-quota in "
            "coturn's configuration."
        )
    if code == INSUFFICIENT_CAPACITY:
        return IceProbeError(
            f"{what}: all ports are taken from which it could relay; wait, or raise total-quota "
            "and max-port in coturn's configuration."
        )
    return IceProbeError(f"{what}: see the server's log.")


def _why_not(error: Exception, url: IceUrl, timeout: float) -> str:
    """Say why there is no answer, and what to do."""
    port = f"{'UDP' if url.transport == 'UDP' else 'TCP'} port {url.port}"
    if isinstance(error, (asyncio.TimeoutError, TimeoutError, stun.TransactionTimeout)):
        why = f"no answer within {timeout:g} s: see whether a firewall is in the way of {port}."
    elif isinstance(error, ssl.SSLCertVerificationError):
        why = (
            f"its certificate is not trusted ({error.verify_message}), and browsers refuse it, "
            "too: give the server one that is for this name, and from an authority."
        )
    elif isinstance(error, ssl.SSLError):
        why = f"no encrypted connection ({error.reason or error}): see whether TLS is on {port}."
    elif isinstance(error, ConnectionRefusedError):
        why = (
            f"nothing listens on {port}: start the server, and see whether host and port are right."
        )
    elif isinstance(error, (EOFError, ConnectionResetError, KeyError)):
        kind = "TURN" if url.is_turn else "STUN"
        why = f"it speaks no {kind} on {port}: see whether host and port are right."
    else:
        reason = getattr(error, "strerror", None) or error
        why = f"no connection ({reason}): see whether host and port are right."
    return why
