"""Exchange and replacement: offered only after the stock is reserved, for a time; then sent after a yes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import cast

from linkloop.commerce.aftersales import ReturnCase, StockHold
from linkloop.commerce.catalog import Product, WhichProduct
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.policies import ExchangePolicy
from linkloop.commerce.requests import Claim, OpenExchange, ReserveStock, SendReplacement
from linkloop.commerce.stock import ShopDay, StockLevel
from linkloop.core.table import join_key
from linkloop.core.text import Text
from linkloop.links.service.flows.choosing import order_for, product_for, title_of
from linkloop.links.service.flows.claims import CLAIMED, claim_of
from linkloop.links.service.flows.order_facts import days_since_delivery, on_hand, parcels_of, returns_of
from linkloop.links.service.flows.shape import (
    Deed,
    Flow,
    Talk,
    Told,
    evidence,
    for_person,
    line,
    of_order,
)
from linkloop.links.service.flows.variants import variant_of
from linkloop.links.service.plainly import reasoned, ruled

_WHAT = Text(en="shall be exchanged", zh="要换的是")
OFFER_LASTS = timedelta(hours=2)
_FAULTS = ("defective", "damaged", "not_as_described")
_ANOTHER = re.compile(
    r"\b(?:sizes?|colou?rs?)\b|\b(?:for|in|to) (?:an? |the )?(?:extra )?(?:small|medium|large|x*[sl]|m|\d{2}|"
    r"[a-z]+ one)\b|"
    r"码|[大中小]号|颜色|换(?:成|个|一个|一件|为)?.{0,3}色|换(?:成|为)",
    re.IGNORECASE,
)


def answer(talk: Talk) -> Told:
    """Reserve first; the offer itself is made when the stock is kept, and what follows needs a yes in time."""
    said = claim_of(talk.text)
    claim = cast(Claim, said if said != "none" else talk.slots.get("claim", "none"))
    found = order_for(talk, lambda order: order.status == "delivered", _WHAT)
    named = talk.read.slots
    # A large dent is no size that is wanted: of goods at fault another size or colour must be wished for.
    meant = claim not in _FAULTS or bool(_ANOTHER.search(talk.text))
    size, colour = ((named.size if meant else "") or talk.slots.get("size", ""),
                    (named.colour if meant else "") or talk.slots.get("colour", ""))  # fmt: skip
    if isinstance(found, Told):
        return _keep(found, claim, size, colour)
    order, number = found, found.order_id
    days = days_since_delivery(talk, order, parcels_of(talk, number))
    lines = product_for(talk, order, _WHAT)
    if isinstance(lines, Told):
        return _keep(lines, claim, size, colour)
    one = lines[0]
    if case := next((c for c in returns_of(talk, number) if c.product_id == one.product_id and c.status != "cancelled"),
                    None):  # fmt: skip
        return _open_already(order, case)
    product = talk.ctx.read(Product, one.product_id)
    other = variant_of(talk, product, size, colour) if product is not None and not talk.slots.get("wanted") else None
    wanted = talk.slots.get("wanted") or (other.product_id if other else one.product_id)
    ready, _, levels = on_hand(talk, wanted)
    value = one.price * one.quantity
    advice = talk.ctx.ask(
        ExchangePolicy(
            days=days,
            category=product.category if product else "",
            claim=claim,
            in_stock=ready >= one.quantity or bool(talk.slots.get("wave")),
            value=max(0, value.amount),
        )
    ).value
    title = title_of(talk, wanted)
    rests = (of_order(order), *(evidence(level, f"{level.on_hand} on hand at {level.place}",
                                         f"{level.place} 现货 {level.on_hand}") for level in levels))  # fmt: skip
    because = Text(
        en=f"exchange of {one.product_id} of order {number} ({CLAIMED[claim][0]}): {ruled(advice).en}",
        zh=f"订单 {number} 换货 {one.product_id}（{CLAIMED[claim][1]}）：{ruled(advice).zh}",
    )
    another = size or colour or claim == "size"
    if advice.way == "person" or (advice.way == "allow" and another and wanted == one.product_id):
        # Another size or colour is another product, and the catalog does not say which one.
        return for_person(order, because.en, because.zh)
    if advice.way == "no":
        en, zh = _WHY.get(advice.reason, _WHY["window"])
        return Told((line(en.format(number, title.en), zh.format(number, title.zh), *rests),), because, order)
    if talk.step == "offer" and talk.slots.get("confirmed") == "offer" and (wave := talk.slots.get("wave", "")):
        come_back = advice.come_back or wanted != one.product_id
        return _accepted(talk, order, one, wanted, claim, wave, come_back=come_back, because=because)
    until = talk.now() + OFFER_LASTS
    deed = Deed(
        ReserveStock(order_id=number, customer_id=talk.customer_id, product_id=wanted, quantity=one.quantity,
                     wave=talk.message_id, until=until, claim=claim, instead_of=one.product_id, at_risk=value),
        Text(en=f"stock for a replacement that policy allows ({reasoned(advice.reason).en}): first kept, then offered",
             zh=f"政策允许更换（{reasoned(advice.reason).zh}）：先留货，再向客户提出"),
        product_id=wanted, wave=talk.message_id, within=timedelta(minutes=30),
    )  # fmt: skip
    return Told(
        (line(f"Let me see whether I can keep {one.quantity} × “{title.en}” for you. I will write here as soon "
              f"as I know.",
              f"我先为您留 {one.quantity} 件“{title.zh}”，有结果马上在这里告诉您。", *rests),),
        because, order, deeds=(deed,),
    )  # fmt: skip


def _accepted(
    talk: Talk,
    order: Order,
    one: OrderLine,
    wanted: str,
    claim: Claim,
    wave: str,
    *,
    come_back: bool,
    because: Text,
) -> Told:
    held = next((row for row in [talk.ctx.read(StockHold, join_key((order.order_id, wanted)))] if row), None)
    title = title_of(talk, one.product_id)
    rests = (of_order(order), *([evidence(held, f"{held.quantity} kept until {held.until:%H:%M}",
                                          f"已留 {held.quantity} 件")] if held else []))  # fmt: skip
    value = one.price * one.quantity
    if come_back:
        deed = Deed(
            OpenExchange(order_id=order.order_id, customer_id=talk.customer_id, product_id=one.product_id,
                         quantity=one.quantity, wanted=wanted, wave=wave, claim=claim, at_risk=value),
            Text(en="the customer accepted the exchange in time; its stock is reserved",
                 zh="客户在期限内接受换货，库存已预留"),
            product_id=one.product_id, wave=wave, promise="return_label",
        )  # fmt: skip
        said = line(f"I have requested the exchange of “{title.en}”. The return label comes here as soon as it "
                    f"is made.",
                    f"已为您提交“{title.zh}”的换货申请，退货单生成后会在这里发给您。", *rests)  # fmt: skip
    else:
        deed = Deed(
            SendReplacement(order_id=order.order_id, customer_id=talk.customer_id, product_id=one.product_id,
                            quantity=one.quantity, wave=wave, claim=claim, at_risk=value),
            Text(en="the customer accepted the replacement in time; its stock is reserved",
                 zh="客户在期限内接受补发，库存已预留"),
            product_id=one.product_id, wave=wave, promise="replacement", within=timedelta(days=3),
        )  # fmt: skip
        said = line(f"I have requested a new “{title.en}” for you; you need not send the old one back. I will "
                    f"write here "
                    "as soon as it is on its way.",
                    f"已为您申请补发“{title.zh}”，原商品无需寄回，发出后会在这里告诉您。", *rests)  # fmt: skip
    return Told((said,), because, order, deeds=(deed,))


def _keep(told: Told, claim: Claim, size: str, colour: str) -> Told:
    """A question of choice keeps what was said of the goods and of what is wanted for them."""
    if told.asks is None:
        return told
    said = {"claim": claim if claim != "none" else "", "size": size, "colour": colour}
    return told._replace(asks=told.asks._replace(slots={**told.asks.slots, **{n: v for n, v in said.items() if v}}))


def _open_already(order: Order, case: ReturnCase) -> Told:
    label = (f", with the label {case.label}", f"，单号 {case.label}") if case.label else ("", "")
    return Told(
        (line(f"For this item something is under way already{label[0]}.", f"这件商品已经在办理{label[1]}。",
              evidence(case, f"{case.kind}: {case.status}", f"{case.kind}：{case.status}")),),
        Text(en=f"a {case.kind} is open", zh="已在办理"), order,
    )  # fmt: skip


_WHY = {
    "window": (
        "The time for an exchange of order {0} has passed. If something is wrong with the goods, please tell "
        "me what it "
        "is.",
        "订单 {0} 已超过换货期限。如果商品有质量问题，请告诉我具体情况。",
    ),
    "not_delivered": (
        "Order {0} is not with you yet; an exchange can be opened once it has been delivered.",
        "订单 {0} 还没有送达，签收后就可以申请换货。",
    ),
    "no_stock": (
        "“{1}” is out of stock, so I cannot exchange it. You may return it instead: just write “return”.",
        "“{1}”目前没有库存，无法换货。可以为您办理退货，请回复“退货”。",
    ),
}

FLOW = Flow(
    "exchange",
    Text(en="Exchange goods", zh="换货"),
    needs=("order", "product", "offer"),
    reads=(Order, OrderLine, Parcel, Product, ReturnCase, StockLevel, StockHold, ShopDay),
    answer=answer,
    policy=(ExchangePolicy, WhichProduct),
    decides=(ReserveStock, OpenExchange, SendReplacement),
)
