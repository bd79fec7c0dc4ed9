"""Counting: what each event adds to its minute, and the hours of minutes that the detector looks back on."""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime

import msgspec

from linkloop.commerce.customers import Browsed
from linkloop.commerce.orders import OrderPlaced
from linkloop.commerce.payments import PaymentTried
from linkloop.commerce.watching import MinuteCount, Part, Recent
from linkloop.core.clock import micros, minute_of
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.table import join_key
from linkloop.links.watch.model import KEPT_MINUTES

ORDERS, PAYMENTS, VISITS = "orders", "payments", "visits"
METRICS = (ORDERS, PAYMENTS, VISITS)
PRODUCT, PROVIDER = "product:", "provider:"


def count_order(ctx: Context, event: OrderPlaced) -> MinuteCount:
    """The minute's orders with this one: its value, and lines and units per product and place."""
    before = _minute(ctx, ORDERS, event.at)
    parts = dict(before.parts)
    for line in event.lines:
        name = join_key((line.product_id, event.place))
        part = parts.get(name, _NOTHING)
        parts[name] = Part(count=part.count + 1, of=part.of + line.quantity)
    return _counted(before, 1, 0, event.total, parts)


def count_payment(ctx: Context, event: PaymentTried) -> MinuteCount:
    """The minute's tries to pay with this one; money counts where it did not come in."""
    before = _minute(ctx, PAYMENTS, event.at)
    won, lost = int(event.succeeded), 0 if event.succeeded else event.amount.amount
    part = before.parts.get(event.provider, _NOTHING)
    added = Part(count=part.count + won, of=part.of + 1, money=part.money + lost)
    return _counted(before, won, 1, Money(lost, event.amount.currency), {**before.parts, event.provider: added})


def count_visit(ctx: Context, event: Browsed) -> MinuteCount:
    """The minute's visits with this one, and those that filled a cart."""
    return _counted(_minute(ctx, VISITS, event.at), 1, int(bool(event.carted)), None, {})


def minute_number(at: datetime) -> int:
    """Minutes since 1970."""
    return micros(at) // 60_000_000


def minute_key(metric: str, minute: datetime) -> str:
    """The key of a MinuteCount."""
    return join_key((metric, minute))


def push(recent: Recent, minute: int, part: Part, currency: str = "") -> Recent:
    """`recent` with what was counted in a minute; the same object when it knew that already.

    A minute may come twice, the second time with what arrived late.
    """
    minutes = recent.minutes
    at = bisect_left(minutes, minute)
    known = at < len(minutes) and minutes[at] == minute
    if known and (recent.counts[at], recent.of[at], recent.money[at]) == (part.count, part.of, part.money):
        return recent
    newest = max(minute, minutes[-1] if minutes else minute)
    start, after = bisect_left(minutes, newest - KEPT_MINUTES + 1), at + known
    start = min(start, at)
    return msgspec.structs.replace(
        recent,
        minutes=(*minutes[start:at], minute, *minutes[after:]),
        counts=(*recent.counts[start:at], part.count, *recent.counts[after:]),
        of=(*recent.of[start:at], part.of, *recent.of[after:]),
        money=(*recent.money[start:at], part.money, *recent.money[after:]),
        currency=currency or recent.currency,
    )


def heard(recent: Recent, minute: int) -> Recent:
    """`recent` knowing that the shop was heard up to a minute; a silence of more than five begins a new stretch."""
    since = recent.since if recent.since and minute - recent.heard <= 5 else minute
    return msgspec.structs.replace(recent, since=since, heard=minute)


def _minute(ctx: Context, metric: str, at: datetime) -> MinuteCount:
    minute = minute_of(at)
    return ctx.read(MinuteCount, minute_key(metric, minute)) or MinuteCount(metric=metric, minute=minute)


def _counted(before: MinuteCount, count: int, of: int, money: Money | None, parts: dict[str, Part]) -> MinuteCount:
    total = before.money
    if money is not None:
        # One shop sells in one currency; the odd order in another counts, its value does not.
        same = total is None or total.currency == money.currency
        total = money if total is None else total + money if same else total
    return MinuteCount(
        metric=before.metric,
        minute=before.minute,
        count=before.count + count,
        of=before.of + of,
        money=total,
        parts=parts,
    )


_NOTHING = Part()
