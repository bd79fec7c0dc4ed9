"""Simulated minutes of a shop for the detector's tests and figures: Poisson orders with a day's shape."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from linkloop.commerce.watching import Recent, Season
from linkloop.links.watch.model import KEPT_MINUTES, Verdict
from linkloop.links.watch.season import SLOT_MINUTES, learn

AT = datetime(2026, 3, 1, tzinfo=UTC)
# Orders per hour of the day, relative: quiet until six, a lunch peak, a longer evening.
HOURS = (10, 6, 3, 2, 2, 3, 7, 14, 22, 30, 34, 36, 40, 36, 33, 32, 32, 33, 36, 44, 52, 54, 42, 24)
SHAPE = np.interp(np.arange(1440), np.arange(-1, 25) * 60 + 30, [HOURS[-1], *HOURS, HOURS[0]])
SHAPE /= SHAPE.sum()

Test = Callable[[Recent, Season | None, int], Verdict | None]


def minutes(days: int, a_day: float, seed: int) -> np.ndarray:
    """Orders per minute of some days."""
    return np.random.default_rng(seed).poisson(np.tile(SHAPE * a_day, days))


def season(days: int, a_day: float, seed: int) -> Season:
    """What is learned from some days."""
    return learn("orders", 0, minutes(days, a_day, seed).reshape(-1, SLOT_MINUTES).sum(axis=1).tolist(), AT)


def alarms(counts: np.ndarray, known: Season | None, test: Test, at: float, first: int) -> list[int]:
    """Minutes (from 0) at which an alert would open, one an hour at most; the first count is minute number `first`."""
    found: list[int] = []
    for n in range(len(counts)):
        start = max(0, n - KEPT_MINUTES + 1)
        (busy,) = np.nonzero(counts[start : n + 1])
        recent = Recent(
            metric="orders",
            minutes=tuple((busy + start + first).tolist()),
            counts=tuple(counts[start : n + 1][busy].tolist()),
            of=(0,) * len(busy),
            money=(0,) * len(busy),
            since=first,
            heard=first + n,
        )
        verdict = test(recent, known, first + n)
        if verdict is not None and verdict.p_value <= at and (not found or n > found[-1] + 60):
            found.append(n)
    return found
