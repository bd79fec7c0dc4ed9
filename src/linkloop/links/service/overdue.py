"""Overdue: a parcel that missed its day without a word of its carrier is told of before its customer asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.promises import Promise, PromiseBroken
from linkloop.commerce.remedies import RemedyGiven
from linkloop.commerce.time import DayClosed
from linkloop.core.link import Context
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.links.service import wording
from linkloop.links.service.promises import came
from linkloop.links.service.reaching import reach, tell

# A shop that imports its past, or was shut for long, writes to nobody about what is long over.
LOOKS_BACK = timedelta(days=2)
# The first 5,000: a night's work must fit into one transaction.
_MISSED = """
SELECT parcel_id FROM parcels
WHERE status NOT IN ('delivered', 'returned') AND delivered_at IS NULL AND promised_at <= $until
  AND greatest(promised_at, coalesce(expected_at, promised_at)) BETWEEN $since AND $until
ORDER BY promised_at, parcel_id LIMIT 5000
"""


def find(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """The parcels whose promised day is over and of which nobody was told: each becomes a broken promise, and its
    customer hears of it where they wrote last."""
    until = event.at
    for row in ctx.sql(_MISSED, since=until - LOOKS_BACK, until=until):
        parcel = ctx.read(Parcel, str(row["parcel_id"]))
        order = ctx.read(Order, parcel.order_id) if parcel else None
        if parcel is not None and order is not None and _is_news(ctx, event, parcel, order):
            yield from _told(ctx, event, parcel, order)


def _is_news(ctx: Context, event: DayClosed, parcel: Parcel, order: Order) -> bool:
    zone = wording.zone_of(ctx, ctx.read(Customer, order.customer_id))
    if parcel.promised_at is None or wording.end_of_day(parcel.promised_at, zone) > event.at:
        return False  # who was promised a day has all of it
    known = ctx.read(Promise, f"arrival:{parcel.parcel_id}") or ctx.read(Promise, f"arrival:{order.order_id}")
    return not (
        came(parcel) or order.status in ("cancelled", "unavailable", "returned")
        or not order.customer_id or known is not None or ctx.read(RemedyGiven, order.order_id)
    )  # fmt: skip


def _told(ctx: Context, event: DayClosed, parcel: Parcel, order: Order) -> Iterator[Table]:
    customer, due = ctx.read(Customer, order.customer_id), parcel.promised_at
    assert due is not None
    to = reach(ctx, order.customer_id, order_id=order.order_id)
    yield Promise(
        promise_id=f"arrival:{parcel.parcel_id}", kind="arrival", customer_id=order.customer_id,
        conversation_id=to.conversation_id, order_id=order.order_id, basis=f"parcels/{parcel.parcel_id}",
        made_at=order.placed_at, due_at=due, state="broken", settled_at=event.at,
    )  # fmt: skip
    yield PromiseBroken(
        promise_id=f"arrival:{parcel.parcel_id}", kind="arrival", customer_id=order.customer_id,
        conversation_id=to.conversation_id, order_id=order.order_id, due_at=due, found_at=event.at,
    )  # fmt: skip
    if not to.channel:
        return  # whoever never wrote is in no channel
    day = wording.day(due, wording.zone_of(ctx, customer))
    assert day is not None
    said = Text(
        en=f"We are sorry: the parcel of order {order.order_id} was promised for {day.en}, and by our records it "
        "is not there yet. Its carrier has named no new day. We keep an eye on it and write to you as soon as there is "
        "news. If you have it already, there is nothing that you need to do.",
        zh=f"很抱歉，订单 {order.order_id} 的包裹原定{day.zh}送达，按我们的记录还没有到，承运商也没有给出新的日期。"
        "我们会继续关注，一有消息就告诉您。如果您已经收到，请忽略本消息。",
    )
    why = Text(
        en=f"parcel {parcel.parcel_id} missed its promised day, and its carrier said nothing",
        zh=f"包裹 {parcel.parcel_id} 未按承诺日期送达，承运商没有消息",
    )
    currency = order.total.currency if order.total else "CNY"
    yield tell(ctx, to, order.customer_id, f"overdue:{parcel.parcel_id}", said, why, currency)
