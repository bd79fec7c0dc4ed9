"""The science of stock: demand over a lead time, the stock that a service level needs, and its expected cost."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

Grid = np.ndarray[tuple[int], np.dtype[np.float64]]
LARGEST = 200_000  # units of demand that are summed exactly; beyond it the normal distribution is as good

WINDOW_DAYS = 28
LEAST_DAYS = 7
NEW_SALES = 5  # sale days after which a product that had none in the first half of the window counts as new


class Demand(NamedTuple):
    """Units a day: mean, variance, and the days that it was learned from."""

    mean: float
    variance: float
    days: int

    @property
    def volatility(self) -> float:
        """The coefficient of variation; 0 without demand."""
        return sqrt(self.variance) / self.mean if self.mean > 0 else 0.0


class LeadDays(NamedTuple):
    """Days from order to arrival: mean and standard deviation."""

    mean: float
    sd: float


def fit(units: Sequence[int], on_hand: int) -> Demand:
    """Demand from the units of each day, oldest first, days without a sale included.

    What could not be sold is not "no demand": the days at the end without a sale are left out while the shelf is
    empty. A product that sold nothing in the first half of the window and on five days since counts as new, from
    its first sale on. The variance is at least Poisson's.
    """
    days = list(units)
    if on_hand <= 0:
        while len(days) > LEAST_DAYS and days[-1] == 0:
            days.pop()
    sold = [n for n, day in enumerate(days) if day > 0]
    if sold and sold[0] >= len(days) / 2 and len(sold) >= NEW_SALES:
        days = days[sold[0] :]
    count = len(days)
    if count == 0:
        return Demand(0.0, 0.0, 0)
    mean = sum(days) / count
    variance = sum((day - mean) ** 2 for day in days) / max(1, count - 1)
    return Demand(mean, max(variance, mean), count)


def lead_days(agreed: float, agreed_sd: float, arrivals: int, mean: float, squares: float) -> LeadDays:
    """Lead time from what was agreed, worth three arrivals, and what was seen (Welford's mean and squares)."""
    trust = 3
    total = trust + arrivals
    pooled = (trust * agreed + arrivals * mean) / total
    spread = trust * (agreed_sd**2 + (agreed - pooled) ** 2) + squares + arrivals * (mean - pooled) ** 2
    return LeadDays(max(pooled, 0.0), sqrt(spread / total))


class Future:
    """Demand over a stretch of days as a distribution: negative binomial by its moments, Poisson at the least."""

    def __init__(self, mean: float, variance: float) -> None:
        self.mean = mean
        self.sd = sqrt(max(variance, mean))
        self._below: Grid = _cumulative(mean, variance)

    @classmethod
    def over(cls, demand: Demand, lead: LeadDays, more_days: float = 0.0, extra: float = 0.0) -> Future:
        """Demand of the lead time and `more_days`, with `extra` units of a spike (known to within a half).

        The variance of a random sum: days × variance + mean² × variance of the days (Silver, Pyke & Thomas, 2017).
        """
        days = lead.mean + more_days
        variance = days * demand.variance + demand.mean**2 * lead.sd**2 + (extra / 2) ** 2
        return cls(days * demand.mean + extra, variance)

    def quantile(self, level: float) -> int:
        """The least stock that covers demand with probability `level` (0 to 1)."""
        if self.mean <= 0:
            return 0
        if not len(self._below):
            return ceil(self.mean + self.sd * _normal_quantile(level))
        return int(np.searchsorted(self._below, min(level, float(self._below[-1]))))

    def at_least(self, units: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Grid:
        """P(demand ≥ n) for each n of `units`."""
        if self.mean <= 0:
            return np.where(units <= 0, 1.0, 0.0)
        if not len(self._below):
            normal = NormalDist(self.mean - 0.5, self.sd)
            return np.array([1.0 if n <= 0 else 1.0 - normal.cdf(float(n)) for n in units])
        below = self._below[np.clip(units - 1, 0, len(self._below) - 1)]
        return np.where(units <= 0, 1.0, 1.0 - below)

    def shortfall(self, stock: int) -> float:
        """E[(demand − stock)⁺] in units."""
        if self.mean <= 0 or stock <= 0:
            return max(self.mean - stock, 0.0)
        if not len(self._below):
            normal, z = NormalDist(), (stock - self.mean) / self.sd
            return self.sd * (normal.pdf(z) - z * (1 - normal.cdf(z)))
        covered = float((1.0 - self._below[: min(stock, len(self._below))]).sum())
        return max(self.mean - covered, 0.0)

    def cost(self, stock: int, underage: float, overage: float) -> float:
        """Expected cost of ending with too little or too much (newsvendor), in the unit of the two costs per unit."""
        short = self.shortfall(stock)
        return underage * short + overage * (stock - self.mean + short)


def order_quantity(wanted: int, case_pack: int, least: int) -> int:
    """What to order for `wanted` units: at least the supplier's minimum, in whole cases; 0 for nothing."""
    if wanted <= 0:
        return 0
    case = max(1, case_pack)
    return -(-max(wanted, least) // case) * case


def _cumulative(mean: float, variance: float) -> Grid:
    """P(X ≤ n) for n = 0, 1, …; empty where it would be too long."""
    if mean <= 0:
        return np.ones(1)
    # The negative binomial's tail falls by 1 − mean / variance a unit: 35 × variance / mean units further it is 1e-15.
    top = int(mean + 12 * sqrt(max(variance, mean)) + 60 + 35 * max(variance / mean, 1.0))
    if top > LARGEST:
        return np.empty(0)
    n = np.arange(1, top + 1)
    if variance <= mean * 1.000001:
        steps = log(mean) - np.log(n)
        first = -mean
    else:
        size = mean * mean / (variance - mean)
        steps = np.log((n - 1 + size) / n) + log((variance - mean) / variance)
        first = size * log(mean / variance)
    logs = np.concatenate(([0.0], np.cumsum(steps))) + first
    below: Grid = np.minimum(np.cumsum(np.exp(logs)), 1.0)
    return below


def _normal_quantile(level: float) -> float:
    return NormalDist().inv_cdf(min(max(level, 1e-9), 1 - 1e-9))
