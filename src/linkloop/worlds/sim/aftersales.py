"""After-sales: stock is kept for replacements, goods come back with a label, money and new goods go out in turn."""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from linkloop.commerce.aftersales import ReturnCase, StockHold
from linkloop.commerce.orders import OrderReturned
from linkloop.commerce.parcels import Parcel, ParcelDelivered
from linkloop.commerce.requests import (
    CancelReturn,
    OpenExchange,
    OpenReturn,
    ReleaseStock,
    ReserveStock,
    SendReplacement,
)
from linkloop.core.action import Errand, Receipt
from linkloop.core.clock import from_micros, micros
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.worlds.sim.agenda import DAY, HOUR, MINUTE, Agenda
from linkloop.worlds.sim.cases import Case, Kept, all_back, due
from linkloop.worlds.sim.catalog import Catalog
from linkloop.worlds.sim.couriers import CARRIERS, KM_PER_DAY, PICKUP_DAYS
from linkloop.worlds.sim.draws import once
from linkloop.worlds.sim.orderdesk import OrderDesk
from linkloop.worlds.sim.places import CITIES, DISTANCE, NEAREST, WAREHOUSES
from linkloop.worlds.sim.purchase import Purchase
from linkloop.worlds.sim.refunds import refund
from linkloop.worlds.sim.shelves import Shelves

# How long shoppers take to bring goods to the post, and the goods to come (stated); some never do.
BACK_DAYS, BACK_SD, NEVER = 4.0, 1.5, 0.05
CHECKED_HOURS = (2.0, 24.0)
# The warehouse keeps what was reserved a little longer than was said, then puts it back by itself.
GRACE_MINUTES = 10
UNSOUND = ("defective", "damaged", "wrong_item")
_SHARES = ("sf", "jd", "zto")


class Aftersales:
    """Carries out ReserveStock, ReleaseStock, OpenReturn, OpenExchange, CancelReturn and SendReplacement."""

    def __init__(self, agenda: Agenda, catalog: Catalog, desk: OrderDesk, shelves: Shelves, seed: int) -> None:
        self._agenda, self._catalog, self._desk, self._shelves, self._seed = agenda, catalog, desk, shelves, seed
        self._kept: dict[tuple[str, str], Kept] = {}
        self._cases: dict[tuple[str, str], Case] = {}
        self.sent = 0

    def reserve(self, errand: Errand, action: ReserveStock) -> Receipt:
        """Keep units in the nearest warehouse that has them. Refused: not their goods, too many, none left."""
        purchase = self._desk.owned(action.order_id, action.customer_id)
        line = purchase.line(action.instead_of or action.product_id) if purchase is not None else None
        known = action.product_id in self._catalog.number
        if purchase is None or line is None or not known or not 0 < action.quantity <= line.quantity:
            return Receipt(status="refused", detail="no such goods of this customer")
        place_of = (action.order_id, action.product_id)
        before = self._kept.get(place_of)
        if before is not None and before.state == "kept":
            return Receipt(status="refused", detail="units are kept already")
        if micros(action.until) <= self._agenda.now:
            return Receipt(status="refused", detail="the time to keep them for is over")
        product = self._catalog.number[action.product_id]
        for place in NEAREST[purchase.goes_to()]:
            if self._shelves.on_hand[product][place] >= action.quantity:
                break
        else:
            return Receipt(status="refused", detail="not enough units on the shelves")
        self._shelves.on_hand[product][place] -= action.quantity
        kept = Kept(purchase, product, place, action.quantity, action.wave, micros(action.until))
        self._kept[place_of] = kept
        self._say_kept(kept)
        self._agenda.at(kept.until + GRACE_MINUTES * MINUTE, self._let_go, kept)
        return Receipt(status="done", reference=WAREHOUSES[place].place)

    def release(self, errand: Errand, action: ReleaseStock) -> Receipt:
        """Put kept units back. Done already counts as done: nobody needs them twice."""
        kept = self._kept.get((action.order_id, action.product_id))
        if kept is None or kept.purchase.person.customer_id != action.customer_id or kept.wave != action.wave:
            return Receipt(status="refused", detail="nothing is kept")
        if kept.state == "used":
            return Receipt(status="refused", detail="the units have been used")
        self._let_go(kept)
        return Receipt(status="done", reference=WAREHOUSES[kept.place].place)

    def open_return(self, errand: Errand, action: OpenReturn) -> Receipt:
        """A label for goods that are with the shopper. Refused: not delivered, more than was bought, a second time."""
        purchase = self._desk.owned(action.order_id, action.customer_id)
        problem = self._problem(purchase, action.product_id, action.quantity)
        if purchase is None or problem:
            return Receipt(status="refused", detail=problem or "no such order of this customer")
        line = purchase.line(action.product_id)
        outbound = action.outbound.amount if action.outbound else 0
        if outbound and (not all_back(self._of(purchase), purchase, action.product_id, action.quantity)
                         or not 0 < outbound <= purchase.freight()):  # fmt: skip
            return Receipt(status="refused", detail="the freight goes back with the whole order alone")
        most = (line.price.amount * action.quantity if line else 0) + outbound
        if action.amount.currency != "CNY" or not 0 <= action.amount.amount <= most:
            return Receipt(status="refused", detail=f"at most {most} fen (CNY) go back for it")
        case = self._opened(errand, purchase, action.product_id, "return", action.quantity, action.claim)
        case.amount, case.outbound = action.amount.amount, outbound
        self._say_case(case)
        return Receipt(status="done", reference=case.label)

    def open_exchange(self, errand: Errand, action: OpenExchange) -> Receipt:
        """A label, and the kept units leave when the goods are here. Refused without kept units."""
        purchase = self._desk.owned(action.order_id, action.customer_id)
        problem = self._problem(purchase, action.product_id, action.quantity)
        kept = self._kept.get((action.order_id, action.wanted))
        if not problem and (kept is None or kept.state != "kept" or kept.wave != action.wave
                            or kept.quantity < action.quantity):  # fmt: skip
            problem = "nothing is kept for this exchange"
        if purchase is None or kept is None or problem:
            return Receipt(status="refused", detail=problem or "no such order of this customer")
        kept.state = "used"
        case = self._opened(errand, purchase, action.product_id, "exchange", action.quantity, action.claim)
        case.place = kept.place
        self._say_kept(kept)
        self._say_case(case)
        return Receipt(status="done", reference=case.label)

    def send(self, errand: Errand, action: SendReplacement) -> Receipt:
        """Send kept units at once; what came broken stays with the shopper."""
        purchase = self._desk.owned(action.order_id, action.customer_id)
        problem = self._problem(purchase, action.product_id, action.quantity)
        kept = self._kept.get((action.order_id, action.product_id))
        if not problem and (kept is None or kept.state != "kept" or kept.wave != action.wave
                            or kept.quantity < action.quantity):  # fmt: skip
            problem = "nothing is kept for this replacement"
        if purchase is None or kept is None or problem:
            return Receipt(status="refused", detail=problem or "no such order of this customer")
        kept.state = "used"
        case = self._opened(errand, purchase, action.product_id, "replacement", action.quantity, action.claim)
        case.place = kept.place
        self._say_kept(kept)
        self._send(case)
        return Receipt(status="done", reference=case.sent_parcel)

    def cancel(self, errand: Errand, action: CancelReturn) -> Receipt:
        """Take a label back whose goods are not here. An exchange's kept units go back on the shelf."""
        case = self._cases.get((action.order_id, action.product_id))
        if case is None or case.purchase.person.customer_id != action.customer_id:
            return Receipt(status="refused", detail="no such return")
        if case.status != "labelled":
            return Receipt(status="refused", detail=f"the return is {case.status}")
        case.status, case.closed = "cancelled", self._agenda.now
        case.purchase.came_back.remove(case.product_id)
        if case.kind == "exchange":
            product = self._catalog.number[case.product_id]
            self._shelves.put(case.place, [(product, case.quantity)])
            self._agenda.say("aftersales", f"shelf:{case.label}", self._shelves.row(product, case.place))
        self._say_case(case)
        return Receipt(status="done", reference=case.label)

    def _of(self, purchase: Purchase) -> list[Case]:
        return [case for case in self._cases.values() if case.purchase is purchase]

    def _problem(self, purchase: Purchase | None, product_id: str, quantity: int) -> str:
        line = purchase.line(product_id) if purchase is not None else None
        if purchase is None or line is None:
            return "no such goods of this customer"
        if purchase.status != "delivered":
            return f"the order is {purchase.status}"
        if product_id in purchase.came_back:
            return "these goods came back already, or are about to"
        return "" if 0 < quantity <= line.quantity else f"{line.quantity} were bought"

    def _opened(self, errand: Errand, purchase: Purchase, product_id: str,
                kind: Literal["return", "exchange", "replacement"], quantity: int, claim: str) -> Case:  # fmt: skip
        label = f"RL{errand.key[:10].upper()}" if kind != "replacement" else ""
        case = Case(purchase, product_id, kind, quantity, 0, claim, label, self._agenda.now, place=purchase.place,
                    story=(errand.case_id, errand.decision_id))  # fmt: skip
        self._cases[purchase.order_id, product_id] = case
        purchase.came_back.append(product_id)
        purchase.story = case.story
        draws = once(self._seed, "back", errand.key)
        if kind != "replacement" and not draws.happens(NEVER):
            self._agenda.after(draws.gamma(BACK_DAYS, BACK_SD) * DAY, self._arrive, case)
        return case

    def _arrive(self, case: Case) -> None:
        if case.status != "labelled":
            return
        purchase = case.purchase
        line = purchase.line(case.product_id)
        assert line is not None
        case.status, case.received = "received", self._agenda.now
        product = self._catalog.number[case.product_id]
        said: list[Table] = []
        if case.claim not in UNSOUND:
            self._shelves.put(purchase.place, [(product, case.quantity)])
            said.append(self._shelves.row(product, purchase.place))
        whole = case.kind == "return" and len(purchase.lines) == 1 and case.quantity == line.quantity
        if whole:
            purchase.status = "returned"
            said.append(purchase.row())
        back = type(line)(line.product_id, case.quantity, line.price)
        case_id, decision_id = case.story
        self._agenda.say(
            "aftersales", f"came:{case.label}", *said, self._row(case),
            OrderReturned(
                at=self._agenda.today(), case_id=case_id, cause_id=decision_id, order_id=purchase.order_id,
                customer_id=purchase.person.customer_id, place=WAREHOUSES[purchase.place].place, lines=(back,),
                cause=case.claim if case.claim != "none" else "changed_mind",
            ),
        )  # fmt: skip
        wait = once(self._seed, "checked", case.label).between(*CHECKED_HOURS) * HOUR
        self._agenda.after(wait, self._close, case)

    def _close(self, case: Case) -> None:
        """The goods were looked at: the money goes back, or the new goods leave."""
        if case.kind == "exchange":
            self._send(case)
            return
        purchase = case.purchase
        case.status, case.closed = "refunded", self._agenda.now
        left = min(due(case, self._of(purchase)), purchase.total - purchase.refunded)
        rows: list[Table] = [self._row(case)]
        if left > 0:
            rows.append(refund(self._agenda, purchase, left, "refund"))
        self._agenda.say("aftersales", f"paid:{case.label}", *rows)

    def _send(self, case: Case) -> None:
        purchase, now = case.purchase, self._agenda.now
        self.sent += 1
        draws = once(self._seed, "sent", purchase.order_id, case.product_id)
        carrier = draws.pick(_SHARES)
        base = (PICKUP_DAYS + DISTANCE[case.place][purchase.goes_to()] / KM_PER_DAY) * CARRIERS[carrier][1]
        case.status, case.closed = "sent", now
        case.sent_parcel = f"X{purchase.order_id}-{len([c for c in self._cases.values() if c.purchase is purchase])}"
        arrives = now + int(draws.gamma(base, base * 0.2) * DAY)
        promised = now + int((base * 1.5 + 1.0) * DAY)
        parcel = Parcel(
            parcel_id=case.sent_parcel, order_id=purchase.order_id, customer_id=purchase.person.customer_id,
            carrier=carrier, status="shipped", origin=WAREHOUSES[case.place].place,
            destination=CITIES[purchase.goes_to()].name, shipped_at=self._agenda.today(),
            promised_at=from_micros(promised), expected_at=from_micros(min(promised, now + int(base * DAY))),
        )  # fmt: skip
        self._agenda.say("aftersales", f"sent:{case.sent_parcel}", self._row(case), parcel)
        self._agenda.at(arrives, self._delivered, parcel, promised)

    def _delivered(self, parcel: Parcel, promised: int) -> None:
        at = self._agenda.today()
        came = replace(parcel, status="delivered", delivered_at=at)
        shipped = micros(parcel.shipped_at) if parcel.shipped_at else self._agenda.now
        self._agenda.say(
            "aftersales", f"came:{parcel.parcel_id}", came,
            ParcelDelivered(
                at=at, parcel_id=parcel.parcel_id, order_id=parcel.order_id, customer_id=parcel.customer_id,
                carrier=parcel.carrier, days=round((self._agenda.now - shipped) / DAY, 4),
                late_days=round(max(0.0, (self._agenda.now - promised) / DAY), 4),
            ),
        )  # fmt: skip

    def _let_go(self, kept: Kept) -> None:
        if kept.state != "kept":
            return
        kept.state = "released"
        self._shelves.put(kept.place, [(kept.product, kept.quantity)])
        self._say_kept(kept)

    def _say_kept(self, kept: Kept) -> None:
        row = StockHold(
            order_id=kept.purchase.order_id, product_id=self._catalog.products[kept.product].product_id, wave=kept.wave,
            place=WAREHOUSES[kept.place].place, quantity=kept.quantity, until=from_micros(kept.until), state=kept.state,
        )  # fmt: skip
        about = f"kept:{row.order_id}:{row.product_id}:{kept.wave}:{kept.state}"
        self._agenda.say("aftersales", about, row, self._shelves.row(kept.product, kept.place))

    def _say_case(self, case: Case) -> None:
        self._agenda.say("aftersales", f"case:{case.label}:{case.status}", self._row(case))

    def _row(self, case: Case) -> ReturnCase:
        return ReturnCase(
            order_id=case.purchase.order_id, product_id=case.product_id, customer_id=case.purchase.person.customer_id,
            kind=case.kind, quantity=case.quantity, status=case.status, label=case.label,
            amount=Money(case.amount, "CNY") if case.kind == "return" else None,
            outbound=Money(case.outbound, "CNY") if case.outbound else None, sent_parcel=case.sent_parcel,
            opened_at=from_micros(case.opened),
            received_at=from_micros(case.received) if case.received else None,
            closed_at=from_micros(case.closed) if case.closed else None,
        )  # fmt: skip
