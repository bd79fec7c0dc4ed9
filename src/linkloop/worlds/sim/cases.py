"""Cases: what of an order is kept for a shopper or comes back, and what is paid for it when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from linkloop.worlds.sim.purchase import Purchase

COMING, HERE = ("labelled", "received", "refunded"), ("received", "refunded")


@dataclass(slots=True, eq=False)
class Kept:
    """Units that are kept for one order; `until` in microseconds since 1970."""

    purchase: Purchase
    product: int
    place: int
    quantity: int
    wave: str
    until: int
    state: Literal["kept", "released", "used"] = "kept"


@dataclass(slots=True, eq=False)
class Case:
    """One product that comes back or was replaced; `amount` in fen."""

    purchase: Purchase
    product_id: str
    kind: Literal["return", "exchange", "replacement"]
    quantity: int
    amount: int
    claim: str
    label: str
    opened: int
    status: Literal["labelled", "received", "refunded", "sent", "cancelled"] = "labelled"
    received: int = 0
    closed: int = 0
    sent_parcel: str = ""
    place: int = 0
    outbound: int = 0  # fen of the amount that are the freight of the way out
    freight_paid: bool = False
    story: tuple[str, str] = ("", "")


def all_back(
    cases: Sequence[Case], purchase: Purchase, product_id: str = "", quantity: int = 0, *, here: bool = False
) -> bool:
    """Whether every line of an order comes back for money, or (`here`) has come; with so much more of a product."""
    states = HERE if here else COMING
    back = {case.product_id: case.quantity for case in cases if case.kind == "return" and case.status in states}
    if product_id:
        back[product_id] = back.get(product_id, 0) + quantity
    return all(back.get(line.product_id, 0) >= line.quantity for line in purchase.lines)


def due(case: Case, cases: Sequence[Case]) -> int:
    """Fen that are paid as a case closes: its goods, and once all of the order is here the freight of the way out."""
    if not all_back(cases, case.purchase, here=True):
        return case.amount - case.outbound
    closed = [one for one in cases if one.kind == "return" and one.status == "refunded" and not one.freight_paid]
    waits = sum(one.outbound for one in closed if one is not case)
    for one in closed:
        one.freight_paid = True
    return case.amount + waits
