"""Experts: simple forecasters for every series of a panel at once, each [n, T] → [n, h].

Sources: Hyndman et al. (2002) for exponential smoothing with a damped trend; Assimakopoulos and Nikolopoulos (2000)
for Theta; Teunter, Syntetos and Babai (2011) for TSB; Petropoulos and Kourentzes (2015) for IMAPA. Parameters are
chosen per series on a grid by the errors one period ahead, in one pass over time for all series and all grid points.
"""

from __future__ import annotations

import numpy as np

from linkloop.links.demand.panel import Array

ALPHAS = np.array([0.02, 0.05, 0.1, 0.2, 0.35, 0.6])
TRENDS = ((0.0, 0.0), (0.05, 0.9))  # (beta / alpha, damping): none, damped
SES_ALPHAS = np.array([0.1, 0.15, 0.2, 0.25, 0.3])  # the range that statsforecast searches
MOST_SUMMED = 12  # periods
TSB_GRID = ((0.03, 0.03), (0.1, 0.05), (0.1, 0.1), (0.2, 0.1), (0.3, 0.3))


def seasonal_naive(units: Array, season: int, horizon: int) -> Array:
    """The last season again."""
    length = units.shape[1]
    if length < season:
        return np.repeat(units.mean(axis=1, keepdims=True), horizon, axis=1)
    return units[:, length - season + np.arange(horizon) % season]


def seasonal_mean(units: Array, season: int, horizon: int, seasons: int = 8, fade: float = 0.8) -> Array:
    """The mean of the last `seasons` same places of the season, each older one counting `fade` times as much."""
    length = units.shape[1]
    count = min(seasons, length // season)
    if count == 0:
        return seasonal_naive(units, season, horizon)
    blocks = units[:, length - count * season :].reshape(len(units), count, season)
    weights = fade ** np.arange(count)[::-1]
    usual = np.einsum("nks,k->ns", blocks, weights / weights.sum())
    return usual[:, np.arange(horizon) % season]


def median_of_last(units: Array, season: int, horizon: int, seasons: int = 8) -> Array:
    """The median of the last same places of the season: what half of the periods stay below."""
    length = units.shape[1]
    count = min(seasons, length // season)
    if count == 0:
        return np.repeat(np.median(units, axis=1)[:, None], horizon, axis=1)
    blocks = units[:, length - count * season :].reshape(len(units), count, season)
    return np.median(blocks, axis=1)[:, np.arange(horizon) % season]


def indices(units: Array, season: int, seasons: int = 12) -> Array:
    """[n, season] factors of the places of the season, mean 1, drawn towards 1 the less a series sold in all.

    Place s belongs to the periods T − season + s, T − 2 · season + s and so on.
    """
    length = units.shape[1]
    count = min(seasons, length // season)
    if count < 2:
        return np.ones((len(units), season))
    sums = units[:, length - count * season :].reshape(len(units), count, season).sum(axis=1)
    mean = sums.mean(axis=1, keepdims=True)
    pooled = sums.sum(axis=0) / max(sums.sum(), 1e-9) * season  # of all series: the prior
    prior = 4.0
    return (sums + prior * pooled + 1e-9) / (mean + prior * pooled.mean() + 1e-9)


def ets(units: Array, season: int, horizon: int) -> Array:
    """Exponential smoothing of the level with and without damped trend on seasonally adjusted units."""
    return smoothed(units, season, horizon)[0]


def theta(units: Array, season: int, horizon: int) -> Array:
    """Theta: simple exponential smoothing of the adjusted units plus half of the slope of their straight line."""
    return smoothed(units, season, horizon)[1]


def smoothed(units: Array, season: int, horizon: int) -> tuple[Array, Array]:
    """What `ets` and `theta` say, by one pass over time for both."""
    factors, adjusted = _adjust(units, season)
    plain = _smooth(adjusted, ALPHAS, 0.0, 0.0)
    ahead = _ahead(factors, horizon)
    return _ets(adjusted, plain, horizon) * ahead, _theta(adjusted, plain, horizon) * ahead


def _ets(units: Array, plain: tuple[Array, Array, Array], horizon: int) -> Array:
    best = np.full(len(units), np.inf)
    chosen = np.zeros((len(units), horizon))
    for ratio, damping in TRENDS:
        level, trend, errors = _smooth(units, ALPHAS, ratio, damping) if ratio else plain
        pick = errors.argmin(axis=0)
        rows = np.arange(len(units))
        steps = np.cumsum(damping ** np.arange(1, horizon + 1)) if damping else np.zeros(horizon)
        path = level[pick, rows][:, None] + trend[pick, rows][:, None] * steps[None, :]
        penalty = 1.0 if ratio == 0.0 else 1.02  # a trend must earn its parameter
        better = errors[pick, rows] * penalty < best
        chosen = np.where(better[:, None], path, chosen)
        best = np.where(better, errors[pick, rows] * penalty, best)
    return np.maximum(chosen, 0.0)


def _theta(units: Array, plain: tuple[Array, Array, Array], horizon: int) -> Array:
    level, _, errors = plain
    pick = errors.argmin(axis=0)
    rows = np.arange(len(units))
    length = units.shape[1]
    time = np.arange(length) - (length - 1) / 2
    slope = units @ time / max((time @ time), 1e-9)
    alpha = ALPHAS[pick]
    drift = slope[:, None] / 2 * (np.arange(horizon)[None, :] + ((1 - (1 - alpha) ** length) / alpha)[:, None])
    return np.maximum(level[pick, rows][:, None] + drift, 0.0)


def tsb(units: Array, season: int, horizon: int) -> Array:
    """TSB: smoothed probability of a sale times smoothed size of one, with the season's factors."""
    factors, adjusted = _adjust(units, season)
    sizes, chances = (np.array(grid)[:, None] for grid in zip(*TSB_GRID, strict=True))
    sold = adjusted > 0
    count = np.maximum(sold.sum(axis=1), 1)
    size = np.repeat((adjusted.sum(axis=1) / count)[None, :], len(TSB_GRID), axis=0)
    chance = np.repeat(sold.mean(axis=1)[None, :], len(TSB_GRID), axis=0)
    errors = np.zeros_like(size)
    for t in range(adjusted.shape[1]):
        errors += (adjusted[:, t] - size * chance) ** 2
        now = sold[:, t]
        size = np.where(now, size + sizes * (adjusted[:, t] - size), size)
        chance = chance + chances * (now - chance)
    pick = errors.argmin(axis=0)
    rows = np.arange(len(units))
    return (size[pick, rows] * chance[pick, rows])[:, None] * _ahead(factors, horizon)


def imapa(units: Array, season: int, horizon: int) -> Array:
    """IMAPA (Petropoulos and Kourentzes 2015): the mean of exponential smoothings of sums over 1 to m periods, where m
    is the mean distance between sales; with the season's factors."""
    factors, adjusted = _adjust(units, season)
    length = units.shape[1]
    gaps = _distances(adjusted)
    total, count = np.zeros(len(units)), np.zeros(len(units))
    for size in range(1, int(min(gaps.max(initial=1), MOST_SUMMED, length)) + 1):
        mine = np.flatnonzero(gaps >= size)
        blocks = length // size
        sums = adjusted[mine, length - blocks * size :].reshape(len(mine), blocks, size).sum(axis=2)
        total[mine] += _optimised(sums) / size
        count[mine] += 1
    return (total / np.maximum(count, 1))[:, None] * _ahead(factors, horizon)


def _distances(units: Array) -> Array:
    """[n] the mean distance between periods with a sale, rounded, at least 1; the first counts from the beginning."""
    sold = units > 0
    count = sold.sum(axis=1)
    last = np.where(count > 0, units.shape[1] - sold[:, ::-1].argmax(axis=1), 1)
    return np.maximum(np.round(last / np.maximum(count, 1)), 1).astype(int)


def _optimised(units: Array) -> Array:
    """[n] simple exponential smoothing from the first period on, its parameter that of the least squared errors."""
    level = np.repeat(units[None, :, 0], len(SES_ALPHAS), axis=0)
    errors = np.zeros_like(level)
    gain = SES_ALPHAS[:, None]
    for t in range(1, units.shape[1]):
        error = units[:, t] - level
        errors += error * error
        level = level + gain * error
    return level[errors.argmin(axis=0), np.arange(len(units))]


def _adjust(units: Array, season: int) -> tuple[Array, Array]:
    factors = indices(units, season)
    length = units.shape[1]
    place = (np.arange(length) - length) % season
    return factors, units / np.maximum(factors[:, place], 0.05)


def _ahead(factors: Array, horizon: int) -> Array:
    return factors[:, np.arange(horizon) % factors.shape[1]]


def _smooth(units: Array, alphas: Array, ratio: float, damping: float) -> tuple[Array, Array, Array]:
    """Last level [g, n], last trend [g, n] and the summed squared errors of the later three quarters [g, n]."""
    length = units.shape[1]
    first = max(1, length // 4)
    level = np.repeat(units[:, : max(first, 1)].mean(axis=1)[None, :], len(alphas), axis=0)
    trend = np.zeros_like(level)
    errors = np.zeros_like(level)
    gain = alphas[:, None]
    columns = np.ascontiguousarray(units.T)
    for t in range(length):
        error = columns[t] - level - damping * trend
        if t >= first:
            errors += error * error
        level = level + damping * trend + gain * error
        if ratio:
            trend = damping * trend + gain * ratio * error
    return level, trend, errors
