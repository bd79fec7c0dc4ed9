"""Futures: the joint paths of demand that orders are decided on, asked of whoever forecasts; none where nobody does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple
from zlib import crc32

import numpy as np

from linkloop.commerce.demand import DemandPaths
from linkloop.core.errors import NotFound
from linkloop.core.link import Context
from linkloop.links.stock.case import REVIEW_DAYS, Case
from linkloop.links.stock.model import LeadDays
from linkloop.links.stock.rolling import COVERS, Reals, Shelves, Told
from linkloop.links.stock.terms import Floats

PATHS = 200  # of an order: its highest quantile is still that of ten paths
LONGEST_DAYS = 120


class Wanted(NamedTuple):
    """Positions below which and up to which is ordered, and the moments of demand over the lead time and the cover."""

    low: int
    high: int
    mean: float
    variance: float


def seed_of(text: str) -> int:
    """A seed that is the same wherever the text is: that of an event's id, a key."""
    return crc32(text.encode())


def ask(ctx: Context, keys: Sequence[tuple[str, str]], day: str, days: int, paths: int, seed: int) -> Floats | None:
    """(keys, paths, days) units after the day `day`; None where nobody answers, or nothing is known of any key."""
    first = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    try:
        answer = ctx.ask(DemandPaths(keys=tuple(keys), days=days, paths=paths, seed=seed, first=first))
    except NotFound:
        return None
    if answer.confidence <= 0:
        return None
    return np.asarray(answer.value.units, np.float32)


def days_of(leads: Sequence[LeadDays], cover: int) -> int:
    """The days that orders by these lead times look at, and one more."""
    longest = max((lead.mean + 3 * lead.sd for lead in leads), default=0.0)
    return min(ceil(longest) + cover + 1, LONGEST_DAYS)


def wanted(case: Case, lead: LeadDays, paths: Floats, level: float, cover: int, seed: int) -> Wanted:
    """What to order by `paths` (paths, days): the projected inventory of each, then the quantile `level` over them.

    On a path the order takes a lead time of its own (gamma). What is on its way comes evenly over it; what a path asks
    for beyond what is there is lost, unless the shop lets customers wait, and need not be ordered any more.
    """
    count, days = paths.shape
    drawn = _leads(lead, count, days - cover, seed)
    total = _total(paths)
    lost = np.zeros(count)
    if case.level.backordered == 0:
        ends = np.arange(1, days + 1)
        share = np.minimum(ends / np.maximum(drawn, 1.0)[:, None], 1.0)
        supply = max(case.level.on_hand, 0) + (case.position - max(case.level.on_hand, 0)) * share
        beyond = np.where(ends <= drawn[:, None], total[:, 1:] - supply, 0.0)
        lost = np.maximum(beyond.max(axis=1), 0.0)
    soon = _at(total, drawn + REVIEW_DAYS) - lost
    later = _at(total, drawn + cover)
    low, high = (float(np.quantile(units, level)) for units in (soon, later - lost))
    return Wanted(ceil(low - 0.5), max(ceil(high - 0.5), 0), float(later.mean()), float(later.var()))


def moments(lead: LeadDays, paths: Floats, cover: int, seed: int) -> tuple[float, float]:
    """Mean and variance of demand over the lead time and `cover` days, on these paths."""
    count, days = paths.shape
    units = _at(_total(paths), _leads(lead, count, days - cover, seed) + cover)
    return float(units.mean()), float(max(units.var(), units.mean()))


def told_by(paths: Floats, shelves: Shelves, days: int) -> Told:
    """What `paths` (keys, paths, days) say of demand over lead time + cover, before each of the coming `days` days."""
    n, count, length = paths.shape
    total = np.concatenate([np.zeros((n, count, 1)), np.cumsum(paths, axis=2, dtype=np.float64)], axis=2)
    mean, variance = np.zeros((2, days, len(COVERS), n))
    late = (paths.mean(axis=(1, 2), dtype=np.float64) * shelves.lead_sd) ** 2
    for step in range(days):
        for k, cover in enumerate(COVERS):
            until = np.minimum(shelves.lead + cover + step, length - 1e-6)
            whole = np.floor(until).astype(np.int64)[:, None, None]
            below = np.take_along_axis(total, whole, axis=2)[:, :, 0]
            above = np.take_along_axis(total, whole + 1, axis=2)[:, :, 0]
            units = below + (until - whole[:, 0, 0])[:, None] * (above - below) - total[:, :, step]
            mean[step, k] = units.mean(axis=1)
            variance[step, k] = np.maximum(units.var(axis=1), mean[step, k]) + late
    return Told(mean, variance)


def _leads(lead: LeadDays, count: int, most: int, seed: int) -> Reals:
    """(count) days; half a day of a lead time is half of that day's demand."""
    drawn = np.full(count, lead.mean)
    if lead.sd > 0 and lead.mean > 0:
        rng = np.random.default_rng(seed)
        drawn = rng.gamma((lead.mean / lead.sd) ** 2, lead.sd**2 / lead.mean, count)
    return np.minimum(drawn, max(most, 0))


def summed(paths: Floats, days: Reals) -> Reals:
    """(paths) units of the first `days` (paths) days of each path, in part too."""
    return _at(_total(paths), days)


def _total(paths: Floats) -> Reals:
    return np.concatenate([np.zeros((len(paths), 1)), np.cumsum(paths, axis=1, dtype=np.float64)], axis=1)


def _at(total: Reals, days: Reals) -> Reals:
    whole = np.minimum(np.floor(days).astype(np.int64), total.shape[1] - 1)
    rows = np.arange(len(total))
    below = total[rows, whole]
    above = total[rows, np.minimum(whole + 1, total.shape[1] - 1)]
    return np.asarray(below + (days - whole) * (above - below))
