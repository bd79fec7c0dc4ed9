"""A mixed-integer program written block by block, and what HiGHS finds and proves of it: one thread, no clock."""

from __future__ import annotations

from typing import NamedTuple

import highspy
import numpy as np

from linkloop.links.network.site import Vector

INF = highspy.kHighsInf


class Solution(NamedTuple):
    """`value` (inf: none was found) and the proven `bound` of it, values of all columns, duals of all rows (of a linear
    program, else empty). `possible` is False where no values satisfy the rows."""

    value: float
    bound: float
    columns: Vector
    duals: Vector
    possible: bool = True


class Program:
    """Columns and rows of min c·x, lower ≤ Ax ≤ upper."""

    def __init__(self) -> None:
        self._cost: list[Vector] = []
        self._low: list[Vector] = []
        self._high: list[Vector] = []
        self._whole: list[Vector] = []
        self._rows: list[tuple[Vector, Vector, Vector]] = []
        self._row_low: list[Vector] = []
        self._row_high: list[Vector] = []
        self.width = 0
        self.height = 0

    def columns(
        self, cost: Vector, *, low: Vector | float = 0.0, high: Vector | float = 1.0, whole: bool = False
    ) -> Vector:
        """New columns; gives their numbers."""
        count = len(cost)
        first, self.width = self.width, self.width + count
        self._cost.append(np.asarray(cost, float))
        self._low.append(np.broadcast_to(np.asarray(low, float), count))
        self._high.append(np.broadcast_to(np.asarray(high, float), count))
        self._whole.append(np.full(count, whole))
        return np.arange(first, first + count)

    def rows(self, count: int, entries: list[tuple[Vector, Vector, Vector | float]], *, low: Vector | float = -INF,
             high: Vector | float = INF) -> Vector:  # fmt: skip
        """New rows; `entries` are (row of these, column, coefficient). Gives their numbers."""
        first, self.height = self.height, self.height + count
        for row, column, value in entries:
            row, column = np.broadcast_arrays(np.asarray(row), np.asarray(column))
            self._rows.append((row + first, column, np.broadcast_to(np.asarray(value, float), row.shape)))
        self._row_low.append(np.broadcast_to(np.asarray(low, float), count))
        self._row_high.append(np.broadcast_to(np.asarray(high, float), count))
        return np.arange(first, first + count)

    def model(self, *, relaxed: bool = False) -> highspy.HighsLp:
        """As HiGHS takes it."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.width, self.height
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = map(np.concatenate, (self._cost, self._low, self._high))
        lp.row_lower_, lp.row_upper_ = np.concatenate(self._row_low), np.concatenate(self._row_high)
        rows, columns, values = (np.concatenate(part) for part in zip(*self._rows, strict=True))
        order = np.lexsort((columns, rows))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=self.height))]).astype(
            np.int32
        )
        lp.a_matrix_.index_, lp.a_matrix_.value_ = columns[order].astype(np.int32), values[order]
        whole = np.concatenate(self._whole)
        if whole.any() and not relaxed:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(one)] for one in whole]
        return lp

    def solve(self, *, start: Vector | None = None, gap: float = 1e-6, nodes: int = 20_000, relaxed: bool = False,
              limit_s: float = 0.0) -> Solution:  # fmt: skip
        """HiGHS's answer. Nodes are counted, no clock is looked at (`limit_s` 0): the same program, the same bytes."""
        solver = solver_of(gap, nodes, limit_s)
        solver.passModel(self.model(relaxed=relaxed))
        if start is not None:
            known = highspy.HighsSolution()
            known.col_value = list(start)
            solver.setSolution(known)
        solver.run()
        return read(solver, bool(np.concatenate(self._whole).any()) and not relaxed)


def solver_of(gap: float = 1e-6, nodes: int = 20_000, limit_s: float = 0.0) -> highspy.Highs:
    """A silent solver of one thread."""
    solver = highspy.Highs()
    for name, value in (
        ("output_flag", False), ("threads", 1), ("mip_rel_gap", gap), ("mip_abs_gap", 1e-6), ("mip_max_nodes", nodes),
        ("random_seed", 0), *([("time_limit", limit_s)] if limit_s > 0 else []),
    ):  # fmt: skip
        solver.setOptionValue(name, value)
    return solver


def read(solver: highspy.Highs, whole: bool) -> Solution:
    """What a solver that has run found."""
    status, info = solver.getModelStatus(), solver.getInfo()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return Solution(np.inf, np.inf, np.empty(0), np.empty(0), possible=False)
    solution = solver.getSolution()
    found = np.array(solution.col_value)
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    value = float(info.objective_function_value) if feasible else np.inf
    if whole:
        return Solution(value, float(info.mip_dual_bound), found if feasible else np.empty(0), np.empty(0))
    bound = value if status == highspy.HighsModelStatus.kOptimal else -np.inf
    return Solution(value, bound, found, np.array(solution.row_dual))
