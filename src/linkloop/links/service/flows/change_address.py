"""Change of address: of an own order that has not been picked up, to an address that its customer has confirmed."""

from __future__ import annotations

from linkloop.commerce.aftersales import DeliveryAddress
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.policies import AddressPolicy
from linkloop.commerce.requests import ChangeAddress
from linkloop.commerce.stock import ShopDay
from linkloop.core.text import Text
from linkloop.links.service.flows.addresses import tidy_address
from linkloop.links.service.flows.choosing import order_for
from linkloop.links.service.flows.order_facts import farthest, parcels_of
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
from linkloop.links.service.plainly import reasoned, ruled

_WHAT = Text(en="shall go to another address", zh="要改地址的是")


def answer(talk: Talk) -> Told:
    """Ask for the address, show it again, and request the change after a yes."""
    address = talk.slots.get("address", "") or tidy_address(talk.read.slots.address) or (
        "" if talk.step else tidy_address(talk.text)
    )  # fmt: skip
    found = order_for(talk, lambda order: order.status in ("placed", "paid"), _WHAT)
    if isinstance(found, Told):
        kept = {**(found.asks.slots if found.asks else {}), **({"address": address} if address else {})}
        return found._replace(asks=found.asks._replace(slots=kept)) if found.asks else found
    order, number = found, found.order_id
    parcels = parcels_of(talk, number)
    now = talk.ctx.read(DeliveryAddress, number)
    advice = talk.ctx.ask(
        AddressPolicy(
            status=order.status,
            parcel=farthest(parcels),
            changes=now.changes if now else 0,
            value=max(0, order.total.amount) if order.total else 0,
        )
    ).value
    rests = [of_order(order)]
    if now is not None:
        rests.append(evidence(now, f"goes to {now.address}", f"现寄往 {now.address}"))
    because = Text(en=f"another address for order {number}: {ruled(advice).en}",
                   zh=f"订单 {number} 改地址：{ruled(advice).zh}")  # fmt: skip
    if advice.way == "person":
        return for_person(order, f"the address of order {number} needs a person ({reasoned(advice.reason).en})",
                          f"订单 {number} 改地址需人工处理（{reasoned(advice.reason).zh}）")  # fmt: skip
    if advice.way == "no":
        en, zh = _WHY.get(advice.reason, _WHY["over"])
        return Told((line(en.format(number), zh.format(number), *rests),), because, order)
    slots = {**talk.slots, "order_id": number}
    if not address:
        return Told(
            (line(f"Order {number} has not been picked up, so its address can still be changed. Please send me "
                  f"the full "
                  "new address: street and number, city, and who receives it.",
                  f"订单 {number} 还没有被揽收，可以修改地址。请发给我完整的新地址：省市区、街道门牌号和收件人"
                  f"。", *rests),),
            because, order, Ask("address", slots),
        )  # fmt: skip
    if talk.step != "confirm" or talk.slots.get("confirmed") != "confirm":
        return Told(
            (line(f"Order {number} shall go to: {address}. Is that right? Please answer yes or no.",
                  f"订单 {number} 将改寄到：{address}。对吗？请回复“是”或“不”。", *rests),),
            because, order, Ask("confirm", {**slots, "address": address}),
        )  # fmt: skip
    before = now.address if now else ""
    deed = Deed(
        ChangeAddress(order_id=number, customer_id=talk.customer_id, address=address, before=before,
                      at_risk=order.total or nothing()),
        Text(en=f"the verified customer confirmed another address for order {number}, which has not been picked up",
             zh=f"已验证的客户确认了订单 {number} 的新地址，订单尚未揽收"),
    )  # fmt: skip
    return Told(
        (line(f"I have requested the new address for order {number}. I will write here as soon as it is changed.",
              f"已为您提交订单 {number} 的地址修改，改好后会在这里告诉您。", *rests),),
        because, order, deeds=(deed,),
    )  # fmt: skip


_WHY = {
    "shipped": (
        "The parcel of order {} is on its way already, so its address cannot be changed any more. The carrier "
        "can often "
        "hold it for you at a pick-up point.",
        "订单 {} 的包裹已经在路上，无法修改地址了。可以联系承运商改为自提。",
    ),
    "delivered": ("Order {} has been delivered already.", "订单 {} 已经送达。"),
    "over": ("Order {} is over; there is nothing left to send.", "订单 {} 已经结束，没有需要寄送的内容。"),
}

FLOW = Flow(
    "change_address",
    Text(en="Change the address", zh="修改地址"),
    needs=("order", "address", "confirm"),
    reads=(Order, OrderLine, Parcel, DeliveryAddress, ShopDay),
    answer=answer,
    policy=(AddressPolicy,),
    decides=(ChangeAddress,),
)
