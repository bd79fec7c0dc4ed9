"""Today's orders: how many and worth how much, in quarters of an hour, beside yesterday and a week ago."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from linkloop.app.shop import Shop
from linkloop.core.money import exponent
from linkloop.faces.desk.today_frame import SLOT_MINUTES, Frame, Span

# One pass over the orders of three days, and the value of an order over four weeks for what is usual in money.
_SLOTS = """
WITH placed AS (
  SELECT CASE WHEN placed_at >= $today THEN 0 WHEN placed_at >= $yesterday THEN 1
              WHEN placed_at >= $week AND placed_at < $week_end THEN 7 ELSE 28 END AS ago,
    CASE ago WHEN 0 THEN $today WHEN 1 THEN $yesterday WHEN 7 THEN $week ELSE placed_at END AS start,
    CASE ago WHEN 0 THEN $at WHEN 1 THEN $yesterday_cut WHEN 7 THEN $week_cut END AS cut,
    placed_at, CASE WHEN total_currency = $currency THEN total END AS worth
  FROM orders WHERE placed_at >= $since AND placed_at < $at
)
SELECT ago, ((epoch_us(placed_at) - epoch_us(start)) // $slot)::INTEGER AS slot,
  count(*) AS n, count(*) FILTER (placed_at < cut) AS n_so_far,
  coalesce(sum(worth), 0)::BIGINT AS money, coalesce(sum(worth) FILTER (placed_at < cut), 0)::BIGINT AS money_so_far,
  coalesce(sum(worth::DOUBLE * worth), 0) AS squares
FROM placed GROUP BY ALL
"""
WEEKS = 4


class DayOrders(msgspec.Struct):
    """Orders of one day by slot, and up to the time of day that it is now."""

    counts: list[int]
    money: list[int]
    count: int = 0
    worth: int = 0


class Orders(NamedTuple):
    """The three days, and mean and variance of an order's value (minor units) over four weeks; None without any."""

    today: DayOrders
    yesterday: DayOrders
    last_week: DayOrders
    value: tuple[float, float] | None
    ever: bool


def orders(shop: Shop, day: Frame) -> Orders:
    """Count the orders of today, yesterday and a week ago."""
    week, since = day.so_far(7), day.start(7 * WEEKS)
    rows = shop.door.query(
        _SLOTS,
        {
            "today": day.start(),
            "yesterday": day.start(1),
            "yesterday_cut": day.so_far(1).end,
            "week": week.start,
            "week_end": day.start(6),
            "week_cut": week.end,
            "since": since,
            "at": day.at,
            "slot": SLOT_MINUTES * 60_000_000,
            "currency": shop.settings.currency,
        },
    ).rows
    days = {ago: DayOrders([0] * day.slots(ago), [0] * day.slots(ago)) for ago in (0, 1, 7)}
    many, total, squares = 0, 0, 0.0
    for ago, slot, n, n_so_far, money, money_so_far, square in rows:
        many, total, squares = many + n, total + money, squares + square
        if (found := days.get(ago)) is not None:
            found.counts[slot] += n
            found.money[slot] += money
            found.count += n_so_far
            found.worth += money_so_far
    mean = total / many if many else 0.0
    value = (mean, max(0.0, squares / many - mean**2)) if many > 1 else None
    return Orders(days[0], days[1], days[7], value, many > 0 or _any(shop))


def hourly(slots: list[int], hours: list[Span]) -> list[int]:
    """Slots of a quarter of an hour summed up by hour."""
    per = 60 // SLOT_MINUTES
    return [sum(slots[n * per : (n + 1) * per]) for n in range(len(hours))]


def gmv_sql(span: Span, currency: str) -> str:
    """The value of all orders placed in a span, in major units."""
    return (
        f"SELECT coalesce(sum(total), 0) / {10 ** exponent(currency)} AS gmv\nFROM orders\n"
        f"WHERE {span.sql('placed_at')}\n  AND total_currency = '{currency}'"
    )


def count_sql(span: Span) -> str:
    """How many orders were placed in a span."""
    return f"SELECT count(*) AS orders\nFROM orders\nWHERE {span.sql('placed_at')}"


def value_sql(span: Span, currency: str) -> str:
    """The mean value of an order placed in a span, in major units."""
    return (
        f"SELECT sum(total) FILTER (total_currency = '{currency}') / {10 ** exponent(currency)} / count(*) "
        f"AS order_value\nFROM orders\nWHERE {span.sql('placed_at')}"
    )


def pulse_sql(span: Span, currency: str) -> str:
    """Orders and their value per slot of a span."""
    return (
        f"SELECT time_bucket(INTERVAL {SLOT_MINUTES} MINUTE, placed_at) AS slot, count(*) AS orders,\n"
        f"  sum(total) FILTER (total_currency = '{currency}') / {10 ** exponent(currency)} AS gmv\n"
        f"FROM orders\nWHERE {span.sql('placed_at')}\nGROUP BY slot ORDER BY slot"
    )


def _any(shop: Shop) -> bool:
    return bool(shop.door.query("SELECT 1 FROM orders LIMIT 1").rows)
