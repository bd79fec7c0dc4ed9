"""History: the panel of the shop's series by SQL, with what is known of each day, past and ahead."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from linkloop.core.link import Context
from linkloop.links.demand import festivals
from linkloop.links.demand.panel import Array, Panel

WINDOW_DAYS = 800  # two years and a little: every festival was seen twice
KINDS = ("promotion", "price", "live_show", "holiday", "weather")
USUAL = {"price": 1.0}  # the value of a day without anything special, where it is not 0
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
_KNOWN = "SELECT kind, product_id, place, day, value FROM known_days WHERE day > $since AND day <= $ahead ORDER BY ALL"


class Series(NamedTuple):
    """The panel of the shop, the (product, place) of each row, the first day, and the days behind it."""

    panel: Panel
    keys: list[tuple[str, str]]
    first: date
    days: int


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
    known, names = _known(ctx, keys, first, days + horizon, since)
    year = np.array([((first + timedelta(days=n)).timetuple().tm_yday - 1) / 365.25 for n in range(days + horizon)])
    return Series(Panel(units, seen, 7, known, names, year), keys, first, days)


def _known(
    ctx: Context, keys: list[tuple[str, str]], first: date, days: int, since: str
) -> tuple[Array, tuple[str, ...]]:
    """[n, days, p] festivals that fall into these days, and what the shop's own known days say of each series."""
    feast = festivals.columns(first, days)
    there: Array = np.asarray(feast.any(axis=0))
    names = [name for name, here in zip(festivals.NAMES, there.tolist(), strict=True) if here]
    columns = [np.broadcast_to(feast[:, there], (len(keys), days, int(there.sum())))]
    until = (first + timedelta(days=days - 1)).isoformat()
    rows = ctx.sql(_KNOWN, since=since, ahead=until)
    for kind in KINDS:
        mine = [row for row in rows if row["kind"] == kind]
        if not mine:
            continue
        values = np.zeros((len(keys), days, 1))
        for row in mine:
            day = (date.fromisoformat(row["day"]) - first).days
            hit = [
                n for n, key in enumerate(keys) if row["product_id"] in ("", key[0]) and row["place"] in ("", key[1])
            ]
            if 0 <= day < days:
                values[hit, day, 0] = row["value"] - USUAL.get(kind, 0.0)
        columns.append(values)
        names.append(kind)
    return np.concatenate(columns, axis=2), tuple(names)
