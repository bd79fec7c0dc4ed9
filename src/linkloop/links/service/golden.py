"""Golden: what happens when the thirty seconds are over: a remedy that stands, a person who came, or the fallback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from linkloop.commerce.conversations import Conversation, Reply
from linkloop.commerce.customers import Customer
from linkloop.commerce.desk import AnswerTarget
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.promises import Promise
from linkloop.commerce.remedies import Rescue
from linkloop.commerce.time import AlarmRang
from linkloop.core.decision import Decision, decide
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.table import Table, join_key
from linkloop.core.text import Text
from linkloop.links.service import amends, lease
from linkloop.links.service.facts import late_days
from linkloop.links.service.features import language
from linkloop.links.service.negative import Sign
from linkloop.links.service.policy import NONE
from linkloop.links.service.remedy import Made, Place, make_good
from linkloop.links.service.wording import zone_of

NAME = "golden"  # alarms of the governor are called golden/<cause>/<order>
NOTICE_LASTS = timedelta(minutes=5)
_STANDS = ("allowed", "done", "unclear")


def rang(ctx: Context, event: AlarmRang) -> Iterator[Table]:
    """Thirty seconds after a negative event."""
    first, _, rest = event.name.partition("/")
    cause, _, order_id = rest.partition("/")
    rescue = ctx.read(Rescue, join_key((event.about, cause, order_id))) if first == NAME else None
    if rescue is None or rescue.due_at > ctx.now() or rescue.done_at is not None:
        return
    row = ctx.read(Conversation, event.about)
    if rescue.step == "remedy":
        yield from _remedy_stands(ctx, event, rescue, row)
    elif rescue.step == "person" and row is not None:
        yield from _somebody_came(ctx, event, rescue, row)
    elif rescue.step == "taken":
        yield replace(rescue, done_at=ctx.now())


def picked_up(ctx: Context, conversation_id: str, by: str, at: datetime) -> Iterator[Table]:
    """A person took a conversation: what waits in it for one is theirs."""
    for rescue in ctx.read(Rescue, conversation_id=conversation_id):
        if rescue.step in ("person", "fallback"):
            yield replace(rescue, step="taken", who=by, done_at=rescue.done_at or at)


def _remedy_stands(ctx: Context, event: AlarmRang, rescue: Rescue, row: Conversation | None) -> Iterator[Table]:
    """The remedy went out, or a person is asked to let it go: the gate held it, or the world refused it."""
    found = [d for d in ctx.read(Decision, case_id=event.case_id) if d.effect_key == rescue.effect_key]
    status = found[-1].status if found else "allowed"
    if status in _STANDS or row is None:
        yield replace(rescue, done_at=ctx.now())
        return
    order = ctx.read(Order, rescue.order_id) if rescue.order_id else None
    value = order.total if order else None
    why = amends.summary(rescue.cause, row.mood, "waits", rescue.order_id, value, ())
    waits = lease.hand_over(row, why)
    yield from _in_queue(ctx, event, replace(rescue, why=why, step="fallback"), waits)


def _somebody_came(ctx: Context, event: AlarmRang, rescue: Rescue, row: Conversation) -> Iterator[Table]:
    if row.status in ("with_person", "solved"):
        yield replace(rescue, step="taken", who=row.held_by, done_at=ctx.now())
        return
    made = Made()
    if rescue.fallback == "remedy" and not rescue.effect_key:
        made = make_good(ctx, _sign(ctx, rescue, row), _place(rescue, row), f"{event.id}|safe", safe=True)
        yield from made.says
    if made.effect_key:
        rescue = replace(rescue, remedy=made.remedy, amount=made.amount, effect_key=made.effect_key)
    elif made.remedy == NONE:
        rescue = replace(rescue, remedy=made.remedy)
    yield from _in_queue(ctx, event, replace(rescue, step="fallback"), row)


def _in_queue(ctx: Context, event: AlarmRang, rescue: Rescue, row: Conversation) -> Iterator[Table]:
    """The top of the queue, and an honest word with a time; one who was told a time already is not told another."""
    if told := _told(ctx, row):
        yield replace(row, answer_by=told)
        yield replace(rescue, done_at=ctx.now())
        return
    asked = AnswerTarget(urgency=1.0, mood=row.mood, churn=row.churn, waits_for_person=True)
    by = ctx.now() + timedelta(seconds=ctx.ask(asked).value.seconds)
    if row.answer_by is not None and row.answer_by > ctx.now():
        by = min(by, row.answer_by)
    customer = ctx.read(Customer, row.customer_id) if row.customer_id else None
    reply = Reply(
        conversation_id=row.conversation_id,
        in_reply_to=f"golden:{rescue.cause}:{rescue.order_id}:{rescue.began_at:%Y%m%dT%H%M%S}",
        channel=row.channel,
        customer_id=row.customer_id,
        text=amends.top_of_queue(by, zone_of(ctx, customer)).say(_tongue(row, customer)),
        at_risk=Money(0, row.order_value.currency if row.order_value else "CNY"),
    )
    reason = Text(en="nobody has taken it within thirty seconds", zh="三十秒内无人接手")
    yield decide(reply, reason, decide_by=ctx.now() + NOTICE_LASTS)
    yield replace(row, answer_by=by)
    yield replace(rescue, done_at=ctx.now())


def _told(ctx: Context, row: Conversation) -> datetime | None:
    """The moment that the customer was told a person answers by, while it is still to come."""
    last = ctx.read(Promise, f"answer:{row.conversation_id}:{row.last_message_id}")
    theirs = ctx.read(Promise, customer_id=row.customer_id) if row.customer_id else [last] if last else []
    return min(
        (
            one.due_at
            for one in theirs
            if one.conversation_id == row.conversation_id
            and one.kind == "answer"
            and one.state == "open"
            and one.due_at > ctx.now()
        ),
        default=None,
    )


def _sign(ctx: Context, rescue: Rescue, row: Conversation) -> Sign:
    order = ctx.read(Order, rescue.order_id) if rescue.order_id else None
    parcels = ctx.read(Parcel, order_id=rescue.order_id) if order else []
    late = max((late_days(p, ctx.now()) for p in parcels), default=0.0)
    return Sign(rescue.trigger, rescue.cause, order, late, row.mood, row.intensity)


def _place(rescue: Rescue, row: Conversation) -> Place:
    return Place(rescue.conversation_id, row.channel, _tongue(row, None))


def _tongue(row: Conversation, customer: Customer | None) -> str:
    """The language of the conversation, or the customer's where nothing was written yet."""
    last = row.recent[-1] if row.recent else ""
    return language(last, row.language or (customer.language if customer else ""))
