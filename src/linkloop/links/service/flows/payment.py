"""Trouble with paying: what is known to fail right now, and what has really arrived for an order."""

from __future__ import annotations

import re

from linkloop.commerce.notices import ServiceNotice
from linkloop.commerce.orders import Order
from linkloop.commerce.payments import Payment
from linkloop.core.text import Text
from linkloop.links.service.flows.choosing import own_order, recent_orders
from linkloop.links.service.flows.order_facts import payments_of
from linkloop.links.service.flows.shape import Flow, Line, Talk, Told, evidence, for_person, line, of_order
from linkloop.links.service.notice import notice_of

_TWICE = re.compile(r"twice|double|two times|两次|重复|多扣|扣了两|双倍", re.IGNORECASE)


def answer(talk: Talk) -> Told:
    """The notice that stands, and the payments of the order; money that was taken twice is for a person."""
    lines = list(_notice(talk))
    because = Text(en="trouble with paying", zh="支付问题")
    order = _order(talk)
    if order is not None:
        payments = payments_of(talk, order.order_id)
        paid = [p for p in payments if p.status == "paid"]
        rests = (of_order(order), *(evidence(p, f"{p.status} {p.amount} by "
                                                f"{p.method}", f"{p.method} {p.status} {p.amount}")
                                    for p in payments))  # fmt: skip
        if len(paid) > 1:
            return for_person(order, f"order {order.order_id} was paid {len(paid)} times",
                              f"订单 {order.order_id} 被支付了 {len(paid)} 次", *lines)  # fmt: skip
        if paid:
            lines.append(line(f"One payment of {paid[0].amount} has arrived for order {order.order_id}; "
                              f"nothing else was "
                              "charged for it here.",
                              f"订单 {order.order_id} 已收到一笔 {paid[0].amount} 的付款，没有其他扣款。"
                              f"", *rests))  # fmt: skip
        elif order.status == "placed":
            lines.append(line(f"No payment has arrived for order {order.order_id} yet. You can pay it again "
                              f"from your orders.",
                              f"订单 {order.order_id} 还没有收到付款，可以在订单页重新支付。", *rests))  # fmt: skip
    if lines:
        return Told(tuple(lines), because, order)
    if _TWICE.search(talk.text) and not talk.customer_id:
        return for_person(None, "a payment of somebody who is not signed in", "未登录客户的支付问题")
    return Told(
        (line("I know of no trouble with payments right now. Please try once more, or another way to pay; a "
              "payment that "
              "fails is not charged.",
              "目前没有已知的支付故障。请重试一次或换一种支付方式，失败的支付不会扣款。"),),
        because,
    )  # fmt: skip


def _notice(talk: Talk) -> tuple[Line, ...]:
    found = notice_of(talk.ctx)
    if found is None:
        return ()
    return (Line(found.text, (evidence(found, found.text.en, found.text.zh),)),)


def _order(talk: Talk) -> Order | None:
    if not talk.customer_id:
        return None
    for number in (talk.slots.get("order_id", ""), *talk.named, talk.known_order):
        if number and (order := own_order(talk, number)) is not None:
            return order
    orders = recent_orders(talk)
    return next((order for order in orders if order.status == "placed"), next(iter(orders), None))


FLOW = Flow(
    "payment_problem",
    Text(en="Trouble with paying", zh="支付问题"),
    needs=(),
    reads=(ServiceNotice, Order, Payment),
    answer=answer,
)
