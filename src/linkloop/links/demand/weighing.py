"""Weighing: which share each expert has, by its errors in earlier windows: for medians, for means, and per series."""

from __future__ import annotations

import numpy as np

from linkloop.links.demand.panel import Array

STEPS = 60  # of the search for weights
LEARNING = 8.0  # its first step
FEW = 20.0  # series times windows at which experts are half alike
OWN_TRUST = 3.0  # how sharply a series prefers what was better for itself


def of_medians(said: Array, actual: Array, seen: Array, kind: Array, scale: Array) -> Array:
    """[n, e] shares that sum to 1: those of the least absolute error of the segment, leaned towards what was better for
    the series itself."""
    n, count = said.shape[1], said.shape[2]
    weights = np.full((n, count), 1.0 / count)
    for segment in np.unique(kind):
        mine = kind == segment
        even = FEW / (FEW + mine.sum() * len(said))  # few series can prove little
        learned = _simplex(said[:, mine], actual[:, mine], seen[:, mine])
        weights[mine] = (1 - even) * learned[None, :] + even / count
    errors = (np.abs(said - actual[:, :, None, :]) * seen[:, :, None, :]).sum(axis=(0, 3))
    total = np.maximum((np.abs(actual) * seen).sum(axis=(0, 2)), seen.sum(axis=(0, 2)) * scale * 0.2) + 1e-9
    relative = errors / total[:, None]
    trust = OWN_TRUST * np.minimum(seen.sum(axis=(0, 2)) / 60.0, 1.0)
    leaned = (weights + 0.02) * np.exp(-trust[:, None] * (relative - relative.min(axis=1, keepdims=True)))
    return leaned / leaned.sum(axis=1, keepdims=True)


def _simplex(said: Array, actual: Array, seen: Array) -> Array:
    """[e] the shares of least absolute error by exponentiated gradient (Kivinen and Warmuth 1997)."""
    count = said.shape[2]
    flat = np.moveaxis(said, 2, 3).reshape(-1, count)[seen.ravel()]
    truth = actual[seen]
    if not len(truth):
        return np.full(count, 1.0 / count)
    if len(truth) > 40_000:
        pick = np.linspace(0, len(truth) - 1, 40_000).astype(int)
        flat, truth = flat[pick], truth[pick]
    size = max(float(np.abs(truth).mean()), 1e-9)
    weights = np.full(count, 1.0 / count)
    best, least = weights, np.inf
    for step in range(STEPS):
        error = flat @ weights - truth
        loss = float(np.abs(error).mean())
        if loss < least:
            best, least = weights, loss
        slope = np.sign(error) @ flat / len(truth) / size
        weights = weights * np.exp(np.clip(-LEARNING / np.sqrt(step + 1) * (slope - slope.mean()), -20.0, 20.0))
        weights = np.maximum(weights, 1e-6)
        weights /= weights.sum()
    return best


def of_means(said: Array, actual: Array, seen: Array, kind: Array, scale: Array) -> Array:
    """[n, e] shares of the least squared error of the segment, each error in terms of the root of the series' scale;
    drawn towards all alike by a ridge."""
    count = said.shape[2]
    weights = np.full((said.shape[1], count), 1.0 / count)
    for segment in np.unique(kind):
        mine = kind == segment
        here = seen[:, mine]
        size = np.broadcast_to(np.sqrt(scale[mine])[None, :, None], here.shape)[here]
        flat = np.moveaxis(said[:, mine], 2, 3)[here] / size[:, None]
        truth = actual[:, mine][here] / size
        if len(truth):
            weights[mine] = _nearest_mix(flat.T @ flat / len(truth), flat.T @ truth / len(truth))
    return weights


def _nearest_mix(gram: Array, right: Array) -> Array:
    """[e] the shares w that sum to 1, none negative, of least w·gram·w − 2·right·w, by exponentiated gradient."""
    count = len(right)
    ridge = 0.02 * float(np.trace(gram)) / count
    size = max(float(np.trace(gram)) / count, 1e-12)
    weights = np.full(count, 1.0 / count)
    for _ in range(200):
        slope = (gram @ weights - right + ridge * (weights - 1.0 / count)) / size
        weights = weights * np.exp(np.clip(-4.0 * (slope - slope.mean()), -20.0, 20.0))
        weights /= weights.sum()
    return weights


def level(said: Array, actual: Array, seen: Array, kind: Array) -> Array:
    """[n] the mean over the median of demand, of a series' segment and, as far as it sold enough, its own."""
    above, below = (actual * seen).sum(axis=(0, 2)), (said * seen).sum(axis=(0, 2))
    factor = np.ones(len(kind))
    for segment in np.unique(kind):
        mine = kind == segment
        whole = above[mine].sum() / max(below[mine].sum(), 1e-9)
        prior = max(below[mine].mean(), 1e-9)
        factor[mine] = (above[mine] + whole * prior) / (below[mine] + prior)
    return np.clip(factor, 0.5, 5.0)
