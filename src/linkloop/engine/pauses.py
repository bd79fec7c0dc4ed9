"""Pauses: the garbage collector looks at everything there is only when nobody waits for an answer.

A full collection visits every container of the process, which takes a tenth of a second and more in a shop with its
models and articles, at any moment, while every thread stands still. What is there when the loop starts mostly stays
until it ends; what turns make is freed by counting references. Only knots are left for the collector.
"""

from __future__ import annotations

import gc
import threading
from typing import ClassVar

YOUNG, MIDDLE = 5_000, 20  # containers made before the youngest are looked at; how often, before the middle ones are
NEVER = 1_000_000  # the oldest are left to `step`
EVERY_S = 600.0  # between two full collections, where there is a quiet moment for one
AT_LATEST_S = 3600.0  # a shop that is never quiet is looked through all the same


class Pauses:
    """The collector of this process, set for a loop that answers; the last one that stops leaves it as it was."""

    _running: ClassVar[int] = 0
    _before: ClassVar[tuple[int, int, int]] = (0, 0, 0)
    _guard: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self) -> None:
        self._last = 0.0

    def start(self, now: float) -> None:
        """Put what is there at `now` (monotonic seconds) out of the collector's sight, until `stop`."""
        self._last = now
        with Pauses._guard:
            if not Pauses._running:
                Pauses._before = gc.get_threshold()
                gc.set_threshold(YOUNG, MIDDLE, NEVER)
            Pauses._running += 1
            gc.freeze()

    def stop(self) -> None:
        """Once for each `start`."""
        with Pauses._guard:
            Pauses._running -= 1
            if not Pauses._running:
                gc.set_threshold(*Pauses._before)
                gc.unfreeze()

    def step(self, now: float, *, quiet: bool) -> bool:
        """Look through what has come since the start where that is due; gives whether it was."""
        since = now - self._last
        if since < EVERY_S or (not quiet and since < AT_LATEST_S):
            return False
        gc.collect()
        self._last = now
        return True
