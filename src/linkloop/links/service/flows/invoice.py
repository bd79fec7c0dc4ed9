"""Invoice: for a paid order, to the title that the customer names; what is written already is told."""

from __future__ import annotations

from datetime import timedelta

from linkloop.commerce.aftersales import Invoice
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.payments import Payment
from linkloop.commerce.policies import InvoicePolicy
from linkloop.commerce.requests import IssueInvoice
from linkloop.commerce.stock import ShopDay
from linkloop.core.text import Text
from linkloop.links.service.flows.choosing import order_for
from linkloop.links.service.flows.order_facts import paid_and_refunded, payments_of
from linkloop.links.service.flows.shape import (
    Ask,
    Deed,
    Flow,
    Talk,
    Told,
    evidence,
    for_person,
    line,
    nothing,
    of_order,
)
from linkloop.links.service.flows.titles import tidy_title
from linkloop.links.service.plainly import ruled
from linkloop.links.service.wording import day, zone_of

_WHAT = Text(en="is the invoice for", zh="要开发票的是")


def answer(talk: Talk) -> Told:
    """Tell the invoice that is there, ask whom it shall be written to, or request it."""
    slots = dict(talk.slots)
    if "private" not in slots:
        slots |= tidy_title(talk.read.slots.title or talk.text) if not talk.step else {}
    found = order_for(talk, lambda order: order.status in ("paid", "shipped", "delivered"), _WHAT)
    if isinstance(found, Told):
        return found._replace(asks=found.asks._replace(slots={**slots, **found.asks.slots})) if found.asks else found
    order, number = found, found.order_id
    payments = payments_of(talk, number)
    paid, refunded = paid_and_refunded(payments, order)
    known = talk.ctx.read(Invoice, number)
    advice = talk.ctx.ask(
        InvoicePolicy(status=order.status, paid=paid > 0, days=_days(talk, order), issued=known is not None)
    ).value
    because = Text(en=f"invoice of order {number}: {ruled(advice).en}",
                   zh=f"订单 {number} 发票：{ruled(advice).zh}")  # fmt: skip
    if known is not None:
        when = day(known.issued_at, zone_of(talk.ctx, talk.customer))
        assert when is not None
        rests = evidence(known, f"invoice {known.invoice_no} over {known.amount}, {when.en}",
                         f"发票 {known.invoice_no}，{known.amount}，{when.zh}")  # fmt: skip
        told = line(f"The invoice of order {number} is {known.invoice_no} over {known.amount}, issued on {when.en}.",
                    f"订单 {number} 的发票号为 {known.invoice_no}，金额 {known.amount}，已于{when.zh}开具。"
                    f"", rests)  # fmt: skip
        person = Text(en="the title of an issued invoice is asked to be changed", zh="客户要求更换已开发票的抬头")
        return Told(
            (told,), because, order, person=person if slots.get("title") not in (None, "", known.title) else None
        )
    if advice.way == "person":
        return for_person(order, because.en, because.zh)
    if advice.way == "no":
        en, zh = _WHY.get(advice.reason, _WHY["unpaid"])
        return Told((line(en.format(number), zh.format(number), of_order(order)),), because, order)
    if "private" not in slots:
        return Told(
            (line(f"Whom shall the invoice of order {number} be written to? Please answer “personal”, or send "
                  f"the company's "
                  "name and its tax number.",
                  f"请问订单 {number} 的发票抬头开给谁？请回复“个人”，或发送公司名称和税号。", of_order(order)),),
            because, order, Ask("title", {**slots, "order_id": number}),
        )  # fmt: skip
    name = (
        talk.customer.name
        if talk.customer and talk.customer.name
        else ("个人" if talk.language == "zh" else "Personal")
    )
    title = slots.get("title", "") or name
    total = order.total or nothing()
    amount = total - type(total)(min(refunded, total.amount), total.currency)
    deed = Deed(
        IssueInvoice(order_id=number, customer_id=talk.customer_id, title=title, tax_number=slots.get("tax_number", ""),
                     amount=amount, at_risk=nothing(total.currency)),
        Text(en=f"order {number} is paid and has no invoice", zh=f"订单 {number} 已付款且未开发票"), promise="invoice",
    )  # fmt: skip
    rests = (of_order(order), *(evidence(p, f"{p.status} {p.amount}", f"{p.status} {p.amount}") for p in payments))
    said = line(f"I have requested the invoice of order {number} over {amount}, written to {title}. Its number "
                f"comes here as "
                "soon as it is issued.",
                f"已为您申请订单 {number} 的发票，金额 {amount}，抬头：{title}。开具后会把发票号发到这里。"
                f"", *rests)  # fmt: skip
    return Told((said,), because, order, deeds=(deed,))


def _days(talk: Talk, order: Order) -> float:
    return round((talk.now() - order.placed_at) / timedelta(days=1), 2)


_WHY = {
    "unpaid": (
        "Order {} has not been paid, so there is no invoice for it yet.",
        "订单 {} 还没有付款，暂时不能开发票。",
    ),
    "over": (
        "Order {} was cancelled or came back, so there is nothing to invoice.",
        "订单 {} 已取消或退货，没有可以开票的金额。",
    ),
}

FLOW = Flow(
    "invoice",
    Text(en="Invoice", zh="发票"),
    needs=("order", "title"),
    reads=(Order, OrderLine, Payment, Invoice, Customer, ShopDay),
    answer=answer,
    policy=(InvoicePolicy,),
    decides=(IssueInvoice,),
)
