"""Facility location: which centres open and who serves whom, to a proven gap on the core that bounds leave over."""

from __future__ import annotations

import time

import numpy as np

from linkloop.links.network.lagrange import Bounds, bounds
from linkloop.links.network.program import Solved, solve_core
from linkloop.links.network.rounding import best_of
from linkloop.links.network.site import Plan, Sites, check, cost_of, integral

FIRST_CORE = 0.004  # the first guess of the distance between bound and optimum, as a share of the bound
WIDER = 4.0


def locate(
    sites: Sites, *, start: Plan | None = None, limit_s: float = 600.0, steps: int = 200, gap: float = 0.0
) -> Plan | None:
    """The cheapest plan, or None when there is none, or none was found in time.

    Lagrangian bounds price every pair (centre, customer): a pair whose price lifts the bound above a known plan is in
    no better plan. HiGHS solves the core of cheap pairs only; where its optimum lies below the price of all that was
    left out, it is the optimum of the whole, else the core is widened to the plan that is known by then (after Yang,
    Chu & Chen 2012, EJOR 221, "cut-and-solve"). `start` is a plan of like sites (a what-if): its cost bounds the first
    core and its assignment starts HiGHS. Stops after `limit_s` on the wall with what is proven by then; `seconds`
    are of CPU.
    """
    check(sites)
    began, until = time.process_time(), time.monotonic() + limit_s
    if not possible(sites):
        return None
    known = _still_good(sites, start)
    priced = bounds(sites, upper=known.cost if known else np.inf, steps=steps)
    if sites.single:
        known = _cheaper(known, best_of(sites, priced.sets))
        priced = priced._replace(upper=known.cost if known else np.inf)
    span, whole = min(_first_span(priced, known), priced.most), integral(sites)
    bound, cores = _up(priced.value, whole), 0
    while True:
        keep, must = priced.core(span)
        cores += 1
        solved = solve_core(
            sites, keep, must, start=known, limit_s=max(until - time.monotonic(), 0.1), whole=whole, gap=gap
        )
        outside = _up(priced.value + span, whole) if span < priced.most else np.inf
        bound = max(bound, min(_up(solved.bound, whole), outside))
        known = _better(sites, known, solved)
        if known is None and bound == np.inf:
            return None
        slack = max(gap * abs(known.cost), _slack(known.cost, whole)) if known is not None else 0.0
        done = known is not None and known.cost - bound <= slack
        wider = min(known.cost - priced.value if known is not None else span * WIDER, priced.most)
        # HiGHS proves a core to its own tolerance only: one that does not grow would give the same bound again.
        if done or solved.stopped or wider <= span or time.monotonic() >= until:
            break
        span = wider
    if known is None:
        return None
    proven = known.cost if done and gap == 0 else min(bound, known.cost)
    return known._replace(bound=proven, cores=cores, kept=float(keep.mean()), seconds=time.process_time() - began)


def possible(sites: Sites) -> bool:
    """Whether capacities carry the demand in sum and every customer has a centre that may serve it."""
    carried = sites.capacity.sum() >= sites.demand.sum() * (1 - 1e-12)
    return bool(carried and np.isfinite(sites.cost).any(axis=0).all())


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


def _cheaper(one: Plan | None, other: Plan | None) -> Plan | None:
    return min((plan for plan in (one, other) if plan is not None), key=lambda plan: plan.cost, default=None)


def _better(sites: Sites, known: Plan | None, solved: Solved) -> Plan | None:
    """The cheaper of what was known and what the core gave."""
    if not np.isfinite(solved.cost):
        return known
    cost = cost_of(sites, solved.open, solved.serves)
    return known if known is not None and known.cost <= cost else Plan(cost, -np.inf, solved.open, solved.serves)


def _up(value: float, whole: bool) -> float:
    """Costs that are whole numbers have whole bounds."""
    return float(np.ceil(value - 1e-6)) if whole else value


def _slack(cost: float, whole: bool) -> float:
    return 0.5 if whole else 1e-9 * (1 + abs(cost))
