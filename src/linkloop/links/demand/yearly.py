"""Yearly: last year again, cleaned by what series of a group share, moved to the level of now.

A single year of one series is one noisy draw of its season; series of a group (a department in many shops) share the
shape. The logarithm of last year is drawn towards its best approximation of low rank within the group, and its level
follows the growth since then, drawn towards the growth of the group and of all.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from linkloop.links.demand.experts import seasonal_mean
from linkloop.links.demand.panel import Array, Panel

DAYS = 364  # 52 weeks: the same weekday a year ago


class YearlySettings(NamedTuple):
    """How much of the season is shared (0 to 1), the rank it is shared by, how many recent periods tell the growth and
    how much of a series' own growth is believed."""

    shared: float = 0.5
    rank: int = 3
    recent: int = 8
    believed: float = 0.6
    fade: float = 1.0


def yearly(panel: Panel, filled: Array, horizon: int, settings: YearlySettings | None = None) -> Array:
    """[n, h]; `panel.season` is the year in periods. The mean of the last periods where no year is there."""
    s = settings or YearlySettings()
    n, length = filled.shape
    season = panel.season
    if length < season:
        return np.repeat(filled[:, -4:].mean(axis=1, keepdims=True), horizon, axis=1)
    last = filled[:, length - season :]
    groups = np.zeros(n, dtype=int) if panel.groups is None else panel.groups
    shape = cleaned(last, groups, s.rank, s.shared)
    known = panel.seen[:, length - season :]
    shape = np.where(known, shape, filled[:, -4:].mean(axis=1, keepdims=True))
    growth = _growth(panel, filled, groups, s)
    steps = np.arange(horizon)
    return shape[:, steps % season] * growth[:, None] ** (s.fade ** steps[None, :])


def last_year(units: Array, season: int, horizon: int, recent: int = 28, believed: float = 0.7) -> Array:
    """[n, h] the same weekdays 52 weeks ago, smoothed over the weeks beside them, at the level of now: for days,
    where 56 weeks are there; else the last seasons' mean."""
    length = units.shape[1]
    if season != 7 or length < DAYS + recent + 7:
        return seasonal_mean(units, season, horizon)
    index = length + np.arange(horizon) % DAYS - DAYS
    near = [np.clip(index + shift, 0, length - 1) for shift in (-7, 7)]
    near[1] = np.where(index + 7 >= length, near[0], near[1])
    past = (2 * units[:, index] + units[:, near[0]] + units[:, near[1]]) / 4
    now, then = units[:, -recent:].mean(axis=1), units[:, -recent - DAYS : -DAYS].mean(axis=1)
    growth = np.clip(now / np.maximum(then, 1e-9), 0.2, 5.0)
    growth = np.where(then > 0, growth, 1.0) ** believed * np.where(then > 0, 1.0, 0.0)
    return np.where(then[:, None] > 0, past * growth[:, None], seasonal_mean(units, season, horizon))


def cleaned(units: Array, groups: Array, rank: int, shared: float) -> Array:
    """[n, T] units drawn by `shared` (0 to 1) towards their approximation of rank `rank` within each group."""
    found = units.copy()
    for group in np.unique(groups):
        rows = np.flatnonzero((groups == group) & (units > 0).any(axis=1))
        if len(rows) < 4:
            continue
        mean = units[rows].mean(axis=1, keepdims=True)
        relative = np.maximum(units[rows] / mean, 0.0)
        weight = np.sqrt(mean)
        common = (relative * mean).sum(axis=0) / mean.sum()
        left, size, right = np.linalg.svd((relative - common) * weight, full_matrices=False)
        kept = min(rank, len(size))
        smooth = common + (left[:, :kept] * size[:kept]) @ right[:kept] / weight
        found[rows] = mean * ((1 - shared) * relative + shared * np.maximum(smooth, 0.0))
    return found


def _growth(panel: Panel, filled: Array, groups: Array, s: YearlySettings) -> Array:
    """[n] level of now over the level a year ago."""
    length, season = filled.shape[1], panel.season
    recent = min(s.recent, length - season)
    if recent < 2:
        return np.ones(len(filled))
    now = filled[:, length - recent :]
    then = filled[:, length - recent - season : length - season]
    both = panel.seen[:, length - recent :] & panel.seen[:, length - recent - season : length - season]
    above, below = (now * both).sum(axis=1), (then * both).sum(axis=1)
    overall = above.sum() / max(below.sum(), 1e-9)
    by_group = np.ones(len(filled)) * overall
    for group in np.unique(groups):
        rows = groups == group
        total = below[rows].sum()
        prior = 0.1 * below.mean() * rows.sum()
        by_group[rows] = (above[rows].sum() + overall * prior) / max(total + prior, 1e-9)
    own = np.clip(above / np.maximum(below, 1e-9), 0.25, 4.0)
    own = np.where(below > 0, own, by_group)
    return by_group ** (1 - s.believed) * own**s.believed
