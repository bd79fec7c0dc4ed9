"""Rates: how often somebody may ask, and how long to wait after wrong passwords; kept in memory, bounded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

ROOM = 20_000  # keys that are remembered; the longest unused are forgotten first


class Rate:
    """A token bucket per key: `burst` at once, `per_second` for ever."""

    def __init__(self, now: Callable[[], float], per_second: float, burst: float, room: int = ROOM) -> None:
        self._now = now
        self.per_second = per_second
        self.burst = burst
        self._room = room
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """0 when it may go on (and it counts), else the seconds to wait (and it does not)."""
        now = self._now()
        left, then = self._kept.get(key, (self.burst, now))
        left = min(self.burst, left + max(0.0, now - then) * self.per_second)
        wait = 0.0 if left >= 1 else (1 - left) / self.per_second
        self._kept[key] = (left if wait else left - 1, now)
        self._kept.move_to_end(key)
        if len(self._kept) > self._room:
            self._kept.popitem(last=False)
        return wait


class Backoff:
    """Failures per key: the first `free` cost nothing, each further one doubles the wait, up to `most_s`."""

    FORGET_S = 3600.0

    def __init__(self, now: Callable[[], float], free: int, most_s: float, room: int = ROOM) -> None:
        self._now = now
        self.free = free
        self.most_s = most_s
        self._room = room
        self._kept: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """The seconds that this key still has to wait; 0: none."""
        failures, last = self._found(key)
        over = failures - self.free
        return max(0.0, last + min(self.most_s, 2.0 ** min(over, 30)) - self._now()) if over >= 0 else 0.0

    def fail(self, key: str) -> bool:
        """One more failure; gives whether the next attempt has to wait."""
        failures, _ = self._found(key)
        self._kept[key] = (failures + 1, self._now())
        self._kept.move_to_end(key)
        if len(self._kept) > self._room:
            self._kept.popitem(last=False)
        return failures + 1 >= self.free

    def clear(self, key: str) -> None:
        """It succeeded."""
        self._kept.pop(key, None)

    def _found(self, key: str) -> tuple[int, float]:
        failures, last = self._kept.get(key, (0, 0.0))
        return (0, 0.0) if self._now() - last > self.FORGET_S else (failures, last)
