"""Drift: whether the latest errors still scatter around zero."""

from __future__ import annotations

import numpy as np

from linkloop.links.demand.panel import Array

LATEST = 14


def running(scores: Array) -> float:
    """How far the sum of the latest errors lies from zero, in standard deviations of such a sum; their autocorrelation
    widens it. `scores` [m] are normal scores, oldest first; 0 without enough of them."""
    known = scores[scores != 0.0]
    if len(known) < LATEST + 6:
        return 0.0
    past, latest = known[:-LATEST], known[-LATEST:]
    centred = past - past.mean()
    size = float(centred @ centred)
    again = float(centred[1:] @ centred[:-1]) / size if size > 0 else 0.0
    stretch = (1 + max(again, 0.0)) / max(1 - max(again, 0.0), 0.1)
    sd = np.sqrt(max(size / len(past), 1e-9) * LATEST * stretch)
    return float((latest - past.mean()).sum() / sd)
