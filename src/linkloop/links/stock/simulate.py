"""The simulator: a policy meets demand, many SKUs and paths at once; it is told what it could know, and no more."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.links.stock.terms import Floats, Lead, Leads, Terms, lawful

BLOCK = 16_384  # lanes (paths × SKUs) that are stepped together: their arrays stay in the cache


class Seen:
    """What a policy may know when it orders; arrays of (paths, SKUs), its own to read, not to write.

    `on_hand` is what lies there now, arrivals of this step included (less what is owed, with backorders); `position`
    adds all that is on order. `sold` and `short` are of the step before (`short` is what customers asked in vain).
    Demand of this step and later does not exist here: the simulator reads it after the order.
    """

    def __init__(self, on_hand: Floats, position: Floats, sold: Floats, short: Floats, coming: list[Floats]) -> None:
        self.step = 0
        self.on_hand, self.position, self.sold, self.short = map(_shown, (on_hand, position, sold, short))
        self._coming = [_shown(units) for units in coming]

    def due(self, steps: int) -> Floats:
        """Units that arrive in `steps` (1 … lead − 1), where every order takes equally long."""
        if not self._coming:
            raise LinkloopError(
                "stock.due_unknown",
                Text(
                    en="With random lead times nobody knows what is due when: decide on the position instead.",
                    zh="到货周期是随机的，无法知道何时到多少货：请按库存位置决策。",
                ),
            )
        return self._coming[(self.step + steps) % len(self._coming)]


class Policy(Protocol):
    """Writes what it wishes to order (units, (paths, SKUs)) into `order`; the terms decide what of it is placed."""

    def order(self, seen: Seen, order: Floats, /) -> None: ...


class Outcome(NamedTuple):
    """Totals of the counted steps, (paths, SKUs): units demanded, sold, short, held (unit-steps at the ends of steps),
    ordered and wasted, the number of orders, and of steps in which somebody asked in vain."""

    steps: int
    demanded: npt.NDArray[np.float64]
    sold: npt.NDArray[np.float64]
    short: npt.NDArray[np.float64]
    held: npt.NDArray[np.float64]
    ordered: npt.NDArray[np.float64]
    orders: npt.NDArray[np.float64]
    wasted: npt.NDArray[np.float64]
    empty: npt.NDArray[np.float64]

    def cost(self, terms: Terms) -> npt.NDArray[np.float64]:
        """(paths, SKUs): the money of the counted steps."""
        kept = terms.holding * self.held + terms.shortage * self.short
        spent = terms.fixed * self.orders + terms.waste * self.wasted
        total: npt.NDArray[np.float64] = kept + spent
        return total

    @property
    def turnover(self) -> float:
        """Units sold per unit held on average, over the counted steps."""
        return float(self.sold.sum() / max(self.held.sum() / self.steps, 1e-9))

    @property
    def stockout(self) -> float:
        """The share of demand that met an empty shelf."""
        return float(self.short.sum() / max(self.demanded.sum(), 1e-9))


def simulate(
    policy: Policy,
    demand: npt.NDArray[np.number],
    terms: Terms,
    lead: Lead | Leads,
    *,
    on_hand: npt.ArrayLike = 0.0,
    due: npt.ArrayLike = 0.0,
    since: int = 0,
    seed: int = 0,
    detail: bool = True,
) -> Outcome:
    """Let `policy` run a shop that meets `demand` (steps, paths, SKUs).

    A step: goods arrive; the policy orders; customers come; costs are counted, from step `since` on. Sales beyond the
    shelf are lost, or owed with `terms.backorders`. `on_hand` (broadcast to (paths, SKUs)) is there at the start, and
    `due` (steps, paths, SKUs or broadcast) arrives in its first steps. `seed` is of random lead times. Without `detail`
    orders and empty steps are not counted and `Seen.short` stays 0, which is faster.

    Raises LinkloopError where a policy wishes what is not a number.
    """
    steps, paths, skus = demand.shape
    start = np.broadcast_to(np.asarray(on_hand, np.float32), (paths, skus))
    first = np.asarray(due, np.float32)
    coming = np.broadcast_to(first, (len(first) if first.ndim == 3 else 0, paths, skus))
    totals = np.zeros((8, paths, skus))
    rng = np.random.default_rng(seed)
    rows = max(1, BLOCK // max(skus, 1))
    for top in range(0, paths, rows):
        part = slice(top, min(top + rows, paths))
        late = None if lead.known else lead.draw(steps, (part.stop - top, skus), rng)
        block = _Block(terms, lead, start[part], coming[:, part], late, detail)
        totals[:, part] = block.run(policy, demand[:, part], since)
    if not np.isfinite(totals).all():
        raise LinkloopError(
            "stock.not_a_number",
            Text(
                en="A policy ordered what is not a number: look at what it divides by.",
                zh="策略给出的订货量不是数字：请检查除数是否为零。",
            ),
        )
    return Outcome(max(steps - since, 1), *totals)


class _Block:
    """The working arrays of some paths; everything is changed in place."""

    def __init__(
        self,
        terms: Terms,
        lead: Lead | Leads,
        start: Floats,
        coming: Floats,
        late: npt.NDArray[np.int64] | None,
        detail: bool,
    ) -> None:
        shape = start.shape
        longest = lead.longest if late is None else int(late.max())  # orders that wait for others take longer
        self.terms, self.longest, self.late, self.detail = terms, longest, late, detail
        self.pipe = [np.zeros(shape, np.float32) for _ in range(max(longest, len(coming)) + 1)]
        for units, given in zip(self.pipe, coming, strict=False):
            units[...] = given
        self.on_hand: Floats = start.copy()
        self.position: Floats = (start + coming.sum(axis=0)).astype(np.float32)
        self.order, self.sold, self.short, self.spare = (np.zeros(shape, np.float32) for _ in range(4))
        self.shelf = Aged(terms.life, self.on_hand) if terms.life else None
        self.seen = Seen(self.on_hand, self.position, self.sold, self.short, self.pipe if late is None else [])
        self.totals: Floats = np.zeros((8, *shape), np.float32)

    def run(self, policy: Policy, demand: npt.NDArray[np.number], since: int) -> npt.NDArray[np.float64]:
        """(8, paths, SKUs): the totals of the counted steps, in the order of Outcome."""
        kept = np.zeros(self.totals.shape)
        for step, asked in enumerate(demand):
            self.receive(step)
            self.seen.step = step
            policy.order(self.seen, self.order)
            lawful(self.order, self.terms)
            self.place(step)
            self.sell(asked)
            if step >= since:
                self.count(asked)
                if (step - since) % 512 == 511:  # float32 sums stay exact to the unit
                    kept += self.totals
                    self.totals[...] = 0.0
        kept += self.totals
        kept[2] = kept[0] - kept[1] if not self.terms.backorders else kept[2]
        return kept

    def receive(self, step: int) -> None:
        """What arrives lies on the shelf."""
        self._lay(self.pipe[step % len(self.pipe)])

    def _lay(self, units: Floats) -> None:
        np.add(self.on_hand, units, out=self.on_hand)
        if self.shelf is not None:
            self.shelf.arrive(units)
        units[...] = 0.0

    def place(self, step: int) -> None:
        """The order goes on its way."""
        self.position += self.order
        ring = len(self.pipe)
        if self.late is None:
            units = self.pipe[(step + self.longest) % ring]
            units += self.order
        else:
            for n in range(int(self.late[step].max()) + 1):
                units = self.pipe[(step + n) % ring]
                np.add(units, self.order, out=units, where=self.late[step] == n)
        if self.longest == 0 or self.late is not None:
            self._lay(self.pipe[step % ring])

    def sell(self, asked: npt.NDArray[np.number]) -> None:
        """Customers come; what is short is lost, or owed."""
        if self.terms.backorders:
            np.clip(self.on_hand, 0.0, asked, out=self.sold)
            np.subtract(self.on_hand, asked, out=self.on_hand, casting="same_kind")
            np.subtract(self.position, asked, out=self.position, casting="same_kind")
            np.maximum(-self.on_hand, 0.0, out=self.short)
            return
        np.minimum(self.on_hand, asked, out=self.sold, casting="same_kind")
        self.on_hand -= self.sold
        self.position -= self.sold
        if self.detail:
            np.subtract(asked, self.sold, out=self.short, casting="same_kind")
        if self.shelf is not None:
            self.shelf.sell(self.sold)
            expired = self.shelf.age()
            self.on_hand -= expired
            self.position -= expired

    def count(self, asked: npt.NDArray[np.number]) -> None:
        """Add the step to the totals."""
        demanded, sold, short, held, ordered, orders, wasted, empty = self.totals
        demanded += asked
        sold += self.sold
        held += np.maximum(self.on_hand, 0.0, out=self.spare) if self.terms.backorders else self.on_hand
        if self.terms.backorders:
            short += self.short
        if self.detail:
            ordered += self.order
            orders += self.order > 0
            empty += self.short > 0
        if self.shelf is not None:
            wasted += self.shelf.expired


class Aged:
    """Units on a shelf by the steps that they can still be sold in, oldest first (FIFO)."""

    def __init__(self, life: int, on_hand: Floats) -> None:
        self.left = [np.zeros_like(on_hand) for _ in range(life)]
        self.left[-1][...] = on_hand
        self.expired: Floats = np.zeros_like(on_hand)

    def arrive(self, units: Floats) -> None:
        """New units can be sold for the whole life."""
        self.left[-1] += units

    def sell(self, units: Floats) -> None:
        """Take `units`, which are there, from the oldest on."""
        rest = units.copy()
        for old in self.left:
            taken = np.minimum(old, rest)
            old -= taken
            rest -= taken

    def age(self) -> Floats:
        """A step passes; the units whose time is over, which leave the shelf."""
        self.expired[...] = self.left[0]
        spare = self.left.pop(0)
        spare[...] = 0.0
        self.left.append(spare)
        return self.expired


def _shown(array: Floats) -> Floats:
    """The same numbers, which cannot be written through it."""
    view = array.view()
    view.flags.writeable = False
    return view
