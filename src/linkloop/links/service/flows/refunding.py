"""Refunding: how much of an order goes back for what comes back: from rows alone, and never more than was paid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from linkloop.commerce.aftersales import ReturnCase
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.policies import ReturnAdvice
from linkloop.links.service.flows.choosing import lines_of
from linkloop.links.service.flows.order_facts import paid_and_refunded, payments_of
from linkloop.links.service.flows.shape import Talk

_COMING = ("labelled", "received", "refunded")


class Share(NamedTuple):
    """What goes back for a line, in minor units; `outbound` of it is the freight of the way out."""

    amount: int
    outbound: int = 0


def whole_order(talk: Talk, order_id: str, lines: Iterable[OrderLine], cases: Iterable[ReturnCase]) -> bool:
    """Whether these lines, with what is coming back for money already, are all that the order holds."""
    bought: Counter[str] = Counter()
    for one in lines_of(talk, order_id):
        bought[one.product_id] += one.quantity
    comes: Counter[str] = Counter()
    for case in cases:
        if case.kind == "return" and case.status in _COMING:
            comes[case.product_id] += case.quantity
    for one in lines:
        comes[one.product_id] += one.quantity
    return bool(bought) and comes >= bought


def outbound_freight(talk: Talk, order_id: str, currency: str) -> int:
    """Minor units that the customer paid for the way out, as the order's lines have it; 0 where it was free."""
    freights = (one.freight for one in lines_of(talk, order_id))
    return sum(max(0, freight.amount) for freight in freights if freight is not None and freight.currency == currency)


def returnable(talk: Talk, order: Order, cases: Iterable[ReturnCase]) -> int | None:
    """Minor units that may still go back: what was paid, less what went back and what is promised to returns on their
    way. None where neither payment nor total is known."""
    paid, refunded = paid_and_refunded(payments_of(talk, order.order_id), order)
    most = paid or (order.total.amount if order.total else None)
    if most is None:
        return None
    open_ = [case for case in cases if case.kind == "return" and case.status in ("labelled", "received")]
    promised = sum(case.amount.amount for case in open_ if case.amount is not None)
    return max(0, most - refunded - promised)


def backs(
    lines: Sequence[OrderLine], advices: Sequence[ReturnAdvice], way_out: int, most: int | None
) -> tuple[Share, ...]:
    """What goes back for each line: its price, less the postage that policy lets the customer bear, and with the last
    the freight of the way out; all together at most `most`, taken off the freight first."""
    shares: list[Share] = []
    for n, (one, advice) in enumerate(zip(lines, advices, strict=True)):
        goods = max(0, one.price.amount * one.quantity - advice.postage)
        freight = way_out if n == len(lines) - 1 else 0
        if most is not None:
            goods = min(goods, most)
            freight = min(freight, most - goods)
            most -= goods + freight
        shares.append(Share(goods + freight, freight))
    return tuple(shares)


def due_back(cases: Sequence[ReturnCase], *, whole: bool) -> int:
    """Minor units that are due for goods that have arrived; the freight of the way out once all have (`whole`)."""
    came = [case for case in cases if case.kind == "return" and case.status in ("received", "refunded")]
    return sum(_due(case, whole=whole) for case in came)


def _due(case: ReturnCase, *, whole: bool) -> int:
    amount = case.amount.amount if case.amount is not None else 0
    return amount if whole or case.outbound is None else amount - case.outbound.amount
