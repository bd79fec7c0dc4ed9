"""Copula: joint futures of many series, which keep each series' own quantiles and move together as their errors did.

A Gaussian copula (Sklar 1959; Nelsen 2006). Series are tied by drawing one weight per past day and adding up the days'
normal scores: the correlation of the draws is that of the scores, without a matrix. Days are tied by the scores' own
autocorrelation.
"""

from __future__ import annotations

from math import erf

import numpy as np

from linkloop.links.demand.panel import Array

SHRUNK = 0.8  # of the learned correlation that is believed, the rest is each series' own chance


def paths(quantiles: Array, levels: tuple[float, ...], scores: Array, count: int, seed: int) -> Array:
    """[n, count, h] units from quantiles [n, h, q] and normal scores [n, m] of errors on the same m past days."""
    n, horizon, _ = quantiles.shape
    draw = np.random.default_rng(seed)
    m = scores.shape[1]
    sizes = np.linalg.norm(scores, axis=1) if m else np.zeros(n)
    tied = sizes > 0
    unit = np.divide(scores, np.maximum(sizes, 1e-9)[:, None]) if m else scores
    again = _autocorrelation(scores)
    keep = np.sqrt(1 - again**2)
    normal = np.zeros((n, count, horizon))
    before = np.zeros((n, count))
    for day in range(horizon):
        own = draw.standard_normal((n, count))
        if m:
            common = unit @ draw.standard_normal((m, count))
            fresh = np.where(tied[:, None], np.sqrt(SHRUNK) * common + np.sqrt(1 - SHRUNK) * own, own)
        else:
            fresh = own
        before = fresh if day == 0 else again[:, None] * before + keep[:, None] * fresh
        normal[:, :, day] = before
    return units(quantiles, levels, _phi(normal))


def units(quantiles: Array, levels: tuple[float, ...], share: Array) -> Array:
    """[n, count, h] the quantile of each share (0 to 1): straight between levels; beyond the last by one and a half
    times as much as the last two lie apart."""
    n, horizon, _ = quantiles.shape
    beyond = quantiles[:, :, -1] + 1.5 * (quantiles[:, :, -1] - quantiles[:, :, -2])
    below = np.maximum(quantiles[:, :, 0] - (quantiles[:, :, 1] - quantiles[:, :, 0]), 0.0)
    grid = np.array([0.0, *levels, 1.0])
    whole = np.concatenate([below[:, :, None], quantiles, beyond[:, :, None]], axis=2)
    right = np.clip(np.searchsorted(grid, share, side="right"), 1, len(grid) - 1)
    left = right - 1
    part = (share - grid[left]) / (grid[right] - grid[left])
    rows, days = np.arange(n)[:, None, None], np.arange(horizon)[None, None, :]
    return whole[rows, days, left] * (1 - part) + whole[rows, days, right] * part


def _autocorrelation(scores: Array) -> Array:
    """[n] of one day, drawn towards 0 by thirty days without any; between 0 and 0.9."""
    if scores.shape[1] < 3:
        return np.zeros(len(scores))
    above = (scores[:, 1:] * scores[:, :-1]).sum(axis=1)
    below = (scores**2).sum(axis=1) + 30.0
    return np.clip(above / below, 0.0, 0.9)


_ERF = np.vectorize(erf, otypes=[float])
_GRID = np.linspace(-6.0, 6.0, 4801)
_TABLE = 0.5 * (1 + _ERF(_GRID / np.sqrt(2)))


def _phi(normal: Array) -> Array:
    """Φ, from a table of 4801 points: to 1e-6."""
    return np.interp(normal, _GRID, _TABLE)
