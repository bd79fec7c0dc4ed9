"""Traffic: visits that looked at a product, counted by day, and what they say of what will sell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np

from linkloop.commerce.customers import Browsed
from linkloop.commerce.demand import TrafficDay
from linkloop.core.link import Context
from linkloop.core.table import table_name
from linkloop.links.demand import experts
from linkloop.links.demand.panel import Array, Panel

BACK_DAYS = 56  # how far back visits are counted on the first night
_SEASONS = 8  # over which visits become units
_COUNTED = f"SELECT count(*)::BIGINT AS days FROM {table_name(TrafficDay)}"
_VISITS = f"""
WITH visits AS (
  SELECT strftime(timezone('UTC', "at") + to_minutes($ahead), '%Y-%m-%d') AS day,
    from_json(viewed, '["VARCHAR"]') AS viewed, from_json(carted, '["VARCHAR"]') AS carted
  FROM {table_name(Browsed)} WHERE "at" >= $since AND "at" < $until),
looked AS (SELECT day, unnest(list_distinct(viewed)) AS product_id, 1 AS views, 0 AS carts FROM visits
  UNION ALL SELECT day, unnest(list_distinct(carted)), 0, 1 FROM visits)
SELECT product_id, day, sum(views)::BIGINT AS views, sum(carts)::BIGINT AS carts FROM looked GROUP BY ALL ORDER BY ALL
"""


def counted(ctx: Context, day: str, ahead_minutes: int) -> Iterator[TrafficDay]:
    """The visits of the day that closed; of eight weeks where none were counted before."""
    fresh = not ctx.sql(_COUNTED)[0]["days"]
    ends = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(
        days=1, minutes=-ahead_minutes
    )
    since = ends - timedelta(days=BACK_DAYS if fresh else 1)
    for row in ctx.sql(_VISITS, since=since, until=ends, ahead=ahead_minutes):
        yield TrafficDay(product_id=row["product_id"], day=row["day"], views=row["views"], carts=row["carts"])


def by_views(panel: Panel, plain: Array, lift: Array, horizon: int) -> Array:
    """[n, h] smoothed visits ahead times the units [n, T] that a visit brought: visits are many where sales are few.

    `lift` [n, T] is what is known of the past days by its effect on demand; it is taken out of the visits too. The
    seasons' mean where visits were counted for less than four seasons.
    """
    usual = experts.seasonal_mean(plain, panel.season, horizon)
    if panel.views is None:
        return usual
    length = plain.shape[1]
    counted_ = panel.views[:, :length].any(axis=0)
    first = int(counted_.argmax()) if counted_.any() else length
    if length - first < 4 * panel.season:
        return usual
    views = panel.views[:, first:length] / lift[:, first:length]
    window = min(length - first, _SEASONS * panel.season)
    bought = plain[:, length - window :].sum(axis=1)
    looked = views[:, -window:].sum(axis=1)
    whole = bought.sum() / max(looked.sum(), 1e-9)
    rate = (bought + 10 * whole) / np.maximum(looked + 10, 1e-9)
    return experts.ets(views, panel.season, horizon) * rate[:, None]
