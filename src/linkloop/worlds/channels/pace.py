"""Pace: a token bucket per sender, bounded in memory."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable


class Pace:
    """Lets `per_minute` through on average and `burst` at once, for each of the last `remembered` senders."""

    def __init__(
        self,
        per_minute: int,
        burst: int,
        remembered: int = 10_000,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate = per_minute / 60
        self._burst = float(burst)
        self._remembered = remembered
        self._monotonic = monotonic
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._guard = threading.Lock()

    def wait_s(self, sender: str) -> float:
        """0.0 and one token taken, or the seconds until there is one."""
        now = self._monotonic()
        with self._guard:
            left, since = self._left.pop(sender, (self._burst, now))
            left = min(self._burst, left + (now - since) * self._rate)
            wait = 0.0 if left >= 1 else (1 - left) / self._rate
            self._left[sender] = (left if wait else left - 1, now)
            while len(self._left) > self._remembered:
                self._left.popitem(last=False)
        return wait
