"""The town's agenda: what is due when, in simulated time, and what has been said of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from typing import Any

from linkloop.core.clock import from_micros
from linkloop.core.table import Table
from linkloop.core.world import Delivery

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Agenda:
    """A queue of things to do, ordered by simulated time (microseconds since 1970, UTC), then by when it was put in.

    What is put in must be a bound method of an actor, so that the whole town can be saved and restored.
    """

    def __init__(self, start: int) -> None:
        self.now = start
        self._queue: list[tuple[int, int, Callable[..., object], tuple[Any, ...]]] = []
        self._put = 0
        self._said: list[Delivery] = []

    def at(self, moment: int, do: Callable[..., object], *args: Any) -> None:
        """Do `do(*args)` at `moment`; a moment that is past means now."""
        self._put += 1
        heappush(self._queue, (max(moment, self.now), self._put, do, args))

    def after(self, micros: float, do: Callable[..., object], *args: Any) -> None:
        """Do `do(*args)` this many microseconds from now."""
        self.at(self.now + int(micros), do, *args)

    def say(self, source: str, external_id: str, *said: Table) -> None:
        """Deliver rows and events that became true together."""
        self._said.append(Delivery(source=f"sim:{source}", external_id=external_id, said=said))

    def due(self) -> int | None:
        """When the next thing is due."""
        return self._queue[0][0] if self._queue else None

    def step(self, until: int) -> list[Delivery] | None:
        """Do the next thing that is due by `until` and return what was said; None when there is nothing left."""
        if self._said:
            return self._heard()
        if not self._queue or self._queue[0][0] > until:
            self.now = max(self.now, until)
            return None
        self.now, _, do, args = heappop(self._queue)
        do(*args)
        return self._heard()

    def today(self) -> datetime:
        """Now, as an aware UTC datetime."""
        return from_micros(self.now)

    def __len__(self) -> int:
        return len(self._queue)

    def _heard(self) -> list[Delivery]:
        heard, self._said = self._said, []
        return heard
