"""A panel: the demand of many series over the same periods, what of it was seen whole, and what is known ahead."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

Array = np.ndarray
INTERMITTENT = 0.4  # share of periods without a sale from which on a series is intermittent
NEW_SEASONS = 3  # a series with fewer whole seasons behind it is new
SEGMENTS = ("smooth", "intermittent", "new")


class Panel(NamedTuple):
    """`units` [n, T]; `seen` [n, T] False before a series began and where an empty shelf cut its demand.

    `season` is the length of the short cycle in periods (7 for days; 52 for weeks), `known` [n, T + ahead, p] what is
    known of each period, past and ahead (centred on 0: nothing special), `names` its p names, `year` the position of
    each of the T + ahead periods in the year (0 to 1), or None where the panel has no calendar. `views` [n, T] are
    visits that looked at the product, known of the past only.
    """

    units: Array
    seen: Array
    season: int
    known: Array | None = None
    names: tuple[str, ...] = ()
    year: Array | None = None
    groups: Array | None = None  # [n] group numbers, such as categories
    views: Array | None = None


def cut(panel: Panel, periods: int) -> Panel:
    """The panel as it stood `periods` periods ago; what was known ahead stays known."""
    if periods == 0:
        return panel
    views = None if panel.views is None else panel.views[:, :-periods]
    return panel._replace(units=panel.units[:, :-periods], seen=panel.seen[:, :-periods], views=views)


def starts(seen: Array) -> Array:
    """[n] the first period in which each series was seen; T where it never was."""
    return np.where(seen.any(axis=1), seen.argmax(axis=1), seen.shape[1])


def reconstruct(panel: Panel) -> Array:
    """[n, T] units with what an empty shelf cut put back: the mean of the nearest same periods that were seen whole.

    What was sold stands as the least. Before a series began its units are 0.
    """
    units, seen = np.asarray(panel.units, dtype=np.float64), panel.seen
    begun = np.arange(units.shape[1])[None, :] >= starts(seen)[:, None]
    cut_short = begun & ~seen
    if not cut_short.any():
        return np.where(begun, units, 0.0)
    total, weight = _passing(units, seen, panel.season)
    back, weight_back = _passing(units[:, ::-1], seen[:, ::-1], panel.season)
    usual = (total + back[:, ::-1]) / np.maximum(weight + weight_back[:, ::-1], 1e-9)
    return np.where(cut_short, np.maximum(units, usual), np.where(begun, units, 0.0))


def _passing(units: Array, seen: Array, season: int) -> tuple[Array, Array]:
    """Sums of what was seen at the same place of the season, fading by half each season; and their weights."""
    total, weight = np.zeros_like(units), np.zeros_like(units)
    for t in range(season, units.shape[1]):
        before = t - season
        total[:, t] = 0.5 * total[:, before] + np.where(seen[:, before], units[:, before], 0.0)
        weight[:, t] = 0.5 * weight[:, before] + seen[:, before]
    return total, weight


def novel(panel: Panel, origin: int, periods: int) -> Array:
    """[n, periods] whether something is known of a period that never was before `origin`: nobody could learn it yet."""
    if panel.known is None:
        return np.zeros((len(panel.units), periods), dtype=bool)
    before = (panel.known[:, :origin] != 0).any(axis=1)
    now = panel.known[:, origin : origin + periods] != 0
    return (now & ~before[:, None, :]).any(axis=2)


def segments(units: Array, seen: Array, season: int) -> Array:
    """[n] 0 smooth, 1 intermittent, 2 new: by the share of seen periods that sold nothing, and by the age."""
    ages = seen.sum(axis=1)
    idle = ((units <= 0) & seen).sum(axis=1) / np.maximum(ages, 1)
    kind = np.where(idle > INTERMITTENT, 1, 0)
    return np.where(ages < min(NEW_SEASONS * season, 28), 2, kind)


def scales(units: Array, season: int) -> Array:
    """[n] the size of each series: its mean over the last eight short seasons (at most 60 periods), at least 0.05."""
    window = min(units.shape[1], min(8 * season, 60))
    return np.maximum(units[:, -window:].mean(axis=1), 0.05)
