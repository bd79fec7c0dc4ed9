"""Return: goods come back under the return policy; the label goes out after a yes, the money when they are here."""

from __future__ import annotations

from typing import cast

from linkloop.commerce.aftersales import ReturnCase
from linkloop.commerce.catalog import Product
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.payments import Payment
from linkloop.commerce.policies import ReturnAdvice, ReturnPolicy
from linkloop.commerce.requests import Claim, OpenReturn
from linkloop.commerce.stock import ShopDay
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.links.service.flows.choosing import order_for, product_for, title_of
from linkloop.links.service.flows.claims import CLAIMED, claim_of
from linkloop.links.service.flows.order_facts import days_since_delivery, parcels_of, returns_of
from linkloop.links.service.flows.refunding import backs, outbound_freight, returnable, whole_order
from linkloop.links.service.flows.shape import (
    Ask,
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
from linkloop.links.service.plainly import ruled

_WHAT = Text(en="shall come back", zh="要退的是")


def answer(talk: Talk) -> Told:
    """Which goods, why, what goes back; then a yes, then the label."""
    said = claim_of(talk.text)
    claim = cast(Claim, said if said != "none" else talk.slots.get("claim", "none"))
    found = order_for(talk, lambda order: order.status == "delivered", _WHAT)
    if isinstance(found, Told):
        return _keep(found, claim)
    order, number = found, found.order_id
    parcels = parcels_of(talk, number)
    days = days_since_delivery(talk, order, parcels)
    if days < 0:
        return _not_here(order, order.status)
    lines = product_for(talk, order, _WHAT)
    if isinstance(lines, Told):
        return _keep(lines, claim)
    known = {case.product_id: case for case in returns_of(talk, number) if case.status != "cancelled"}
    if open_ := next((known[one.product_id] for one in lines if one.product_id in known), None):
        return _open_already(talk, order, open_)
    before = len(talk.ctx.read(ReturnCase, customer_id=talk.customer_id))
    whole = whole_order(talk, number, lines, list(known.values()))
    advices = [_advice(talk, one, days, claim, before, whole=whole) for one in lines]
    because = Text(
        en=f"return of order {number}, {days:g} days after delivery ({CLAIMED[claim][0]}): "
        + ", ".join(ruled(a).en for a in advices),
        zh=f"订单 {number} 退货，签收 {days:g} 天（{CLAIMED[claim][1]}）：" + "、".join(ruled(a).zh for a in advices),
    )
    rests = (of_order(order), *(evidence(p, f"parcel {p.parcel_id} delivered at {p.delivered_at:%Y-%m-%d}",
                                         f"包裹 {p.parcel_id} 于 {p.delivered_at:%Y-%m-%d} 送达")
                                for p in parcels if p.delivered_at))  # fmt: skip
    if any(a.way == "person" for a in advices):
        return for_person(order, because.en, because.zh)
    if refused := next((a for a in advices if a.way == "no"), None):
        en, zh = _WHY.get(refused.reason, _WHY["window"])
        kept = {**talk.slots, "order_id": number, "product_id": "|".join(one.product_id for one in lines)}
        # Whoever has not said that anything is wrong may say so now, of these very goods; asked once.
        again = Ask("claim", kept) if claim in ("none", "changed_mind", "size") and talk.step != "claim" else None
        return Told((line(en.format(number), zh.format(number), *rests),), because, order, again)
    currency = lines[0].price.currency
    way_out = outbound_freight(talk, number, currency) if whole and all(a.outbound == "back" for a in advices) else 0
    shares = backs(lines, advices, way_out, returnable(talk, order, list(known.values())))
    money, postage = Money(sum(share.amount for share in shares), currency), sum(a.postage for a in advices)
    named = _named(talk, lines)
    fee, freight = Money(postage, currency), Money(sum(share.outbound for share in shares), currency)
    if talk.step != "confirm" or talk.slots.get("confirmed") != "confirm":
        keeps = _parts(fee, freight)
        return Told(
            (line(f"You may return {named.en} of order {number}; {money} goes back to you{keeps[0]} when the "
                  f"goods have "
                  "arrived. Shall I open the return? Please answer yes or no.",
                  f"订单 {number} 的{named.zh}可以退货，货物寄回后退还 {money}{keeps[1]}。要为您办理退货吗？请"
                  f"回复“是”或“不”。",
                  *rests, *(evidence(one, f"{one.quantity} × {one.price}", f"{one.quantity} × {one.price}")
                            for one in lines)),),
            because, order,
            Ask("confirm", {**talk.slots, "order_id": number, "claim": claim,
                            "product_id": "|".join(one.product_id for one in lines)}),
        )  # fmt: skip
    deeds = tuple(
        Deed(
            OpenReturn(order_id=number, customer_id=talk.customer_id, product_id=one.product_id, quantity=one.quantity,
                       claim=claim, amount=Money(share.amount, currency), fee=Money(advice.postage, currency),
                       outbound=Money(share.outbound, currency) if share.outbound else None,
                       at_risk=Money(share.amount, currency)),
            Text(en=f"return within policy, {days:g} days after delivery, claimed: {CLAIMED[claim][0]}",
                 zh=f"签收 {days:g} 天，符合退货政策，原因：{CLAIMED[claim][1]}"),
            product_id=one.product_id, promise="return_label",
        )
        for one, share, advice in zip(lines, shares, advices, strict=True)
    )  # fmt: skip
    return Told(
        (line(f"I have requested the return of {named.en}. The return label comes here as soon as it is made.",
              f"已为您提交{named.zh}的退货申请，退货单生成后会在这里发给您。", *rests),),
        because, order, deeds=deeds,
    )  # fmt: skip


def _parts(fee: Money, freight: Money) -> tuple[str, str]:
    """What of a refund is freight, and what is kept of it, in brackets."""
    en = [f"{freight} of it is the freight that you paid" if freight.amount else "",
          f"{fee} of return postage is kept" if fee.amount else ""]  # fmt: skip
    zh = [f"含发货运费 {freight}" if freight.amount else "", f"已扣除退货运费 {fee}" if fee.amount else ""]
    return (
        f" ({'; '.join(filter(None, en))})" if any(en) else "",
        f"（{'，'.join(filter(None, zh))}）" if any(zh) else "",
    )


def _advice(talk: Talk, one: OrderLine, days: float, claim: Claim, before: int, *, whole: bool) -> ReturnAdvice:
    product = talk.ctx.read(Product, one.product_id)
    asked = ReturnPolicy(
        days=days,
        category=product.category if product else "",
        claim=claim,
        value=max(0, one.price.amount * one.quantity),
        returns_before=before,
        whole_order=whole,
    )
    return talk.ctx.ask(asked).value


def _named(talk: Talk, lines: tuple[OrderLine, ...]) -> Text:
    titles = [title_of(talk, one.product_id) for one in lines]
    return Text(
        en=" and ".join(f"“{t.en}” × {o.quantity}" for t, o in zip(titles, lines, strict=True)),
        zh="和".join(f"“{t.zh}” × {o.quantity} " for t, o in zip(titles, lines, strict=True)),
    )


def _keep(told: Told, claim: Claim) -> Told:
    """A question of choice keeps what the customer said is wrong."""
    if told.asks is None or claim == "none":
        return told
    return told._replace(asks=told.asks._replace(slots={**told.asks.slots, "claim": claim}))


def _not_here(order: Order, status: str) -> Told:
    number = order.order_id
    because = Text(en=f"order {number} is {status}, not delivered", zh=f"订单 {number} 尚未送达")
    if status == "returned":
        return Told((line(f"Order {number} has come back to us already.", f"订单 {number} 已经退回我们这里了。",
                          of_order(order)),), because, order)  # fmt: skip
    if status in ("placed", "paid"):
        # Who wants to send back what has not been sent wants it not to be sent.
        unsent = line(f"Order {number} has not left us yet, so nothing need come back: it can be cancelled.",
                      f"订单 {number} 还没有发货，不需要退货，可以直接取消。", of_order(order))  # fmt: skip
        return Told((unsent,), because, order, switch=("cancel", {"order_id": number}))
    return Told(
        (line(f"Order {number} has been shipped and is not with you yet; a return can be opened once it has been "
              "delivered. You may also refuse the parcel.",
              f"订单 {number} 已经发货，还没有送达；签收后就可以申请退货，也可以直接拒收。", of_order(order)),),
        because, order,
    )  # fmt: skip


def _open_already(talk: Talk, order: Order, case: ReturnCase) -> Told:
    title = title_of(talk, case.product_id)
    label = (f"; its label is {case.label}", f"，退货单号 {case.label}") if case.label else ("", "")
    return Told(
        (Line(Text(en=f"The return of “{title.en}” is open already{label[0]}."
                      f"", zh=f"“{title.zh}”的退货已经办理{label[1]}。"),
              (evidence(case, f"{case.kind}: {case.status}", f"{case.kind}：{case.status}"),)),),
        Text(en=f"a return of {case.product_id} is open", zh=f"{case.product_id} 的退货已办理"), order,
    )  # fmt: skip


_WHY = {
    "window": (
        "The time for a return of order {} without a reason has passed. If something is wrong with the goods, "
        "please tell "
        "me what it is.",
        "订单 {} 已超过无理由退货期限。如果商品有质量问题，请告诉我具体情况。",
    ),
    "hygiene": (
        "For reasons of hygiene goods like those of order {} cannot come back unless something is wrong with "
        "them. If so, "
        "please tell me what it is.",
        "出于卫生原因，订单 {} 的这类商品没有质量问题时不支持退货。如果有问题，请告诉我具体情况。",
    ),
}

FLOW = Flow(
    "return",
    Text(en="Return goods", zh="退货"),
    needs=("order", "product", "claim", "confirm"),
    reads=(Order, OrderLine, Parcel, Payment, Product, ReturnCase, ShopDay),
    answer=answer,
    policy=(ReturnPolicy,),
    decides=(OpenReturn,),
)
