"""History: the demand of each product at each place over the last weeks, and what is already being ordered, by SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from linkloop.core.link import Context
from linkloop.links.stock.model import WINDOW_DAYS

# Days before the link began to count come from order lines: an imported or older past.
_DEMAND = """
WITH kept AS (SELECT coalesce(min(day), '9999') AS first FROM demand_days),
daily AS (
  SELECT product_id, place, day, units, returned FROM demand_days
  WHERE day > $since AND day <= $until AND (len($products) = 0 OR product_id IN (SELECT unnest($products)))
  UNION ALL
  SELECT product_id, place, day, sum(quantity)::BIGINT AS units, 0 AS returned FROM (
    SELECT product_id, place, quantity,
      strftime(timezone('UTC', sold_at) + to_minutes($ahead), '%Y-%m-%d') AS day
    FROM order_lines WHERE quantity > 0 AND (len($products) = 0 OR product_id IN (SELECT unnest($products)))
  ), kept WHERE day > $since AND day <= $until AND day < kept.first
  GROUP BY product_id, place, day
)
SELECT product_id, place, list(day ORDER BY day) AS days, list(units ORDER BY day) AS units,
  sum(returned)::BIGINT AS returned, min(min(day)) OVER () AS first
FROM daily GROUP BY product_id, place ORDER BY product_id, place
"""
_EMPTY = """
SELECT product_id, place, day FROM empty_shelves
WHERE day > $since AND day <= $until AND product_id IN (SELECT unnest($products)) ORDER BY 1, 2, 3
"""
# What was decided and not yet answered: orders come, transfers leave one place and come to another.
_PENDING = """
SELECT product_id, place, sum(quantity)::BIGINT AS quantity FROM (
  SELECT json_extract_string(action, '$.product_id') AS product_id,
    json_extract_string(action, '$.to_place') AS place,
    CAST(json_extract_string(action, '$.quantity') AS BIGINT) AS quantity
  FROM decisions WHERE action_kind = 'Transfer' AND status IN ('held', 'allowed', 'unclear')
  UNION ALL
  SELECT json_extract_string(action, '$.product_id') AS product_id,
    json_extract_string(action, '$.from_place') AS place,
    -CAST(json_extract_string(action, '$.quantity') AS BIGINT) AS quantity
  FROM decisions WHERE action_kind = 'Transfer' AND status IN ('held', 'allowed', 'unclear')
  UNION ALL
  SELECT json_extract_string(action, '$.product_id') AS product_id, json_extract_string(action, '$.place') AS place,
    CAST(json_extract_string(action, '$.quantity') AS BIGINT) AS quantity
  FROM decisions WHERE action_kind = 'Replenish' AND status IN ('held', 'allowed', 'unclear')
) WHERE $product = '' OR product_id = $product GROUP BY product_id, place
"""


class Past(NamedTuple):
    """Units of each day up to the last, oldest first, and the units a day that came back."""

    units: list[int]
    returned_a_day: float


def demand(
    ctx: Context, until: str, ahead_minutes: int, products: Sequence[str] = (), window: int = WINDOW_DAYS
) -> dict[tuple[str, str], Past]:
    """(product, place) → its past of `window` days, up to and with the day `until`, of these products or of all.

    Days before the shop's first sale do not count.
    """
    last = date.fromisoformat(until)
    since = (last - timedelta(days=window)).isoformat()
    found: dict[tuple[str, str], Past] = {}
    for row in ctx.sql(_DEMAND, since=since, until=until, ahead=ahead_minutes, products=list(products)):
        count = (last - date.fromisoformat(row["first"])).days + 1
        units = [0] * count
        for day, sold in zip(row["days"], row["units"], strict=True):
            units[count - 1 - (last - date.fromisoformat(day)).days] += sold
        found[row["product_id"], row["place"]] = Past(units, row["returned"] / count)
    return found


def empty(ctx: Context, until: str, window: int, products: Sequence[str]) -> dict[tuple[str, str], list[int]]:
    """(product, place) → days, counted back from `until`, on which the shelf was empty in the end."""
    last = date.fromisoformat(until)
    since = (last - timedelta(days=window)).isoformat()
    found: dict[tuple[str, str], list[int]] = {}
    for row in ctx.sql(_EMPTY, since=since, until=until, products=list(products)):
        found.setdefault((row["product_id"], row["place"]), []).append((last - date.fromisoformat(row["day"])).days)
    return found


def pending(ctx: Context, product_id: str = "") -> dict[tuple[str, str], int]:
    """(product, place) → units decided to be ordered or moved there (less: away), not yet answered by the world."""
    return {(row["product_id"], row["place"]): row["quantity"] for row in ctx.sql(_PENDING, product=product_id)}
