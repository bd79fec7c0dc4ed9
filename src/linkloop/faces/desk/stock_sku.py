"""A product at a place: how it sold, what is forecast and why, where its stock goes, what was ordered, who overrode."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.catalog import CategoryName, Product, Supplier
from linkloop.commerce.demand import (
    Change,
    Demand,
    Driver,
    Forecast,
    ForecastOverride,
    ForecastState,
    Outlook,
)
from linkloop.commerce.stock import Place, PromotionAdvice, StockLevel
from linkloop.core.decision import Decision
from linkloop.core.errors import NotFound
from linkloop.core.table import join_key, table_name
from linkloop.core.text import Text
from linkloop.engine.asking import ask_now
from linkloop.faces.desk.stock_looking import Looking, case_of, ordered
from linkloop.faces.desk.stock_override import history
from linkloop.faces.desk.stock_path import BAND, DAYS, SPREAD, paths, spread_over
from linkloop.faces.desk.stock_survey import arrivals, survey
from linkloop.faces.desk.stock_views import (
    ForecastPart,
    PathDay,
    SkuDay,
    SkuForecast,
    SkuMove,
    SkuPlace,
    StockLine,
    StockSku,
)
from linkloop.faces.desk.things_rows import Rows, of_action
from linkloop.faces.desk.today_frame import Frame, instant
from linkloop.faces.desk.today_promises import Coming, coming
from linkloop.store.schema import log
from linkloop.store.sql.session import repr_sql

PAST_DAYS = 56
MOVES = 40
_SOLD = """
SELECT strftime(sold_at, '%Y-%m-%d') AS day, sum(quantity)::BIGINT AS units FROM order_lines
WHERE product_id = $product AND place = $place AND quantity > 0 AND sold_at >= $since GROUP BY day
"""
_EMPTY = "SELECT day FROM empty_shelves WHERE product_id = $product AND place = $place AND day >= $since"
_ADDED = """
SELECT sum(added) AS added, count(*) AS days FROM forecast_values WHERE product_id = $product AND place = $place
"""


class Ground(msgspec.Struct, frozen=True):
    """What a path starts from: units a day that are expected, their spread, goods on their way, and the lead time."""

    on_hand: float
    mean: list[float]
    sd: list[float]
    arriving: list[float]
    lead: float
    left: float


def sku(shop: Shop, product_id: str, place: str = "") -> StockSku:
    """The page of a product at a place; without one, at the place that needs a look most. Raises NotFound
    `row.unknown`."""
    lines = {one.place: one for one in survey(shop).lines if one.product_id == product_id}
    if place not in lines:
        if place or not lines:
            raise unknown(product_id, place)
        place = next(iter(lines))  # most money first
    line, day = lines[place], survey(shop).day
    with shop.store.read() as connection:
        rows = Rows(shop, connection)
        product = rows.must(Product, product_id, "product", "商品")
        looking = Looking(shop, connection)
        case = case_of(looking, product_id, place)
        advised = ordered(looking, case) if case is not None else None
        ahead = forecasts(rows, product_id, place, day.day)
        state = rows.one(ForecastState, join_key((product_id, place)))
        goods = [one for one in coming(shop, connection) if (one.product_id, one.place) == (product_id, place)]
        ground = ground_of(rows, line, ahead, goods, day)
        newest = max((row.made_on for row in ahead), default="")
        before = _before(connection, ahead, newest)
        places = {row.place: row for row in rows.many(Place, lines)}
        owned = _overrides(rows, product_id, place, ahead)
        values = shop.door.query(_ADDED, {"product": product_id, "place": place}).rows
        return StockSku(
            product_id=product_id,
            title=product.title,
            category=_category(rows, product.category),
            price=product.price,
            cost=product.cost,
            supplier=rows.one(Supplier, product.supplier_id) if product.supplier_id else None,
            place=place,
            day=day.day.isoformat(),
            places=[_place(one, places.get(one.place), rows) for one in sorted(lines.values(), key=lambda o: o.place)],
            line=line,
            days=_days(shop, product_id, place, day),
            forecast=[_forecast(row, owned.get(row.day), before.get(row.day)) for row in ahead],
            made_on=newest,
            before_on=max((row.made_on for row in before.values()), default=""),
            model=ahead[0].model if ahead else "",
            segment=state.segment if state else "",
            wape=state.wape if state else None,
            bias=state.bias if state else None,
            drivers=parts(made_of(shop, product_id, place, ahead).why),
            learned=state.effects if state else {},
            path=path_of(ground, day.day)[0],
            position=case.position if case else line.on_hand + line.arriving,
            reorder_point=advised.reorder_point if advised else None,
            service_level=advised.advice.service_level if advised else None,
            lead_sd_days=round(case.lead.sd, 2) if case else 0.0,
            moves=_moves(rows, product_id, place, goods, day),
            overrides=history(shop, product_id, place),
            added=round(values[0][0], 1) if values[0][1] else None,
            added_days=values[0][1],
            advice=_advice(rows, product_id, place),
            sql=_sql(product_id, place, day),
        )


def made_of(
    shop: Shop, product_id: str, place: str, ahead: list[Forecast], changes: tuple[Change, ...] = (), days: int = 7
) -> Outlook:
    """The Demand question's answer for the coming days; an empty one where no model answers it."""
    first = ahead[0].day if ahead else ""
    asked = Demand(product_id=product_id, place=place, days=days, first=first, changes=changes)
    try:
        return ask_now(shop.store, shop.matrix, asked).value
    except NotFound:
        return Outlook(first, "", (), (), ())


def parts(why: Iterable[Driver]) -> list[ForecastPart]:
    """What a forecast is made of, what moves nothing left out unless it is not known why."""
    return [
        ForecastPart(name=one.name, text=one.text, units=one.units, basis=one.basis)
        for one in why
        if abs(one.units) >= 0.05 or one.basis != "learned"
    ]


def forecasts(rows: Rows, product_id: str, place: str, today: date) -> list[Forecast]:
    """The newest night's forecasts of today and the days after it, in order."""
    found = [row for row in rows.by(Forecast, "product_id", product_id)
             if row.place == place and row.day >= today.isoformat()]  # fmt: skip
    newest = max((row.made_on for row in found), default="")
    return sorted((row for row in found if row.made_on == newest), key=lambda row: row.day)


def ground_of(rows: Rows, line: StockLine, ahead: list[Forecast], goods: list[Coming], day: Frame) -> Ground:
    """What the path of a series starts from, as the survey has it."""
    level = rows.one(StockLevel, join_key((line.product_id, line.place)))
    days = max(DAYS, min(60, int(line.lead_days) + 2))
    own = _overrides(rows, line.product_id, line.place, ahead)
    usual = line.week_told / 7
    told = [own[row.day] if own.get(row.day) is not None else row.mean for row in ahead] or [usual]
    spread = [max(row.q95 - row.q05, 0) / SPREAD for row in ahead] or [usual**0.5]
    arriving = arrivals(goods, day, days)
    unpromised = (level.on_order if level else 0) - sum(one.quantity for one in goods)
    if unpromised > 0:
        arriving[min(days - 1, int(np.ceil(line.lead_days)))] += unpromised
    on_hand = (level.on_hand - level.backordered) if level else line.on_hand
    left = 1 - (day.at - day.start()) / (day.start(-1) - day.start())
    return Ground(
        on_hand, spread_over([float(v or 0.0) for v in told], days), spread_over(spread, days),
        [float(v) for v in arriving], line.lead_days, left,
    )  # fmt: skip


def path_of(ground: Ground, today: date) -> tuple[list[PathDay], float, int]:
    """The path day by day, the units lost before goods ordered now can come, and the day of the empty shelf or −1."""
    mean, sd, arriving = (np.array([one]) for one in (ground.mean, ground.sd, ground.arriving))
    found = paths([ground.on_hand], mean, sd, arriving, [ground.lead], ground.left)
    days = [
        PathDay(
            day=(today + timedelta(days=n)).isoformat(), mean=round(max(float(stock), 0.0), 1),
            low=round(max(float(stock - BAND * sd), 0.0), 1), high=round(max(float(stock + BAND * sd), 0.0), 1),
            arriving=round(ground.arriving[n]),
        )
        for n, (stock, sd) in enumerate(zip(found.stock[0], found.sd[0], strict=True))
    ]  # fmt: skip
    return days, float(found.lost[0]), int(found.ends[0])


def _days(shop: Shop, product_id: str, place: str, day: Frame) -> list[SkuDay]:
    since = day.start(PAST_DAYS - 1)
    asked = {"product": product_id, "place": place}
    sold = dict(shop.door.query(_SOLD, {**asked, "since": since}).rows)
    first = (day.day - timedelta(days=PAST_DAYS - 1)).isoformat()
    empty = {row[0] for row in shop.door.query(_EMPTY, {**asked, "since": first}).rows}
    days = [(day.day - timedelta(days=ago)).isoformat() for ago in range(PAST_DAYS - 1, -1, -1)]
    begun = next((n for n, one in enumerate(days) if one in sold), len(days) - 1)
    return [SkuDay(one, sold.get(one, 0), one in empty) for one in days[begun:]]


def _before(connection: sa.Connection, ahead: list[Forecast], newest: str) -> dict[str, Forecast]:
    """Day → the forecast of the night before the newest one."""
    keys = [join_key((row.product_id, row.place, row.day)) for row in ahead]
    query = sa.select(log.c.body).where(
        log.c.kind == table_name(Forecast), log.c.is_event == 0, log.c.key.in_(keys)
    ).order_by(log.c.offset)  # fmt: skip
    older = [msgspec.json.decode(body, type=Forecast) for body in connection.execute(query).scalars()]
    older = [row for row in older if row.made_on < newest]
    night = max((row.made_on for row in older), default="")
    return {row.day: row for row in older if row.made_on == night}


def _overrides(rows: Rows, product_id: str, place: str, ahead: list[Forecast]) -> dict[str, float | None]:
    keys = [join_key((product_id, place, row.day)) for row in ahead]
    return {row.day: row.units for row in rows.many(ForecastOverride, keys)}


def _forecast(row: Forecast, own: float | None, before: Forecast | None) -> SkuForecast:
    return SkuForecast(
        day=row.day, mean=row.mean, q05=row.q05, q25=row.q25, q50=row.q50, q75=row.q75, q95=row.q95, own=own,
        before=before.mean if before else None,
    )  # fmt: skip


def _place(line: StockLine, place: Place | None, rows: Rows) -> SkuPlace:
    level = rows.one(StockLevel, join_key((line.product_id, line.place)))
    return SkuPlace(
        place=line.place, name=place.name if place else "", region=line.region, on_hand=line.on_hand,
        on_order=level.on_order if level else 0, week=line.week_told, days_of_cover=line.days_of_cover,
        kinds=line.kinds,
    )  # fmt: skip


def _moves(rows: Rows, product_id: str, place: str, goods: list[Coming], day: Frame) -> list[SkuMove]:
    """Orders and moves of the product to or from the place, the latest first."""
    fields = " OR ".join(of_action(field, place) for field in ("place", "from_place", "to_place"))
    query = (
        f"SELECT id FROM decisions WHERE action_kind IN ('Replenish', 'Transfer')\n"
        f"  AND {of_action('product_id', product_id)} AND ({fields})\nORDER BY id DESC LIMIT {MOVES}"
    )
    ids = [row[0] for row in rows.shop.door.query(query).rows]
    due = {one.reference: one.arrives_at for one in goods if one.reference}
    found = sorted(rows.many(Decision, ids), key=lambda one: one.id, reverse=True)
    return [_move(one, due.get(one.reference), day) for one in found]


def _move(one: Decision, due: datetime | None, day: Frame) -> SkuMove:
    assert one.at is not None
    action: dict[str, Any] = one.action
    return SkuMove(
        id=one.id, at=one.at, kind=one.action_kind, quantity=int(action.get("quantity", 0)), status=one.status,
        at_risk=one.at_risk, by=one.by, reason=one.reason, from_place=str(action.get("from_place", "")),
        to_place=str(action.get("to_place") or action.get("place") or ""), arrives_at=due,
        overdue=due is not None and due < day.at,
    )  # fmt: skip


def _advice(rows: Rows, product_id: str, place: str) -> PromotionAdvice | None:
    found = rows.one(PromotionAdvice, join_key((product_id, place)))
    return found if found is not None and found.discount > 0 else None


def _category(rows: Rows, category: str) -> Text:
    names = {row.language: row.name for row in rows.many(CategoryName, [f"{category}|en", f"{category}|zh"])}
    return Text(en=names.get("en", category), zh=names.get("zh", category))


def unknown(product_id: str, place: str) -> NotFound:
    """No stock of a product is known, or not there."""
    return NotFound(
        "row.unknown",
        Text(en=f"no stock of {product_id} is known{f' at {place}' if place else ''}",
             zh=f"{f'{place} ' if place else ''}没有 {product_id} 的库存记录"),
        Text(en="Import stock levels, or search for the product with ⌘K.", zh="请导入库存，或用 ⌘K 搜索商品。"),
        where=f"stock_levels/{product_id}",
    )  # fmt: skip


def _sql(product_id: str, place: str, day: Frame) -> dict[str, str]:
    where = f"product_id = {repr_sql(product_id)} AND place = {repr_sql(place)}"
    return {
        "days": (
            "SELECT strftime(sold_at, '%Y-%m-%d') AS day, sum(quantity) AS units\nFROM order_lines\n"
            f"WHERE {where} AND quantity > 0 AND sold_at >= {instant(day.start(PAST_DAYS - 1))}\n"
            "GROUP BY day ORDER BY day"
        ),
        "forecast": (
            "SELECT f.*, o.units AS own, o.reason\nFROM forecasts AS f "
            "LEFT JOIN forecast_overrides AS o USING (product_id, place, day)\n"
            f"WHERE f.product_id = {repr_sql(product_id)} AND f.place = {repr_sql(place)} "
            f"AND f.day >= '{day.day.isoformat()}'\nORDER BY f.day"
        ),
        "level": f"SELECT * FROM stock_levels WHERE {where}",
        "moves": (
            "SELECT id, at, action_kind, status, action, at_risk\nFROM decisions\n"
            "WHERE action_kind IN ('Replenish', 'Transfer')\n"
            f"  AND {of_action('product_id', product_id)}\nORDER BY id DESC"
        ),
    }  # fmt: skip
