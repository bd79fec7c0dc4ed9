"""Counting: what sells and comes back per product, place and day, and how long suppliers really take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import msgspec

from linkloop.commerce.orders import LineSold, OrderPlaced, OrderReturned
from linkloop.commerce.stock import DemandDay, LeadTime, ShopDay, StockArrived, StockPromised
from linkloop.commerce.time import DayClosed
from linkloop.core.link import Context
from linkloop.core.table import join_key

SHOP = "shop"  # a log holds one shop


def count_order(ctx: Context, event: OrderPlaced) -> Iterator[DemandDay]:
    """The day's demand with an order; two lines of one product are one order of it."""
    day = shop_day(ctx, event.at)
    for product_id, units in _units(event.lines).items():
        row = _day(ctx, product_id, event.place, day)
        yield msgspec.structs.replace(row, units=row.units + units, orders=row.orders + 1)


def count_return(ctx: Context, event: OrderReturned) -> Iterator[DemandDay]:
    """The day's returns with one: what comes back can be sold again, and does not reduce demand."""
    day = shop_day(ctx, event.at)
    for product_id, units in _units(event.lines).items():
        row = _day(ctx, product_id, event.place, day)
        yield msgspec.structs.replace(row, returned=row.returned + units)


def arrived(ctx: Context, event: StockArrived) -> LeadTime:
    """The supplier's lead time with an arrival (Welford's running mean and squares)."""
    row = ctx.read(LeadTime, event.supplier_id) or LeadTime(supplier_id=event.supplier_id)
    days = max((event.at - event.ordered_at) / timedelta(days=1), 0.0)
    count = row.arrivals + 1
    mean = row.mean_days + (days - row.mean_days) / count
    squares = row.squares_days + (days - row.mean_days) * (days - mean)
    return msgspec.structs.replace(row, arrivals=count, mean_days=mean, squares_days=squares)


def promised(ctx: Context, event: StockPromised) -> LeadTime:
    """The supplier's lead time with a promise."""
    row = ctx.read(LeadTime, event.supplier_id) or LeadTime(supplier_id=event.supplier_id)
    days = max((event.arrives_at - event.at) / timedelta(days=1), 0.0)
    count = row.promises + 1
    mean = row.promised_days + (days - row.promised_days) / count
    return msgspec.structs.replace(row, promises=count, promised_days=mean)


def next_day(event: DayClosed) -> ShopDay:
    """The day that opens when one has closed, and how far the shop's midnight is ahead of UTC."""
    following = date.fromisoformat(event.day) + timedelta(days=1)
    ahead = (datetime.combine(following, datetime.min.time(), UTC) - event.at) / timedelta(minutes=15)
    # Time zones are whole quarters of an hour; a day that was closed late or for long is not a zone.
    minutes = max(-14 * 60, min(14 * 60, round(ahead) * 15))
    return ShopDay(shop=SHOP, day=following.isoformat(), ahead_minutes=minutes, zone=event.zone)


def shop_day(ctx: Context, at: datetime) -> str:
    """The shop's calendar day of a moment; UTC's until the first day has closed."""
    row = ctx.read(ShopDay, SHOP)
    return (at + timedelta(minutes=row.ahead_minutes if row else 0)).date().isoformat()


def _units(lines: tuple[LineSold, ...]) -> dict[str, int]:
    units: dict[str, int] = {}
    for line in lines:
        units[line.product_id] = units.get(line.product_id, 0) + line.quantity
    return units


def _day(ctx: Context, product_id: str, place: str, day: str) -> DemandDay:
    key = join_key((product_id, place, day))
    return ctx.read(DemandDay, key) or DemandDay(product_id=product_id, place=place, day=day)
