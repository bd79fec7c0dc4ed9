"""Answering: a message in, a grounded reply out, and a remedy where a parcel is late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from linkloop.commerce.conversations import MessageReceived, Reply
from linkloop.commerce.customers import Customer
from linkloop.commerce.understanding import Understand
from linkloop.core.decision import Decision, decide
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.links.service import wording
from linkloop.links.service.facts import Case, case_of, late_days, usual_days
from linkloop.links.service.features import language
from linkloop.links.service.notice import notice_for
from linkloop.links.service.remedy import advice_for, make_good

# Below this confidence in the intent a person answers: a wrong answer costs more than a slow one.
SURE = 0.4
# An answer that waits longer for an approval tells stale facts.
REPLY_LASTS = timedelta(minutes=30)


def answer(ctx: Context, event: MessageReceived) -> Iterator[Table]:
    """One reply per message; for a late parcel also the remedy, once per order."""
    read = ctx.ask(Understand(text=event.text)).value
    wish, feeling = read.intents[0], read.mood
    if wish.confidence < SURE or wish.intent not in ("where_is_parcel", "complaint", "thanks"):
        why = f"{wish.intent}, {wish.confidence:.2f}"
        said = Text(en=f"not ours to answer ({why}): for a person", zh=f"不在自动回答范围（{why}）：转人工")
        told = wording.join(notice_for(ctx, event), wording.HANDED_OVER)
        yield _reply(ctx, event, told, said, 1.0, Case(customer=_known(ctx, event)))
        return
    if wish.intent == "thanks":
        said = Text(en="the customer is content", zh="客户表示感谢")
        yield _reply(ctx, event, wording.WELCOME, said, wish.confidence, Case(customer=_known(ctx, event)))
        return
    named = (event.order_id, read.slots.order_id)
    case = case_of(ctx, event.customer_id, named)
    if case.order is None:
        said = Text(en=f"no order to speak of: {case.gap}", zh=f"没有可以说明的订单：{case.gap}")
        yield _reply(ctx, event, wording.gap(case.gap), said, wish.confidence, case)
        return
    late = late_days(case.parcel, ctx.now())
    if wish.intent == "complaint" and not late:
        said = Text(en="a complaint, and no parcel is late: for a person", zh="投诉，但没有包裹延误：转人工")
        yield _reply(ctx, event, wording.HANDED_OVER, said, 1.0, case)
        return
    usual = usual_days(ctx, case.parcel.carrier) if case.parcel else 0
    advice = advice_for(ctx, case, late, feeling) if late else None
    told = wording.join(
        wording.sorry(feeling, advice is not None and advice.apologise),
        wording.where_it_is(case.order, case.parcel, case.customer, ctx.now(), late, usual),
    )
    said = Text(
        en=f"the customer asks for order {case.order.order_id}: {late:g} days late",
        zh=f"客户询问订单 {case.order.order_id}：延误 {late:g} 天",
    )
    yield _reply(ctx, event, told, said, wish.confidence, case)
    if late:
        yield from make_good(ctx, event, named)


def _reply(ctx: Context, event: MessageReceived, told: Text, why: Text, confidence: float, case: Case) -> Decision:
    order = case.order
    tongue = language(event.text, case.customer.language if case.customer else "")
    action = Reply(
        conversation_id=event.conversation_id,
        in_reply_to=event.message_id,
        channel=event.channel,
        customer_id=event.customer_id,
        text=told.say(tongue),
        at_risk=Money(0, order.total.currency if order and order.total else "CNY"),
    )
    return decide(action, why, confidence=round(confidence, 6), decide_by=ctx.now() + REPLY_LASTS)


def _known(ctx: Context, event: MessageReceived) -> Customer | None:
    return ctx.read(Customer, event.customer_id) if event.customer_id else None
