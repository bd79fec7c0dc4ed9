"""Price protection: the difference to today's lower price, as the tables have both, within what policy gives."""

from __future__ import annotations

from datetime import timedelta

from linkloop.commerce.catalog import Product
from linkloop.commerce.flows import Requested
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.policies import PriceProtectionPolicy
from linkloop.commerce.requests import ProtectPrice
from linkloop.commerce.stock import ShopDay
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.links.service.flows.choosing import lines_of, order_for, title_of
from linkloop.links.service.flows.shape import Deed, Flow, Talk, Told, evidence, for_person, line, of_order
from linkloop.links.service.plainly import ruled

_WHAT = Text(en="has become cheaper", zh="降价的是")


def answer(talk: Talk) -> Told:
    """Which line of the order is cheaper today, and whether the difference goes back."""
    found = order_for(talk, lambda order: _cheaper(talk, order), _WHAT)
    if isinstance(found, Told):
        if found.asks is None and talk.customer_id and not any(talk.named):
            return Told((line("Nothing that you bought lately costs less today than you paid for it.",
                              "您近期购买的商品目前没有低于购买价的。"),), found.because)  # fmt: skip
        return found
    order, number = found, found.order_id
    days = round((talk.now() - order.placed_at) / timedelta(days=1), 2)
    given = {
        (row.order_id, row.product_id)
        for row in talk.ctx.read(Requested, order_id=number)
        if row.action_kind == "ProtectPrice" and row.state != "refused"
    }
    deeds: list[Deed] = []
    lines, why = [], []
    for one in lines_of(talk, number):
        product = talk.ctx.read(Product, one.product_id)
        if product is None or product.price is None or product.price.currency != one.price.currency:
            continue
        drop = one.price.amount - product.price.amount
        if drop <= 0:
            continue
        title, difference = title_of(talk, one.product_id), Money(drop * one.quantity, one.price.currency)
        rests = (of_order(order), evidence(product, f"{title.en} costs {product.price} today",
                                           f"{title.zh} 今日价 {product.price}"),
                 evidence(one, f"bought for {one.price} × {one.quantity}, {difference} more",
                          f"购买价 {one.price} × {one.quantity}，差价 {difference}"))  # fmt: skip
        if (number, one.product_id) in given:
            lines.append(line(f"The difference for “{title.en}” was asked for already.",
                              f"“{title.zh}”的差价已经申请过了。", *rests))  # fmt: skip
            continue
        asked = PriceProtectionPolicy(days=days, drop_percent=round(100 * drop / one.price.amount, 2),
                                      amount=difference.amount, status=order.status)  # fmt: skip
        advice = talk.ctx.ask(asked).value
        said = ruled(advice)
        why.append(Text(en=f"{one.product_id} {said.en}", zh=f"{one.product_id} {said.zh}"))
        if advice.way == "person":
            return for_person(order, f"price protection of order {number}: {why[-1].en}",
                              f"订单 {number} 价保：{why[-1].zh}")  # fmt: skip
        cap = round(one.price.amount * one.quantity * advice.percent_cap / 100)
        amount = Money(min(difference.amount, cap), difference.currency)
        if advice.way == "no" or not amount.amount:
            lines.append(line(f"“{title.en}” costs {product.price} today, but the time for price protection of order "
                              f"{number} has passed.",
                              f"“{title.zh}”今日价 {product.price}，但订单 {number} 已超过价格保护期。"
                              f"", *rests))  # fmt: skip
            continue
        lines.append(line(f"“{title.en}” costs {product.price} today; you paid {one.price}. I have requested "
                          f"that {amount} "
                          "goes back to you and will write here as soon as it is done.",
                          f"“{title.zh}”今日价 {product.price}，您购买时为 {one.price}。已为您申请退还差价 {amount}，"
                          "完成后会在这里告诉您。", *rests))  # fmt: skip
        deeds.append(
            Deed(ProtectPrice(order_id=number, customer_id=talk.customer_id, product_id=one.product_id, amount=amount,
                              at_risk=amount),
                 Text(en=f"today's price is lower by {asked.drop_percent:g} %, {days:g} days after the order",
                      zh=f"下单 {days:g} 天后降价 {asked.drop_percent:g} %"),
                 product_id=one.product_id, promise="refund")
        )  # fmt: skip
    because = Text(en=f"price protection of order {number}: {', '.join(one.en for one in why) or 'no lower price'}",
                   zh=f"订单 {number} 价保：{'、'.join(one.zh for one in why) or '没有降价'}")  # fmt: skip
    if not lines:
        lines.append(line(f"Nothing in order {number} costs less today than you paid for it.",
                          f"订单 {number} 中的商品目前没有低于您的购买价。", of_order(order)))  # fmt: skip
    return Told(tuple(lines), because, order, deeds=tuple(deeds))


def _cheaper(talk: Talk, order: Order) -> bool:
    """Whether something in an order costs less today."""
    if order.status not in ("paid", "shipped", "delivered"):
        return False
    pairs = [(one, talk.ctx.read(Product, one.product_id)) for one in lines_of(talk, order.order_id)]
    return any(
        p is not None and p.price is not None and p.price.currency == one.price.currency and p.price < one.price
        for one, p in pairs
    )


FLOW = Flow(
    "price_protection",
    Text(en="Price protection", zh="价格保护"),
    needs=("order",),
    reads=(Order, OrderLine, Product, Requested, ShopDay),
    answer=answer,
    policy=(PriceProtectionPolicy,),
    decides=(ProtectPrice,),
)
