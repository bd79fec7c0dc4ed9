"""The night: tunes how segments are ordered on a sample of the shop, and draws its frontier; its work is bounded."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from statistics import median
from typing import NamedTuple

import numpy as np

from linkloop.commerce.stock import OrderTuning, StockFrontier
from linkloop.core.link import Context
from linkloop.links.stock import frontier, futures, history, net, tuning
from linkloop.links.stock.case import Case
from linkloop.links.stock.rolling import COVERS, Reals, Shelves

SAMPLE = 400  # series that a night looks at, however many the shop has
WINDOW_DAYS = 112


class Tuned(NamedTuple):
    """What orders go by: each segment's choice and row, and the shop's median unit cost."""

    choices: dict[int, tuning.Choice]
    rows: dict[int, OrderTuning]
    cost: float

    def of(self, case: Case) -> int:
        """The case's segment."""
        return tuning.segment_of(case.demand.mean, unit_cost(case) / self.cost)

    def row(self, segment: str) -> OrderTuning | None:
        """The segment's row, by its name."""
        return self.rows.get(tuning.SEGMENTS.index(segment)) if segment else None


NOTHING = Tuned({}, {}, 1.0)


class Found(NamedTuple):
    """What a night found, to order by and to tell."""

    tuned: Tuned
    rows: list[OrderTuning | StockFrontier]


def unit_cost(case: Case) -> float:
    """In major units; never 0."""
    assert case.product.cost is not None
    return max(float(case.product.cost.major()), 0.01)


def sample(keys: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """At most SAMPLE of these keys, always the same ones while they are there: by a hash of each."""
    if len(keys) <= SAMPLE:
        return list(keys)
    return sorted(sorted(keys, key=lambda key: (futures.seed_of("|".join(key)), key))[:SAMPLE])


def work(ctx: Context, cases: Sequence[Case], of: int, day: str, ahead_minutes: int, seed: int) -> Found:
    """Tune and draw by these `cases`, a sample of the shop's `of` series."""
    if len(cases) < tuning.LEAST_SERIES:
        return Found(NOTHING, [])
    cost = median(unit_cost(case) for case in cases)
    shelves, weight = _shelves(cases, cost), np.full(len(cases), of / len(cases))
    units = _units(ctx, cases, day, ahead_minutes)
    keys = [(case.product.product_id, case.level.place) for case in cases]
    longest = ceil(float((shelves.lead + 3 * shelves.lead_sd).max()))
    days = min(frontier.DAYS + longest + max(COVERS) + 1, futures.LONGEST_DAYS)
    paths = futures.ask(ctx, keys, day, days, frontier.PATHS, seed)
    coming = None if paths is None else frontier.simulate_coming(paths, shelves, weight, seed)
    also = [coming.tries] if coming is not None else []
    found = tuning.tune(units, shelves, weight, day, net.shipped(), also)
    tuned = Tuned(found.choices, {tuning.SEGMENTS.index(row.segment): row for row in found.rows}, cost)
    points = frontier.points(coming, found.choices, day) if coming is not None else ()
    return Found(tuned, [*found.rows, *points])


def _shelves(cases: Sequence[Case], cost: float) -> Shelves:
    worth = [unit_cost(case) / cost for case in cases]
    return Shelves(
        lead=np.array([min(case.lead.mean, 60.0) for case in cases]),
        lead_sd=np.array([min(case.lead.sd, 15.0) for case in cases]),
        case=np.array([max(case.supplier.case_pack_units, 1) for case in cases], float),
        least=np.array([max(case.supplier.min_order_units, 0) for case in cases], float),
        cost=np.array(worth),
        earns=np.array(
            [
                max(each * case.margin / max(1 - case.margin, 0.05), 0.01)
                for each, case in zip(worth, cases, strict=True)
            ]
        ),
        segment=np.array(
            [tuning.segment_of(case.demand.mean, each) for each, case in zip(worth, cases, strict=True)], np.int64
        ),
    )


def _units(ctx: Context, cases: Sequence[Case], day: str, ahead_minutes: int) -> Reals:
    """(days, series) units wanted: what was sold, and the usual where the shelf was empty in the end."""
    products = sorted({case.product.product_id for case in cases})
    pasts = history.demand(ctx, day, ahead_minutes, products, WINDOW_DAYS)
    without = history.empty(ctx, day, WINDOW_DAYS, products)
    length = max((len(past.units) for past in pasts.values()), default=0)
    found = np.zeros((length, len(cases)))
    for n, case in enumerate(cases):
        key = (case.product.product_id, case.level.place)
        if key in pasts:
            found[length - len(pasts[key].units) :, n] = pasts[key].units
        gone = [length - 1 - back for back in without.get(key, ()) if back < length]
        if gone and len(gone) < length:
            found[gone, n] = np.maximum(found[gone, n], np.delete(found[:, n], gone).mean())
    return np.round(found)
