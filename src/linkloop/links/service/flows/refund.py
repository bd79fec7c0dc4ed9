"""Refund: where the money is; what is owed is paid, what is not back yet must come back first."""

from __future__ import annotations

from datetime import datetime, timedelta

from linkloop.commerce.aftersales import ReturnCase
from linkloop.commerce.conversations import Evidence
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.payments import Payment
from linkloop.commerce.policies import RefundPolicy
from linkloop.commerce.requests import RefundOrder
from linkloop.commerce.stock import ShopDay
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.links.service.flows.choosing import order_for, recent_orders
from linkloop.links.service.flows.order_facts import paid_and_refunded, payments_of, returns_of
from linkloop.links.service.flows.refunding import due_back, whole_order
from linkloop.links.service.flows.shape import (
    Deed,
    Flow,
    Line,
    Talk,
    Told,
    evidence,
    for_person,
    line,
    of_order,
)
from linkloop.links.service.plainly import reasoned, ruled
from linkloop.links.service.wording import day, zone_of

_WHAT = Text(en="is the refund for", zh="要查退款的是")


def answer(talk: Talk) -> Told:
    """Paid already, on its way, owed and now requested, or first a return."""
    found = _order(talk)
    if isinstance(found, Told):
        return found
    order, number = found, found.order_id
    payments, cases = payments_of(talk, number), returns_of(talk, number)
    paid, refunded = paid_and_refunded(payments, order)
    came = [case for case in cases if case.status in ("received", "refunded")]
    owed, since = _owed(order, cases, paid, refunded, whole=whole_order(talk, number, (), came))
    hours = round((talk.now() - since) / timedelta(hours=1), 2) if since is not None and owed > 0 else -1.0
    open_ = next((case for case in cases if case.status == "labelled"), None)
    advice = talk.ctx.ask(
        RefundPolicy(status=order.status, paid=paid > 0, owed=max(0, owed), refunded=refunded, hours=hours,
                     return_open=open_ is not None)
    ).value  # fmt: skip
    currency = order.total.currency if order.total else "CNY"
    because = Text(en=f"refund of order {number}: {ruled(advice).en}",
                   zh=f"订单 {number} 退款：{ruled(advice).zh}")  # fmt: skip
    rests = (of_order(order), *(evidence(p, f"{p.status} {p.amount} by {p.method}", f"{p.method} {p.status} {p.amount}")
                                for p in payments),
             *(evidence(c, f"{c.kind} {c.status}", f"{c.kind} {c.status}") for c in cases))  # fmt: skip
    if advice.way == "person":
        return for_person(order, because.en, because.zh)
    if advice.way == "return_first" and open_ is None and order.status == "delivered":
        none = line(f"No return of order {number} is open, so nothing is on its way to you yet.",
                    f"订单 {number} 还没有办理退货，因此暂无退款。", *rests)  # fmt: skip
        return Told((none,), because, order, switch=("return", {**talk.slots, "order_id": number}))
    if advice.way == "pay":
        money = Money(owed, currency)
        deed = Deed(
            RefundOrder(order_id=number, customer_id=talk.customer_id, cause="returned" if cases else order.status,
                        amount=money, at_risk=money),
            Text(en=f"{money} is owed for order {number} ({reasoned(advice.reason).en})",
                 zh=f"订单 {number} 应退 {money}（{reasoned(advice.reason).zh}）"),
            promise="refund",
        )  # fmt: skip
        said = line(f"{money} of order {number} is due to you. I have requested the refund and will write here "
                    f"as soon as "
                    "it is made.",
                    f"订单 {number} 应退您 {money}。已为您提交退款，退款完成后会在这里告诉您。", *rests)  # fmt: skip
        return Told((said,), because, order, deeds=(deed,))
    return Told((_said(talk, advice.way, order, payments, open_, currency, rests),), because, order)


def _said(talk: Talk, way: str, order: Order, payments: list[Payment], open_: ReturnCase | None, currency: str,
          rests: tuple[Evidence, ...]) -> Line:  # fmt: skip
    number = order.order_id
    backs = [p for p in payments if p.status == "refunded" and p.method != "compensation"]
    if way == "paid" and backs:
        last = max(backs, key=lambda p: p.payment_no)
        total = Money(sum(p.amount.amount for p in backs), currency)
        when = day(last.paid_at, zone_of(talk.ctx, talk.customer))
        on = (f" on {when.en}", f"于{when.zh}") if when else ("", "")
        by = (f" by {last.provider}", f"（{last.provider}）") if last.provider else ("", "")
        return line(f"{total} of order {number} went back to you{on[0]}{by[0]}, the way you paid.",
                    f"订单 {number} 已{on[1]}退还您 {total}{by[1]}，原路返回。", *rests)  # fmt: skip
    if way == "wait" and open_ is not None:
        label = (f" with the label {open_.label}", f"（退货单号 {open_.label}）") if open_.label else ("", "")
        return line(f"The goods of order {number} are not with us yet{label[0]}; the refund is made when they arrive.",
                    f"订单 {number} 的退货还没有到我们这里{label[1]}，收到后即为您退款。", *rests)  # fmt: skip
    if way == "wait":
        return line(f"The refund of order {number} is due and is being made.",
                    f"订单 {number} 的退款正在处理中。", *rests)  # fmt: skip
    if way == "return_first":
        if order.status in ("placed", "paid"):
            return line(f"Order {number} has not been shipped. If you no longer want it, write “cancel” and "
                        f"the money goes "
                        "back.",
                        f"订单 {number} 还没有发货。如果不需要了，请回复“取消订单”，取消后原路退款。"
                        f"", *rests)  # fmt: skip
        return line(f"Order {number} is on its way. You may refuse it or return it once it is with you; the "
                    f"refund follows "
                    "when the goods are back.",
                    f"订单 {number} 正在配送途中。可以拒收，或签收后退货，货物退回后即为您退款。", *rests)  # fmt: skip
    return line(f"No payment for order {number} has arrived, so there is nothing to give back.",
                f"订单 {number} 没有收到付款，因此没有需要退还的金额。", *rests)  # fmt: skip


def _order(talk: Talk) -> Order | Told:
    """The order whose refund is meant: one with money on its way back goes before others."""
    known = talk.slots.get("order_id") or next((n for n in talk.named if n), "")
    if talk.customer_id and not known:
        mine = [
            order
            for order in talk.ctx.read(Order, customer_id=talk.customer_id)
            if order.status in ("cancelled", "returned") and talk.now() - order.placed_at < timedelta(days=60)
        ]
        backs = [order for order in recent_orders(talk) if returns_of(talk, order.order_id)]
        if len(waiting := list({order.order_id: order for order in (*mine, *backs)}.values())) == 1:
            return waiting[0]
    return order_for(talk, lambda order: order.status in ("delivered", "returned", "shipped", "paid"), _WHAT)


def _owed(
    order: Order, cases: list[ReturnCase], paid: int, refunded: int, *, whole: bool
) -> tuple[int, datetime | None]:
    """What is still owed, in minor units, and since when: goods that arrived, with the freight of the way out where the
    `whole` order has come back; or all of a cancelled order, freight and all."""
    if order.status in ("cancelled", "unavailable"):
        return paid - refunded, order.approved_at or order.placed_at
    came = [case for case in cases if case.status in ("received", "refunded") and case.kind == "return"]
    due = due_back(cases, whole=whole)
    since = [case.received_at for case in came if case.received_at is not None]
    return min(due, paid) - refunded, max(since, default=None)


FLOW = Flow(
    "refund",
    Text(en="Refund", zh="退款"),
    needs=("order",),
    reads=(Order, OrderLine, Parcel, Payment, ReturnCase, ShopDay),
    answer=answer,
    policy=(RefundPolicy,),
    decides=(RefundOrder,),
)
