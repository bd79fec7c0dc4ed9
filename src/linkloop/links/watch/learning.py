"""Learning: the seasons of the shop, its products and its payment providers, from SQL over the last four weeks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from linkloop.commerce.watching import Season
from linkloop.core.link import Context
from linkloop.links.watch.counting import ORDERS, PRODUCT, PROVIDER, minute_number
from linkloop.links.watch.season import DAYS_LEARNED_FROM, SLOT_MINUTES, capped_total, learn, success_rate

# Orders as rows know the past and what was imported, the counted minutes also worlds that say events alone.
_ORDERS = """
WITH booked AS (
  SELECT epoch(placed_at)::BIGINT // $seconds AS slot, count(*) AS n FROM orders
  WHERE placed_at >= $since AND placed_at < $until GROUP BY 1
), counted AS (
  SELECT epoch(minute)::BIGINT // $seconds AS slot, sum("count") AS n FROM minute_counts
  WHERE metric = 'orders' AND minute >= $since AND minute < $until GROUP BY 1
)
SELECT slot, greatest(coalesce(booked.n, 0), coalesce(counted.n, 0))::BIGINT AS n
FROM booked FULL JOIN counted USING (slot) ORDER BY slot
"""
_LINES = """
SELECT product_id, list(n ORDER BY day) AS days FROM (
  SELECT product_id, epoch(sold_at)::BIGINT // 86400 AS day, count(*) AS n FROM order_lines
  WHERE sold_at >= $since AND sold_at < $until AND quantity > 0 GROUP BY 1, 2
) GROUP BY 1 ORDER BY 1
"""
_DEMAND = """
SELECT product_id, list(n ORDER BY day) AS days FROM (
  SELECT product_id, day, sum(orders)::BIGINT AS n FROM demand_days WHERE day >= $day AND orders > 0 GROUP BY 1, 2
) GROUP BY 1 ORDER BY 1
"""
_TRIES = """
SELECT provider, list(n ORDER BY day) AS tries, list(good ORDER BY day) AS good FROM (
  SELECT provider, epoch("at")::BIGINT // 86400 AS day, count(*) AS n, count(*) FILTER (succeeded) AS good
  FROM payment_tried WHERE "at" >= $since AND "at" < $until GROUP BY 1, 2
) GROUP BY 1 ORDER BY 1
"""


def learn_all(ctx: Context, at: datetime) -> Iterator[Season]:
    """Every season as of `at`, from the four weeks before it; the shop's first, so that it is known even if empty."""
    since = at - timedelta(days=DAYS_LEARNED_FROM)
    span = {"since": since, "until": at}
    shop, days = _shop(ctx, since, at)
    yield shop
    if shop.levels:
        yield from _products(ctx, since, at, days)
    for row in ctx.sql(_TRIES, **span):
        rate, tries = success_rate(row["tries"], row["good"])
        if tries:
            yield Season(
                metric=PROVIDER + row["provider"],
                slot_minutes=1440,
                levels=(round(rate, 5),),
                seen=(tries,),
                updated_at=at,
            )


def _shop(ctx: Context, since: datetime, at: datetime) -> tuple[Season, int]:
    found = {row["slot"]: row["n"] for row in ctx.sql(_ORDERS, since=since, until=at, seconds=SLOT_MINUTES * 60)}
    if not found:
        return learn(ORDERS, 0, (), at), 0
    # The slot of the first order ever and the one that is not over yet are not whole.
    first, end = min(found) + 1, minute_number(at) // SLOT_MINUTES
    counts = [found.get(slot, 0) for slot in range(first, end)]
    return learn(ORDERS, first, counts, at), max(1, round(len(counts) * SLOT_MINUTES / 1440))


def _products(ctx: Context, since: datetime, at: datetime, days: int) -> Iterator[Season]:
    totals: dict[str, float] = {}
    for query, given in ((_LINES, {"since": since, "until": at}), (_DEMAND, {"day": since.date().isoformat()})):
        for row in ctx.sql(query, **given):
            name = row["product_id"]
            totals[name] = max(totals.get(name, 0.0), capped_total(row["days"], days))
    mean = sum(totals.values()) / max(1, len(totals)) / days
    for name in sorted(totals):
        # The mean of a gamma posterior whose prior is half a line at the average product's pace.
        level = (totals[name] + 0.5) / (days + 0.5 / mean)
        yield Season(
            metric=PRODUCT + name,
            slot_minutes=1440,
            levels=(round(level, 5),),
            seen=(round(totals[name]),),
            updated_at=at,
        )
