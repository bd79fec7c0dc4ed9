"""Attention: the planner's list, exceptions first, by what doing nothing may cost; filtered and counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from linkloop.app.shop import Shop
from linkloop.commerce.catalog import CategoryName
from linkloop.core.text import Text
from linkloop.faces.desk.stock_survey import LEVELS_SQL, survey
from linkloop.faces.desk.stock_views import NamedCount, StockAttention, StockLine
from linkloop.faces.desk.things_rows import Rows
from linkloop.faces.desk.today_frame import Frame
from linkloop.faces.desk.town_faults import REGION_NAMES

Show = Literal["attention", "out", "late", "moved", "drift", "surplus", "held", "all"]
SHOWN = 2000
KINDS: dict[Show, Text] = {
    "attention": Text(en="Needs a look", zh="需要关注"),
    "out": Text(en="Runs out before goods can come", zh="到货前将断货"),
    "held": Text(en="Waits for approval", zh="等待审批"),
    "late": Text(en="Inbound is late", zh="到货延误"),
    "moved": Text(en="Forecast moved", zh="预测突变"),
    "drift": Text(en="Forecast drifts", zh="预测漂移"),
    "surplus": Text(en="Will not sell", zh="积压滞销"),
    "all": Text(en="All stock", zh="全部库存"),
}
ACTIONS: dict[str, Text] = {
    "紧急补货": Text(en="Order now", zh="紧急补货"),
    "促销建议": Text(en="Promote", zh="促销建议"),
    "维持现状": Text(en="Leave as is", zh="维持现状"),
}


class StockAsk(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is narrowed to; empty: everything."""

    show: Show = "attention"
    region: str = ""
    category: str = ""
    action: str = ""
    text: str = ""


def attention(shop: Shop, ask: StockAsk) -> StockAttention:
    """The lines that a planner asked for, most money first, and how many each choice of a filter would show."""
    found = survey(shop)
    tests: dict[str, Callable[[StockLine], bool]] = {
        "show": lambda one: shown(one, ask.show),
        "region": lambda one: ask.region in ("", one.region),
        "category": lambda one: ask.category in ("", one.category),
        "action": lambda one: ask.action in ("", one.action),
        "text": lambda one: _says(one, ask.text),
    }

    def without(name: str) -> list[StockLine]:
        others = [test for key, test in tests.items() if key != name]
        return [one for one in found.lines if all(test(one) for test in others)]

    lines = [one for one in without("show") if tests["show"](one)]
    with shop.store.read() as connection:
        categories = _categories(Rows(shop, connection), {one.category for one in found.lines})
    currency = shop.settings.currency
    return StockAttention(
        at=found.at,
        day=found.day.day.isoformat(),
        lines=lines[:SHOWN],
        total=len(lines),
        stake=sum(one.stake for one in lines if one.currency == currency),
        currency=currency,
        kinds=[_count(key, name, without("show"), lambda one, key=key: shown(one, key)) for key, name in KINDS.items()],
        regions=_counts(without("region"), lambda one: one.region, lambda key: Text(REGION_NAMES.get(key, key), key)),
        categories=_counts(
            without("category"), lambda one: one.category, lambda key: categories.get(key, Text(key, key))
        ),
        actions=[_count(k, name, without("action"), lambda one, k=k: one.action == k) for k, name in ACTIONS.items()],
        series=len(found.lines),
        forecasts=found.forecasts,
        made_on=found.made_on,
        held=sum(one.held is not None for one in found.lines),
        sql=_sql(found.day),
    )


def shown(one: StockLine, show: Show) -> bool:
    """Whether a line is of a kind; attention: of any."""
    return show == "all" or (bool(one.kinds) if show == "attention" else show in one.kinds)


def _says(one: StockLine, text: str) -> bool:
    all_of = f"{one.product_id} {one.title} {one.place}".casefold()
    return all(word in all_of for word in text.casefold().split())


def _count(key: str, name: Text, lines: Iterable[StockLine], test: Callable[[StockLine], bool]) -> NamedCount:
    return NamedCount(key=key, name=name, count=sum(map(test, lines)))


def _counts(lines: list[StockLine], of: Callable[[StockLine], str], named: Callable[[str], Text]) -> list[NamedCount]:
    keys = sorted({of(one) for one in lines} - {""})
    return [_count(key, named(key), lines, lambda one, key=key: of(one) == key) for key in keys]


def _categories(rows: Rows, categories: set[str]) -> dict[str, Text]:
    keys = [f"{category}|{language}" for category in categories for language in ("en", "zh")]
    found: dict[str, dict[str, str]] = {}
    for row in rows.many(CategoryName, keys):
        found.setdefault(row.category, {})[row.language] = row.name
    return {key: Text(names.get("en", key), names.get("zh", key)) for key, names in found.items()}


def _sql(day: Frame) -> dict[str, str]:
    return {
        "levels": LEVELS_SQL.strip(),
        "risk": (
            'SELECT product_id, region, predicted_demand, current_stock, action_by_cost, p_stockout, reason_en\n'
            f"FROM supply_chain_risk_model\nWHERE \"date\" = '{day.day.isoformat()}'\nORDER BY p_stockout DESC"
        ),
    }  # fmt: skip
