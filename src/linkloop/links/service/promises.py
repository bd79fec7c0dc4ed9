"""Promises: what a customer was told to expect, as rows; what is not kept is found before its customer finds it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from linkloop.commerce.aftersales import Invoice, ReturnCase
from linkloop.commerce.conversations import Conversation, Message
from linkloop.commerce.customers import Customer
from linkloop.commerce.flows import FlowState, Requested
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.payments import Payment
from linkloop.commerce.promises import Promise, PromiseBroken
from linkloop.commerce.requests import ReleaseStock
from linkloop.commerce.time import Alarm, AlarmRang
from linkloop.core.action import effect_key
from linkloop.core.decision import decide
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.links.service import draft
from linkloop.links.service.flows.shape import Deed, Talk, Told
from linkloop.links.service.plainly import promise as promise_name
from linkloop.links.service.reaching import reach, tell
from linkloop.links.service.wording import end_of_day, zone_of

NAME = "promise"  # alarms of promises
# A request may wait so long for a person's approval.
DEED_LASTS = timedelta(hours=24)
REFUND_WITHIN = timedelta(days=3)
COLLEAGUE_WITHIN = timedelta(minutes=30)


def requested(talk: Talk, deed: Deed, channel: str) -> Iterator[Table]:
    """A deed goes to the gate; who waits for it until when is kept. What was asked for already is not asked again."""
    action, now = deed.action, talk.now()
    key = effect_key(action)
    before = talk.ctx.read(Requested, key)
    if before is not None and before.state != "refused":
        return
    yield decide(action, deed.reason, confidence=deed.confidence, decide_by=now + DEED_LASTS)
    order_id = str(getattr(action, "order_id", ""))
    yield Requested(
        effect_key=key, action_kind=type(action).__name__, order_id=order_id, product_id=deed.product_id,
        customer_id=talk.customer_id, conversation_id=talk.conversation_id, channel=channel, language=talk.language,
        wave=deed.wave, asked_at=now,
    )  # fmt: skip
    yield from promised(
        Promise(
            promise_id=f"effect:{key}", kind=deed.promise, customer_id=talk.customer_id,
            conversation_id=talk.conversation_id, order_id=order_id, basis=f"requested_effects/{key}", made_at=now,
            due_at=now + deed.within,
        )
    )  # fmt: skip


def promised(promise: Promise) -> Iterator[Table]:
    """A promise with the alarm that looks after it."""
    yield promise
    yield Alarm(about=promise.promise_id, name=NAME, due=promise.due_at)


def arrival_told(talk: Talk, told: Told) -> Iterator[Table]:
    """Each carrier's day that was told is a promise."""
    for parcel, day in told.arrivals if told.order is not None else ():
        yield from arrival(talk.ctx, parcel, day, talk.customer, talk.conversation_id, talk.customer_id)


def arrival(
    ctx: Context, parcel: Parcel, day: datetime, customer: Customer | None, conversation_id: str, customer_id: str
) -> Iterator[Table]:
    """The day that was told last for a parcel counts, until its end at the customer's place."""
    due = end_of_day(day, zone_of(ctx, customer))
    promise_id = f"arrival:{parcel.parcel_id}"
    known = ctx.read(Promise, promise_id)
    if known is not None and known.due_at == due and known.state in ("open", "broken"):
        return
    yield from promised(
        Promise(
            promise_id=promise_id,
            kind="arrival",
            customer_id=customer_id,
            conversation_id=conversation_id,
            order_id=parcel.order_id,
            basis=f"parcels/{parcel.parcel_id}",
            made_at=ctx.now(),
            due_at=due,
        )
    )


def rang(ctx: Context, event: AlarmRang) -> Iterator[Table]:
    """A promise's time is over: kept, or broken and told at once; an offer that nobody took lapses."""
    promise = ctx.read(Promise, event.about) if event.name == NAME else None
    if promise is None or promise.due_at > ctx.now():
        return
    if promise.state == "offered":
        yield from _lapsed(ctx, promise)
    if promise.state != "open":
        return
    if promise.kind == "arrival" and _given_up(ctx, promise):
        yield replace(promise, state="withdrawn", settled_at=ctx.now())
        return
    if kept(ctx, promise):
        yield replace(promise, state="kept", settled_at=ctx.now())
        return
    yield replace(promise, state="broken", settled_at=ctx.now())
    yield PromiseBroken(
        promise_id=promise.promise_id, kind=promise.kind, customer_id=promise.customer_id,
        conversation_id=promise.conversation_id, order_id=promise.order_id, due_at=promise.due_at, found_at=ctx.now(),
    )  # fmt: skip
    yield from _told(ctx, promise)


def kept(ctx: Context, promise: Promise) -> bool:
    """Whether the tables say that a promise was kept."""
    table, _, key = promise.basis.partition("/")
    if promise.kind == "arrival":
        parcels = _parcels(ctx, promise)
        return bool(parcels) and all(came(p) and _in_time(p, promise) for p in parcels)
    if table == "requested_effects":
        waited = ctx.read(Requested, key)
        return waited is None or waited.state != "requested"
    if promise.kind == "answer":
        row = ctx.read(Conversation, promise.conversation_id)
        return row is None or row.status == "solved" or _person_wrote(ctx, promise, row)
    if promise.kind == "refund":
        return any(
            p.status == "refunded" and p.method != "compensation" and _since(p.paid_at, promise.made_at)
            for p in ctx.read(Payment, order_id=promise.order_id)
        )
    if promise.kind == "invoice":
        return ctx.read(Invoice, promise.order_id) is not None
    return any(case.status != "cancelled" for case in ctx.read(ReturnCase, order_id=promise.order_id))


def came(parcel: Parcel) -> bool:
    """Whether nobody waits for a parcel any more."""
    return parcel.status in ("delivered", "returned")


def _parcels(ctx: Context, promise: Promise) -> list[Parcel]:
    """The parcel that an arrival was promised of; older rows were of all parcels of an order."""
    table, _, key = promise.basis.partition("/")
    if table != "parcels":
        return ctx.read(Parcel, order_id=promise.order_id)
    one = ctx.read(Parcel, key)
    return [one] if one is not None else []


def _in_time(parcel: Parcel, promise: Promise) -> bool:
    return parcel.delivered_at is None or parcel.delivered_at <= promise.due_at


def _given_up(ctx: Context, promise: Promise) -> bool:
    """Nobody waits for the parcels of an order that was cancelled, unless they left before."""
    order = ctx.read(Order, promise.order_id)
    return order is not None and order.status in ("cancelled", "unavailable")


def _person_wrote(ctx: Context, promise: Promise, row: Conversation) -> bool:
    if row.holder == "person" and row.last_reply_at is not None and row.last_reply_at > promise.made_at:
        return True
    return any(
        m.author == "person" and m.sent_at >= promise.made_at
        for m in ctx.read(Message, conversation_id=promise.conversation_id)
    )


def _since(at: datetime | None, moment: datetime) -> bool:
    return at is not None and at >= moment


def _told(ctx: Context, promise: Promise) -> Iterator[Table]:
    """The customer hears of it first from us; where a person must look, the conversation waits for one. What came late,
    while nobody looked, is no news to who has it."""
    if promise.kind == "arrival" and (found := _parcels(ctx, promise)) and all(map(came, found)):
        return
    order = ctx.read(Order, promise.order_id) if promise.order_id else None
    currency = order.total.currency if order and order.total else "CNY"
    en, zh = _BROKEN[promise.kind]
    what = promise_name(promise.kind)
    why = Text(en=f"what was promised did not come true: {what.en}", zh=f"承诺未兑现：{what.zh}")
    table, _, key = promise.basis.partition("/")
    waited = ctx.read(Requested, key) if table == "requested_effects" else None
    to = reach(ctx, promise.customer_id, promise.conversation_id, waited.language if waited else "")
    if to.channel:
        text = Text(en=en.format(promise.order_id), zh=zh.format(promise.order_id))
        yield tell(ctx, to, promise.customer_id, f"broken:{promise.promise_id}:{promise.due_at:%Y%m%dT%H%M}", text, why,
                   currency)  # fmt: skip
    if promise.kind != "arrival":
        yield from draft.to_person(ctx, to.conversation_id, why, ctx.now() + COLLEAGUE_WITHIN)


def _lapsed(ctx: Context, promise: Promise) -> Iterator[Table]:
    yield replace(promise, state="lapsed", settled_at=ctx.now())
    key = promise.basis.partition("/")[2]
    waited = ctx.read(Requested, key)
    if waited is None:
        return
    action = ReleaseStock(
        order_id=waited.order_id, customer_id=waited.customer_id, product_id=waited.product_id, wave=waited.wave,
        at_risk=Money(0, "CNY"),
    )  # fmt: skip
    yield decide(action, Text(en="nobody accepted the offer in time", zh="没有人在期限内接受"))
    to = reach(ctx, promise.customer_id, promise.conversation_id, waited.language)
    state = ctx.read(FlowState, to.conversation_id)
    if state is not None and state.step == "offer" and state.slots.get("wave") == waited.wave:
        yield replace(state, step="")
    text = Text(
        en=f"What I had kept for order {promise.order_id} is free again, for I did not hear from you in time. "
        f"If you still "
        "want it, just write to me.",
        zh=f"为订单 {promise.order_id} 预留的商品因超时未确认已释放。如果仍需要，请再告诉我。",
    )
    yield tell(ctx, to, promise.customer_id, f"lapsed:{promise.promise_id}", text,
               Text(en="the offer lapsed", zh="预留已过期"))  # fmt: skip


_BROKEN = {
    "arrival": (
        "I am sorry: the parcel of order {} was expected by today and has not arrived. I keep an eye on it and "
        "tell you the "
        "carrier's next news.",
        "很抱歉，订单 {} 的包裹预计今天送达，但还没有到。我会继续关注，承运商一有消息就告诉您。",
    ),
    "answer": (
        "I am sorry that this takes longer than I said. It has gone to the top of my colleagues' list.",
        "很抱歉，处理时间超出了预期，已为您提到同事待办的最前面。",
    ),
    "refund": (
        "I am sorry: the refund of order {} is not there in the time that I named. A colleague looks into it.",
        "很抱歉，订单 {} 的退款没有在约定时间内到账，同事正在核实。",
    ),
    "replacement": (
        "I am sorry: the replacement for order {} has not left in the time that I named. A colleague looks into it.",
        "很抱歉，订单 {} 的补发没有在约定时间内寄出，同事正在核实。",
    ),
    "return_label": (
        "I am sorry: the return label for order {} is not there in the time that I named. A colleague looks into it.",
        "很抱歉，订单 {} 的退货单没有在约定时间内生成，同事正在核实。",
    ),
    "invoice": (
        "I am sorry: the invoice of order {} is not there in the time that I named. A colleague looks into it.",
        "很抱歉，订单 {} 的发票没有在约定时间内开具，同事正在核实。",
    ),
    "compensation": (
        "I am sorry: what I promised for order {} is not there yet. A colleague looks into it.",
        "很抱歉，订单 {} 的补偿还没有到账，同事正在核实。",
    ),
}
