# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Run a server until somebody stops it."""

from __future__ import annotations

import asyncio
import errno
import signal
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from .signaling.server import SignalingServer

#: the hosts that stand for all addresses of a machine, which nobody can open, and the addresses
#: under which a server there is shown; asyncio listens with IPv6 only where it is told `::`
WILDCARDS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (a name for it)

#: what asks a server to stop
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class CannotListenError(Exception):
    """A server can't listen where it should; the message says why and what to do."""


def authority(host: str, port: int) -> str:
    """Write host and port as a URL has them.

    Parameters
    ----------
    host : str
        A name, an address, or one of `WILDCARDS`.
    port : int
        The TCP port.

    Returns
    -------
    str
        Something that a browser on this machine can open.
    """
    shown = WILDCARDS.get(host, host)
    return f"[{shown}]:{port}" if ":" in shown else f"{shown}:{port}"


async def listen(server: SignalingServer, host: str, port: int) -> int:
    """Start a server.

    Parameters
    ----------
    server : SignalingServer
        Not yet started.
    host : str
        Where to listen.
    port : int
        0 for any free one.

    Returns
    -------
    int
        The port.

    Raises
    ------
    CannotListenError
        If it can't.
    """
    try:
        return await server.start(host, port)
    except OSError as error:
        raise CannotListenError(_explain(error, host, port)) from error


async def run(
    server: SignalingServer,
    host: str,
    ports: tuple[int, ...],
    announce: Callable[[int], None],
) -> None:
    """Serve until SIGINT or SIGTERM, then say good-bye to the clients.

    Parameters
    ----------
    server : SignalingServer
        Not yet started.
    host : str
        Where to listen.
    ports : tuple of int
        The first that is free is taken; 0 is any free one.
    announce : callable
        Called with the port once the server listens.

    Raises
    ------
    CannotListenError
        If none of the ports can be had.
    """
    with _stop_event() as stopped:
        for port in ports[:-1]:
            try:
                bound = await listen(server, host, port)
                break
            except CannotListenError:
                continue
        else:
            bound = await listen(server, host, ports[-1])
        try:
            announce(bound)
            await stopped.wait()
        finally:
            await server.stop()


def run_to_end(main: Coroutine[Any, Any, None]) -> None:
    """Run a program of coroutines, on the fastest event loop that is installed.

    Parameters
    ----------
    main : coroutine
        The program.
    """
    # from the extra `fast`
    run = asyncio.run if find_spec("uvloop") is None else import_module("uvloop").run
    run(main)


@contextmanager
def _stop_event() -> Iterator[asyncio.Event]:
    """Turn signals into an event while the block runs."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    # not loop.add_signal_handler, which Windows lacks
    before = {
        number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(stopped.set))
        for number in STOP_SIGNALS
    }
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host or 'this machine'} is in use: stop what listens there, or "
            "choose another with --port (0 takes any free one)."
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"Port {port} is not for everybody: choose one above 1023 with --port."
    if error.errno in {errno.EADDRNOTAVAIL, None}:
        # since Python 3.13 asyncio tries all addresses of a name, and then has no number for it
        return f"{host!r} is no address of this machine: see --host."
    return f"Nothing can listen on host {host!r} ({error.strerror or error}): see --host."
