"""Views: the named questions that ship with the product give the figures that a person would work out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.payments import PaymentTried
from linkloop.commerce.stock import Place, StockLevel
from linkloop.core.money import Money
from linkloop.store.lake import Lake
from linkloop.store.lander import Lander
from linkloop.store.sql.door import SqlDoor
from linkloop.store.sql.views import about, shipped_views
from tests.store.said import bare_log, say

RISK = """-- The supply-chain risk query, to run exactly as it stands (view supply_chain_risk_model).
SELECT
  product_id,
  predicted_demand,
  current_stock,
  CASE
    WHEN predicted_demand > current_stock * 1.2 THEN '紧急补货'
    WHEN predicted_demand < current_stock * 0.8 THEN '促销建议'
    ELSE '维持现状'
  END as action
FROM supply_chain_risk_model
WHERE region = '华东' AND date = '2023-11-11'"""

SINGLES_DAY = datetime(2023, 11, 11, 4, tzinfo=UTC)  # noon in Shanghai


def sold(order: str, product: str, units: int, days_before: int, place: str = "sh") -> OrderLine:
    at = SINGLES_DAY - timedelta(days=days_before)
    return OrderLine(
        order_id=order, line_no=1, product_id=product, quantity=units, price=Money(100, "CNY"), place=place, sold_at=at
    )


@pytest.fixture
def shop(tmp_path: Path) -> SqlDoor:
    """Two places in 华东 and one in 华北; four weeks of sales and the stock that is left."""
    engine, lake = bare_log(tmp_path), Lake(str(tmp_path / "lake"))
    say(
        engine,
        Place(place="sh", region="华东"),
        Place(place="hz", region="华东"),
        Place(place="bj", region="华北"),
        sold("o1", "lipstick", 1, 40),  # before the 28 days: not counted
        sold("o2", "lipstick", 30, 28),
        sold("o3", "lipstick", 26, 1, "hz"),
        sold("o4", "lipstick", 500, 0),  # the day itself is not known yet
        sold("o5", "lipstick", 900, 3, "bj"),  # another region
        sold("o6", "lipstick", -9, 2),  # a return was wanted once
        sold("o7", "scarf", 28, 5),
        sold("o8", "mug", 28, 5),
        sold("o9", "mug", 999, 5),  # cancelled
        Order(order_id="o9", placed_at=SINGLES_DAY, status="cancelled"),
        StockLevel(product_id="lipstick", place="sh", on_hand=90),
    )
    Lander(engine, lake).land()
    say(
        engine,
        StockLevel(product_id="lipstick", place="sh", on_hand=7),
        StockLevel(product_id="lipstick", place="hz", on_hand=4),
        StockLevel(product_id="lipstick", place="bj", on_hand=1000),
        StockLevel(product_id="scarf", place="sh", on_hand=9),
        StockLevel(product_id="mug", place="sh", on_hand=7),
        StockLevel(product_id="unsold", place="hz", on_hand=3),
    )
    return SqlDoor(engine, lake, zone="Asia/Shanghai")


def test_the_risk_query_runs_as_it_stands_and_gives_each_advice(shop: SqlDoor) -> None:
    result = shop.query(RISK)
    assert result.columns == ("product_id", "predicted_demand", "current_stock", "action")
    assert sorted(result.rows) == [
        ("lipstick", 14.0, 11, "紧急补货"),  # 56 units in 28 days, for 7 days
        ("mug", 7.0, 7, "维持现状"),
        ("scarf", 7.0, 9, "促销建议"),
        ("unsold", 0.0, 3, "促销建议"),
    ]


def test_a_young_shop_divides_by_the_days_that_it_has(tmp_path: Path) -> None:
    engine, lake = bare_log(tmp_path), Lake(str(tmp_path / "lake"))
    say(engine, Place(place="sh", region="华东"), sold("o1", "mug", 4, 4), sold("o2", "mug", 4, 1))
    door = SqlDoor(engine, lake, zone="Asia/Shanghai")
    rows = door.query("SELECT date, predicted_demand FROM supply_chain_risk_model ORDER BY date LIMIT 5").rows
    assert rows == (
        ("2023-11-07", 0.0),  # the first day knows nothing
        ("2023-11-08", 28.0),  # 4 units in 1 day
        ("2023-11-09", 14.0),
        ("2023-11-10", pytest.approx(28 / 3)),
        ("2023-11-11", 14.0),  # 8 units in 4 days
    )


def test_a_shop_without_sales_has_no_risk_rows(tmp_path: Path) -> None:
    assert SqlDoor(bare_log(tmp_path), Lake(str(tmp_path / "lake"))).query(RISK).rows == ()


def test_sales_by_day_count_in_the_zone_of_the_shop(shop: SqlDoor) -> None:
    query = "SELECT day, place, units, orders, revenue, currency FROM sales_by_day WHERE product_id = 'lipstick'"
    assert sorted(shop.query(query).rows) == [
        ("2023-10-02", "sh", 1, 1, 100, "CNY"),
        ("2023-10-14", "sh", 30, 1, 3000, "CNY"),
        ("2023-11-08", "bj", 900, 1, 90000, "CNY"),
        ("2023-11-09", "sh", -9, 1, -900, "CNY"),
        ("2023-11-10", "hz", 26, 1, 2600, "CNY"),
        ("2023-11-11", "sh", 500, 1, 50000, "CNY"),
    ]
    assert shop.query("SELECT units FROM sales_by_day WHERE product_id = 'mug'").rows == ((28,),)
    night = SINGLES_DAY.replace(hour=16)  # midnight in Shanghai: the next day
    say(shop.engine, OrderLine(order_id="n", line_no=1, product_id="owl", quantity=1, price=Money(5, "CNY"), sold_at=night))  # noqa: E501  # fmt: skip
    say(shop.engine, Order(order_id="p", placed_at=SINGLES_DAY))
    say(shop.engine, OrderLine(order_id="p", line_no=1, product_id="elk", quantity=2, price=Money(5, "CNY")))
    assert shop.query("SELECT day FROM sales_by_day WHERE product_id IN ('owl', 'elk') ORDER BY 1").rows == (
        ("2023-11-11",),
        ("2023-11-12",),
    )


def test_payment_success_by_minute(tmp_path: Path) -> None:
    engine = bare_log(tmp_path)
    minute = datetime(2024, 1, 1, 8, 30, tzinfo=UTC)
    for n, (provider, succeeded) in enumerate([("ali", True), ("ali", True), ("ali", False), ("wx", False)]):
        at = minute + timedelta(seconds=n)
        say(engine, PaymentTried(at=at, id=f"e{n}", order_id="o", provider=provider, amount=Money(1, "CNY"), succeeded=succeeded))  # noqa: E501  # fmt: skip
    door = SqlDoor(engine, Lake(str(tmp_path / "lake")), zone="Asia/Shanghai")
    assert sorted(door.query("SELECT * FROM payment_success_by_minute").rows) == [
        (minute, "ali", 3, 2, pytest.approx(2 / 3)),
        (minute, "wx", 1, 0, 0.0),
    ]


LISTS = {"china_regions"}  # the same on every shop


@pytest.mark.parametrize("name", [name for name in shipped_views() if name not in LISTS])
def test_every_shipped_view_says_what_it_is_and_runs_on_an_empty_shop(tmp_path: Path, name: str) -> None:
    assert about(shipped_views()[name]).endswith(".")
    assert SqlDoor(bare_log(tmp_path), Lake(str(tmp_path / "lake"))).query(f"SELECT * FROM {name}").rows == ()
