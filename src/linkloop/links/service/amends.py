"""Amends: the sentences about what went wrong and what was done about it, for customers and for our own people."""

from __future__ import annotations

from datetime import datetime, tzinfo

from linkloop.commerce.remedies import RemedyKind
from linkloop.commerce.understanding import Mood
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.links.service.wording import named

CAUSES: dict[str, Text] = {
    "late": Text(en="a late parcel", zh="包裹延误"),
    "refund": Text(en="a refund that is overdue", zh="退款逾期"),
    "item": Text(en="broken or wrong goods", zh="商品破损或发错"),
    "price": Text(en="a price", zh="价格"),
    "stock": Text(en="something sold out", zh="缺货"),
    "rude": Text(en="how they were treated", zh="服务态度"),
    "legal": Text(en="something that the law speaks of", zh="涉及法律的问题"),
    "service": Text(en="a complaint", zh="投诉"),
    "person": Text(en="the wish for a person", zh="要求人工"),
}
MOODS: dict[Mood, Text] = {
    "angry": Text(en="angry", zh="愤怒"), "anxious": Text(en="worried", zh="焦急"),
    "neutral": Text(en="calm", zh="平静"), "pleased": Text(en="content", zh="满意"),
}  # fmt: skip
WHY: dict[str, Text] = {
    "legal": Text(en="the customer speaks of the law", zh="客户提到法律问题"),
    "asked": Text(en="the customer asks for a person", zh="客户要求人工"),
    "abuse": Text(en="please look at the history before anything is given", zh="补偿前请先查看往来记录"),
    "again": Text(en="it was made good already this week", zh="本周已补救过"),
    "rude": Text(en="a person should apologise", zh="应由人致歉"),
    "unsure": Text(en="the message was not understood well enough", zh="消息未能充分理解"),
    "worth": Text(en="a customer of great worth", zh="高价值客户"),
    "waits": Text(en="the remedy waits for approval", zh="补偿等待审批"),
    "people": Text(en="it is one for people", zh="需要人工处理"),
    "nothing": Text(en="nothing may be offered by rule", zh="规则内没有可给的补偿"),
}


def given(order_id: str, cause: str, kind: RemedyKind, amount: Money, until: datetime | None = None) -> Text:
    """That something was given; said only when the world has confirmed it."""
    what = Text(en=f"the delay of order {order_id}", zh=f"订单 {order_id} 的延误")
    if cause != "late":
        what = Text(en="what went wrong", zh="给您带来的不便")
    if kind == "coupon":
        return Text(
            en=f"As an apology for {what.en} we have added a coupon of {amount} for your next order.",
            zh=f"为{what.zh}向您致歉，已为您发放 {amount} 优惠券，下次购物可用。",
        )
    if kind == "free_shipping":
        return Text(
            en=f"As an apology for {what.en} your next order is shipped free.",
            zh=f"为{what.zh}向您致歉，您的下一单免运费。",
        )
    return Text(
        en=f"As an apology for {what.en} we are giving you {amount} back.",
        zh=f"为{what.zh}向您致歉，我们将退还您 {amount}。",
    )


def top_of_queue(by: datetime, zone: tzinfo) -> Text:
    """Nobody has come yet: the honest word, with a time."""
    local = by.astimezone(zone)
    utc = named(zone)
    return Text(
        en=f"All colleagues are busy right now. Your message is at the top of their list; one will answer you here by "
        f"{local:%H:%M}{utc}.",
        zh=f"同事目前都在忙，您的消息已排在最前面，会在 {local:%H:%M}{utc} 前在这里回复您。",
    )


def summary(cause: str, mood: Mood, reason: str, order_id: str, value: Money | None, more: tuple[Text, ...]) -> Text:
    """For the person who takes it: what went wrong, how the customer feels, why a person, and what is known."""
    order = f", order {order_id}" if order_id else ""
    order_zh = f"，订单 {order_id}" if order_id else ""
    money = f" ({value})" if value is not None and order_id else ""
    return Text(
        en=f"{CAUSES[cause].en}{order}{money}; the customer is {MOODS[mood].en}; {WHY[reason].en}"
        + "".join(f"; {one.en}" for one in more),
        zh=f"{CAUSES[cause].zh}{order_zh}{money}；客户情绪{MOODS[mood].zh}；{WHY[reason].zh}"
        + "".join(f"；{one.zh}" for one in more),
    )
