"""Seasons: what is usual for a metric, learned robustly, so that a spike or an outage does not teach the season."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import ceil

import numpy as np

from linkloop.commerce.watching import Season

SLOT_MINUTES = 30
SLOTS_A_DAY = 1440 // SLOT_MINUTES
DAYS_LEARNED_FROM = 28
WEEKS_FOR_WEEKDAYS = 3
_MEDIAN_OF_CHI_SQUARE = 0.4549  # median of the χ² distribution with one degree of freedom

Counts = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def learn(metric: str, first_slot: int, counts: Sequence[int], at: datetime) -> Season:
    """The season of a metric from its counts per slot, contiguous from slot number `first_slot` (since 1970, UTC).

    Each slot of the day gets the mean of its days after each count is pulled to within three standard deviations of
    the days' median (Huber's winsorised mean: up to half of the days may be festivals or outages), smoothed over its
    neighbours. From three weeks on each weekday has a factor of its own. Dispersion comes from the median of the
    squared residuals. Without one whole day: a Season without levels.
    """
    skip = -first_slot % SLOTS_A_DAY
    days = (len(counts) - skip) // SLOTS_A_DAY
    if days < 1 or not any(counts):
        return Season(metric=metric, slot_minutes=SLOT_MINUTES, levels=(), seen=(), updated_at=at)
    grid: Counts = np.asarray(counts[skip : skip + days * SLOTS_A_DAY], dtype=float).reshape(days, SLOTS_A_DAY)
    first_day = (first_slot + skip) // SLOTS_A_DAY
    factors = _weekday_factors(grid.sum(axis=1), first_day)
    today: Counts = factors[(first_day + np.arange(days)) % 7]
    level = _levels(grid / today[:, None])
    expected = today[:, None] * level[None, :]
    levels = np.outer(factors, level).ravel() if days >= 7 * WEEKS_FOR_WEEKDAYS else level
    return Season(
        metric=metric,
        slot_minutes=SLOT_MINUTES,
        levels=tuple(round(float(x), 4) for x in levels),
        seen=(days,) * len(levels),
        dispersion=round(_dispersion(grid, expected), 5),
        updated_at=at,
    )


def expected(season: Season, first: int, minutes: int) -> float:
    """The count that the season expects in `minutes` minutes from minute number `first`, straight between slots."""
    levels, width = season.levels, season.slot_minutes
    pieces = ceil(minutes / 5)
    length = minutes / pieces
    total = 0.0
    for n in range(pieces):
        spot = (first + (n + 0.5) * length) / width - 0.5
        slot = int(spot // 1)
        part = spot - slot
        total += levels[slot % len(levels)] * (1 - part) + levels[(slot + 1) % len(levels)] * part
    return total * length / width


def doubt(season: Season) -> float:
    """The dispersion to judge by: the learned one, and what so few days leave unknown (0.15 for a single day)."""
    return season.dispersion + 0.005 + 0.15 / max(1, season.seen[0])


def capped_total(days: Sequence[int], among: int) -> float:
    """The total of daily counts of a product over `among` days (those not listed had none), spikes cut off.

    A day counts at most three times the median of all days plus three.
    """
    every = sorted([*days, *[0] * (among - len(days))])
    most = 3 + 3 * every[len(every) // 2] if every else 0
    return float(sum(min(day, most) for day in days))


def success_rate(tries: Sequence[int], succeeded: Sequence[int]) -> tuple[float, int]:
    """A provider's usual success rate and the tries behind it, from daily counts; days of an outage are left out.

    A day is left out when it lies more than four standard deviations below the median day.
    """
    good = [(n, k) for n, k in zip(tries, succeeded, strict=True) if n > 0]
    if not good:
        return 0.0, 0
    rates = sorted(k / n for n, k in good)
    middle = rates[len(rates) // 2]
    kept = [(n, k) for n, k in good if k / n >= middle - 4 * (max(middle * (1 - middle), 0.01) / n) ** 0.5]
    total = sum(n for n, _ in kept)
    return sum(k for _, k in kept) / total, total


def _weekday_factors(totals: Counts, first_day: int) -> Counts:
    factors: Counts = np.ones(7)
    weeks = len(totals) // 7
    if weeks < WEEKS_FOR_WEEKDAYS:
        return factors
    weekday = (first_day + np.arange(len(totals))) % 7
    for day in range(7):
        factors[day] = np.median(totals[weekday == day])
    if factors.min() <= 0:
        return np.ones(7)
    # Towards 1: a handful of weeks says little about one weekday.
    factors = 1 + (factors / factors.mean() - 1) * weeks / (weeks + 2)
    return factors


def _levels(grid: Counts) -> Counts:
    smooth = (np.roll(grid, 1, axis=1) + 2 * grid + np.roll(grid, -1, axis=1)) / 4
    centre = np.median(smooth, axis=0)
    reach = 3 * np.sqrt(centre) + 2
    level = np.clip(grid, centre - reach, centre + reach).mean(axis=0)
    return np.maximum((np.roll(level, 1) + 2 * level + np.roll(level, -1)) / 4, 0.02)


def _dispersion(grid: Counts, usual: Counts) -> float:
    """The α for which the median of residual² / (μ + α μ²) is that of χ²; 0 where Poisson explains the scatter."""
    days = len(grid)
    enough = usual >= 5
    if days < 3 or enough.sum() < SLOTS_A_DAY:
        return 0.0
    squares = (grid[enough] - usual[enough]) ** 2 * days / (days - 1)
    mean = usual[enough]
    low, high = 0.0, 4.0
    for _ in range(30):
        middle = (low + high) / 2
        if float(np.median(squares / (mean + middle * mean**2))) > _MEDIAN_OF_CHI_SQUARE:
            low = middle
        else:
            high = middle
    return low
