"""Outcomes: what really happened to a remedy, to a customer, to a parcel; the memory that later choices use."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import msgspec

from linkloop.commerce.conversations import Reply
from linkloop.commerce.loop import ActionSettled
from linkloop.commerce.parcels import CarrierTransit, ParcelDelivered
from linkloop.commerce.remedies import Cause, CustomerStayed, RemedyBelief, RemedyGiven, RemedyOutcome
from linkloop.commerce.understanding import Mood
from linkloop.core.decision import Decision, decide
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.table import Table, join_key
from linkloop.core.text import Text
from linkloop.links.service import amends
from linkloop.links.service.policy import NONE
from linkloop.links.service.stays import BELIEF, features, learned, posterior_of, row_of
from linkloop.links.service.stays import Context as Known

# What a person gave instead of what was proposed: counted for itself, so that it teaches nothing about the proposals.
ADJUSTED = "adjusted"
LONGEST_DAYS = 60
GIFTS = ("Compensate", "IssueCoupon")
TAKEN_BACK = ("CancelCompensation", "CancelCoupon")


def settle(ctx: Context, event: ActionSettled) -> Iterator[Table]:
    """A remedy that the world carried out is marked as given, and the customer is told; one taken back is not."""
    if event.status != "done" or event.action_kind not in (*GIFTS, *TAKEN_BACK):
        return
    given = ctx.read(RemedyGiven, event.about)
    if given is None:
        return
    if event.action_kind in TAKEN_BACK:
        yield _with(given, settled=False)
        return
    if given.settled or event.effect_key != given.effect_key:
        return
    # A person may have changed the amount while the decision waited: what counts is what went out.
    decision = ctx.read(Decision, event.decision_id)
    amount = _amount(decision) or given.amount
    if amount is None:
        return
    remedy = given.remedy if amount == given.amount else ADJUSTED
    yield _with(given, settled=True, remedy=remedy, amount=amount)
    reply = Reply(
        conversation_id=given.conversation_id,
        in_reply_to=f"settled:{given.effect_key}",
        channel=given.channel,
        customer_id=given.customer_id,
        text=amends.given(given.order_id, given.cause, given.kind, amount).say(given.language),
        at_risk=Money(0, amount.currency),
    )
    yield decide(
        reply,
        Text(en=f"the compensation for order {given.order_id} is given", zh=f"订单 {given.order_id} 的补偿已发放"),
    )


def learn(ctx: Context, event: CustomerStayed) -> Iterator[Table]:
    """Count whether the customer stayed, once per order, under the remedy that the customer really had."""
    given = ctx.read(RemedyGiven, event.order_id)
    if given is None or given.learned or given.customer_id != event.customer_id:
        return
    remedy = given.remedy if given.settled else NONE
    before = ctx.read(RemedyOutcome, join_key((remedy, given.mood)))
    yield RemedyOutcome(
        remedy=remedy,
        mood=given.mood,
        stayed=(before.stayed if before else 0) + event.stayed,
        left=(before.left if before else 0) + (not event.stayed),
    )
    yield _with(given, learned=True, stayed=event.stayed)
    if given.order_value > 0:  # an older row does not say what it was chosen from
        known = Known(_mood(given), _cause(given), given.late_days, given.order_value, given.orders)
        amount = given.amount.amount if given.settled and given.amount is not None else 0
        x = features(known, given.kind if given.settled else "none", amount)
        yield row_of(learned(posterior_of(ctx.read(RemedyBelief, BELIEF)), x, event.stayed))


def arrive(ctx: Context, event: ParcelDelivered) -> Iterator[Table]:
    """Count how long a carrier took: where it names no day, a reply can say what is usual."""
    if not event.carrier or not 0 <= event.days < 10_000:
        return
    known = ctx.read(CarrierTransit, event.carrier) or CarrierTransit(carrier=event.carrier)
    days = [*known.days, *[0] * (LONGEST_DAYS + 1 - len(known.days))]
    days[min(ceil(event.days), LONGEST_DAYS)] += 1
    yield CarrierTransit(
        carrier=event.carrier,
        delivered=known.delivered + 1,
        late=known.late + (event.late_days > 0),
        days=tuple(days),
    )


def _amount(decision: Decision | None) -> Money | None:
    found = decision.action.get("amount") if decision and decision.action_kind in GIFTS else None
    return Money(int(found["amount"]), str(found["currency"])) if isinstance(found, dict) else None


def _mood(given: RemedyGiven) -> Mood:
    return msgspec.convert(given.mood, Mood)


def _cause(given: RemedyGiven) -> Cause:
    return msgspec.convert(given.cause or "late", Cause)


def _with(given: RemedyGiven, **changes: object) -> RemedyGiven:
    return msgspec.structs.replace(given, **changes)
