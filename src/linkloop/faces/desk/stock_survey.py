"""The survey of stock: every product at every place with its forecast, its path, and what doing nothing may cost."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import msgspec
import numpy as np
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import micros
from linkloop.core.decision import Alternative, Decision
from linkloop.core.money import Money, exponent
from linkloop.faces.desk.stock_path import DAYS, SPREAD, Paths, paths, spread_over
from linkloop.faces.desk.stock_views import AttentionKind, HeldOrder, StockLine
from linkloop.faces.desk.today_frame import Frame, frame
from linkloop.faces.desk.today_promises import Coming, coming
from linkloop.faces.desk.today_stock import DAYS as PACE_DAYS
from linkloop.faces.desk.today_stock import pace
from linkloop.links.stock.case import MARGIN_UNKNOWN
from linkloop.links.stock.outlook import STALE_DAYS
from linkloop.store.schema import ledger, state

LONGEST = 60  # days ahead that are looked at, for the slowest suppliers
LEAST_LOST = 1.0  # units: less is not worth a planner's eye
DRIFTED = 3.0  # standard deviations
RECENT = timedelta(days=2)
HOLDING_A_YEAR = 0.25
NOTHING = ("order nothing", "move nothing and wait for the supplier")

LEVELS_SQL = """
SELECT l.product_id, l.place, l.on_hand, l.on_order, l.backordered, coalesce(p.title, '') AS title,
  coalesce(p.category, '') AS category, p.price, p.price_currency, p.cost, p.cost_currency,
  CASE WHEN t.arrivals >= 3 THEN t.mean_days WHEN t.promises > 0 THEN t.promised_days
    ELSE coalesce(s.lead_time_days, 7) END AS lead, coalesce(r.region, '') AS region
FROM stock_levels AS l LEFT JOIN products AS p USING (product_id) LEFT JOIN suppliers AS s USING (supplier_id)
  LEFT JOIN lead_times AS t USING (supplier_id) LEFT JOIN place_regions AS r USING (place)
ORDER BY l.product_id, l.place
"""
AHEAD_SQL = """
SELECT product_id, place, max(made_on) AS made_on, list(mean ORDER BY day) AS mean, list(told ORDER BY day) AS told,
  list(sd ORDER BY day) AS sd, bool_or(own) AS own, max(made_at) AS edited
FROM (
  SELECT f.product_id, f.place, f.day, f.made_on, f.mean, coalesce(o.units, f.mean) AS told,
    greatest(f.q95 - f.q05, 0) / $spread AS sd, o.units IS NOT NULL AS own,
    CASE WHEN f.day < $week THEN o.made_at END AS made_at
  FROM forecasts AS f LEFT JOIN forecast_overrides AS o USING (product_id, place, day)
  WHERE f.day >= $day AND f.made_on >= $since
) GROUP BY product_id, place
"""
MOVED_SQL = """
SELECT product_id, place, arg_min(units_before, "at") AS units_before, arg_max(units_after, "at") AS units_after
FROM forecast_changed WHERE "at" >= $since GROUP BY product_id, place
"""
DRIFT_SQL = "SELECT product_id, place, drift, bias FROM forecast_states WHERE abs(drift) >= $least"
SURPLUS_SQL = "SELECT product_id, place, surplus, discount, saves FROM promotion_advice WHERE discount > 0"
ACTIONS_SQL = 'SELECT product_id, region, action_by_cost FROM supply_chain_risk_model WHERE "date" = $day'


class Ahead(NamedTuple):
    """What a forecast says of the coming days: as the model has it, with a person's numbers, and its spread; when the
    coming week was edited last."""

    made_on: str
    mean: list[float]
    told: list[float]
    sd: list[float]
    own: bool
    edited: datetime | None


class Survey(NamedTuple):
    """All lines, and how many of them have a forecast, made on which night at the latest."""

    at: datetime
    day: Frame
    lines: list[StockLine]
    forecasts: int
    made_on: str


class HeldMove(msgspec.Struct, frozen=True):
    """The fields of a held decision that a line shows."""

    id: str
    action_kind: str
    action: dict[str, Any]
    at_risk: Money
    decide_by: datetime | None = None
    alternatives: tuple[Alternative, ...] = ()


_held = msgspec.json.Decoder(HeldMove).decode
_lock = threading.Lock()
_kept: WeakKeyDictionary[Shop, tuple[tuple[Any, ...], Survey]] = WeakKeyDictionary()


def survey(shop: Shop) -> Survey:
    """Every series as of this minute of the shop; looked at anew when a decision or an override has changed."""
    now = shop.clock.now()
    day = frame(now, shop.zone)
    with _lock:
        with shop.store.read() as connection:
            key = (day.at, _last(connection))
            known = _kept.get(shop)
            if known is not None and known[0] == key:
                return known[1]
            found = _look(shop, connection, now, day)
        _kept[shop] = (key, found)
        return found


def held_moves(connection: sa.Connection) -> list[HeldMove]:
    """The orders and moves that wait for a person."""
    query = sa.select(state.c.body).where(state.c.kind == "decisions", state.c.ix1 == "held")
    found = [_held(body) for body in connection.execute(query).scalars()]
    return [one for one in found if one.action_kind in ("Replenish", "Transfer")]


def worth(one: HeldMove | Decision) -> float | None:
    """What it is expected to win against doing nothing, in major units; None where that was not weighed."""
    chosen = next((a.score for a in one.alternatives if a.chosen), None)
    nothing = next((a.score for a in one.alternatives if a.name in NOTHING), None)
    return None if chosen is None or nothing is None else round(chosen - nothing, 2)


def unit_margin(price: int | None, cost: int | None, same: bool) -> float:
    """What a sale of one unit earns, in minor units; a stated share of the price where the cost is not known."""
    if price is None:
        return 0.0
    return float(price - cost) if cost is not None and same else MARGIN_UNKNOWN * price


def ahead(shop: Shop, day: date, product_id: str = "") -> dict[tuple[str, str], Ahead]:
    """(product, place) → the forecast of today and the days after it; old ones are not believed."""
    asked: dict[str, Any] = {
        "day": day.isoformat(),
        "since": (day - timedelta(days=STALE_DAYS + 1)).isoformat(),
        "spread": SPREAD,
    }
    asked["week"] = (day + timedelta(days=7)).isoformat()
    query = AHEAD_SQL
    if product_id:
        query = query.replace("WHERE f.day", "WHERE f.product_id = $product AND f.day")
        asked["product"] = product_id
    rows = shop.door.query(query, asked, max_rows=1_000_000).rows
    return {(r[0], r[1]): Ahead(*r[2:]) for r in rows}


def arrivals(goods: Iterable[Coming], day: Frame, days: int) -> np.ndarray[Any, Any]:
    """[days] units that come; what is overdue is expected to stay away for as long as it has so far, a day at least."""
    found = np.zeros(days)
    for one in goods:
        ahead_days = (one.arrives_at.astimezone(day.zone).date() - day.day).days
        at = ahead_days if one.arrives_at >= day.at else max(1, -ahead_days)
        if at < days:
            found[at] += one.quantity
    return found


def _last(connection: sa.Connection) -> tuple[int, int]:
    overrides = sa.select(sa.func.max(state.c.offset)).where(state.c.kind == "forecast_overrides")
    return (
        connection.execute(sa.select(sa.func.max(ledger.c.seq))).scalar() or 0,
        connection.execute(overrides).scalar() or 0,
    )


def _look(shop: Shop, connection: sa.Connection, now: datetime, day: Frame) -> Survey:
    levels = shop.door.query(LEVELS_SQL, max_rows=1_000_000).dicts()
    told = ahead(shop, day.day)
    sold = pace(shop, day)
    goods: dict[tuple[str, str], list[Coming]] = {}
    for one in coming(shop, connection):
        goods.setdefault((one.product_id, one.place), []).append(one)
    keys = [(row["product_id"], row["place"]) for row in levels]
    if not keys:
        return Survey(now, day, [], 0, "")
    days = min(LONGEST, max(DAYS, int(max(row["lead"] for row in levels)) + 2))
    mean, sd = np.zeros((len(keys), days)), np.zeros((len(keys), days))
    arriving = np.zeros((len(keys), days))
    for n, (key, row) in enumerate(zip(keys, levels, strict=True)):
        known = told.get(key)
        usual = sold.get(key, 0) / PACE_DAYS
        mean[n] = spread_over(known.told if known else [usual], days)
        sd[n] = spread_over(known.sd if known else [usual**0.5], days)
        arriving[n] = arrivals(goods.get(key, ()), day, days)
        unpromised = row["on_order"] - sum(one.quantity for one in goods.get(key, ()))
        if unpromised > 0:
            arriving[n, min(days - 1, int(np.ceil(row["lead"])))] += unpromised
    on_hand = [row["on_hand"] - row["backordered"] for row in levels]
    left = 1 - (day.at - day.start()) / (day.start(-1) - day.start())
    found = paths(on_hand, mean, sd, arriving, [row["lead"] for row in levels], left)
    more = _More(shop, connection, day)
    lines = [
        _line(row, n, told.get(key), mean[n], found, goods.get(key, []), more, day)
        for n, (key, row) in enumerate(zip(keys, levels, strict=True))
    ]
    lines.sort(key=lambda one: (-one.stake, -one.p_out, one.product_id, one.place))
    made_on = max((one.made_on for one in told.values()), default="")
    return Survey(now, day, lines, sum(one.by_forecast for one in lines), made_on)


class _More:
    """What else is known of a series: moved and drifting forecasts, surplus, the risk query's action, held orders."""

    def __init__(self, shop: Shop, connection: sa.Connection, day: Frame) -> None:
        def by_key(sql: str, **asked: Any) -> dict[tuple[str, str], Sequence[Any]]:
            return {(r[0], r[1]): r[2:] for r in shop.door.query(sql, asked, max_rows=1_000_000).rows}

        self.moved = by_key(MOVED_SQL, since=day.at - RECENT)
        self.drift = by_key(DRIFT_SQL, least=DRIFTED)
        self.surplus = by_key(SURPLUS_SQL)
        self.actions = by_key(ACTIONS_SQL, day=day.day.isoformat())
        self.held: dict[tuple[str, str], HeldMove] = {}
        for one in held_moves(connection):
            place = one.action.get("place") or one.action.get("to_place")
            self.held.setdefault((str(one.action.get("product_id")), str(place)), one)


def _line(
    row: dict[str, Any], n: int, known: Ahead | None, mean: np.ndarray[Any, Any], found: Paths, goods: list[Coming],
    more: _More, day: Frame,
) -> StockLine:  # fmt: skip
    key = (row["product_id"], row["place"])
    same = row["cost_currency"] == row["price_currency"]
    margin = unit_margin(row["price"], row["cost"], same)
    lost, week = float(found.lost[n]), float(mean[:7].sum())
    overdue = [one.arrives_at for one in goods if one.arrives_at < day.at]
    moved, drift = more.moved.get(key), more.drift.get(key, (0.0, 0.0))
    surplus = more.surplus.get(key)
    held = more.held.get(key)
    kinds: list[AttentionKind] = []
    stakes = [0.0]
    if lost >= LEAST_LOST:
        kinds.append("out")
        stakes.append(lost * margin)
    if overdue:
        kinds.append("late")
    if moved is not None:
        kinds.append("moved")
        carried = (row["cost"] or 0) * HOLDING_A_YEAR * DAYS / 365
        stakes.append(abs(moved[1] - moved[0]) * (margin if moved[1] > moved[0] else carried))
    if drift[0]:
        kinds.append("drift")
        stakes.append(min(abs(drift[1]), 1.0) * week * margin)
    if surplus is not None:
        kinds.append("surplus")
        stakes.append(float(surplus[2] or 0))
    if held is not None:
        kinds.append("held")
        won = worth(held)
        stakes.append((won or 0.0) * 10 ** exponent(held.at_risk.currency))
    ends = int(found.ends[n])
    pace_a_day = week / 7
    return StockLine(
        product_id=key[0], title=row["title"], category=row["category"], place=key[1], region=row["region"],
        kinds=kinds, stake=round(max(stakes)), currency=row["price_currency"] or row["cost_currency"] or "",
        on_hand=row["on_hand"], arriving=sum(one.quantity for one in goods),
        arrives_at=min((one.arrives_at for one in goods), default=None), late_since=min(overdue, default=None),
        week=round(float(sum(known.mean[:7])) if known else week, 2), week_told=round(week, 2),
        override=bool(known and known.own),
        edited=str(micros(known.edited)) if known and known.edited else "", by_forecast=known is not None,
        lead_days=round(row["lead"], 1),
        days_of_cover=round(max(row["on_hand"], 0) / pace_a_day, 1) if pace_a_day > 0.005 else None,
        ends_on=(day.day + timedelta(days=ends)).isoformat() if ends >= 0 else "",
        p_out=round(float(found.p_out[n]), 4), lost=round(lost, 2),
        moved_from=moved[0] if moved else None, moved_to=moved[1] if moved else None, drift=round(drift[0], 2),
        surplus=surplus[0] if surplus else 0, discount=surplus[1] if surplus else 0.0,
        action=more.actions.get((key[0], row["region"]), (None,))[0], held=_order(held) if held else None,
    )  # fmt: skip


def _order(one: HeldMove) -> HeldOrder:
    return HeldOrder(
        id=one.id, kind=one.action_kind, quantity=int(one.action.get("quantity", 0)), at_risk=one.at_risk,
        decide_by=one.decide_by, from_place=str(one.action.get("from_place", "")),
    )  # fmt: skip
