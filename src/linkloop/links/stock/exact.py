"""Exact dynamic programming for lost sales: the least average cost there is, and the exact cost of any policy."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]
Orders = npt.NDArray[np.int64]


class LostSales(NamedTuple):
    """A product whose unmet demand is lost: demand of a step has the probabilities `chances` (n = 0, 1, …).

    An order arrives `lead` ≥ 1 steps later, before that step's customers. A state is (on hand, due in 1 … lead − 1
    steps) when the order is decided. Stock is cut off at `most` units and orders at `largest`, which must lie beyond
    what a good policy uses.
    """

    chances: tuple[float, ...]
    lead: int
    holding: float
    shortage: float
    most: int
    largest: int

    @property
    def shape(self) -> tuple[int, ...]:
        """States by coordinate."""
        return (self.most + 1, *(self.largest + 1,) * (self.lead - 1))

    def states(self) -> Orders:
        """(states, lead): every state, in the order of a table's cells."""
        return np.stack(np.meshgrid(*(np.arange(n) for n in self.shape), indexing="ij"), -1).reshape(-1, self.lead)


class Solved(NamedTuple):
    """Average cost of a step, and the order of every state, shaped as the states."""

    cost: float
    orders: Orders


def solve(given: LostSales, policy: Orders | None = None, precision: float = 1e-6, most: int = 5000) -> Solved:
    """Relative value iteration: the optimal policy, or the cost of `policy` (an order for each state).

    The cost lies within `precision` / 2 of the exact one (bounds of Odoni, 1969). Checked against P. Zipkin, *Old and
    New Methods for Lost-Sales Inventory Systems* (2008), whose table it prints.
    """
    left = _left(given)
    stock = np.arange(given.most + 1)
    mean = float(np.arange(len(given.chances)) @ np.asarray(given.chances))
    kept = left @ stock
    now = given.holding * kept + given.shortage * (mean - (stock - kept))
    now = now.reshape((-1,) + (1,) * (given.lead - 1))
    value = np.zeros(given.shape)
    low = high = 0.0
    for _ in range(most):
        later = _later(given, left, value)
        best = later.min(-1) if policy is None else np.take_along_axis(later, policy[..., None], -1)[..., 0]
        change = now + best - value
        low, high = float(change.min()), float(change.max())
        value += change - change.flat[0]
        if high - low < precision:
            break
    orders = _later(given, left, value).argmin(-1) if policy is None else policy
    return Solved((low + high) / 2, orders)


def _left(given: LostSales) -> Reals:
    """(stock, stock): the probability that a shelf of x units is left with y."""
    chances = np.zeros(max(len(given.chances), given.most + 1))
    chances[: len(given.chances)] = given.chances
    table = np.zeros((given.most + 1, given.most + 1))
    for stock in range(given.most + 1):
        table[stock, 1 : stock + 1] = chances[:stock][::-1]
        table[stock, 0] = 1.0 - table[stock].sum()
    return table


def _later(given: LostSales, left: Reals, value: Reals) -> Reals:
    """(states, order): the expected value of the next state."""
    stock = np.arange(given.most + 1)
    if given.lead == 1:  # what is ordered is all that arrives
        return np.stack([left @ value[np.minimum(stock + n, given.most)] for n in range(given.largest + 1)], -1)
    later = np.empty((*given.shape, given.largest + 1))
    for due in range(given.largest + 1):
        moved = value[np.minimum(stock + due, given.most)].reshape(given.most + 1, -1)
        later[:, due] = (left @ moved).reshape(later[:, due].shape)
    return later
