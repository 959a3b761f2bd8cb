# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""How often somebody may do something, without a clock of its own."""

from __future__ import annotations


class TokenBucket:
    """Allow a steady rate, and bursts.

    Parameters
    ----------
    rate : float
        Tokens per second that come back.
    burst : float
        Tokens that are there at first, and at most.
    now : float
        Seconds on the caller's clock.
    """

    __slots__ = ("_at", "_burst", "_rate", "_tokens")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._at = now

    def take(self, amount: float, now: float) -> float:
        """Take tokens, into debt if need be.

        Parameters
        ----------
        amount : float
            How many.
        now : float
            Seconds on the clock that the constructor's were on; never less than before.

        Returns
        -------
        float
            Seconds until the debt is paid; 0 if there is none.
        """
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate) - amount
        self._at = now
        return max(0.0, -self._tokens / self._rate)

    def forgive(self, now: float) -> None:
        """Forget a debt.

        Parameters
        ----------
        now : float
            As of `take`.
        """
        self.take(0, now)
        self._tokens = max(0.0, self._tokens)

    def is_full(self, now: float) -> bool:
        """Tell whether it is as good as a new one.

        Parameters
        ----------
        now : float
            As of `take`.

        Returns
        -------
        bool
            Whether all tokens are there.
        """
        return self._tokens + (now - self._at) * self._rate >= self._burst
