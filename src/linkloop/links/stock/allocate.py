"""Allocation: which units of a centre's stock go to which place, by marginal value and a linear programme."""

from __future__ import annotations

from typing import NamedTuple

import highspy
import numpy as np
import numpy.typing as npt

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text

Reals = npt.NDArray[np.float64]
LEVELS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.88, 0.94, 0.98, 1.0)
NEGLIGIBLE = 0.005  # a step that is needed in fewer futures is not worth a place in the plan


class Steps(NamedTuple):
    """Steps of falling worth, one a row: the place, the product, the units, and what one of its units is worth."""

    place: npt.NDArray[np.int64]
    product: npt.NDArray[np.int64]
    units: Reals
    worth: Reals


def steps_of(demand: Reals, stock: Reals, saving: Reals) -> Steps:
    """What further units are worth at each place.

    `demand` (samples, places, products): units that each sampled future asks there until goods can come again; `stock`
    (places, products) lies there or is on its way; `saving` (places, products) is the money that a unit saves where it
    is asked for. The k-th unit is worth saving × P(demand ≥ k), a newsvendor's marginal value, in steps between
    quantiles of demand.
    """
    marks: Reals = np.asarray(np.quantile(demand, LEVELS, axis=0), np.float64)
    low, high = np.maximum(marks[:-1], stock), np.maximum(marks[1:], stock)
    low[0] = stock
    needed = 1.0 - (np.asarray(LEVELS[:-1]) + np.asarray(LEVELS[1:])) / 2
    units: Reals = np.asarray(np.round(high) - np.round(low), np.float64)
    worth = needed[:, None, None] * saving
    level, place, product = np.nonzero((units > 0) & (needed[:, None, None] > NEGLIGIBLE))
    return Steps(place, product, units[level, place, product], worth[level, place, product])


def allocate(
    steps: Steps,
    available: Reals,
    capacity: Reals,
    kinds: npt.NDArray[np.int64],
    *,
    home: int = -1,
    patient: bool = False,
) -> npt.NDArray[np.int64]:
    """(places, products) units to each place: the most worth that the limits allow.

    `available` (products) units lie at the centre; a place takes at most `capacity` units and `kinds` products. `home`
    is the place that stands for the centre's own customers: what it takes stays, and no limit holds for it. Which
    products a place takes is chosen by the worth of all their steps over a price per unit that fills the place
    (Lagrangian); how many units of each is a linear programme, which HiGHS solves (its corners are whole for whole
    limits). With `patient` a unit that cannot go where it is worth most today stays at the centre for tomorrow,
    instead of going where it is worth less. Raises LinkloopError for limits that are negative or not numbers.
    """
    within = _within(steps, available)
    open_to = _chosen(steps, within, capacity, kinds, home, len(available))
    if patient:
        steps = within
    kept = open_to[steps.place, steps.product]
    chosen = Steps(steps.place[kept], steps.product[kept], steps.units[kept], steps.worth[kept])
    moved = _divide(chosen, available, capacity, home)
    units = np.zeros((len(capacity), len(available)))
    np.add.at(units, (chosen.place, chosen.product), moved)
    if home >= 0:
        units[home] = 0.0
    return np.floor(units + 1e-6).astype(np.int64)


def _within(steps: Steps, available: Reals) -> Steps:
    """The steps that each product's stock would serve if nothing else were short: by worth, the last in part."""
    order = np.lexsort((-steps.worth, steps.product))
    place, product = steps.place[order], steps.product[order]
    units, worth = steps.units[order], steps.worth[order]
    before = np.cumsum(units) - units
    first = np.searchsorted(product, product, side="left")
    units = np.minimum(units, available[product] - (before - before[first]))
    kept = units > 0
    return Steps(place[kept], product[kept], units[kept], worth[kept])


def _chosen(
    steps: Steps, within: Steps, capacity: Reals, kinds: npt.NDArray[np.int64], home: int, products: int
) -> npt.NDArray[np.bool_]:
    """(places, products): which products each place takes; all of them where it may."""
    taken = np.zeros((len(capacity), products), np.bool_)
    taken[steps.place, steps.product] = True
    for place in range(len(capacity)):
        if place == home or np.count_nonzero(taken[place]) <= kinds[place]:
            continue
        here = within.place == place
        product, units, worth = within.product[here], within.units[here], within.worth[here]
        low, high = 0.0, float(worth.max(initial=0.0))
        for _ in range(24):
            price = (low + high) / 2
            over = worth > price
            slot = np.bincount(product[over], units[over] * (worth[over] - price), products)
            best = np.zeros(products, np.bool_)
            best[np.argsort(-slot, kind="stable")[: kinds[place]]] = True
            best &= slot > 0
            if units[over & best[product]].sum() <= capacity[place]:
                high, taken[place] = price, best
            else:
                low = price
    return taken


def _divide(steps: Steps, available: Reals, capacity: Reals, home: int) -> Reals:
    """Units of each step: max worth · units, sums by product within `available`, by place within `capacity`."""
    count = len(steps.units)
    if not count:
        return np.zeros(0)
    lp = highspy.HighsLp()
    limits = np.concatenate([available, np.where(np.arange(len(capacity)) == home, highspy.kHighsInf, capacity)])
    lp.num_col_, lp.num_row_ = count, len(limits)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = steps.worth, np.zeros(count), steps.units
    lp.row_lower_, lp.row_upper_ = np.full(len(limits), -highspy.kHighsInf), limits
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.arange(0, 2 * count + 1, 2)
    lp.a_matrix_.index_ = np.column_stack((steps.product, len(available) + steps.place)).ravel()
    lp.a_matrix_.value_ = np.ones(2 * count)
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.passModel(lp)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise LinkloopError(
            "stock.no_allocation",
            Text(
                en="The units cannot be divided: is a limit negative or not a number?",
                zh="无法分配：请检查上限是否为负数或不是数字。",
            ),
        )
    return np.asarray(solver.getSolution().col_value)
