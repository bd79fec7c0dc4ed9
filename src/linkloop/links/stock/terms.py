"""The terms of trade that a policy is judged under: what stock and shortage cost, how orders are placed and arrive."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Number = float | npt.NDArray[np.float64] | Floats


class Terms(NamedTuple):
    """Numbers, or arrays that broadcast over (paths, SKUs).

    `holding` is charged per unit left at the end of a step, `shortage` per unit that could not be sold (with
    `backorders`: per unit owed at the end of a step), `fixed` per order placed, `waste` per unit that expires after
    `life` steps on the shelf (0: never; the oldest is sold first). An order is rounded up to whole `case_pack`s and to
    `least` at least; where a path's orders of one step cost more than `budget` at `price` a unit, all are cut in the
    same proportion, in whole cases, and what falls below `least` is not ordered.
    """

    holding: Number = 1.0
    shortage: Number = 1.0
    backorders: bool = False
    fixed: Number = 0.0
    case_pack: Number = 0.0
    least: Number = 0.0
    price: Number = 1.0
    budget: float = inf
    life: int = 0
    waste: Number = 0.0

    @property
    def plain(self) -> bool:
        """Any quantity may be ordered."""
        return not (np.any(self.case_pack) or np.any(self.least)) and self.budget == inf


class Lead(NamedTuple):
    """Steps from order to arrival: step s brings what was ordered in step s − n with probability `chances[n]`.

    A lead time is drawn per order. `crossing` lets a later order arrive before an earlier one; without it an order
    waits for those before it, which is what one supplier on one road does.
    """

    chances: tuple[float, ...]
    crossing: bool = False

    @classmethod
    def fixed(cls, steps: int) -> Lead:
        """Always `steps`; 0 means that what is ordered can be sold in the same step."""
        return cls((0.0,) * steps + (1.0,))

    @property
    def longest(self) -> int:
        """The longest lead time, in steps."""
        return len(self.chances) - 1

    @property
    def known(self) -> bool:
        """Whether every order takes equally long."""
        return self.chances[-1] == 1.0

    def draw(self, steps: int, shape: tuple[int, ...], rng: np.random.Generator) -> npt.NDArray[np.int64]:
        """(steps, *shape): the lead time of the order of each step."""
        drawn = rng.choice(len(self.chances), size=(steps, *shape), p=np.asarray(self.chances))
        if not self.crossing:
            due = np.arange(steps).reshape((-1,) + (1,) * len(shape))
            drawn = np.maximum.accumulate(drawn + due, axis=0) - due
        return drawn


class Leads(NamedTuple):
    """Steps from order to arrival for each SKU: gamma by `mean` and `sd` (SKUs), in whole steps; none overtakes.

    With `tiles` all SKUs are drawn for once and then repeated that often, so that tries meet the same luck.
    """

    mean: npt.NDArray[np.float64]
    sd: npt.NDArray[np.float64]
    tiles: int = 1
    known: bool = False

    @property
    def longest(self) -> int:
        """The longest lead time, in steps."""
        return int(np.ceil(self.mean + 3 * self.sd).max(initial=0.0))

    def draw(self, steps: int, shape: tuple[int, ...], rng: np.random.Generator) -> npt.NDArray[np.int64]:
        """(steps, *shape): the lead time of the order of each step; the last axis of `shape` are the SKUs."""
        spread = np.maximum(self.sd, 1e-3)
        drawn = rng.gamma((self.mean / spread) ** 2, spread**2 / np.maximum(self.mean, 1e-3), (steps, *shape))
        days = np.minimum(np.round(np.where(self.sd > 0, drawn, self.mean)), np.ceil(self.mean + 3 * self.sd))
        days = np.tile(days[..., : shape[-1] // self.tiles], self.tiles)
        due = np.arange(steps).reshape((-1,) + (1,) * len(shape))
        arrives = np.maximum.accumulate(days.astype(np.int64) + due, axis=0)
        return np.asarray(arrives - due, np.int64)


def lawful(order: Floats, terms: Terms) -> None:
    """Turn a wish (paths, SKUs) into an order that the terms allow, in place."""
    np.maximum(order, 0.0, out=order)
    if terms.plain:
        return
    case = np.maximum(np.asarray(terms.case_pack, np.float32), 1.0) if np.any(terms.case_pack) else None
    wished = order > 0
    np.maximum(order, np.asarray(terms.least, np.float32), out=order, where=wished)
    if case is not None:
        order[...] = np.ceil(order / case - 1e-4) * case
    if terms.budget < inf:
        money = (order * np.asarray(terms.price, np.float32)).sum(axis=-1, keepdims=True)
        over = money > terms.budget
        cut = np.where(over, terms.budget / np.maximum(money, 1e-9), 1.0)
        size = 1.0 if case is None else case
        less = np.floor(order * cut / size + 1e-4) * size
        less[less < np.asarray(terms.least, np.float32)] = 0.0
        np.copyto(order, less, where=over)
