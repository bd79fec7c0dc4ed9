"""Facts: which customer, order and parcel a message is about, read from tables and never taken from a text."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import CarrierTransit, Parcel
from linkloop.core.link import Context

# Longer ago than this, "my parcel" means another one.
RECENT = timedelta(days=30)
# Fewer deliveries than this say nothing about a carrier.
ENOUGH = 20

Gap = Literal["", "stranger", "not_theirs", "nothing"]


class Case(NamedTuple):
    """What the tables say; `gap` says why there is no order: no verified customer, not their order, none at all."""

    customer: Customer | None = None
    order: Order | None = None
    parcel: Parcel | None = None
    gap: Gap = ""


def case_of(ctx: Context, customer_id: str, named: tuple[str, ...]) -> Case:
    """The order and parcel of a verified customer.

    `named` are numbers that somebody wrote. The first counts if it is an order or a parcel of this very customer;
    if it is not, there is no order, and it stays untold whether somebody else has one of that number. Without a
    number it is the customer's most overdue parcel, else the newest thing of the last 30 days.
    """
    customer = ctx.read(Customer, customer_id) if customer_id else None
    if not customer_id:
        return Case(gap="stranger")
    if number := next((n for n in named if n), ""):
        return _named(ctx, customer, customer_id, number)
    parcels = [p for p in ctx.read(Parcel, customer_id=customer_id) if recent(p, ctx.now())]
    waiting = [p for p in parcels if p.status not in ("delivered", "returned")]
    for parcel in sorted(waiting or parcels, key=lambda p: _urgency(p, ctx.now()), reverse=True):
        order = ctx.read(Order, parcel.order_id)
        if order is not None and order.customer_id == customer_id:
            return Case(customer, order, parcel)
    # An order that has no parcel yet, such as one of this morning.
    fresh = [
        order
        for order in ctx.read(Order, customer_id=customer_id)
        if order.status in ("placed", "paid") and ctx.now() - order.placed_at < RECENT
    ]
    newest = max(fresh, key=lambda order: (order.placed_at, order.order_id), default=None)
    return Case(customer, newest, gap="" if newest else "nothing")


def _named(ctx: Context, customer: Customer | None, customer_id: str, number: str) -> Case:
    for spelling in dict.fromkeys((number, number.upper(), number.lower())):
        parcel = ctx.read(Parcel, spelling)
        order = ctx.read(Order, parcel.order_id if parcel else spelling)
        if order is not None and order.customer_id == customer_id:
            theirs = [parcel] if parcel else ctx.read(Parcel, order_id=order.order_id)
            return Case(customer, order, max(theirs, key=lambda p: _urgency(p, ctx.now()), default=None))
    return Case(customer, gap="not_theirs")


def recent(parcel: Parcel, now: datetime) -> bool:
    """Whether a customer can still mean this parcel: not one that has long come or whose promise is long forgotten."""
    last = parcel.delivered_at or parcel.expected_at or parcel.promised_at or parcel.shipped_at
    return last is None or now - last < (RECENT if parcel.delivered_at else 3 * RECENT)


def late_days(parcel: Parcel | None, now: datetime) -> float:
    """Days (two decimals) by which a parcel missed, misses or will miss its promise; 0 where nobody promised a day."""
    if parcel is None or parcel.promised_at is None or parcel.status == "returned":
        return 0.0
    if parcel.status == "delivered" and parcel.delivered_at is None:
        return 0.0
    end = parcel.delivered_at or max(now, parcel.expected_at or now)
    return round(max(0.0, (end - parcel.promised_at) / timedelta(days=1)), 2)


def usual_days(ctx: Context, carrier: str) -> int:
    """Whole days within which 9 of 10 parcels of a carrier came, or 0 where too few are known."""
    known = ctx.read(CarrierTransit, carrier) if carrier else None
    if known is None or known.delivered < ENOUGH:
        return 0
    seen = 0
    for day, count in enumerate(known.days):
        seen += count
        if seen * 10 >= known.delivered * 9:
            return max(day, 1)
    return 0


def _urgency(parcel: Parcel, now: datetime) -> tuple[float, float, str]:
    moment = parcel.delivered_at or parcel.shipped_at or parcel.promised_at
    return late_days(parcel, now), moment.timestamp() if moment else 0.0, parcel.parcel_id
