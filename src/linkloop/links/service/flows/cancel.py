"""Cancel: an order that has not left is cancelled once its customer has said yes to exactly that."""

from __future__ import annotations

from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.policies import CancelPolicy
from linkloop.commerce.requests import CancelOrder
from linkloop.commerce.stock import ShopDay
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.links.service.flows.choosing import order_for
from linkloop.links.service.flows.order_facts import farthest, parcels_of
from linkloop.links.service.flows.refunding import outbound_freight
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
from linkloop.links.service.plainly import parcel, reasoned, ruled

_WHAT = Text(en="shall be cancelled", zh="要取消的是")


def answer(talk: Talk) -> Told:
    """What happens to the order: asked for a yes, requested, or why not."""
    found = order_for(talk, lambda order: order.status in ("placed", "paid"), _WHAT)
    if isinstance(found, Told):
        return found
    order, number = found, found.order_id
    parcels = parcels_of(talk, number)
    value = order.total.amount if order.total else 0
    place = farthest(parcels)
    advice = talk.ctx.ask(CancelPolicy(status=order.status, parcel=place, value=max(0, value))).value
    rests = (of_order(order), *(evidence(p, f"parcel {p.parcel_id}: {parcel(p.status).en}",
                                         f"包裹 {p.parcel_id}：{parcel(p.status).zh}")
                                for p in parcels))  # fmt: skip
    because = Text(en=f"cancel order {number}: {ruled(advice).en}",
                   zh=f"取消订单 {number}：{ruled(advice).zh}")  # fmt: skip
    if advice.way == "person":
        return for_person(order, f"order {number} cannot be cancelled without a person ({reasoned(advice.reason).en})",
                          f"订单 {number} 的取消需人工处理（{reasoned(advice.reason).zh}）")  # fmt: skip
    if advice.way == "no":
        en, zh = _WHY.get(advice.reason, _WHY["over"])
        return Told((line(en.format(number), zh.format(number), *rests),), because, order)
    total = (f" ({order.total})", f"（{order.total}）") if order.total else ("", "")
    if order.total and (freight := outbound_freight(talk, number, order.total.currency)):
        sent = Money(freight, order.total.currency)
        total = (f" ({order.total}, freight of {sent} included)", f"（{order.total}，含运费 {sent}）")
    if talk.slots.get("confirmed") != "confirm" or talk.step != "confirm":
        return Told(
            (line(f"Order {number}{total[0]} has not been shipped. Shall I cancel it? Please answer yes or no.",
                  f"订单 {number}{total[1]}还没有发货。确认要取消吗？请回复“是”或“不”。", *rests),),
            because, order, Ask("confirm", {**talk.slots, "order_id": number}),
        )  # fmt: skip
    deed = Deed(
        CancelOrder(order_id=number, customer_id=talk.customer_id, at_risk=order.total or nothing()),
        Text(en=f"the customer confirmed to cancel order {number}, which has not been shipped",
             zh=f"客户确认取消尚未发货的订单 {number}"),
        promise="answer",
    )  # fmt: skip
    return Told(
        (line(f"I have requested the cancellation of order {number}. I will write here as soon as it is done.",
              f"已为您提交取消订单 {number} 的申请，办好后会在这里告诉您。", *rests),),
        because, order, deeds=(deed,),
    )  # fmt: skip


_WHY = {
    "cancelled": ("Order {} is cancelled already.", "订单 {} 已经取消了。"),
    "shipped": (
        "Order {} has been shipped, so it cannot be cancelled any more. You may refuse the parcel, or return "
        "it once it "
        "is with you.",
        "订单 {} 已经发货，无法取消了。您可以拒收，或在收到后申请退货。",
    ),
    "delivered": (
        "Order {} has been delivered, so it cannot be cancelled. I can open a return for you: just write “return”.",
        "订单 {} 已经送达，无法取消。需要的话可以为您办理退货，请回复“退货”。",
    ),
    "over": ("Order {} is over; there is nothing left to cancel.", "订单 {} 已经结束，没有可以取消的内容。"),
}

FLOW = Flow(
    "cancel",
    Text(en="Cancel an order", zh="取消订单"),
    needs=("order", "confirm"),
    reads=(Order, OrderLine, Parcel, ShopDay),
    answer=answer,
    policy=(CancelPolicy,),
    decides=(CancelOrder,),
)
