"""The band: how many orders, and how much money, a slot of the day usually has, from the season that was learned."""

from __future__ import annotations

from math import exp, lgamma, log
from typing import NamedTuple

from linkloop.commerce.watching import Season
from linkloop.core.clock import micros
from linkloop.faces.desk.today_frame import SLOT_MINUTES, Frame
from linkloop.links.watch.season import doubt, expected

INSIDE = 0.95
_NORMAL = 1.959964  # the quantile of the normal distribution that leaves 2.5 % above


class Band(NamedTuple):
    """Expected value and bounds by slot."""

    mean: list[float]
    low: list[int]
    high: list[int]


class MoneyBand(NamedTuple):
    """The same in minor units of money."""

    mean: list[float]
    low: list[float]
    high: list[float]


def orders_band(season: Season, day: Frame) -> Band:
    """Per slot the expected orders and the quantiles between which 95 of 100 such slots lie."""
    first = micros(day.start()) // 60_000_000
    means = [expected(season, first + n * SLOT_MINUTES, SLOT_MINUTES) for n in range(day.slots())]
    bounds = [quantiles(mean, doubt(season)) for mean in means]
    return Band([round(mean, 3) for mean in means], [low for low, _ in bounds], [high for _, high in bounds])


def money_band(band: Band, season: Season, value: tuple[float, float]) -> MoneyBand:
    """The same in money: the sum of N orders, each worth `value` (mean, variance): Wald, and Blackwell–Girshick."""
    mean, variance = value
    middles = [count * mean for count in band.mean]
    spread = [(count * variance + (count + doubt(season) * count**2) * mean**2) ** 0.5 * _NORMAL for count in band.mean]
    return MoneyBand(
        [round(x) for x in middles],
        [round(max(0.0, x - s)) for x, s in zip(middles, spread, strict=True)],
        [round(x + s) for x, s in zip(middles, spread, strict=True)],
    )


def quantiles(mean: float, dispersion: float) -> tuple[int, int]:
    """The 2.5 % and 97.5 % quantiles of a negative binomial with this mean and variance mean + dispersion · mean²."""
    size = 1 / dispersion if dispersion > 0 else 0.0
    below, low, k = 0.0, -1, 0
    while True:
        below += exp(_log_pmf(k, mean, size))
        if low < 0 and below >= (1 - INSIDE) / 2:
            low = k
        if below >= (1 + INSIDE) / 2:
            return low, k
        k += 1


def _log_pmf(k: int, mean: float, size: float) -> float:
    if not size:
        return k * log(mean) - mean - lgamma(k + 1)
    odds = size / (size + mean)
    return lgamma(k + size) - lgamma(size) - lgamma(k + 1) + size * log(odds) + k * log(1 - odds)
