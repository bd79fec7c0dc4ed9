"""Warning: the news of a delay reaches the customer before the customer asks."""

from __future__ import annotations

from collections.abc import Iterator

from linkloop.commerce.conversations import Conversation, Message, Reply
from linkloop.commerce.customers import Customer
from linkloop.commerce.notices import DelayTold
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel, ParcelDelayed
from linkloop.commerce.remedies import RemedyGiven
from linkloop.core.decision import decide
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.links.service import promises, wording
from linkloop.links.service.belonging import within
from linkloop.links.service.features import language
from linkloop.links.service.reaching import REPLY_LASTS, reach


def warn(ctx: Context, event: ParcelDelayed) -> Iterator[Table]:
    """The news of a delay, before the customer asks; not to one who was already answered. A later day than the one that
    was told is news again."""
    parcel = ctx.read(Parcel, event.parcel_id)
    order = ctx.read(Order, event.order_id)
    if parcel is None or order is None or not event.customer_id or order.customer_id != event.customer_id:
        return
    if parcel.order_id != order.order_id or parcel.status in ("delivered", "returned"):
        return
    expected = parcel.expected_at or event.expected_at
    if expected <= ctx.now() or (parcel.promised_at is not None and expected <= parcel.promised_at):
        return
    before = ctx.read(DelayTold, parcel.parcel_id)
    if before is not None and expected <= before.expected_at:
        return
    if before is None and ctx.read(RemedyGiven, order.order_id):
        return
    again = f":{expected:%Y%m%d}" if before is not None else ""
    customer = ctx.read(Customer, event.customer_id)
    wrote = [m for m in ctx.read(Message, customer_id=event.customer_id) if _may_hear(ctx, m, order)]
    last = max(wrote, key=lambda m: (m.sent_at, m.message_id), default=None)
    to = reach(ctx, event.customer_id, order_id=order.order_id)
    fallback = (last.conversation_id, last.channel) if last else (f"parcel:{parcel.parcel_id}", order.channel)
    conversation, channel = (to.conversation_id, to.channel) if to.channel else fallback
    tongue = language(last.text if last and last.author == "customer" else "", customer.language if customer else "")
    reply = Reply(
        conversation_id=conversation,
        in_reply_to=f"delayed:{parcel.parcel_id}{again}",
        channel=channel,
        customer_id=event.customer_id,
        text=wording.delayed(order, parcel, wording.zone_of(ctx, customer), expected).say(tongue),
        at_risk=Money(0, order.total.currency if order.total else "CNY"),
    )
    reason = Text(
        en=f"the carrier says that parcel {parcel.parcel_id} will be late",
        zh=f"承运商通知包裹 {parcel.parcel_id} 将延误",
    )
    yield decide(reply, reason, decide_by=ctx.now() + REPLY_LASTS)
    yield DelayTold(
        parcel_id=parcel.parcel_id,
        customer_id=event.customer_id,
        conversation_id=conversation,
        expected_at=expected,
        told_at=ctx.now(),
    )
    yield from promises.arrival(ctx, parcel, expected, customer, conversation, order.customer_id)


def _may_hear(ctx: Context, message: Message, order: Order) -> bool:
    """Whether a message stands in a conversation that may be told of an order."""
    row = ctx.read(Conversation, message.conversation_id)
    return row is None or within(ctx, row, order.order_id)
