"""Facility location: which centres open and who serves whom, to a proven gap on the core that bounds leave over."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np

from linkloop.links.network.lagrange import Bounds, bounds
from linkloop.links.network.program import solve_core
from linkloop.links.network.site import Sites, Vector, check, cost_of, integral

FIRST_CORE = 0.004  # the first guess of the distance between bound and optimum, as a share of the bound
WIDER = 4.0


class Plan(NamedTuple):
    """`serves[i, j]` is the share of customer j that centre i serves (0 or 1 where each has one source).

    `bound` ≤ optimum ≤ `cost`; `gap` is their distance as a share of the cost. `open` says which centres are paid for.
    """

    cost: float
    bound: float
    open: Vector
    serves: Vector
    cores: int
    kept: float
    seconds: float

    @property
    def gap(self) -> float:
        """The proven distance to the optimum, as a share of the cost."""
        return max(0.0, self.cost - self.bound) / max(abs(self.cost), 1e-12)


def locate(
    sites: Sites, *, start: Plan | None = None, limit_s: float = 600.0, steps: int = 200, gap: float = 0.0
) -> Plan | None:
    """The cheapest plan, or None when capacities cannot carry the demand.

    Lagrangian bounds price every pair (centre, customer): a pair whose price lifts the bound above a known plan is in
    no better plan. HiGHS solves the core of cheap pairs only; where its optimum lies below the price of all that was
    left out, it is the optimum of the whole, else the core is widened to the plan that is known by then (after Yang,
    Chu & Chen 2012, EJOR 221, "cut-and-solve"). `start` is a plan of like sites (a what-if): its cost bounds the first
    core and its assignment starts HiGHS. Stops after `limit_s` on the wall with what is proven by then; `seconds`
    are of CPU.
    """
    check(sites)
    began, until = time.process_time(), time.monotonic() + limit_s
    if not sites.single and sites.capacity.sum() < sites.demand.sum() * (1 - 1e-12):
        return None
    known = _still_good(sites, start)
    priced = bounds(sites, upper=known.cost if known else np.inf, steps=steps)
    span = _first_span(priced, known)
    whole = integral(sites)
    cores = 0
    bound = _up(priced.value, whole)
    while True:
        left = until - time.monotonic()
        keep, must = priced.core(span)
        cores += 1
        solved = solve_core(sites, keep, must, start=known, limit_s=max(left, 1.0), whole=whole, gap=gap)
        outside = _up(priced.value + span, whole)
        if solved is not None:
            bound = max(bound, min(_up(solved.bound, whole), outside))
            if known is None or solved.cost < known.cost:
                known = _plan(sites, solved.open, solved.serves, bound, cores, float(keep.mean()), began)
        elif span >= priced.most:
            return known._replace(bound=known.cost) if known else None
        out_of_time = time.monotonic() >= until or (solved is not None and solved.stopped)
        done = known is not None and known.cost - bound <= max(gap * abs(known.cost), _slack(known.cost, whole))
        if known is not None and (done or out_of_time):
            lower = known.cost if done and gap == 0 else min(bound, known.cost)
            return known._replace(
                bound=lower, cores=cores, kept=float(keep.mean()), seconds=time.process_time() - began
            )
        if out_of_time or (span >= priced.most and solved is None):
            return None
        reach = known.cost - priced.value if known is not None else span * WIDER
        span = min(max(reach, span * WIDER if known is None else reach), priced.most)


def _first_span(priced: Bounds, known: Plan | None) -> float:
    guess = abs(priced.value) * FIRST_CORE
    if np.isfinite(priced.upper):
        guess = min(max(guess, 1e-9), priced.upper - priced.value) if priced.upper > priced.value else guess
    return max(guess, 1e-6 * (1 + abs(priced.value)))


def _still_good(sites: Sites, start: Plan | None) -> Plan | None:
    """A plan of other sites with its cost on these, if these can carry it."""
    if start is None or start.serves.shape != sites.cost.shape:
        return None
    load = start.serves @ sites.demand
    if np.any(load > sites.capacity * (1 + 1e-9) + 1e-9):
        return None
    used = load > 1e-9
    return start._replace(cost=cost_of(sites, used, start.serves), bound=-np.inf, open=used)


def _plan(sites: Sites, opened: Vector, serves: Vector, bound: float, cores: int, kept: float, began: float) -> Plan:
    return Plan(cost_of(sites, opened, serves), bound, opened, serves, cores, kept, time.process_time() - began)


def _up(value: float, whole: bool) -> float:
    """Costs that are whole numbers have whole bounds."""
    return float(np.ceil(value - 1e-6)) if whole else value


def _slack(cost: float, whole: bool) -> float:
    return 0.5 if whole else 1e-9 * (1 + abs(cost))
