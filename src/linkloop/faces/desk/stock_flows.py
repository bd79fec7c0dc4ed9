"""Flows: how stock lies across places, what is proposed to move between them, and the shop's own frontier."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.catalog import Product
from linkloop.commerce.stock import Place, StockFrontier
from linkloop.core.decision import Decision
from linkloop.core.table import table_name
from linkloop.faces.desk.stock_survey import survey, worth
from linkloop.faces.desk.stock_views import Allocation, Frontier, MoveLine, PlaceStock, StockLine
from linkloop.faces.desk.things_rows import Rows
from linkloop.store.schema import state

MOVES = 200
SHOP = "shop"
_MOVES = f"SELECT id FROM decisions WHERE action_kind = 'Transfer' ORDER BY status <> 'held', id DESC LIMIT {MOVES}"
_FRONTIER = """
SELECT point, service_level, turnover, stockout, held_units, "day", today FROM stock_frontiers
WHERE scope = 'shop' ORDER BY turnover
"""


def allocation(shop: Shop) -> Allocation:
    """Places with their stock, and moves between them: those that wait first, then the latest."""
    lines = survey(shop).lines
    with shop.store.read() as connection:
        rows = Rows(shop, connection)
        places = {row.place: row for row in rows.many(Place, {one.place for one in lines})}
        ids = [row[0] for row in shop.door.query(_MOVES).rows]
        moves = {one.id: one for one in rows.many(Decision, ids)}
        titles = {
            p.product_id: p.title for p in rows.many(Product, (str(m.action.get("product_id")) for m in moves.values()))
        }
    found = [_move(moves[one], titles) for one in ids if one in moves]
    return Allocation(
        places=[_place(key, places.get(key), [one for one in lines if one.place == key])
                for key in sorted({one.place for one in lines})],
        moves=found,
        held=sum(one.status == "held" for one in found),
        sql={"places": "SELECT place, sum(on_hand) AS on_hand, sum(on_order) AS on_order\nFROM stock_levels\n"
                       "GROUP BY place",
             "moves": "SELECT id, at, status, action, reason, at_risk\nFROM decisions\nWHERE action_kind = 'Transfer'\n"
                      "ORDER BY id DESC"},
    )  # fmt: skip


def frontier(shop: Shop) -> Frontier:
    """The points of the newest night; empty before the first."""
    query = sa.select(state.c.body).where(state.c.kind == table_name(StockFrontier))
    with shop.store.read() as connection:
        found = [msgspec.json.decode(body, type=StockFrontier) for body in connection.execute(query).scalars()]
    newest = max((row.day for row in found), default="")
    points = sorted((row for row in found if row.day == newest), key=lambda row: (row.scope, row.today, row.turnover))
    scopes = sorted({row.scope for row in points} - {SHOP})
    return Frontier(day=newest, points=points, segments=scopes, sql=_FRONTIER.strip())


def _place(key: str, place: Place | None, lines: list[StockLine]) -> PlaceStock:
    on_hand, week = sum(one.on_hand for one in lines), sum(one.week_told for one in lines)
    return PlaceStock(
        place=key, name=place.name if place else "", region=lines[0].region if lines else "",
        centre=place.centre if place else "", inbound_units=place.inbound_units if place else 0, on_hand=on_hand,
        week=round(week, 1), days_of_cover=round(7 * on_hand / week, 1) if week > 0 else None,
        out=sum("out" in one.kinds for one in lines),
    )  # fmt: skip


def _move(one: Decision, titles: dict[str, str]) -> MoveLine:
    assert one.at is not None
    product = str(one.action.get("product_id", ""))
    quantity = int(one.action.get("quantity", 0))
    half = next((a.score for a in one.alternatives if a.name == f"{quantity // 2} units" and not a.chosen), None)
    return MoveLine(
        id=one.id, at=one.at, product_id=product, title=titles.get(product, ""),
        from_place=str(one.action.get("from_place", "")), to_place=str(one.action.get("to_place", "")),
        quantity=quantity, status=one.status, at_risk=one.at_risk, worth=worth(one), half=half, reason=one.reason,
        decide_by=one.decide_by,
    )  # fmt: skip
