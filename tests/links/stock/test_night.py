"""The night: levels tuned on the shop's past by segment, orders by joint futures, and the shop's own frontier."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest

from linkloop.commerce.catalog import Product, Supplier
from linkloop.commerce.demand import DemandPaths, Forecast
from linkloop.commerce.stock import DemandDay, OrderTuning, StockFrontier, StockLevel
from linkloop.commerce.time import DayClosed
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.links.demand.model import PathsModel
from linkloop.links.stock import futures, link, night, tuning
from linkloop.links.stock.case import open_case
from linkloop.links.stock.model import Demand
from tests.links.context import MemoryShop, decisions, of_kind
from tests.links.stock.test_policy import CLOSED, TODAY

DAYS, COUNT = 60, 40
QUANTILES = ("q05", "q10", "q25", "q50", "q75", "q90", "q95")


def rows(on_hand: int = 4, past_days: int = DAYS) -> list[Table]:
    """Forty products with sixty days of Poisson sales, forecasts that know them, and little on the shelves."""
    rng = np.random.default_rng(3)
    said: list[Table] = [Supplier(supplier_id="s1", lead_time_days=4, lead_time_sd_days=1, case_pack_units=2)]
    for n in range(COUNT):
        pace = (6.0, 1.5, 0.3)[n % 3]
        product = f"p{n:02}"
        said.append(Product(product_id=product, price=Money(9000, "CNY"), cost=Money(6000, "CNY"), supplier_id="s1"))
        said.append(StockLevel(product_id=product, place="hz", on_hand=on_hand))
        for back, units in enumerate(rng.poisson(pace, past_days).tolist()):
            day = (date.fromisoformat(TODAY) - timedelta(days=back)).isoformat()
            said.append(DemandDay(product_id=product, place="hz", day=day, units=units, orders=units))
        marks = np.quantile(rng.poisson(pace, 4000), [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])
        told = dict(zip(QUANTILES, marks.tolist(), strict=True))
        for ahead in range(1, 15):
            day = (date.fromisoformat(TODAY) + timedelta(days=ahead)).isoformat()
            said.append(Forecast(product_id=product, place="hz", day=day, made_on=TODAY, mean=pace, **told))
    return said


def shop(*, joint: bool = True, **more: Any) -> MemoryShop:
    given = MemoryShop(link, rows(**more))
    if joint:
        given.matrix.register(PathsModel())
    return given


def close(given: MemoryShop, name: str = "e1") -> list[Table]:
    return given.hear(DayClosed(at=CLOSED, shop="s", day=TODAY, case_id="night", id=name))


def test_a_night_tunes_every_segment_within_the_goal_of_the_shop_and_orders_by_it() -> None:
    given = shop()
    said = close(given)
    tuned = of_kind(said, OrderTuning)
    assert {row.segment: row.series for row in tuned} == {"fast": 14, "slow": 13, "intermittent": 13}
    assert all(row.day == TODAY and 0.8 <= row.level < 1 and row.cover_days in (1, 2, 4, 7, 14) for row in tuned)
    ordered = decisions(said)
    assert len(ordered) > 15
    fast = next(row for row in tuned if row.segment == "fast")
    first = next(one for one in ordered if one.action["product_id"] == "p00")
    assert f"fast goods, for {fast.cover_days} days" in first.reason.en
    assert f"快动商品，支撑 {fast.cover_days} 天" in first.reason.zh


def test_the_frontier_falls_as_service_rises_and_today_lies_below_the_goal() -> None:
    points = [row for row in of_kind(close(shop()), StockFrontier) if row.scope == "shop"]
    swept = [row for row in points if not row.today]
    assert [row.service_level for row in swept] == sorted(row.service_level for row in swept)
    assert swept[0].stockout > swept[-1].stockout
    assert swept[0].turnover > swept[-1].turnover
    (today,) = [row for row in points if row.today]
    assert (today.point, today.series, today.days) == ("today", COUNT, 28)
    assert today.stockout < tuning.GOAL
    assert today.turnover > swept[-1].turnover


def test_without_a_forecaster_orders_go_by_moments_and_no_frontier_is_told() -> None:
    said = close(shop(joint=False))
    assert of_kind(said, StockFrontier) == []
    assert len(of_kind(said, OrderTuning)) == 3
    assert len(decisions(said)) > 15


def test_with_a_short_past_the_table_decides_the_level() -> None:
    said = close(shop(past_days=30))
    assert of_kind(said, OrderTuning) == []
    assert all("service level 0.97" in one.alternatives[0].name for one in decisions(said))
    points = [row for row in of_kind(said, StockFrontier) if row.scope == "shop"]
    assert [row.service_level for row in points] == sorted({row.service_level for row in points})
    assert all(row.turnover > 0 and row.held_units > 0 and not row.today for row in points)


def test_the_same_night_says_the_same_bytes_and_another_event_other_paths() -> None:
    first, again = close(shop()), close(shop())
    assert msgspec.json.encode(first) == msgspec.json.encode(again)
    other = close(shop(), "e2")
    assert of_kind(other, StockFrontier) != of_kind(first, StockFrontier)


def test_a_sample_is_bounded_and_stays() -> None:
    keys = [(f"p{n}", "hz") for n in range(3000)]
    chosen = night.sample(keys)
    assert len(chosen) == night.SAMPLE
    assert night.sample(keys[1:]) == chosen or ("p0", "hz") in chosen
    assert night.sample(keys[:20]) == keys[:20]


def test_what_a_path_loses_on_the_way_is_not_ordered_again() -> None:
    given = MemoryShop(link, rows(on_hand=0))
    case = open_case(given, "p00", "hz", None, 0, Demand(6.0, 6.0, 28))
    assert case is not None
    lead = msgspec.structs.replace(case, lead=case.lead).lead._replace(mean=4.0, sd=0.0)
    paths = np.full((10, 12), 6.0, np.float32)
    lost = futures.wanted(case, lead, paths, 0.9, 3, 1)
    assert (lost.low, lost.high, lost.mean) == (6, 18, 42.0)  # 24 of four days are gone before anything comes
    waiting = msgspec.structs.replace(case, level=msgspec.structs.replace(case.level, backordered=1))
    owed = futures.wanted(waiting, lead, paths, 0.9, 3, 1)
    assert (owed.low, owed.high) == (30, 42)
    full = msgspec.structs.replace(case, level=msgspec.structs.replace(case.level, on_hand=50))
    assert (futures.wanted(full, lead, paths, 0.9, 3, 1).low) == 30


def test_paths_are_asked_for_with_a_seed_of_the_event() -> None:
    asked: list[DemandPaths] = []

    class Watching(PathsModel):
        def answer_at(self, question: Any, horizon: int, read: Any) -> Any:
            asked.append(question)
            return super().answer_at(question, horizon, read)

    given = MemoryShop(link, rows())
    given.matrix.register(Watching())
    close(given)
    assert {question.seed for question in asked} == {futures.seed_of("e1")}
    assert {question.first for question in asked} == {"2026-03-30"}
    assert max(len(question.keys) for question in asked[1:]) <= 64


@pytest.mark.parametrize(("pace", "cost", "name"), [(3, 1, "fast"), (0.5, 3, "slow_dear"), (0.4, 2.9, "intermittent")])
def test_a_segment_is_a_pace_and_a_price(pace: float, cost: float, name: str) -> None:
    assert tuning.SEGMENTS[tuning.segment_of(pace, cost)] == name
