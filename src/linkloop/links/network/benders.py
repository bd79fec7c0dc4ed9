"""Places opened once for many days of demand: stabilised Benders cuts from each day's transport, or one big program."""

from __future__ import annotations

import time
from typing import NamedTuple

import highspy
import numpy as np

from linkloop.links.network.milp import INF, Program
from linkloop.links.network.site import Vector

INWARD = 0.5  # how far the point that is cut lies from the best known towards the master's (Ben-Ameur & Neto 2007)


class Stages(NamedTuple):
    """m places, n destinations, s equally likely days: `fixed[i]`, `capacity[i]`, `cost[i, j]` a parcel,
    `demand[s, j]`; a parcel that nobody sends costs `lost`."""

    fixed: Vector
    capacity: Vector
    cost: Vector
    demand: Vector
    lost: float


class Found(NamedTuple):
    """Which places are open, what that costs (fixed + mean over days), the proven bound, rounds and CPU seconds."""

    open: Vector
    cost: float
    bound: float
    rounds: int
    seconds: float

    @property
    def gap(self) -> float:
        """The proven distance as a share of the cost."""
        return max(0.0, self.cost - self.bound) / max(abs(self.cost), 1e-9)


class _Day:
    """The transport of one day as a linear program; only bounds of rows change, so that HiGHS starts warm."""

    def __init__(self, stages: Stages, demand: Vector) -> None:
        m, n = stages.cost.shape
        program = Program()
        source, target = (part.ravel() for part in np.meshgrid(np.arange(m), np.arange(n), indexing="ij"))
        flow = program.columns(stages.cost.ravel(), high=INF)
        left = program.columns(np.full(n, stages.lost), high=INF)
        self._into = program.rows(n, [(target, flow, 1.0), (np.arange(n), left, 1.0)], low=demand, high=demand)
        self._caps = program.rows(m, [(source, flow, 1.0)], high=stages.capacity)
        self._links = program.rows(m * n, [(np.arange(m * n), flow, 1.0)], high=demand[target])
        self._stages, self._demand, self._source, self._target = stages, demand, source, target
        self._solver = highspy.Highs()
        for name, value in (("output_flag", False), ("threads", 1)):
            self._solver.setOptionValue(name, value)
        self._solver.passModel(program.model(relaxed=True))

    def solve(self, opened: Vector) -> tuple[float, float, Vector]:
        """Cost with these places (shares), and its cut: constant and slope, cost(y) ≥ constant + slope·y."""
        stages, solver = self._stages, self._solver
        for row, high in zip(self._caps.tolist(), (stages.capacity * opened).tolist(), strict=True):
            solver.changeRowBounds(row, -INF, high)
        limits = self._demand[self._target] * opened[self._source]
        for row, high in zip(self._links.tolist(), limits.tolist(), strict=True):
            solver.changeRowBounds(row, -INF, high)
        solver.run()
        dual = np.array(solver.getSolution().row_dual)
        slope = dual[self._caps] * stages.capacity
        np.add.at(slope, self._source, dual[self._links] * self._demand[self._target])
        return float(solver.getInfo().objective_function_value), float(dual[self._into] @ self._demand), slope


def decompose(stages: Stages, *, gap: float = 1e-4, rounds: int = 200) -> Found:
    """Multi-cut Benders decomposition: each day's dual cuts the master (van Slyke & Wets 1969; multi-cut: Birge &
    Louveaux 1988). Cuts are taken first at the relaxed master's points drawn in towards the best known (in-out), which
    takes most rounds at the price of linear programs; then the whole master is solved until bound and cost meet."""
    began = time.process_time()
    m = len(stages.fixed)
    days = [_Day(stages, demand) for demand in stages.demand]
    cuts: list[tuple[int, float, Vector]] = []
    best, opened, bound, done = np.inf, np.ones(m), -np.inf, 0
    core, whole = np.ones(m), False
    while done < rounds:
        done += 1
        found, value = _master(stages, cuts, whole)
        if whole:
            bound = max(bound, value)
        point = found if whole else INWARD * core + (1 - INWARD) * found
        costs = []
        for number, day in enumerate(days):
            cost, constant, slope = day.solve(point)
            costs.append(cost)
            cuts.append((number, constant, slope))
        total = float(stages.fixed @ point + np.mean(costs))
        if whole and total < best:
            best, opened = total, point > 0.5
        if whole and best - bound <= gap * abs(best):
            break
        if not whole:
            core = point
            whole = total - value <= 0.01 * abs(total) or done > rounds // 3
    return Found(opened > 0.5, best, min(bound, best), done, time.process_time() - began)


def extensive(stages: Stages, *, gap: float = 1e-4, limit_s: float = 0.0) -> Found:
    """The same as one program over all days."""
    began = time.process_time()
    program, (m, n) = Program(), stages.cost.shape
    opened = program.columns(stages.fixed, whole=True)
    source, target = (part.ravel() for part in np.meshgrid(np.arange(m), np.arange(n), indexing="ij"))
    count = len(stages.demand)
    for demand in stages.demand:
        flow = program.columns(stages.cost.ravel() / count, high=INF)
        left = program.columns(np.full(n, stages.lost / count), high=INF)
        program.rows(n, [(target, flow, 1.0), (np.arange(n), left, 1.0)], low=demand, high=demand)
        program.rows(m, [(source, flow, 1.0), (np.arange(m), opened, -stages.capacity)], high=0.0)
        arcs = np.arange(m * n)
        program.rows(m * n, [(arcs, flow, 1.0), (arcs, opened[source], -demand[target])], high=0.0)
    solved = program.solve(gap=gap, nodes=1_000_000, limit_s=limit_s)
    kept = solved.columns[opened] > 0.5 if len(solved.columns) else np.zeros(m, bool)
    return Found(kept, solved.value, min(solved.bound, solved.value), 1, time.process_time() - began)


def _master(stages: Stages, cuts: list[tuple[int, float, Vector]], whole: bool) -> tuple[Vector, float]:
    """The places of least fixed cost and mean of the days' cuts so far, and that cost: a bound of the optimum."""
    program, m, count = Program(), len(stages.fixed), len(stages.demand)
    opened = program.columns(stages.fixed, whole=whole)
    theta = program.columns(np.full(count, 1.0 / count), high=INF)
    if cuts:
        number = np.array([cut[0] for cut in cuts])
        slopes = np.array([cut[2] for cut in cuts])
        rows = np.arange(len(cuts))
        program.rows(
            len(cuts),
            [(rows, theta[number], 1.0), (np.repeat(rows, m), np.tile(opened, len(cuts)), -slopes.ravel())],
            low=np.array([cut[1] for cut in cuts]),
        )  # fmt: skip
    else:
        program.rows(1, [(np.zeros(m, int), opened, 1.0)], low=0.0)
    solved = program.solve(gap=1e-6, nodes=1_000_000)
    return solved.columns[opened], solved.bound
