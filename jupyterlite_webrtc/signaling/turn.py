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
from typing import TYPE_CHECKING

from jupyterlite_webrtc import ice_urls
from jupyterlite_webrtc.masking import masked_address

from .admission import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .options import SignalingOptions

#: random bytes of a user name, which tell in coturn's log who is who
NAME_BYTES = 6


class TurnMint:
    """Mint names and passwords.

    Parameters
    ----------
    uris : sequence of str
        Of one TURN server; empty if there is none.
    secret : str
        What the TURN server has as ``static-auth-secret``.
    seconds : int
        For which each is good.
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

    @classmethod
    def of(cls, options: SignalingOptions) -> TurnMint:
        """Make what the options ask for.

        Parameters
        ----------
        options : SignalingOptions
            With the server's URIs and secret, or neither.

        Returns
        -------
        TurnMint
            One without a server mints nothing.

        Raises
        ------
        OptionError
            If one is there without the other, or a URI is none.
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
        return cls(options.turn_uris, options.turn_secret, options.turn_seconds)

    def answer(self) -> str:
        """Answer a client that asks.

        Returns
        -------
        str
            A JSON object with ``iceServers`` as browsers take them, and the ``seconds`` for which
            they are good.
        """
        servers = [self.server()] if self._uris else []
        message = {"type": "turn", "iceServers": servers, "seconds": self._seconds}
        return json.dumps(message, separators=(",", ":"))

    def server(self) -> dict[str, object]:
        """Mint a name and a password.

        Returns
        -------
        dict
            An ``RTCIceServer``, as browsers take it.
        """
        name = f"{int(self._clock()) + self._seconds}:{secrets.token_hex(NAME_BYTES)}"
        # SHA-1 is the convention's, and as a MAC it is sound
        mac = hmac.digest(self._secret, name.encode(), hashlib.sha1)
        return {
            "urls": self._uris,
            "username": name,
            "credential": base64.b64encode(mac).decode(),
        }
