"""Remedy: what a customer is given for what went wrong, within what the decision table allows, once per order."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.commerce.remedies import (
    Cause,
    Compensate,
    IssueCoupon,
    RemedyAdvice,
    RemedyBelief,
    RemedyGiven,
    RemedyOption,
    RemedyPolicy,
    RemedySafety,
)
from linkloop.commerce.understanding import Mood
from linkloop.core.action import effect_key
from linkloop.core.decision import Alternative, Decision, decide
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.links.service import amends, choosing
from linkloop.links.service.abuse import Suspicion, suspicion
from linkloop.links.service.facts import Case
from linkloop.links.service.negative import Sign
from linkloop.links.service.policy import NONE, worth_of
from linkloop.links.service.stays import BELIEF, posterior_of
from linkloop.links.service.stays import Context as Known

LATE = "late"
# A remedy may wait a day for a person's approval; then it comes too late to keep anybody.
REMEDY_LASTS = timedelta(days=1)
COUPON_LASTS = timedelta(days=30)


class Place(NamedTuple):
    """Where a remedy is told: the conversation, its channel and language."""

    conversation_id: str
    channel: str
    language: str


class History(NamedTuple):
    """What is known of a customer: orders, what they are worth (minor units), remedies of other orders, suspicion."""

    customer: Customer | None
    orders: tuple[Order, ...]
    worth: int
    given: tuple[RemedyGiven, ...]
    suspicion: Suspicion


class Made(NamedTuple):
    """What was decided: rows and decisions to yield, and the remedy (empty: none is owed or allowed)."""

    says: tuple[Table, ...] = ()
    remedy: str = ""
    amount: Money | None = None
    effect_key: str = ""


def history_of(ctx: Context, customer_id: str, order: Order | None) -> History:
    """The past of a verified customer; nothing for a stranger."""
    if not customer_id:
        return History(None, (), 0, (), Suspicion(0.0))
    customer = ctx.read(Customer, customer_id)
    orders = tuple(ctx.read(Order, customer_id=customer_id))
    currency = order.total.currency if order and order.total else "CNY"
    worth = worth_of(customer.lifetime_value if customer else None, orders, currency)
    given = tuple(
        g
        for g in ctx.read(RemedyGiven, customer_id=customer_id)
        if g.remedy != NONE and (order is None or g.order_id != order.order_id)
    )
    joined = customer.joined_at if customer else None
    return History(customer, orders, worth, given, suspicion(given, orders, joined, ctx.now()))


def make_good(ctx: Context, sign: Sign, place: Place, seed: str, *, safe: bool = False) -> Made:
    """The remedy for an order, drawn from what may be given; nothing where an order has had its choice.

    With `safe` there is no draw: it is the least that the table allows, for whom nobody has answered in time.
    """
    order = sign.order
    if order is None or order.total is None or order.status in ("cancelled", "unavailable", "returned"):
        return Made()
    if ctx.read(RemedyGiven, order.order_id) is not None:
        return Made()
    past = history_of(ctx, order.customer_id, order)
    advice = advised(ctx, order, sign.late, sign.mood, sign.cause, len(past.given))
    offered = choosing.offers(max(0, order.total.amount), advice, past.suspicion.score)
    if len(offered) == 1:
        return Made()
    known = Known(sign.mood, sign.cause, sign.late, max(0, order.total.amount), kept_orders(past.orders, order))
    safety = ctx.read(RemedySafety, choosing.SAFETY) or RemedySafety(name=choosing.SAFETY)
    belief = posterior_of(ctx.read(RemedyBelief, BELIEF))
    chosen = choosing.least(offered) if safe else choosing.choose(offered, known, past.worth, belief, safety, seed)
    offer = chosen.offer
    amount = Money(offer.amount, order.total.currency)
    until = ctx.now() + COUPON_LASTS
    common = {"order_id": order.order_id, "customer_id": order.customer_id, "cause": sign.cause, "amount": amount}
    action: Compensate | IssueCoupon = (
        IssueCoupon(**common, at_risk=amount, kind=offer.kind, until=until)
        if offer.kind in ("coupon", "free_shipping")
        else Compensate(**common, at_risk=amount)
    )
    says: list[Table] = []
    if offer.name != NONE:
        says.append(_decided(ctx, action, sign, chosen, safe))
    says.append(
        RemedyGiven(
            order_id=order.order_id,
            customer_id=order.customer_id,
            remedy=offer.name,
            mood=sign.mood,
            cause=sign.cause,
            amount=amount,
            propensity=chosen.propensity,
            effect_key=effect_key(action),
            conversation_id=place.conversation_id,
            channel=place.channel,
            language=place.language,
            settled=offer.name == NONE,
            kind=offer.kind,
            late_days=sign.late,
            order_value=known.order_value,
            worth=past.worth,
            orders=known.orders,
            abuse=past.suspicion.score,
            options=() if safe else chosen.options,
            given_at=ctx.now(),
        )
    )
    if not safe and chosen.safe.choices != safety.choices:
        says.append(chosen.safe)
    if offer.name == NONE:
        return Made(tuple(says), NONE)
    return Made(tuple(says), offer.name, amount, effect_key(action))


def advice_for(ctx: Context, case: Case, late: float, mood: Mood) -> RemedyAdvice:
    """What the decision table allows for the case's order, which is late; `late` in days."""
    order = case.order
    assert order is not None
    before = [
        given
        for given in ctx.read(RemedyGiven, customer_id=order.customer_id)
        if given.remedy != NONE and given.order_id != order.order_id
    ]
    return advised(ctx, order, late, mood, "late", len(before))


def advised(ctx: Context, order: Order, late: float, mood: Mood, cause: Cause, before: int) -> RemedyAdvice:
    """What the decision table allows; `before` is how often this customer was compensated for other orders."""
    value = max(0, order.total.amount) if order.total else 0
    policy = RemedyPolicy(late_days=late, mood=mood, order_value=value, compensated_before=before, cause=cause)
    return ctx.ask(policy).value


def kept_orders(orders: tuple[Order, ...], order: Order) -> int:
    """How many other orders of the customer were kept."""
    return sum(
        o.order_id != order.order_id and o.status not in ("cancelled", "unavailable", "returned") for o in orders
    )


def _decided(
    ctx: Context, action: Compensate | IssueCoupon, sign: Sign, chosen: choosing.Chosen, safe: bool
) -> Decision:
    what, mood, name = amends.CAUSES[sign.cause], amends.MOODS[sign.mood], chosen.offer.name
    days = Text(en=f" by {sign.late:g} days", zh=f" {sign.late:g} 天") if sign.cause == LATE else Text(en="", zh="")
    weighed = Text(
        en=f"{name} is worth more than nothing with probability {chosen.better:.2f}",
        zh=f"{name} 优于不补偿的概率为 {chosen.better:.2f}",
    )
    waited = Text(en=f"nobody has come in time, so the least: {name}", zh=f"无人及时接手，给予最低补偿：{name}")
    why = waited if safe else weighed
    reason = Text(
        en=f"order {action.order_id}: {what.en}{days.en}, the customer is {mood.en}; {why.en}",
        zh=f"订单 {action.order_id}：{what.zh}{days.zh}，客户情绪{mood.zh}；{why.zh}",
    )
    return decide(
        action,
        reason,
        confidence=chosen.better,
        alternatives=tuple(_alternative(o, o.name == name) for o in chosen.options),
        decide_by=ctx.now() + REMEDY_LASTS,
    )


def _alternative(option: RemedyOption, chosen: bool) -> Alternative:
    return Alternative(name=option.name, score=option.score, propensity=option.propensity, chosen=chosen)
