"""Stock that ends first: how long what lies there lasts at the pace of the last two weeks, and what comes next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.stock import StockLevel
from linkloop.faces.desk.today_frame import Frame, Span
from linkloop.faces.desk.today_night import Brief
from linkloop.faces.desk.today_promises import Coming
from linkloop.faces.desk.today_views import StockEnding
from linkloop.store.schema import state

DAYS = 14
SHOWN = 12

Pace = dict[tuple[str, str], int]
_PACE = """
SELECT product_id, place, sum(quantity)::BIGINT AS units FROM order_lines
WHERE quantity > 0 AND sold_at >= $since AND sold_at < $until GROUP BY product_id, place
"""
_paces: WeakKeyDictionary[Shop, tuple[Any, Pace]] = WeakKeyDictionary()
_level = msgspec.json.Decoder(StockLevel).decode


def pace(shop: Shop, day: Frame) -> Pace:
    """Units sold per product and place in the last 14 whole days; read once a day."""
    kept = _paces.get(shop)
    if kept is not None and kept[0] == day.day:
        return kept[1]
    rows = shop.door.query(_PACE, {"since": day.start(DAYS), "until": day.start()}, max_rows=1_000_000).rows
    found = {(product, place): units for product, place, units in rows}
    _paces[shop] = (day.day, found)
    return found


def ending(
    shop: Shop, connection: sa.Connection, day: Frame, goods: list[Coming], held: list[Brief]
) -> list[StockEnding]:
    """The products whose stock at a place ends first; those that do not sell never end."""
    sold = pace(shop, day)
    query = sa.select(state.c.body).where(state.c.kind == "stock_levels")
    levels = [_level(body) for body in connection.execute(query).scalars()]
    lasting: list[tuple[float, StockLevel, float]] = []
    for level in levels:
        a_day = sold.get((level.product_id, level.place), 0) / DAYS
        if a_day > 0:
            lasting.append((max(level.on_hand, 0) / a_day, level, a_day))
    lasting.sort(key=lambda one: (one[0], -one[2], one[1].product_id, one[1].place))
    titles = _titles(connection, [level.product_id for _, level, _ in lasting[:SHOWN]])
    return [_ending(day, level, a_day, cover, titles, goods, held) for cover, level, a_day in lasting[:SHOWN]]


def ending_sql(day: Frame) -> str:
    """Days of cover by product and place, the shortest first."""
    span = Span(day.start(DAYS), day.start())
    return (
        f"WITH pace AS (\n  SELECT product_id, place, sum(quantity) / {DAYS} AS units_per_day\n  FROM order_lines\n"
        f"  WHERE quantity > 0 AND {span.sql('sold_at')}\n  GROUP BY product_id, place\n)\n"
        "SELECT product_id, title, place, on_hand, on_order, units_per_day,\n"
        "  greatest(on_hand, 0) / units_per_day AS days_of_cover\n"
        "FROM stock_levels JOIN pace USING (product_id, place) LEFT JOIN products USING (product_id)\n"
        f"ORDER BY days_of_cover, units_per_day DESC, product_id, place\nLIMIT {SHOWN}"
    )


def _ending(day: Frame, level: StockLevel, a_day: float, cover: float, titles: dict[str, str],
            goods: list[Coming], held: list[Brief]) -> StockEnding:  # fmt: skip
    here = (level.product_id, level.place)
    mine = [one for one in goods if (one.product_id, one.place) == here]
    waiting = [one.id for one in held if (one.action.get("product_id"), one.action.get("place")) == here]
    return StockEnding(
        product_id=level.product_id,
        title=titles.get(level.product_id, ""),
        place=level.place,
        on_hand=level.on_hand,
        units_per_day=a_day,
        days_of_cover=cover,
        ends_at=day.at + timedelta(days=min(cover, 3650.0)),
        arriving=sum(one.quantity for one in mine),
        arrives_at=min((one.arrives_at for one in mine), default=None),
        decision_id=waiting[0] if waiting else "",
    )


def _titles(connection: sa.Connection, wanted: list[str]) -> dict[str, str]:
    query = sa.select(state.c.key, state.c.body).where(state.c.kind == "products", state.c.key.in_(wanted))
    return {row.key: msgspec.json.decode(row.body).get("title", "") for row in connection.execute(query)}
