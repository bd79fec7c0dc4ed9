"""Counts: quantiles of many negative binomials at once, by their means and variances."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]
EXACT_BELOW = 25.0  # a mean up to which probabilities are summed; above, a gamma's cube root is normal enough


def quantiles(mean: Reals, variance: Reals, levels: Sequence[float]) -> Reals:
    """(levels, …) units: the least count that covers demand with each probability of `levels`, which rise.

    Negative binomial by its moments, Poisson where the variance is not more than the mean. Above a mean of 25 by E. B.
    Wilson and M. M. Hilferty's cube root (1931), rounded up.
    """
    flat, wide = np.ravel(mean), np.maximum(np.ravel(variance), np.ravel(mean) * 1.0001)
    found = np.zeros((len(levels), flat.size))
    small = (flat > 0) & (flat <= EXACT_BELOW)
    if small.any():
        found[:, small] = _summed(flat[small], wide[small], levels)
    large = flat > EXACT_BELOW
    if large.any():
        part = wide[large] / flat[large] ** 2 / 9
        for n, level in enumerate(levels):
            root = 1 - part + NormalDist().inv_cdf(level) * np.sqrt(part)
            found[n, large] = np.ceil(flat[large] * np.maximum(root, 0.0) ** 3 - 0.5)
    return found.reshape((len(levels), *mean.shape))


def _summed(mean: Reals, variance: Reals, levels: Sequence[float]) -> Reals:
    size = mean**2 / (variance - mean)
    fails = 1 - mean / variance
    chance = np.exp(size * np.log1p(-fails))
    below = chance.copy()
    found = np.zeros((len(levels), mean.size))
    top = int((mean + 12 * np.sqrt(variance)).max()) + 40
    left = np.arange(mean.size)
    for n in range(top):
        for row, level in enumerate(levels):
            found[row][left] += below < level
        going = below < levels[-1]
        if not going.any():
            break
        left, size, fails = left[going], size[going], fails[going]
        chance, below = chance[going], below[going]
        chance = chance * (n + size) / (n + 1) * fails
        below = below + chance
    return found
