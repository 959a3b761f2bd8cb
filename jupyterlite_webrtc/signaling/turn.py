# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Short-lived names and passwords for a TURN server, so that no site has one in its files.

The convention is that of "A REST API For Access To TURN Services" (draft-uberti-behave-turn-rest),
which coturn follows with ``use-auth-secret``: the user name holds the time until which it is good,
and the password is a MAC of it, made with a secret that both servers have.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from itertools import count
from typing import TYPE_CHECKING

from jupyterlite_webrtc import ice_urls
from jupyterlite_webrtc.masking import masked_address

from .admission import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .options import SignalingOptions

#: bytes of a user name, which tell in coturn's log who is who, but not where they are
NAME_BYTES = 6

#: names that those behind one address can have at once: coturn's ``user-quota`` is for each, and a
#: school behind one address has as many as it has pages; with more, some share one
NAMES_PER_ADDRESS = 256

#: parts of the time for which a name is good, after each of which there is another: who asks again
#: before gets the same
PERIODS = 2


class Slots:
    """Number the connections of each address that ask for names, with the lowest that is free.

    Whoever comes back gets the name of before: connecting again and again makes no new ones.
    """

    def __init__(self) -> None:
        self._taken: dict[str, set[int]] = {}

    def take(self, address: str) -> int:
        """Take a number.

        Parameters
        ----------
        address : str
            Where a connection comes from.

        Returns
        -------
        int
            From 0; to be given to `free`.
        """
        taken = self._taken.setdefault(address, set())
        slot = next(number for number in count() if number not in taken)
        taken.add(slot)
        return slot

    def free(self, address: str, slot: int) -> None:
        """Give a number back.

        Parameters
        ----------
        address : str
            As it was given to `take`.
        slot : int
            What `take` returned.
        """
        taken = self._taken[address]
        taken.discard(slot)
        if not taken:
            del self._taken[address]


class TurnMint:
    """Mint names and passwords.

    Parameters
    ----------
    uris : sequence of str
        Of one TURN server; empty if there is none.
    secret : str
        What the TURN server has as ``static-auth-secret``.
    seconds : int
        For which each is good at least.
    clock : callable, optional
        Tells the time in seconds since 1970, as the TURN server's clock does.
    """

    def __init__(
        self,
        uris: Sequence[str],
        secret: str,
        seconds: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._uris = list(uris)
        self._secret = secret.encode()
        self._seconds = seconds
        self._clock = clock
        # of this process only: others number their connections by themselves
        self._key = secrets.token_bytes(16)

    @classmethod
    def of(cls, options: SignalingOptions, *, for_everybody: bool) -> TurnMint:
        """Make what the options ask for.

        Parameters
        ----------
        options : SignalingOptions
            With the server's URIs and secret, or neither.
        for_everybody : bool
            Whether anybody is let in, from wherever.

        Returns
        -------
        TurnMint
            One without a server mints nothing.

        Raises
        ------
        OptionError
            If one is there without the other, a URI is none, or everybody could use the server
            although nobody said so.
        """
        for uri in options.turn_uris:
            try:
                is_turn = ice_urls.parse(uri).is_turn
            except ValueError as error:
                raise OptionError(f"{masked_address(uri)!r} {error}.") from None
            if not is_turn:
                raise OptionError(f"{uri!r} is for STUN only: give --turn-uri one with turn:.")
        if options.turn_uris and not options.turn_secret:
            raise OptionError(
                "--turn-uri needs --turn-secret: what the TURN server has as static-auth-secret."
            )
        if options.turn_secret and not options.turn_uris:
            raise OptionError(
                "--turn-secret needs --turn-uri: where the TURN server is, as "
                "turn:turn.example.org:3478."
            )
        if options.turn_uris and for_everybody and not options.turn_for_all:
            raise OptionError(
                "--turn-secret lets everybody use the TURN server who finds this one: add --origin "
                "or --token, or say --turn-for-all."
            )
        return cls(options.turn_uris, options.turn_secret, options.turn_seconds)

    def answer(self, address: str, slot: int) -> str:
        """Answer a client that asks.

        Parameters
        ----------
        address : str
            Where it comes from.
        slot : int
            Its number among those that come from there.

        Returns
        -------
        str
            A JSON object with ``iceServers`` as browsers take them, and the ``seconds`` for which
            they are good.
        """
        now, period = int(self._clock()), max(1, self._seconds // PERIODS)
        expiry = (now // period + PERIODS + 1) * period
        who = f"{address} {slot % NAMES_PER_ADDRESS}".encode()
        user = hashlib.blake2b(who, key=self._key, digest_size=NAME_BYTES).hexdigest()
        servers = [self._server(expiry, user)] if self._uris else []
        message = {"type": "turn", "iceServers": servers, "seconds": expiry - now}
        return json.dumps(message, separators=(",", ":"))

    def server(self) -> dict[str, object]:
        """Mint a name and a password that nobody else has.

        Returns
        -------
        dict
            An ``RTCIceServer``, as browsers take it.
        """
        return self._server(int(self._clock()) + self._seconds, secrets.token_hex(NAME_BYTES))

    def _server(self, expiry: int, user: str) -> dict[str, object]:
        name = f"{expiry}:{user}"
        # SHA-1 is the convention's, and as a MAC it is sound
        mac = hmac.digest(self._secret, name.encode(), hashlib.sha1)
        return {
            "urls": self._uris,
            "username": name,
            "credential": base64.b64encode(mac).decode(),
        }
