"""Echelons: a centre that a supplier delivers to and that supplies fronts, as the simulator does for one place.

A step: goods arrive; the policy orders from the supplier and ships from the centre to its fronts; customers come to the
fronts; costs are counted. One front is a serial system (A. J. Clark, H. Scarf, 1960), more are a divergent one.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.links.stock.simulate import BLOCK
from linkloop.links.stock.terms import Floats, Number, Terms, lawful


class Ways(NamedTuple):
    """Steps that goods take: from the supplier to the centre, and from the centre to each front."""

    supplier: int
    fronts: tuple[int, ...]


class Both(NamedTuple):
    """What a policy may know when it decides; its own to read. Fronts: (fronts, paths, SKUs), else (paths, SKUs).

    `centre` and `on_hand` lie there now (on_hand less what is owed, with backorders); `position` of a front adds what
    is on its way to it; `echelon` is all stock at the centre, on its ways from there and at the fronts, and
    `echelon_position` adds what the supplier owes. Demand of this step and later does not exist here.
    """

    step: int
    centre: Floats
    on_hand: Floats
    position: Floats
    echelon: Floats
    echelon_position: Floats


class EchelonPolicy(Protocol):
    """Writes what it wishes to order from the supplier and to ship to each front; what is not there is not shipped."""

    def decide(self, seen: Both, order: Floats, ship: Floats, /) -> None: ...


class EchelonBaseStock(NamedTuple):
    """Order the echelon's position up to `echelon`, ship each front's position up to its `fronts` level (fronts, …).

    Optimal for a serial system with backorders (Clark & Scarf, 1960; A. Federgruen, P. Zipkin, 1984). A scarce centre
    shares in proportion to what the fronts wish.
    """

    echelon: Number
    fronts: Number

    def decide(self, seen: Both, order: Floats, ship: Floats) -> None:
        np.subtract(self.echelon, seen.echelon_position, out=order, casting="same_kind")
        np.subtract(self.fronts, seen.position, out=ship, casting="same_kind")


class EchelonOutcome(NamedTuple):
    """Totals of the counted steps: (paths, SKUs) `ordered`, `orders` and `centre_held` (at the centre and on its ways
    from there), (fronts, paths, SKUs) the rest: units demanded, sold, short (owed, with backorders), held, and
    wasted at fronts; `centre_wasted` at the centre."""

    steps: int
    demanded: npt.NDArray[np.float64]
    sold: npt.NDArray[np.float64]
    short: npt.NDArray[np.float64]
    held: npt.NDArray[np.float64]
    wasted: npt.NDArray[np.float64]
    ordered: npt.NDArray[np.float64]
    orders: npt.NDArray[np.float64]
    centre_held: npt.NDArray[np.float64]
    centre_wasted: npt.NDArray[np.float64]

    @property
    def turnover(self) -> float:
        """Units sold per unit held anywhere on average, over the counted steps."""
        held = (self.held.sum() + self.centre_held.sum()) / self.steps
        return float(self.sold.sum() / max(held, 1e-9))

    @property
    def stockout(self) -> float:
        """The share of demand that met an empty shelf."""
        return float(self.short.sum() / max(self.demanded.sum(), 1e-9))


def simulate_echelons(
    policy: EchelonPolicy,
    demand: npt.NDArray[np.number],
    ways: Ways,
    centre: Terms,
    front: Terms,
    *,
    centre_on_hand: npt.ArrayLike = 0.0,
    on_hand: npt.ArrayLike = 0.0,
    since: int = 0,
) -> EchelonOutcome:
    """Let `policy` run a centre whose fronts meet `demand` (steps, fronts, paths, SKUs).

    Orders from the supplier follow the `centre` terms (minimum, cases, budget, shelf life), what is shipped to a front
    the `front` terms (cases, shelf life, backorders); a front is sent no more than the centre holds, in whole cases.
    Units age at the centre, on the way and at a front; with a `life` both terms must say the same one.
    Raises LinkloopError where the ways and the demand tell of different fronts, or lives differ.
    """
    steps, fronts, paths, skus = demand.shape
    if fronts != len(ways.fronts) or centre.life != front.life or (front.life and front.backorders):
        raise LinkloopError(
            "stock.echelons",
            Text(
                en=f"demand has {fronts} fronts, the ways {len(ways.fronts)}; lives {centre.life} and {front.life}: "
                "give a way for each front, the same life, and no backorders with a life",
                zh=f"需求有 {fronts} 个前置仓，路程有 {len(ways.fronts)} 个；保质期 {centre.life} 与 {front.life}："
                "请为每个前置仓给出路程，保质期须一致，且有保质期时不可欠货",
            ),
        )
    first = np.broadcast_to(np.asarray(centre_on_hand, np.float32), (paths, skus))
    there = np.broadcast_to(np.asarray(on_hand, np.float32), (fronts, paths, skus))
    at_fronts, at_centre = np.zeros((5, fronts, paths, skus)), np.zeros((4, paths, skus))
    rows = max(1, BLOCK // max(skus * fronts, 1))
    for top in range(0, paths, rows):
        part = slice(top, min(top + rows, paths))
        block = _Chain(ways, centre, front, first[part], there[:, part])
        for step, asked in enumerate(demand[:, :, part]):
            block.step(policy, step, asked, counted=step >= since)
        at_fronts[:, :, part], at_centre[:, part] = block.at_fronts, block.at_centre
    return EchelonOutcome(max(steps - since, 1), *at_fronts, *at_centre)


class _Chain:
    """The working arrays of some paths. Stock is kept by the steps that it can still be sold in, oldest first."""

    def __init__(self, ways: Ways, centre: Terms, front: Terms, first: Floats, there: Floats) -> None:
        self.ways, self.terms, self.front = ways, centre, front
        ages = max(centre.life, 1)
        self.centre = np.zeros((ages, *first.shape), np.float32)
        self.fronts = np.zeros((ages, *there.shape), np.float32)
        self.centre[-1], self.fronts[-1] = first, there
        self.inbound = [np.zeros(first.shape, np.float32) for _ in range(ways.supplier + 1)]
        self.lanes = [[np.zeros((ages, *first.shape), np.float32) for _ in range(way + 1)] for way in ways.fronts]
        self.order, self.ship = np.zeros(first.shape, np.float32), np.zeros(there.shape, np.float32)
        self.at_fronts, self.at_centre = np.zeros((5, *there.shape)), np.zeros((4, *first.shape))

    def step(self, policy: EchelonPolicy, step: int, asked: npt.NDArray[np.number], *, counted: bool) -> None:
        """One step of all paths."""
        self._receive(step)
        policy.decide(self._seen(step), self.order, self.ship)
        lawful(self.order, self.terms)
        lawful(self.ship, self.front)
        self._place(step)
        self._send(step)
        sold, short = self._sell(asked)
        gone, centre_gone = self._age()
        if not counted:
            return
        demanded, sales, lacked, held, wasted = self.at_fronts
        demanded += asked
        sales += sold
        lacked += short
        held += np.maximum(self.fronts.sum(axis=0), 0.0)
        wasted += gone
        ordered, orders, kept, lost = self.at_centre
        ordered += self.order
        orders += self.order > 0
        kept += self.centre.sum(axis=0) + self._moving().sum(axis=0)
        lost += centre_gone

    def _receive(self, step: int) -> None:
        arrived = self.inbound[step % len(self.inbound)]
        self.centre[-1] += arrived
        arrived[...] = 0.0
        for n, lane in enumerate(self.lanes):
            units = lane[step % len(lane)]
            self.fronts[:, n] += units
            units[...] = 0.0

    def _moving(self) -> Floats:
        """(fronts, paths, SKUs): on its way to each front."""
        return np.stack([np.sum(lane, axis=(0, 1)) for lane in self.lanes])

    def _seen(self, step: int) -> Both:
        centre, on_hand = self.centre.sum(axis=0), self.fronts.sum(axis=0)
        position = on_hand + self._moving()
        echelon = centre + position.sum(axis=0)
        return Both(step, centre, on_hand, position, echelon, echelon + np.sum(self.inbound, axis=0))

    def _place(self, step: int) -> None:
        self.inbound[(step + self.ways.supplier) % len(self.inbound)] += self.order
        if self.ways.supplier == 0:
            self._lay()

    def _lay(self) -> None:
        self.centre[-1] += self.inbound[0]
        self.inbound[0][...] = 0.0

    def _send(self, step: int) -> None:
        """Share what is there in proportion to the wishes, in whole cases; the oldest goes first."""
        there = np.maximum(self.centre.sum(axis=0), 0.0)
        case = np.maximum(np.asarray(self.front.case_pack, np.float32), 1.0)
        wished = self.ship.sum(axis=0)
        ratio = np.where(wished > there, there / np.maximum(wished, 1e-9), 1.0)
        until = np.floor(np.cumsum(self.ship, axis=0) * ratio / case + 1e-4) * case
        np.copyto(self.ship, np.diff(until, axis=0, prepend=0.0), where=wished > there)
        for n, lane in enumerate(self.lanes):
            rest, target = self.ship[n].copy(), lane[(step + self.ways.fronts[n]) % len(lane)]
            for age, old in enumerate(self.centre):
                taken = np.minimum(old, rest)
                old -= taken
                rest -= taken
                target[age] += taken
            if self.ways.fronts[n] == 0:
                self.fronts[:, n] += target
                target[...] = 0.0

    def _sell(self, asked: npt.NDArray[np.number]) -> tuple[Floats, Floats]:
        if self.front.backorders:
            shelf = self.fronts[0]
            sold = np.clip(shelf, 0.0, asked).astype(np.float32)
            shelf -= asked.astype(np.float32)
            return sold, np.maximum(-shelf, 0.0)
        rest = asked.astype(np.float32)
        for old in self.fronts:
            taken = np.minimum(old, rest)
            old -= taken
            rest = rest - taken
        return asked.astype(np.float32) - rest, rest

    def _age(self) -> tuple[Floats | float, Floats | float]:
        """A step passes; what leaves the fronts and the centre because its time is over."""
        if not self.front.life:
            return 0.0, 0.0
        gone, centre_gone = self.fronts[0].copy(), self.centre[0].copy()
        for stock in (self.fronts, self.centre, *(units for lane in self.lanes for units in lane)):
            stock[:-1] = stock[1:].copy()
            stock[-1] = 0.0
        return gone, centre_gone
