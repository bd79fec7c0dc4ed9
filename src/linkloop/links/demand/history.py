"""History: the panel of the shop's series by SQL, with what is known of each day, past and ahead."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from linkloop.commerce.demand import KnownKind, TrafficDay
from linkloop.core.link import Context
from linkloop.core.table import table_name
from linkloop.links.demand import festivals, known
from linkloop.links.demand.panel import Array, Panel

WINDOW_DAYS = 800  # two years and a little: every festival was seen twice
# Days before anybody counted come from order lines: an imported or older past.
_UNITS = """
WITH kept AS (SELECT coalesce(min(day), '9999') AS first FROM demand_days),
daily AS (
  SELECT product_id, place, day, units FROM demand_days
  WHERE day > $since AND day <= $until AND ($product = '' OR product_id = $product)
  UNION ALL
  SELECT product_id, place, day, sum(quantity)::BIGINT AS units FROM (
    SELECT product_id, place, quantity,
      strftime(timezone('UTC', sold_at) + to_minutes($ahead), '%Y-%m-%d') AS day
    FROM order_lines WHERE quantity > 0 AND ($product = '' OR product_id = $product)
  ), kept WHERE day > $since AND day <= $until AND day < kept.first
  GROUP BY product_id, place, day
)
SELECT product_id, place, day, sum(units)::BIGINT AS units, min(min(day)) OVER () AS first
FROM daily GROUP BY product_id, place, day ORDER BY product_id, place, day
"""
_EMPTY = "SELECT product_id, place, day FROM empty_shelves WHERE day > $since AND day <= $until"
_VIEWS = f"""
SELECT product_id, day, views FROM {table_name(TrafficDay)} WHERE day > $since AND day <= $until ORDER BY ALL
"""


class Series(NamedTuple):
    """The panel of the shop, the (product, place) of each row, the first day, the days behind it, and what is known of
    each day by kind ([n, T + horizon] in the units of KnownDay)."""

    panel: Panel
    keys: list[tuple[str, str]]
    first: date
    days: int
    known: dict[KnownKind, Array]


def series(ctx: Context, until: str, ahead_minutes: int, horizon: int, product_id: str = "") -> Series | None:
    """All series that ever sold up to and with the day `until`; None when nothing did."""
    last = date.fromisoformat(until)
    since = (last - timedelta(days=WINDOW_DAYS)).isoformat()
    rows = ctx.sql(_UNITS, since=since, until=until, ahead=ahead_minutes, product=product_id)
    if not rows:
        return None
    first = date.fromisoformat(rows[0]["first"])
    days = (last - first).days + 1
    keys = sorted({(row["product_id"], row["place"]) for row in rows})
    index = {key: n for n, key in enumerate(keys)}
    units = np.zeros((len(keys), days))
    for row in rows:
        units[index[row["product_id"], row["place"]], (date.fromisoformat(row["day"]) - first).days] = row["units"]
    seen = np.cumsum(units > 0, axis=1) > 0
    for row in ctx.sql(_EMPTY, since=since, until=until):
        where = index.get((row["product_id"], row["place"]))
        if where is not None and row["day"] >= first.isoformat():
            seen[where, (date.fromisoformat(row["day"]) - first).days] = False
    values = known.values(ctx, keys, known.Days(first, days + horizon, days, ahead_minutes))
    columns, names = _columns(values, len(keys), first, days + horizon)
    year = np.array([((first + timedelta(days=n)).timetuple().tm_yday - 1) / 365.25 for n in range(days + horizon)])
    panel = Panel(units, seen, 7, columns, names, year, views=_views(ctx, keys, first, days, since, until))
    return Series(panel, keys, first, days, values)


def _columns(values: dict[KnownKind, Array], count: int, first: date, days: int) -> tuple[Array, tuple[str, ...]]:
    """[n, days, p] festivals that fall into these days, and what is known of each series' days."""
    feast = festivals.columns(first, days)
    there: Array = np.asarray(feast.any(axis=0))
    names = [name for name, here in zip(festivals.NAMES, there.tolist(), strict=True) if here]
    whole = np.empty((count, days, len(names) + len(values)))
    whole[:, :, : len(names)] = feast[:, there]
    for k, (kind, value) in enumerate(values.items(), len(names)):
        whole[:, :, k] = known.scaled(kind, value)
    return whole, (*names, *values)


def _views(ctx: Context, keys: list[tuple[str, str]], first: date, days: int, since: str, until: str) -> Array | None:
    """[n, days] visits that looked at the product of each series; None where nobody counted them."""
    rows = ctx.sql(_VIEWS, since=since, until=until)
    if not rows:
        return None
    numbers = {product: n for n, product in enumerate(sorted({product for product, _ in keys}))}
    found = np.zeros((len(numbers), days))
    for row in rows:
        day = (date.fromisoformat(row["day"]) - first).days
        if day >= 0 and row["product_id"] in numbers:
            found[numbers[row["product_id"]], day] = row["views"]
    return found[[numbers[product] for product, _ in keys]]
