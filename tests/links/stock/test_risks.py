"""Risks written down as a day closes: the same rows as are worked out, the same bytes when heard again, bounded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linkloop.commerce.catalog import Product, Supplier
from linkloop.commerce.demand import Forecast
from linkloop.commerce.network import SupplyRisk, SupplyRiskDay
from linkloop.commerce.orders import OrderLine
from linkloop.commerce.stock import DemandDay, Place, Replenish, StockLevel
from linkloop.commerce.time import DayClosed
from linkloop.core.errors import Refused
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.links.stock import link, risks
from linkloop.store.codec import encode
from linkloop.store.lake import Lake
from linkloop.store.sql.door import SqlDoor
from tests.links.context import MemoryShop, actions, of_kind
from tests.store.said import bare_log, say

CLOSED = DayClosed(at=datetime(2023, 11, 10, 16, tzinfo=UTC), shop="s", day="2023-11-10", case_id="night")
FIRST = date(2023, 11, 11)
PLACES = {"sh": "上海市", "hz": "浙江省", "bj": "北京市"}  # two of them in 华东


def lived(products: int = 5) -> list[Table]:
    """Weeks of sales and two weeks of forecasts of some products at three places; one has no price, one no forecast."""
    rng = np.random.default_rng(8)
    rows: list[Table] = [Place(place=place, region=region) for place, region in PLACES.items()]
    rows.append(Supplier(supplier_id="s1", lead_time_days=5))
    for n in range(products):
        price = None if n == 1 else Money(int(rng.integers(500, 20_000)), "CNY")
        rows.append(Product(product_id=f"p{n}", price=price, cost=price, supplier_id="s1"))
        for place in PLACES:
            rows.append(StockLevel(product_id=f"p{n}", place=place, on_hand=int(rng.integers(0, 90)), on_order=n))
            rows += sales(f"p{n}", place, rng)
            rows += [] if n == 2 else forecasts(f"p{n}", place, rng)
    return rows


def sales(product: str, place: str, rng: np.random.Generator) -> Iterator[Table]:
    for n in range(20):
        yield OrderLine(
            order_id=f"{product}{place}{n}", line_no=1, product_id=product, place=place,
            quantity=int(rng.integers(1, 9)), price=Money(1, "CNY"),
            sold_at=CLOSED.at - timedelta(days=float(rng.uniform(0.1, 20))),
        )  # fmt: skip


def forecasts(product: str, place: str, rng: np.random.Generator) -> Iterator[Table]:
    for n in range(14):
        mean = float(rng.gamma(2.0, 4.0))
        yield Forecast(
            product_id=product, place=place, day=(FIRST + timedelta(days=n)).isoformat(), made_on=CLOSED.day, mean=mean,
            q05=mean / 2, q10=mean, q25=mean, q50=mean, q75=mean, q90=mean, q95=mean * 2, model="hand",
        )  # fmt: skip


def written(shop: MemoryShop) -> list[Table]:
    return [row for row in shop.hear(CLOSED) if isinstance(row, SupplyRisk | SupplyRiskDay)]


def model(folder: Path, *rows: Table) -> dict[tuple[str, ...], dict[str, Any]]:
    """The view's rows by day, region, product, in a shop with these rows."""
    folder.mkdir()
    engine = bare_log(folder)
    say(engine, *rows)
    door = SqlDoor(engine, Lake(str(folder / "lake")))
    asked = "SELECT * FROM supply_chain_risk_model WHERE date >= '2023-11-11' AND date <= '2023-11-18'"
    try:
        return {(row["date"], row["region"], row["product_id"]): row for row in door.query(asked).dicts()}
    finally:
        door.close()


def test_what_is_written_at_night_is_what_the_view_would_work_out(tmp_path: Path) -> None:
    facts = lived()
    rows = written(MemoryShop(link, facts))
    worked_out = model(tmp_path / "before", *facts)
    read = model(tmp_path / "after", *facts, *rows)
    assert len(worked_out) == 8 * 2 * 5  # days × regions × products
    assert read.keys() == worked_out.keys()
    for key, want in worked_out.items():
        for name, value in want.items():
            figure = pytest.approx(value, rel=1e-6, abs=0.006) if isinstance(value, float) else value
            assert read[key][name] == figure, (key, name)
    assert {row["forecast"] for row in read.values()} == {"model", "baseline"}
    assert {row["action_by_cost"] is None for row in read.values()} == {False, True}


def test_the_days_of_a_night_are_those_after_it_and_each_says_how_many_rows_it_has() -> None:
    rows = written(MemoryShop(link, lived()))
    days = of_kind(rows, SupplyRiskDay)
    assert days == [SupplyRiskDay(date=(FIRST + timedelta(days=n)).isoformat(), rows=10) for n in range(8)]
    assert len(of_kind(rows, SupplyRisk)) == 80


def test_a_night_that_is_heard_again_writes_the_same_bytes() -> None:
    facts = lived()
    first = written(MemoryShop(link, facts))
    again = written(MemoryShop(link, list(reversed(facts))))
    assert [encode(row) for row in first] == [encode(row) for row in again]


@pytest.mark.parametrize(("most", "days"), [(10, 1), (9, 1), (25, 2), (79, 7), (80, 8)])
def test_a_large_shop_writes_as_many_days_as_fit_and_always_the_first(
    monkeypatch: pytest.MonkeyPatch, most: int, days: int
) -> None:
    monkeypatch.setattr(risks, "MOST_ROWS", most)
    assert [row.date for row in of_kind(written(MemoryShop(link, lived())), SupplyRiskDay)] == [
        (FIRST + timedelta(days=n)).isoformat() for n in range(days)
    ]


def test_past_days_stay_as_they_were_predicted_and_only_coming_ones_are_written_anew() -> None:
    shop = MemoryShop(link, lived())
    written(shop)
    before = {key: row for key, row in shop.rows[SupplyRisk].items() if key.endswith("|2023-11-11")}
    shop.keep([StockLevel(product_id=f"p{n}", place="sh", on_hand=5000) for n in range(5)])
    later = DayClosed(at=CLOSED.at + timedelta(days=1), shop="s", day="2023-11-11", case_id="next")
    said = of_kind(shop.hear(later), SupplyRisk)
    assert {row.date for row in said} == {(FIRST + timedelta(days=n)).isoformat() for n in range(1, 9)}
    assert {key: shop.rows[SupplyRisk][key] for key in before} == before
    assert all(row.current_stock >= 5000 for row in said if row.region == "华东")


def test_a_night_that_cannot_be_worked_out_writes_nothing_and_orders_all_the_same() -> None:
    class Slow(MemoryShop):
        def sql(self, query: str, /, **params: Any) -> list[dict[str, Any]]:
            if "supply_chain_risk_live" in query:
                raise Refused("sql.timeout", Text(en="too long", zh="太久"))
            return super().sql(query, **params)

    goods: list[Table] = [
        Product(product_id="p1", price=Money(9900, "CNY"), cost=Money(5000, "CNY"), supplier_id="s1"),
        Supplier(supplier_id="s1", lead_time_days=5), StockLevel(product_id="p1", place="sh", on_hand=1),
        *(DemandDay(product_id="p1", place="sh", day=f"2023-11-{n:02}", units=6, orders=2) for n in range(1, 11)),
    ]  # fmt: skip
    said = Slow(link, goods).hear(CLOSED)
    assert not of_kind(said, SupplyRisk)
    assert not of_kind(said, SupplyRiskDay)
    (order,) = actions(said)
    assert isinstance(order, Replenish)
    assert order.quantity > 0
