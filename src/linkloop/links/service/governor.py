"""The governor: within thirty seconds of a negative event there is a remedy or a person, and it is on record which."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from linkloop.commerce.conversations import Conversation, ConversationRated, MessageReceived, Reply
from linkloop.commerce.customers import Customer
from linkloop.commerce.desk import AnswerTarget
from linkloop.commerce.notices import DelayTold
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel, ParcelDelayed
from linkloop.commerce.promises import PromiseBroken
from linkloop.commerce.remedies import Cause, Rescue, RescueAdvice, RescuePolicy, Trigger
from linkloop.commerce.time import Alarm
from linkloop.commerce.understanding import Understand, Understanding
from linkloop.core.decision import Decision, decide
from linkloop.core.event import Event
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.table import Table, join_key, table_name
from linkloop.core.text import Text
from linkloop.links.service import amends, draft, lease, wording
from linkloop.links.service.belonging import within
from linkloop.links.service.conversation import Answered, Heard
from linkloop.links.service.facts import late_days
from linkloop.links.service.features import language
from linkloop.links.service.golden import NAME
from linkloop.links.service.negative import Sign
from linkloop.links.service.policy import NONE
from linkloop.links.service.remedy import History, Made, Place, history_of, make_good
from linkloop.links.service.signs import sign_of

R = TypeVar("R")
GOLDEN = timedelta(seconds=30)
WEEK = timedelta(days=7)
LOW = 2  # stars, of five
SEVERE_DAYS = 3.0  # whoever waits longer than this beyond the promise is not made to complain first
# What the answer itself has set going is the remedy that the law or the shop owes: it is not doubled by money.
OWED = frozenset(
    {"SendReplacement", "ReserveStock", "OpenReturn", "OpenExchange", "RefundOrder", "ProtectPrice", "CancelOrder"}
)


WITH_PEOPLE = ("person", "taken", "fallback")


class Began(NamedTuple):
    """What a rescue leads to: why a person is needed (None: none is), and whether the bot keeps silent until then."""

    why_person: Text | None = None
    people_only: bool = False


def watched(said: Generator[Table, None, R], seen: list[str]) -> Generator[Table, None, R]:
    """Pass on what others say, and note which actions were decided and which tables were written."""
    while True:
        try:
            item = next(said)
        except StopIteration as end:
            return end.value
        seen.append(item.action_kind if isinstance(item, Decision) else table_name(type(item)))
        yield item


def follow(
    ctx: Context, event: MessageReceived, heard: Heard, read: Understanding, answered: Answered, seen: Iterable[str]
) -> Generator[Table, None, Answered]:
    """After a message was answered: a negative event is made good, or a person called. `seen` is what `watched` saw."""
    sign = sign_of(ctx, event, heard.customer_id, heard.before, read, answered.order)
    if sign is None:
        return answered
    ctx.ask(Understand(text=event.text, before=heard.before))  # a decision's evidence is what was asked since the last
    tongue = language(event.text, read.language)
    place = Place(event.conversation_id, event.channel, tongue)
    began = yield from begin(ctx, event, sign, heard.conversation, place, seen, answered.why_person)
    if began.why_person is None:
        return answered
    if began.people_only and answered.why_person is None and not heard.person_holds:
        minutes = draft.minutes_until_person(ctx, read, heard.conversation)
        yield _colleague(ctx, event, heard.customer_id, wording.handed_over(minutes).say(tongue))
        yield from draft.answer_promised(ctx, event.conversation_id, event.message_id, heard.customer_id, minutes)
        answered = answered._replace(by=ctx.now() + timedelta(minutes=minutes))
    return answered._replace(why_person=began.why_person, people_only=answered.people_only or began.people_only)


def _colleague(ctx: Context, event: MessageReceived, customer_id: str, text: str) -> Decision:
    """The answer did not say that a person comes: that is said at once, with the time that the desk counts down."""
    reply = Reply(
        conversation_id=event.conversation_id,
        in_reply_to=f"golden:{event.message_id}",
        channel=event.channel,
        customer_id=customer_id,
        text=text,
        at_risk=Money(0, "CNY"),
        wants_person=True,
    )
    return decide(reply, Text(en="a person was called", zh="已转人工"), decide_by=ctx.now() + GOLDEN)


def rated(ctx: Context, event: ConversationRated) -> Iterator[Table]:
    """A low rating: a person looks at it; what was owed is given."""
    row = ctx.read(Conversation, event.conversation_id)
    if row is None or not 1 <= event.stars <= LOW:
        return
    order = ctx.read(Order, row.order_id) if row.order_id else None
    sign = _seen_from_outside(ctx, "rating", "service", _theirs(order, row.customer_id), row)
    yield from _outside(ctx, event, sign, replace(row, stars=event.stars))


def broken_promises(ctx: Context, event: Event, said: Iterator[Table]) -> Iterator[Table]:
    """A promise was not kept: late, or money that did not come back in time."""
    for item in said:
        yield item
        if isinstance(item, PromiseBroken):
            yield from _broken(ctx, event, item)


def delay(ctx: Context, event: ParcelDelayed, said: Iterator[Table]) -> Iterator[Table]:
    """We tell of a delay on our own accord: a severe one is made good before the customer has to complain."""
    channel, news = "", None
    for item in said:
        yield item
        channel = str(item.action.get("channel", "")) if isinstance(item, Decision) else channel
        news = item if isinstance(item, DelayTold) else news
    if news is None:
        return
    row = ctx.read(Conversation, news.conversation_id) or Conversation(
        conversation_id=news.conversation_id, channel=channel, customer_id=news.customer_id, opened_at=ctx.now()
    )
    sign = _seen_from_outside(ctx, "delay", "late", _theirs(ctx.read(Order, event.order_id), news.customer_id), row)
    if sign.late > SEVERE_DAYS:
        customer = ctx.read(Customer, news.customer_id)
        yield from _outside(ctx, event, sign, row, language("", customer.language if customer else ""))


def _broken(ctx: Context, event: Event, broken: PromiseBroken) -> Iterator[Table]:
    row = ctx.read(Conversation, broken.conversation_id) if broken.conversation_id else None
    if row is None or broken.kind in ("answer", "compensation", "invoice"):
        return
    order = _theirs(ctx.read(Order, broken.order_id) if broken.order_id else None, row.customer_id)
    cause: Cause = "refund" if broken.kind == "refund" else "late" if broken.kind == "arrival" else "item"
    yield from _outside(ctx, event, _seen_from_outside(ctx, "promise", cause, order, row), row)


def begin(
    ctx: Context,
    event: Event,
    sign: Sign,
    row: Conversation,
    place: Place,
    seen: Iterable[str],
    why_person: Text | None = None,
) -> Generator[Table, None, Began]:
    """Start the thirty seconds: at once a remedy or a person. One cause of a conversation is made good once."""
    order_id = sign.order.order_id if sign.order else ""
    now = ctx.now()
    rescue = Rescue(
        conversation_id=place.conversation_id,
        cause=sign.cause,
        order_id=order_id,
        customer_id=sign.order.customer_id if sign.order else row.customer_id,
        trigger=sign.trigger,
        began_at=now,
        due_at=now + GOLDEN,
        step="answer",
    )
    before = ctx.read(Rescue, join_key((place.conversation_id, sign.cause, order_id)))
    held = lease.held(row, now) or row.status == "with_person"  # only people may write, and give
    with_people = held or row.status == "waiting"
    if before is not None and before.step in WITH_PEOPLE and with_people:
        return Began()  # nothing is added to what people have already
    past = history_of(ctx, rescue.customer_id, sign.order)
    advice = _advice(ctx, sign, past, rescue, before)
    owed = next((kind for kind in seen if kind in OWED), "")
    if before is not None and before.remedy not in ("", NONE):
        rescue = replace(rescue, remedy=before.remedy, amount=before.amount, effect_key=before.effect_key)
    made = Made()
    # Who has proven one order is answered about it; what is given goes to the account, and a person gives it.
    narrow = not within(ctx, row, "")
    if (
        not held
        and not narrow
        and advice.way in ("remedy", "both")
        and not owed
        and (before is None or not before.remedy)
    ):
        made = make_good(ctx, sign, place, f"{event.id}|{order_id}")
        yield from made.says
    if owed:
        rescue = replace(rescue, step="remedy", remedy=owed, done_at=now)
    elif made.effect_key:
        rescue = replace(rescue, step="remedy", remedy=made.remedy, amount=made.amount, effect_key=made.effect_key)
    elif made.remedy:
        rescue = replace(rescue, remedy=made.remedy)
    reason = _person_reason(sign, advice, rescue, with_people, why_person, seen)
    if not reason:
        yield replace(rescue, abuse=past.suspicion.score, done_at=None if made.effect_key else now)
        if made.effect_key:
            yield _alarm(rescue)
        return Began()
    value = sign.order.total if sign.order else None
    parts = tuple(part for part, _ in past.suspicion.parts) if reason == "abuse" else ()
    parts += (why_person,) if reason == "people" and why_person is not None else ()
    why = amends.summary(sign.cause, sign.mood, reason, order_id, value, parts)
    yield replace(
        rescue,
        step="taken" if row.status == "with_person" else "person",
        who=row.held_by,
        why=why,
        fallback=advice.fallback,
        abuse=past.suspicion.score,
    )
    yield _alarm(rescue)
    return Began(why, advice.people_only)


def _person_reason(
    sign: Sign, advice: RescueAdvice, rescue: Rescue, with_people: bool, why: Text | None, seen: Iterable[str]
) -> str:
    """Why a person is needed, in a short name, or "" where none is."""
    if advice.way in ("person", "both"):
        return advice.reason
    if rescue.step == "answer" and (with_people or why is not None):
        return "people"
    # A feeling that nothing could be done about, and that the answer did not settle either.
    answers = {"flow_states", *OWED} & set(seen)
    upset = sign.trigger in ("mood", "churn", "repeat", "rating", "promise")
    return "nothing" if upset and rescue.step == "answer" and not rescue.remedy and not answers else ""


def _advice(ctx: Context, sign: Sign, past: History, rescue: Rescue, before: Rescue | None) -> RescueAdvice:
    week = [
        one
        for one in (ctx.read(Rescue, customer_id=rescue.customer_id) if rescue.customer_id else [])
        if one.remedy not in ("", NONE) and rescue.began_at - one.began_at < WEEK
    ]
    # What had its draw, or was with people and came back, is not for the bot again.
    again = len(week) + (before is not None and (bool(before.remedy) or before.step in WITH_PEOPLE))
    return ctx.ask(
        RescuePolicy(
            cause=sign.cause,
            mood=sign.mood,
            asked=sign.asked,
            worth=past.worth,
            abuse=past.suspicion.score,
            rescues=again,
            confidence=sign.confidence,
        )
    ).value


def _outside(ctx: Context, event: Event, sign: Sign, row: Conversation, tongue: str = "") -> Iterator[Table]:
    """A negative event that is no message: the conversation's row follows."""
    place = Place(row.conversation_id, row.channel, tongue or language("", row.language))
    began = yield from begin(ctx, event, sign, row, place, ())
    if began.why_person is not None:
        asked = AnswerTarget(urgency=row.urgency, mood=row.mood, churn=row.churn, waits_for_person=True)
        due = ctx.now() + timedelta(seconds=ctx.ask(asked).value.seconds)
        waits = lease.hand_over(row, began.why_person, people_only=began.people_only)
        yield replace(waits, answer_by=min(row.answer_by or due, due))


def _seen_from_outside(ctx: Context, trigger: Trigger, cause: Cause, order: Order | None, row: Conversation) -> Sign:
    parcels = ctx.read(Parcel, order_id=order.order_id) if order else []
    late = max((late_days(p, ctx.now()) for p in parcels), default=0.0)
    return Sign(trigger, "late" if cause == "service" and late else cause, order, late, row.mood, row.intensity)


def _theirs(order: Order | None, customer_id: str) -> Order | None:
    return order if order is not None and customer_id and order.customer_id == customer_id else None


def _alarm(rescue: Rescue) -> Alarm:
    return Alarm(about=rescue.conversation_id, name=f"{NAME}/{rescue.cause}/{rescue.order_id}", due=rescue.due_at)
