"""Distributions as counts over a fixed grid, each shrunk towards the one above: what was seen decides, not a form."""

from __future__ import annotations

from typing import Any

import numpy as np

Vector = np.ndarray[Any, np.dtype[Any]]
BINS, NARROW, WIDEST = 81, 0.02, 8.0
# Bins are narrow about 0 (a third of a per cent, so that "exactly as promised" stays a spike) and wide far from it.
EDGES: Vector = NARROW * np.sinh(np.linspace(-1.0, 1.0, BINS + 1) * np.arcsinh(WIDEST / NARROW))
WIDTHS: Vector = np.diff(EDGES)
TRUST = 20.0  # parcels of its own that weigh as much as all that is known of the kind above


def bin_of(value: float) -> int:
    """The bin that holds a value; what lies outside belongs to the first or the last."""
    return int(np.clip(np.searchsorted(EDGES, value, "right") - 1, 0, BINS - 1))


def bell(centre: float, spread: float) -> Vector:
    """A normal distribution's shares of the bins."""
    logs = -0.5 * (((EDGES[:-1] + EDGES[1:]) / 2 - centre) / spread) ** 2
    shares = np.exp(logs) * WIDTHS
    return shares / shares.sum()


def shrunk(above: Vector, chain: list[Vector | None], trust: float = TRUST) -> Vector:
    """Shares of the bins: each count of `chain`, the widest kind first, takes over as its parcels become many.

    (n·seen + trust·above) / (n + trust) at every step: a hierarchy of Dirichlet priors (Minka 2000).
    """
    found = above
    for counts in chain:
        if counts is not None:
            total = float(counts.sum())
            found = (counts + trust * found) / (total + trust)
    return found


def add(counts: Vector | None, value: float, most: float) -> Vector:
    """Counts with one more; they fade so that they never hold more than about `most`."""
    before = np.zeros(BINS) if counts is None else counts * (1.0 - 1.0 / most)
    after = before.copy()
    after[bin_of(value)] += 1.0
    return after
