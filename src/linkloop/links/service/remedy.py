"""Remedy: what a customer is given for a late parcel, within what the decision table allows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from linkloop.commerce.conversations import MessageReceived
from linkloop.commerce.orders import Order
from linkloop.commerce.remedies import Compensate, RemedyAdvice, RemedyGiven, RemedyOutcome, RemedyPolicy
from linkloop.commerce.understanding import Mood, Understand
from linkloop.core.action import effect_key
from linkloop.core.decision import decide
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.table import Table, join_key
from linkloop.core.text import Text
from linkloop.links.service.facts import Case, case_of, late_days
from linkloop.links.service.features import language
from linkloop.links.service.policy import ADDS, NONE, choose, options, worth_of

LATE = "late"
# A remedy may wait a day for a person's approval; then it comes too late to keep anybody.
REMEDY_LASTS = timedelta(days=1)


def make_good(ctx: Context, event: MessageReceived, named: tuple[str, ...]) -> Iterator[Table]:
    """The remedy for a late order that a message is about: once per order, nothing where the table allows nothing."""
    # Facts and mood are taken once more, for a decision's evidence is what was read and asked since the last one.
    case = case_of(ctx, event.customer_id, named)
    order, mood = case.order, ctx.ask(Understand(text=event.text)).value.mood
    late = late_days(case.parcel, ctx.now())
    if order is None or order.total is None or order.status in ("cancelled", "unavailable", "returned"):
        return
    if ctx.read(RemedyGiven, order.order_id) is not None:
        return
    allowed = options(order.total.amount, advice_for(ctx, case, late, mood))
    if len(allowed) == 1:
        return
    seen = {remedy: ctx.read(RemedyOutcome, join_key((remedy, mood))) for remedy in ADDS}
    value = case.customer.lifetime_value if case.customer else None
    worth = worth_of(value, ctx.read(Order, customer_id=event.customer_id), order.total.currency)
    choice = choose(
        allowed, mood, worth, {remedy: row for remedy, row in seen.items() if row}, f"{event.id}|{order.order_id}"
    )
    amount = Money(choice.option.cost, order.total.currency)
    action = Compensate(
        order_id=order.order_id, customer_id=event.customer_id, cause=LATE, amount=amount, at_risk=amount
    )
    if choice.option.remedy != NONE:
        reason = Text(
            en=f"order {order.order_id} is {late:g} days late, the customer is {mood}: {choice.option.remedy} back is "
            f"worth more than nothing with probability {choice.better:.2f}",
            zh=f"订单 {order.order_id} 延误 {late:g} 天，客户情绪为{_MOODS[mood]}：退还 {choice.option.remedy} "
            f"优于不补偿的概率为 {choice.better:.2f}",
        )
        yield decide(
            action,
            reason,
            confidence=choice.better,
            alternatives=choice.alternatives,
            decide_by=ctx.now() + REMEDY_LASTS,
        )
    yield RemedyGiven(
        order_id=order.order_id,
        customer_id=event.customer_id,
        remedy=choice.option.remedy,
        mood=mood,
        cause=LATE,
        amount=amount,
        propensity=choice.propensity,
        effect_key=effect_key(action),
        conversation_id=event.conversation_id,
        channel=event.channel,
        language=language(event.text, case.customer.language if case.customer else ""),
        settled=choice.option.remedy == NONE,
    )


def advice_for(ctx: Context, case: Case, late: float, mood: Mood) -> RemedyAdvice:
    """What the decision table allows for the case's order; `late` in days."""
    order = case.order
    assert order is not None
    before = [
        given
        for given in ctx.read(RemedyGiven, customer_id=order.customer_id)
        if given.remedy != NONE and given.order_id != order.order_id
    ]
    value = max(0, order.total.amount) if order.total else 0
    policy = RemedyPolicy(late_days=late, mood=mood, order_value=value, compensated_before=len(before))
    return ctx.ask(policy).value


_MOODS: dict[str, str] = {"angry": "愤怒", "anxious": "焦急", "neutral": "平静", "pleased": "满意"}
