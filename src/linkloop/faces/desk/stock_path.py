"""The stock path: what lies on the shelf day by day as the forecasts and the goods on their way have it.

Days err together by half: the variance of a sum of days is half that of independent days and half that of days that
move as one, as in the risk view. Expected shortage is that of a normal distribution: sd × (φ(z) − z (1 − Φ(z))).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
DAYS = 14
SPREAD = 3.29  # standard deviations between the 5 % and the 95 % quantile of a normal distribution
BAND = 1.645  # of 9 in 10 futures
_erfc = np.frompyfunc(math.erfc, 1, 1)


class Paths(NamedTuple):
    """[n, days] of each series: stock that is expected and its standard deviation (below 0: demand that is not met);
    [n] the chance to run out before goods ordered now can come, and the units lost until then; [n] the day (0: today)
    on whose end the shelf is expected to be empty, −1 where it is not."""

    stock: Array
    sd: Array
    p_out: Array
    lost: Array
    ends: np.ndarray[tuple[int], np.dtype[np.int64]]


def paths(
    on_hand: Sequence[float], mean: Array, sd: Array, arriving: Array, lead_days: Sequence[float], today: float = 1.0
) -> Paths:
    """Paths of n series: `mean`, `sd` and `arriving` are [n, days] from today on, `today` is the share of today that is
    left. Goods that arrive on a day can be sold that day."""
    left = np.ones(mean.shape[1])
    left[0] = today
    wanted = np.cumsum(mean * left, axis=1)
    scatter = np.sqrt(0.5 * np.cumsum(sd * left, axis=1) ** 2 + 0.5 * np.cumsum((sd * left) ** 2, axis=1))
    scatter = np.maximum(scatter, np.sqrt(np.maximum(wanted, 1e-9)))
    there = np.asarray(on_hand, float)[:, None] + np.cumsum(arriving, axis=1)
    stock = there - wanted
    z = stock / scatter
    tail = np.asarray(_erfc(z / math.sqrt(2)), float) / 2
    short = scatter * np.maximum(np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) - z * tail, 0.0)
    within = np.arange(mean.shape[1])[None, :] < np.ceil(np.asarray(lead_days, float))[:, None]
    sells = wanted[:, -1] > 0
    lost = np.where(sells, np.where(within, short, 0.0).max(axis=1), 0.0)
    p_out = np.where(sells, np.where(within, tail, 0.0).max(axis=1), 0.0)
    empty = (stock <= 0) & (wanted > 0)
    ends = np.where(empty.any(axis=1), empty.argmax(axis=1), -1)
    return Paths(stock, scatter, p_out, lost, ends)


def spread_over(values: Sequence[float], days: int) -> list[float]:
    """`values` of consecutive days, gone on by their last week where they are too few."""
    found = list(values[:days])
    while found and len(found) < days:
        found.append(found[-7] if len(found) >= 7 else found[-1])
    return found or [0.0] * days
