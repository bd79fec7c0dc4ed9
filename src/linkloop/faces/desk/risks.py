"""Risks: what runs short and what lies too long, by region and product, with what each action costs and why."""

from __future__ import annotations

from datetime import date as day_of
from datetime import datetime
from typing import Any, Literal

import msgspec

from linkloop.app.shop import Shop
from linkloop.commerce.network import RiskAction
from linkloop.core.errors import LinkloopError
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.faces.desk.reading import bounded, number

VIEW = "supply_chain_risk_model"
ACTIONS: tuple[RiskAction, ...] = ("紧急补货", "促销建议", "维持现状")
DAYS_SHOWN = 60

Judged = Literal["ratio", "cost"]
ActionAsked = RiskAction | Literal[""]

# The rule of the mission: expected demand against what lies there.
BY_RATIO = (
    "CASE WHEN predicted_demand > current_stock * 1.2 THEN '紧急补货'"
    " WHEN predicted_demand < current_stock * 0.8 THEN '促销建议' ELSE '维持现状' END"
)
SAVES = (
    "CASE action_by_cost WHEN '紧急补货' THEN hold_cost - order_cost"
    " WHEN '促销建议' THEN hold_cost - promote_cost WHEN '维持现状' THEN 0 END"
)


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """One product in one region on one day. `predicted_demand` (units, standard deviation `demand_sd`) is of 7 days.

    `action` goes by demand against stock, `action_by_cost` by the least expected cost (None without a price).
    `at_stake` is what leaving it is expected to cost, `saves` how much less the best action costs. `coming` is on
    order less what is owed; `forecast` says whether the demand was forecast or taken from past sales.
    """

    product_id: str
    title: str
    region: str
    date: str
    predicted_demand: float
    demand_sd: float
    current_stock: int
    coming: int
    p_stockout: float
    lead_days: float
    action: RiskAction
    action_by_cost: RiskAction | None
    order_units: int
    at_stake: Money | None
    order_cost: Money | None
    promote_cost: Money | None
    saves: Money | None
    forecast: Literal["model", "baseline"]
    reason: Text


class RegionRisk(msgspec.Struct, frozen=True, kw_only=True):
    """A region on the day: products by action (by ratio, by cost), and money at stake and to be saved by currency."""

    region: str
    products: int
    by_ratio: dict[str, int]
    by_cost: dict[str, int]
    at_stake: list[Money]
    saves: list[Money]


class RiskDay(msgspec.Struct, frozen=True):
    """A day whose risk was written down, and how many rows it has."""

    date: str
    rows: int


class Risks(msgspec.Struct, frozen=True, kw_only=True):
    """The risk of a day: all regions, and a page of the rows that were asked for, what saves most first.

    `written`: as it was written down on the eve; else worked out now. `total` counts the rows asked for, `days` are
    the days that are written down, latest first. `next` is the cursor of the page that follows. `sql` gives the rows.
    """

    date: str
    today: str
    written: bool
    at: datetime
    regions: list[RegionRisk]
    items: list[Risk]
    total: int
    next: str = ""
    days: list[RiskDay] = []
    sql: str


def risks(
    shop: Shop,
    date: str = "",
    region: str = "",
    action: ActionAsked = "",
    judged: Judged = "ratio",
    product_id: str = "",
    limit: int = 50,
    cursor: str = "",
) -> Risks:
    """The risk of a day (default: the day that is open), of one region, action or product where that is asked.

    `judged` says whose action is meant. Raises LinkloopError `risks.date` or `cursor.invalid`.
    """
    today = _today(shop)
    day = _day(date) if date else today
    start = max(0, number(cursor)) if cursor else 0
    wanted = bounded(limit)
    days = shop.door.query('SELECT "date", "rows" FROM supply_risk_days ORDER BY 1 DESC LIMIT $n', {"n": DAYS_SHOWN})
    where = f"WHERE \"date\" = '{day}'"  # an ISO date; as a literal, it lets the door read what was written down
    summed = shop.door.query(
        f"SELECT region, currency, {BY_RATIO} AS ratio, action_by_cost AS cost, count(*) AS n,"
        f" sum(hold_cost) AS stake, sum({SAVES}) AS saves FROM {VIEW} {where} GROUP BY ALL"
    ).dicts()
    ours = _asked(region, action, judged, product_id)
    mine = [row for row in summed if (not region or row["region"] == region)]
    key = "ratio" if judged == "ratio" else "cost"
    total = sum(row["n"] for row in mine if not action or row[key] == action)
    query = _page(where, ours, wanted, start)
    rows = shop.door.query(query).dicts() if total else []
    if product_id:
        total = len(rows) + start
    titles = _titles(shop, sorted({row["product_id"] for row in rows}))
    return Risks(
        date=day,
        today=today,
        written=any(row[0] == day for row in days.rows) or _written(shop, day),
        at=shop.clock.now(),
        regions=_regions(summed),
        items=[_risk(row, titles) for row in rows],
        total=total,
        next=str(start + wanted) if start + wanted < total else "",
        days=[RiskDay(*row) for row in days.rows],
        sql=_page(where, ours, 0, 0),
    )


def _asked(region: str, action: str, judged: Judged, product_id: str) -> str:
    terms = [("region", region), ("product_id", product_id)]
    found = [f"{name} = {_literal(value)}" for name, value in terms if value]
    if action:
        found.append(f"{BY_RATIO if judged == 'ratio' else 'action_by_cost'} = {_literal(action)}")
    return "".join(f" AND {term}" for term in found)


def _page(where: str, more: str, limit: int, start: int) -> str:
    page = f" LIMIT {limit} OFFSET {start}" if limit else ""
    return (
        f"SELECT *, {BY_RATIO} AS action, {SAVES} AS saves FROM {VIEW} {where}{more}"
        f" ORDER BY saves DESC NULLS LAST, p_stockout DESC, product_id, region{page}"
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _today(shop: Shop) -> str:
    """The day that is open on the shop's calendar; before its first night, that of its clock."""
    found = shop.door.query("SELECT day FROM shop_days LIMIT 1").rows
    return str(found[0][0]) if found else shop.clock.now().astimezone(shop.zone).date().isoformat()


def _written(shop: Shop, day: str) -> bool:
    return bool(shop.door.query('SELECT 1 FROM supply_risk_days WHERE "date" = $day', {"day": day}).rows)


def _day(text: str) -> str:
    try:
        return day_of.fromisoformat(text).isoformat()
    except ValueError as error:
        raise LinkloopError(
            "risks.date",
            Text(en=f"{text} is not a day", zh=f"{text} 不是日期"),
            Text(en="Write it as 2023-11-11.", zh="请写成 2023-11-11 的形式。"),
            where="date",
        ) from error


def _titles(shop: Shop, wanted: list[str]) -> dict[str, str]:
    if not wanted:
        return {}
    query = "SELECT product_id, title FROM products WHERE list_contains($wanted, product_id)"
    return dict(shop.door.query(query, {"wanted": wanted}).rows)


def _risk(row: dict[str, Any], titles: dict[str, str]) -> Risk:
    def money(name: str) -> Money | None:
        return None if row[name] is None or not row["currency"] else Money(round(row[name]), row["currency"])

    return Risk(
        product_id=row["product_id"], title=titles.get(row["product_id"], "") or "", region=row["region"],
        date=row["date"], predicted_demand=row["predicted_demand"], demand_sd=row["demand_sd"],
        current_stock=row["current_stock"], coming=row["coming"], p_stockout=row["p_stockout"],
        lead_days=row["lead_days"], action=row["action"], action_by_cost=row["action_by_cost"],
        order_units=row["order_units"], at_stake=money("hold_cost"), order_cost=money("order_cost"),
        promote_cost=money("promote_cost"), saves=money("saves"), forecast=row["forecast"],
        reason=Text(en=row["reason_en"], zh=row["reason_zh"]),
    )  # fmt: skip


def _regions(summed: list[dict[str, Any]]) -> list[RegionRisk]:
    """What is summed by region, currency and both actions, by region: most at stake first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in summed:
        found.setdefault(row["region"], []).append(row)
    regions = [
        RegionRisk(
            region=region,
            products=sum(row["n"] for row in rows),
            by_ratio={one: sum(row["n"] for row in rows if row["ratio"] == one) for one in ACTIONS},
            by_cost={one: sum(row["n"] for row in rows if row["cost"] == one) for one in ACTIONS},
            at_stake=_sums(rows, "stake"),
            saves=_sums(rows, "saves"),
        )
        for region, rows in found.items()
    ]
    return sorted(regions, key=lambda one: (-sum(money.amount for money in one.at_stake), one.region))


def _sums(rows: list[dict[str, Any]], name: str) -> list[Money]:
    sums: dict[str, float] = {}
    for row in rows:
        if row["currency"] and row[name] is not None:
            sums[row["currency"]] = sums.get(row["currency"], 0.0) + row[name]
    return [Money(round(amount), currency) for currency, amount in sorted(sums.items())]
