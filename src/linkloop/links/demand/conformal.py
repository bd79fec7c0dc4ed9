"""Conformal: quantiles of past errors, and corrections after which they hold what they promise.

Split-conformal prediction (Vovk et al. 2005; Romano, Patterson and Candès 2019 for quantiles): what an expert said of
periods that it had not seen is compared with what came; its quantiles move until the promised share lies below.
"""

from __future__ import annotations

import numpy as np

from linkloop.links.demand.panel import Array

OUTWARDS = 6.0  # standard deviations between windows, over their number, by which the outer quantiles move outwards
RECENT = 0.6  # how much each older window counts beside the next


def ratios(actual: Array, said: Array, scale: Array, noise: Array) -> Array:
    """Errors [n, h] in the series' own terms: (actual − said) over its `spread`."""
    return (actual - said) / spread(said, scale, noise)


def spread(said: Array, scale: Array, noise: Array) -> Array:
    """[n, h] by how much demand of this size scatters, up to a factor: between Poisson (root) and proportional."""
    size = scale[:, None]
    return noise[:, None] * (np.sqrt(np.maximum(said, 0.1 * size) * size) + 0.05 * size)


def restlessness(units: Array, scale: Array, season: int, periods: int = 60) -> Array:
    """[n] how much each series moves from period to period (short seasons: season to season) in terms of its scale, as
    a multiple of the panel's mean; drawn towards 1 by a tenth of it."""
    lag = season if season <= 26 and units.shape[1] >= 3 * season else 1
    recent = units[:, -(periods + lag) :]
    if recent.shape[1] <= lag:
        return np.ones(len(units))
    moved = np.abs(recent[:, lag:] - recent[:, :-lag]).mean(axis=1) / scale
    usual = max(float(moved.mean()), 1e-9)
    return (moved + usual / 10) / (usual * 1.1)


def bands(errors: Array, weight: Array, keys: Array, count: int, levels: tuple[float, ...]) -> Array:
    """[count, q] weighted quantiles of errors [m] per key (0 … count − 1); keys without fifty errors take all."""
    order = np.argsort(errors)
    errors, weight, keys = errors[order], weight[order], keys[order]
    found = np.repeat(_of_sorted(errors, weight, levels)[None, :], count, axis=0)
    for key in range(count):
        mine = np.flatnonzero(keys == key)
        if len(mine) >= 50:
            found[key] = _of_sorted(errors[mine], weight[mine], levels)
    return found


def quantiles(values: Array, weight: Array, levels: tuple[float, ...]) -> Array:
    """[q] weighted quantiles with the finite-sample step of split conformal prediction: (m + 1) · level."""
    order = np.argsort(values)
    return _of_sorted(values[order], weight[order], levels)


def _of_sorted(values: Array, weight: Array, levels: tuple[float, ...]) -> Array:
    if not len(values):
        return np.zeros(len(levels))
    share = np.cumsum(weight)
    wanted = np.minimum(np.array(levels) * (1 + 1 / len(values)), 1.0) * share[-1]
    return values[np.minimum(np.searchsorted(share, wanted), len(values) - 1)]


def own(units: Array, seen: Array, season: int, levels: tuple[float, ...], periods: int = 84) -> Array:
    """[n, season, q] quantiles of each series' own recent periods: of the same place of the season where it has enough
    of them, mixed half and half with those of all places scaled to the place's mean."""
    n, length = units.shape
    count = min(periods, length) // season
    if count < 2:
        recent = units[:, -min(periods, length) :]
        every = np.quantile(recent, levels, axis=1).T
        return np.repeat(every[:, None, :], season, axis=1)
    blocks = units[:, length - count * season :].reshape(n, count, season)
    mean = blocks.mean(axis=1)
    factor = (mean + 0.25 * mean.mean(axis=1, keepdims=True)) / np.maximum(
        1.25 * mean.mean(axis=1, keepdims=True), 1e-9
    )
    level = np.quantile(units[:, length - count * season :], levels, axis=1)
    every = level.T[:, None, :] * factor[:, :, None]
    same = np.moveaxis(np.quantile(blocks, levels, axis=1), 0, 2)
    return 0.5 * every + 0.5 * same


def corrections(actual: Array, said: Array, size: Array, levels: tuple[float, ...]) -> Array:
    """[q] multiples of `size` [m] by which quantiles `said` [m, q] move so that each holds its level on `actual`."""
    moves = np.zeros(len(levels))
    for index, level in enumerate(levels):
        moves[index] = order_statistic((actual - said[:, index]) / size, level) if len(actual) >= 50 else 0.0
    return moves


def order_statistic(values: Array, level: float) -> float:
    """The quantile of `values` [m] that `quantiles` gives for equal weights, without sorting them."""
    m = len(values)
    at = min(int(np.ceil(min(level * (1 + 1 / m), 1.0) * m - 1e-9)) - 1, m - 1)
    return float(np.partition(values, max(at, 0))[max(at, 0)])


def steady(actual: Array, said: Array, size: Array, window: Array, levels: tuple[float, ...]) -> Array:
    """[q] corrections as above, where older windows [m] count less (weights as in Barber et al. 2023), and moved
    outwards by how much those of single windows differ: the next differs from these as they do from each other, the
    more the fewer they are. What moves all quantiles alike is drawn towards 0 by how much it differs (`distrusted`)."""
    names = np.unique(window)
    if len(names) < 2:
        return corrections(actual, said, size, levels)
    weight = RECENT ** (names[-1] - window)
    off = (actual[:, None] - said) / size[:, None]
    moves = np.array([quantiles(off[:, k], weight, (level,))[0] for k, level in enumerate(levels)])
    single = [corrections(actual[window == w], said[window == w], size[window == w], levels) for w in names]
    away = np.array(levels) - 0.5
    outwards = np.sign(away) * np.clip((np.abs(away) - 0.3) / 0.175, 0.0, 1.0)
    centre = levels.index(0.5)
    moves -= distrusted(moves[centre], np.array(single)[:, centre], float((actual <= 0).mean()), levels)
    return moves + OUTWARDS / len(names) * outwards * np.std(single, axis=0, ddof=1)


def distrusted(shift: float, single: Array, idle: float, levels: tuple[float, ...]) -> Array:
    """[q] what is taken off a shift of all quantiles that was found over windows whose own are `single` [k]: the part
    of it that chance explains, s² / k over shift² + s² / k. Levels that the share of `idle` periods reaches stay: their
    quantile is 0."""
    chance = float(np.var(single, ddof=1)) / len(single)
    part = chance / (shift * shift + chance) if chance > 0 else 0.0
    return np.where(np.array(levels) > idle, part * shift, 0.0)


def interval(quantile: Array, levels: tuple[float, ...], coverage: float) -> tuple[Array, Array]:
    """Lower and upper end [n, h] of the interval that holds `coverage`: central, but from 0 where 0 itself is likely.

    Where the lower quantile is 0, all that may lie below is in already, and the upper end is the quantile `coverage`.
    """
    tail = (1 - coverage) / 2
    low = at(quantile, levels, tail)
    high = np.where(low <= 0, at(quantile, levels, coverage), at(quantile, levels, 1 - tail))
    return np.maximum(low, 0.0), high


def at(quantile: Array, levels: tuple[float, ...], level: float) -> Array:
    """[n, h] the quantile at any level, straight between those that are known and flat beyond them."""
    grid = np.array(levels)
    right = int(np.clip(np.searchsorted(grid, level), 1, len(grid) - 1))
    left = right - 1
    part = float(np.clip((level - grid[left]) / (grid[right] - grid[left]), 0.0, 1.0))
    return quantile[..., left] * (1 - part) + quantile[..., right] * part


def pinball(actual: Array, said: Array, levels: tuple[float, ...]) -> Array:
    """[..., q] the pinball loss, whose mean is least for the true quantile."""
    error = actual[..., None] - said
    grid = np.array(levels)
    return np.maximum(grid * error, (grid - 1) * error)


def normal_quantile(share: Array) -> Array:
    """Φ⁻¹ of probabilities in (0, 1) by Acklam's rational approximation, to 1e-8 relative."""
    a = (
        -39.69683028665376,
        220.9460984245205,
        -275.9285104469687,
        138.3577518672690,
        -30.66479806614716,
        2.506628277459239,
    )
    b = (-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1.0)
    c = (
        -0.007784894002430293,
        -0.3223964580411365,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    )
    d = (0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1.0)
    p = np.clip(np.asarray(share, dtype=float), 1e-12, 1 - 1e-12)
    tail = np.minimum(p, 1 - p)
    q = np.sqrt(-2 * np.log(tail))
    outer = np.polyval(c, q) / np.polyval(d, q)
    centre = p - 0.5
    r = centre * centre
    inner = np.polyval(a, r) * centre / np.polyval(b, r)
    return np.where(tail < 0.02425, np.where(p < 0.5, outer, -outer), inner)
