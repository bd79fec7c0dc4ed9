"""Reconcile: forecasts of products, categories, places and the whole shop that add up.

MinT with a diagonal covariance (Wickramasuriya, Athanasopoulos and Hyndman 2019): of all forecasts that add up, those
nearest to the base forecasts, where each counts by one over the variance of its errors.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from linkloop.links.demand.panel import Array


class Tree(NamedTuple):
    """`above` [m, n] which of n bottom series each of m sums holds; `names` of the sums."""

    above: Array
    names: tuple[str, ...]


def tree(*labels: list[str]) -> Tree:
    """The sums over each label of the bottom series, and over all: `tree(categories, places)`. Each list has a label
    per bottom series. Raises ValueError when their lengths differ."""
    n = len(labels[0]) if labels else 0
    if any(len(one) != n for one in labels):
        raise ValueError(f"labels of {[len(one) for one in labels]} series: every list needs one per bottom series")
    rows, names = [np.ones(n)], ["all"]
    for one in labels:
        for label in sorted(set(one)):
            rows.append(np.array([1.0 if each == label else 0.0 for each in one]))
            names.append(label)
    return Tree(np.array(rows), tuple(names))


def reconcile(bottom: Array, above: Array, structure: Tree, variance: Array) -> tuple[Array, Array]:
    """Bottom [n, h] and sums [m, h] that add up, from base forecasts of both; `variance` [n + m] of their errors,
    bottom first. Works on the m sums only: an m × m system, whatever n is. Bottom forecasts are not let below 0, and
    the sums are those of what remains."""
    sums = structure.above
    n = bottom.shape[0]
    spread = np.maximum(variance, 1e-9)
    below, over = spread[:n], spread[n:]
    gap = above - sums @ bottom
    system = (sums * below) @ sums.T + np.diag(over)
    moved = bottom + (sums * below).T @ np.linalg.solve(system, gap)
    kept = np.maximum(moved, 0.0)
    return kept, sums @ kept
