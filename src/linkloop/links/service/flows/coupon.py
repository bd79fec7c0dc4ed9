"""Coupons: what is written about them; a price that fell after buying is price protection; no code is made up."""

from __future__ import annotations

import re

from linkloop.commerce.knowledge import Embed, Retrieve
from linkloop.commerce.orders import Order
from linkloop.commerce.policies import CouponPolicy
from linkloop.core.text import Text
from linkloop.links.service.flows.knowing import cited, passage
from linkloop.links.service.flows.shape import Flow, Talk, Told, for_person, line
from linkloop.links.service.plainly import ruled

_BROKEN = re.compile(r"(?:does(?: not|n't)|doesnt|won't|not) work|invalid|expired?|refused|用不了|不能用|无法使"
                     r"用|失效|过期|报错|"
                     r"没抵扣|没有抵扣", re.IGNORECASE)  # fmt: skip
_AFTER = re.compile(r"difference|price dropped|dropped right after|cheaper now|差价|补差|降价了|买贵了|刚买.{0,"
                    r"6}(?:降|便宜)|价保|保价",
                    re.IGNORECASE)  # fmt: skip


def answer(talk: Talk) -> Told:
    """An article with its source, price protection, or a person."""
    orders = len(talk.ctx.read(Order, customer_id=talk.customer_id)) if talk.customer_id else 0
    asked = CouponPolicy(broken=bool(_BROKEN.search(talk.text)), after=bool(_AFTER.search(talk.text)), orders=orders)
    advice = talk.ctx.ask(asked).value
    because = Text(en=f"a question about coupons: {ruled(advice).en}",
                   zh=f"优惠券咨询：{ruled(advice).zh}")  # fmt: skip
    if advice.way == "price_protection":
        return Told((), because, switch=("price_protection", dict(talk.slots)))
    if advice.way == "person":
        return for_person(None, because.en, because.zh)
    found = passage(talk, "help", "policy", "answer")
    if found is not None:
        return Told((cited(found),), because, confidence=found.score)
    return Told(
        (line("I know of no coupon that I could give you here. What is on offer is shown in the shop and at "
              "the checkout.",
              "我这里没有可以发放的优惠券。当前的优惠以店铺页面和结算页显示为准。"),),
        because,
    )  # fmt: skip


FLOW = Flow(
    "coupon_question",
    Text(en="Question about coupons", zh="优惠券咨询"),
    needs=(),
    reads=(Order,),
    answer=answer,
    policy=(CouponPolicy, Embed, Retrieve),
)
