"""The core as a mixed-integer program in HiGHS: only the pairs that bounds leave over, strong rows, one thread."""

from __future__ import annotations

from typing import NamedTuple

import highspy
import numpy as np

from linkloop.links.network.site import Plan, Sites, Vector


class Solved(NamedTuple):
    """The best plan of the core (`cost` inf: none was found) and the bound that HiGHS proves for it (inf: the core has
    no plan); `stopped`: time was over before the proof."""

    cost: float
    bound: float
    open: Vector
    serves: Vector
    stopped: bool


class Pairs(NamedTuple):
    """The pairs (centre, customer) that are columns, in order of customers; column m + k is pair k."""

    centre: Vector
    customer: Vector


def pairs_of(keep: Vector) -> Pairs:
    """The kept pairs of an m × n mask."""
    customer, centre = np.nonzero(keep.T)
    return Pairs(centre, customer)


def solve_core(
    sites: Sites,
    keep: Vector,
    must: Vector,
    *,
    start: Plan | None = None,
    limit_s: float = 600.0,
    whole: bool = False,
    gap: float = 0.0,
    strong: bool = True,
) -> Solved:
    """The optimum over the kept pairs, `must` centres open.

    min Σ fᵢyᵢ + Σ cᵢⱼxᵢⱼ; Σᵢ xᵢⱼ = 1; Σⱼ dⱼxᵢⱼ ≤ sᵢyᵢ; xᵢⱼ ≤ yᵢ where `strong`; Σᵢ sᵢyᵢ ≥ Σⱼ dⱼ.
    """
    m, n = sites.cost.shape
    keep = keep & np.isfinite(sites.cost)
    none = Solved(np.inf, np.inf, np.zeros(m, bool), np.zeros((m, n)), stopped=False)
    if not keep.any(axis=0).all():
        return none
    model, pairs = program(sites, keep, must, strong=strong)
    solver = _solver(limit_s, whole, gap)
    solver.passModel(model)
    if start is not None and not np.any((start.serves > 1e-9) & ~keep):
        _begin(solver, pairs, start, must)
    solver.run()
    info, status = solver.getInfo(), solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return none
    stopped = status != highspy.HighsModelStatus.kOptimal
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return none._replace(bound=float(info.mip_dual_bound), stopped=True)
    values = np.array(solver.getSolution().col_value)
    serves, shares = np.zeros((m, n)), values[m:]
    serves[pairs.centre, pairs.customer] = np.rint(shares) if sites.single else np.clip(shares, 0.0, 1.0)
    opened = (values[:m] > 0.5) & ((serves.sum(axis=1) > 1e-9) | must)
    return Solved(float(info.objective_function_value), float(info.mip_dual_bound), opened, serves, stopped)


def program(sites: Sites, keep: Vector, must: Vector, *, strong: bool = True) -> tuple[highspy.HighsLp, Pairs]:
    """The program over the kept pairs, as HiGHS takes it."""
    m, n = sites.cost.shape
    pairs = pairs_of(keep)
    count = len(pairs.centre)
    columns = np.arange(count) + m
    load = sites.demand[pairs.customer]
    # Rows: n assignments, m capacities, one total, then x ≤ y for each pair.
    rows = [pairs.customer, n + pairs.centre, n + np.arange(m), np.full(m, n + m)]
    cols = [columns, columns, np.arange(m), np.arange(m)]
    data = [np.ones(count), load, -sites.capacity, sites.capacity]
    if strong:
        links = n + m + 1 + np.arange(count)
        rows += [links, links]
        cols += [columns, pairs.centre]
        data += [np.ones(count), -np.ones(count)]
    height = n + m + 1 + (count if strong else 0)
    lower = np.concatenate([np.ones(n), np.full(m, -highspy.kHighsInf), [sites.demand.sum()]])
    upper = np.concatenate([np.ones(n), np.zeros(m), [highspy.kHighsInf]])
    if strong:
        lower = np.concatenate([lower, np.full(count, -highspy.kHighsInf)])
        upper = np.concatenate([upper, np.zeros(count)])
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = m + count, height
    model.col_cost_ = np.concatenate([sites.fixed, sites.cost[pairs.centre, pairs.customer]])
    model.col_lower_ = np.concatenate([must.astype(float), np.zeros(count)])
    model.col_upper_ = np.concatenate([keep.any(axis=1) | must, np.ones(count)]).astype(float)
    model.row_lower_, model.row_upper_ = lower, upper
    _fill(model, np.concatenate(rows), np.concatenate(cols), np.concatenate(data), height)
    whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    model.integrality_ = [whole] * m + [whole if sites.single else real] * count
    return model, pairs


def _fill(model: highspy.HighsLp, rows: Vector, cols: Vector, data: Vector, height: int) -> None:
    order = np.lexsort((cols, rows))
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=height))]).astype(np.int32)
    model.a_matrix_.index_ = cols[order].astype(np.int32)
    model.a_matrix_.value_ = data[order].astype(float)


def _solver(limit_s: float, whole: bool, gap: float) -> highspy.Highs:
    solver = highspy.Highs()
    for name, value in (
        ("output_flag", False), ("threads", 1), ("time_limit", float(limit_s)), ("mip_rel_gap", max(gap, 1e-9)),
        ("mip_abs_gap", 0.999 if whole else 1e-6), ("mip_feasibility_tolerance", 1e-7), ("random_seed", 0),
    ):  # fmt: skip
        solver.setOptionValue(name, value)
    return solver


def _begin(solver: highspy.Highs, pairs: Pairs, start: Plan, must: Vector) -> None:
    known = highspy.HighsSolution()
    known.col_value = [*(start.open | must).astype(float), *start.serves[pairs.centre, pairs.customer]]
    solver.setSolution(known)
