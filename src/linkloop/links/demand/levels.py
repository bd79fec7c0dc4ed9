"""Levels: the shop, its places and its categories are forecast too, and all of them made to add up."""

from __future__ import annotations

import numpy as np

from linkloop.links.demand.blend import Plan, Prediction, forecast
from linkloop.links.demand.panel import Array, Panel, reconstruct
from linkloop.links.demand.reconcile import Tree, reconcile

MOST = 2.0  # no series is moved further than by this factor


def summed(panel: Panel, structure: Tree) -> Panel:
    """The panel of the sums: units of empty shelves put back first; what is known is the mean over what is summed."""
    sums = structure.above
    known = None
    if panel.known is not None:
        if (panel.known == panel.known[:1]).all():
            known = np.repeat(panel.known[:1], len(sums), axis=0)
        else:
            known = np.einsum("mn,ntp->mtp", sums / sums.sum(axis=1, keepdims=True), panel.known, optimize=True)
    units = sums @ reconstruct(panel)
    return Panel(units, np.cumsum(units > 0, axis=1) > 0, panel.season, known, panel.names, panel.year)


def agreed(panel: Panel, said: Prediction, structure: Tree, plan: Plan) -> Prediction:
    """The prediction with means that add up to those of the sums; medians and quantiles move in proportion."""
    horizon = said.mean.shape[1]
    above = forecast(summed(panel, structure), horizon, plan)
    variance = np.concatenate([_variance(said), _variance(above)])
    kept, _ = reconcile(said.mean, above.mean, structure, variance)
    times = np.clip(kept / np.maximum(said.mean, 1e-9), 1 / MOST, MOST)
    return said._replace(
        mean=said.mean * times, median=said.median * times, quantiles=said.quantiles * times[:, :, None]
    )


def _variance(said: Prediction) -> Array:
    """[n] variance of the errors of a day, from earlier windows: π / 2 times the square of the absolute error."""
    size = said.mean.mean(axis=1)
    return np.pi / 2 * (np.clip(said.wape, 0.02, 3.0) * np.maximum(size, 0.05)) ** 2
