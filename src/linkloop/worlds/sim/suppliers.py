"""The suppliers: they promise goods, send them, and goods arrive after a gamma lead time; a strike holds them up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from linkloop.commerce.stock import CancelReplenish, Replenish, StockArrived, StockPromised
from linkloop.core.action import Errand, Receipt
from linkloop.core.clock import from_micros
from linkloop.core.money import Money
from linkloop.worlds.sim.agenda import DAY, MINUTE, SECOND, Agenda
from linkloop.worlds.sim.catalog import Catalog
from linkloop.worlds.sim.draws import once
from linkloop.worlds.sim.places import WAREHOUSES
from linkloop.worlds.sim.shelves import Shelves

# Goods leave at this share of the lead time; until then an order can be taken back.
LEAVES_AT = 0.4
EXPEDITED, EXPEDITE_SURCHARGE = 0.5, 0.15
# A supplier promises the agreed lead time plus this many of its standard deviations.
PROMISE_SDS = 0.5


@dataclass(slots=True, eq=False)
class Supply:
    """One order to a supplier; moments are microseconds since 1970."""

    reference: str
    product: int
    place: int
    quantity: int
    supplier_id: str
    story: tuple[str, str]
    ordered: int
    leaves: int
    travel: int
    promised: int
    promises: int = 0
    state: Literal["waiting", "cancelled", "left", "arrived"] = "waiting"


class Suppliers:
    """Carries out Replenish and CancelReplenish. Lead times are gamma with the supplier's mean and deviation
    (Burgin 1975, "The gamma distribution and inventory control", Operational Research Quarterly 26)."""

    def __init__(self, agenda: Agenda, catalog: Catalog, shelves: Shelves, seed: int) -> None:
        self._agenda, self._catalog, self._shelves, self._seed = agenda, catalog, shelves, seed
        self._orders: dict[tuple[str, str, str], Supply] = {}
        self._places = {place.place: n for n, place in enumerate(WAREHOUSES)}
        self.strikes: dict[str, int] = {}

    def replenish(self, errand: Errand, action: Replenish) -> Receipt:
        """Order goods. Refused: an unknown product, place or supplier, and fewer units than the supplier sends."""
        product, place = self._catalog.number.get(action.product_id), self._places.get(action.place)
        supplier = self._catalog.supplier.get(action.supplier_id)
        same = (action.product_id, action.place, action.wave)
        if product is None or place is None or supplier is None:
            return Receipt(status="refused", detail="unknown product, place or supplier")
        if self._catalog.products[product].supplier_id != action.supplier_id:
            return Receipt(status="refused", detail=f"{action.supplier_id} does not supply {action.product_id}")
        if action.quantity < supplier.min_order_units:
            return Receipt(status="refused", detail=f"minimum order is {supplier.min_order_units} units")
        if same in self._orders:
            return Receipt(status="refused", detail="already ordered in this wave")
        draws, now = once(self._seed, "supply", errand.key), self._agenda.now
        speed = EXPEDITED if action.expedite else 1.0
        lead = draws.gamma(supplier.lead_time_days, supplier.lead_time_sd_days) * speed * DAY
        told = (supplier.lead_time_days + PROMISE_SDS * supplier.lead_time_sd_days) * speed * DAY
        leaves = now + max(int(lead * LEAVES_AT), 2 * MINUTE)  # never before its promise is said
        supply = Supply(
            reference=f"PO-{errand.key[:12]}", product=product, place=place, quantity=action.quantity,
            supplier_id=action.supplier_id, story=(errand.case_id, errand.decision_id), ordered=now,
            leaves=leaves, travel=int(lead * (1 - LEAVES_AT)), promised=now + int(told),
        )  # fmt: skip
        self._orders[same] = supply
        self._agenda.after(draws.between(5, 60) * SECOND, self._promise, supply)
        self._agenda.at(leaves, self._leave, supply)
        cost = self._catalog.products[product].cost
        fen = (cost.amount if cost else 0) * action.quantity
        if action.expedite:
            fen += round(fen * EXPEDITE_SURCHARGE)
        return Receipt(status="done", reference=supply.reference, cost=Money(fen, "CNY"))

    def cancel(self, errand: Errand, action: CancelReplenish) -> Receipt:
        """Take an order back that has not left. Refused otherwise."""
        supply = self._orders.get((action.product_id, action.place, action.wave))
        if supply is None or supply.state != "waiting":
            found = "no such order" if supply is None else f"order has {supply.state}"
            return Receipt(status="refused", detail=found)
        supply.state = "cancelled"
        if supply.promises:
            wait = once(self._seed, "cancel", errand.key).between(1, 5) * SECOND
            self._agenda.after(wait, self._cancelled, supply)
        return Receipt(status="done", reference=supply.reference)

    def resume(self, supplier_id: str) -> None:
        """A strike ended before its time: what it held back leaves now."""
        for supply in self._orders.values():
            held = supply.state == "waiting" and supply.leaves <= self._agenda.now
            if held and supply.supplier_id == supplier_id:
                self._agenda.at(self._agenda.now, self._leave, supply)

    def _cancelled(self, supply: Supply) -> None:
        self._shelves.on_order[supply.product][supply.place] -= supply.quantity
        self._agenda.say("suppliers", f"cancel:{supply.reference}", self._shelves.row(supply.product, supply.place))

    def _promise(self, supply: Supply) -> None:
        if supply.state != "waiting":
            return
        if not supply.promises:
            self._shelves.on_order[supply.product][supply.place] += supply.quantity
        supply.promises += 1
        case_id, decision_id = supply.story
        self._agenda.say(
            "suppliers", f"promise:{supply.reference}:{supply.promises}",
            self._shelves.row(supply.product, supply.place),
            StockPromised(
                at=self._agenda.today(), case_id=case_id, cause_id=decision_id,
                product_id=self._catalog.products[supply.product].product_id, place=WAREHOUSES[supply.place].place,
                quantity=supply.quantity, supplier_id=supply.supplier_id, arrives_at=from_micros(supply.promised),
                reference=supply.reference,
            ),
        )  # fmt: skip

    def _leave(self, supply: Supply) -> None:
        if supply.state != "waiting":
            return
        ends = self.strikes.get(supply.supplier_id, 0)
        if ends > self._agenda.now:
            supply.promised = max(supply.promised, ends + supply.travel)
            self._promise(supply)
            self._agenda.at(ends, self._leave, supply)
            return
        supply.state = "left"
        self._agenda.after(supply.travel, self._arrive, supply)

    def _arrive(self, supply: Supply) -> None:
        supply.state = "arrived"
        self._shelves.on_order[supply.product][supply.place] -= supply.quantity
        self._shelves.put(supply.place, [(supply.product, supply.quantity)])
        case_id, decision_id = supply.story
        self._agenda.say(
            "suppliers", f"arrive:{supply.reference}",
            self._shelves.row(supply.product, supply.place),
            StockArrived(
                at=self._agenda.today(), case_id=case_id, cause_id=decision_id,
                product_id=self._catalog.products[supply.product].product_id, place=WAREHOUSES[supply.place].place,
                quantity=supply.quantity, supplier_id=supply.supplier_id, ordered_at=from_micros(supply.ordered),
                reference=supply.reference,
            ),
        )  # fmt: skip
