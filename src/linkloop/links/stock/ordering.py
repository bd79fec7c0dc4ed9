"""Ordering policies: base-stock, capped base-stock, (s, S) and the projected inventory."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from linkloop.links.stock.simulate import Seen
from linkloop.links.stock.terms import Floats, Number

# step → sampled futures that were made before it: (samples, steps ahead from this one on, SKUs), units
Forecasts = Callable[[int], Floats]


class BaseStock(NamedTuple):
    """Order the position up to `level`: optimal with backorders and no fixed cost (Arrow, Karlin & Scarf, 1958)."""

    level: Number

    def order(self, seen: Seen, order: Floats) -> None:
        np.subtract(self.level, seen.position, out=order, casting="same_kind")


class CappedBaseStock(NamedTuple):
    """Order up to `level`, at most `cap` a step (Xin, 2021): near the optimum with lost sales."""

    level: Number
    cap: Number

    def order(self, seen: Seen, order: Floats) -> None:
        np.subtract(self.level, seen.position, out=order, casting="same_kind")
        np.minimum(order, self.cap, out=order, casting="same_kind")


class ReorderPoint(NamedTuple):
    """(s, S): when the position is at most `low`, order up to `high` (Scarf, 1960: optimal with a fixed cost)."""

    low: Number
    high: Number

    def order(self, seen: Seen, order: Floats) -> None:
        np.subtract(self.high, seen.position, out=order, casting="same_kind")
        order[seen.position > self.low] = 0.0


class ProjectedInventory(NamedTuple):
    """Order what the projected inventory lacks when the order arrives: of the sampled futures (van Jaarsveld & Arts,
    2024, with quantiles).

    `paths(step)` gives forecasts that were made before the step: (samples, lead + cover, SKUs) units of this step and
    the following. Each sample runs through the lead time with what is due, sales beyond the shelf lost; the order is
    the `level` quantile over samples of what the `cover` steps from its arrival on need and the shelf then lacks.
    """

    paths: Forecasts
    level: Number
    lead: int
    cover: int = 1

    def order(self, seen: Seen, order: Floats) -> None:
        futures = self.paths(seen.step)
        shelf = np.broadcast_to(seen.on_hand[0], futures[:, 0].shape)
        for ahead in range(self.lead):
            if ahead:
                shelf = shelf + seen.due(ahead)[0]
            shelf = np.maximum(shelf - futures[:, ahead], 0.0)
        lacks = futures[:, self.lead : self.lead + self.cover].sum(axis=1) - shelf
        order[...] = np.round(quantile(lacks, self.level))


def quantile(samples: Floats, level: Number) -> Floats:
    """(samples, SKUs) → (SKUs): the least sample with a share of `level` at or below it; a level for all or each."""
    ranked = np.sort(samples, axis=0)
    place = np.ceil(np.asarray(level) * len(ranked)).astype(int) - 1
    place = np.clip(np.broadcast_to(place, ranked.shape[1:]), 0, len(ranked) - 1)
    taken: Floats = np.take_along_axis(ranked, place[None], axis=0)[0]
    return taken
