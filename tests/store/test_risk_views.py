"""The risk views: chances and expected costs beside scipy, what was written down beside its short form, regions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil, log, sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from linkloop.commerce.catalog import Product
from linkloop.commerce.demand import Forecast
from linkloop.commerce.network import SupplyRisk, SupplyRiskDay
from linkloop.commerce.orders import OrderLine
from linkloop.commerce.stock import Place, StockLevel
from linkloop.core.money import Money
from linkloop.store.lake import Lake
from linkloop.store.sql.door import SqlDoor
from linkloop.store.sql.pinned import short_form
from linkloop.store.sql.views import shipped_views
from tests.store.said import bare_log, say

DAY = datetime(2023, 11, 11, 4, tzinfo=UTC)
PRICE, COST, LEAD = 10_000, 6_000, 7
# product: (mean a day, half width of its 90 % band, on hand, on order)
FORECAST = {
    "short": (30.0, 12.0, 60, 0), "fair": (10.0, 6.0, 190, 0), "coming": (20.0, 9.0, 100, 200),
    "heap": (2.0, 1.5, 2_000, 0), "out": (5.0, 3.0, 0, 0),
}  # fmt: skip


def open_door(folder: Path, *rows: object) -> SqlDoor:
    """A door over a shop in which these rows were said."""
    engine = bare_log(folder)
    say(engine, *rows)  # type: ignore[arg-type]
    return SqlDoor(engine, Lake(str(folder / "lake")), zone="Asia/Shanghai")


@pytest.fixture
def planned(tmp_path: Path) -> SqlDoor:
    """Five products with forecasts of seven days, prices and stock, at one place in 华东."""
    rows: list[object] = [Place(place="sh", region="上海市")]
    for name, (mean, half, on_hand, on_order) in FORECAST.items():
        rows.append(Product(product_id=name, price=Money(PRICE, "CNY"), cost=Money(COST, "CNY")))
        rows.append(StockLevel(product_id=name, place="sh", on_hand=on_hand, on_order=on_order))
        for n in range(7):
            rows.append(
                Forecast(
                    product_id=name, place="sh", day=(DAY + timedelta(days=n)).date().isoformat(),
                    made_on="2023-11-10", mean=mean, q05=mean - half, q10=mean, q25=mean, q50=mean, q75=mean, q90=mean,
                    q95=mean + half, model="hand",
                )
            )  # fmt: skip
    return open_door(tmp_path, *rows)


def expected(mean: float, half: float, on_hand: int, on_order: int) -> dict[str, float]:
    """The same figures by scipy: normal demand, losses as integrals of its tail."""
    daily_sd = 2 * half / 3.29
    week = sqrt(0.5 * (7 * daily_sd) ** 2 + 0.5 * 7 * daily_sd**2)
    sd_h, sd_l = week / sqrt(7) * sqrt(LEAD + 7), week / sqrt(7) * sqrt(LEAD)
    want_h, want_l, held = mean * (LEAD + 7), mean * LEAD, on_hand + on_order
    margin, holding = PRICE - COST, COST * 0.25 / 365 * (LEAD + 7)
    best = min(max(log(margin / holding) / 1.702, -3), 3)
    order = max(0, ceil(want_h + best * sd_h - held))

    def lost(have: float, want: float, sd: float) -> float:
        return quad(
            lambda x: (x - have) * norm.pdf(x, want, sd), have, max(have, want) + 12 * sd, points=[max(have, want)]
        )[0]

    def old(have: float) -> float:
        return 0.3 * COST * max(have - 90 * mean, 0)

    hold_lost, many = lost(held, want_h, sd_h), lost(held + order, want_h, sd_h)
    first, promoted = lost(held, want_l, sd_l), lost(held, 1.25 * want_h, 1.118 * sd_h)
    sold = 1.25 * want_h - promoted
    return {
        "p": float(norm.sf((on_hand - 7 * mean) / week)),
        "hold": margin * hold_lost + holding * max(held + hold_lost - want_h, 0) + old(held),
        "order": 5000 + margin * max(first, many) + holding * max(held + order + many - want_h, 0) + old(held + order),
        "promote": 0.1 * PRICE * sold - margin * max(sold - (want_h - hold_lost), 0) + margin * hold_lost
        + holding * max(held + promoted - 1.25 * want_h, 0) + old(held - 0.25 * want_h),
        "units": order,
    }  # fmt: skip


def test_chances_costs_and_the_action_are_those_of_normal_demand(planned: SqlDoor) -> None:
    rows = planned.query(
        "SELECT product_id, p_stockout, hold_cost, order_cost, promote_cost, order_units, action_by_cost, forecast"
        " FROM supply_chain_risk_model WHERE date = '2023-11-11' AND region = '华东'"
    ).rows
    assert {row[0] for row in rows} == set(FORECAST)
    for name, chance, hold, order, promote, units, action, forecast in rows:
        want = expected(*FORECAST[name])
        assert forecast == "model"
        assert chance == pytest.approx(want["p"], abs=2e-4), name
        for told, figure in ((hold, want["hold"]), (order, want["order"]), (promote, want["promote"])):
            # Φ is approximated to 1.4e-4, which a margin and a spread multiply.
            assert told == pytest.approx(figure, rel=2e-3, abs=(PRICE - COST) * 0.05), name
        costs = {"维持现状": want["hold"], "紧急补货": want["order"], "促销建议": want["promote"]}
        assert action == min(costs, key=lambda name: costs[name]), name
        assert units == (want["units"] if action == "紧急补货" else 0)
    assert {row[6] for row in rows} == {"紧急补货", "促销建议", "维持现状"}


def test_without_a_price_nothing_is_weighed(tmp_path: Path) -> None:
    sold = OrderLine(order_id="o", line_no=1, product_id="a", quantity=28, price=Money(1, "CNY"), place="sh", sold_at=DAY - timedelta(days=2))  # noqa: E501  # fmt: skip
    door = open_door(
        tmp_path, Place(place="sh", region="华东"), sold, StockLevel(product_id="a", place="sh", on_hand=3)
    )
    asked = (
        "SELECT action_by_cost, hold_cost, reason_zh, reason_en FROM supply_chain_risk_model WHERE date = '2023-11-11'"
    )
    ((action, cost, chinese, english),) = door.query(asked).rows
    assert action is None
    assert cost is None
    assert "没有价格" in chinese
    assert "no price is known" in english


@pytest.fixture
def written(tmp_path: Path) -> SqlDoor:
    """A shop with two days written down and others that are worked out when asked."""
    rng = np.random.default_rng(3)
    rows: list[object] = [Place(place="sh", region="华东"), Place(place="bj", region="北京")]
    rows += [
        OrderLine(order_id=f"o{n}", line_no=1, product_id=f"p{n % 4}", quantity=int(rng.integers(1, 30)),
                  price=Money(1, "CNY"), place=("sh", "bj")[n % 2],
                  sold_at=DAY - timedelta(days=int(rng.integers(0, 12))))
        for n in range(40)
    ]  # fmt: skip
    for day in ("2023-11-10", "2023-11-11"):
        for n in range(5):
            for region in ("华东", "华北"):
                rows.append(SupplyRisk(product_id=f"p{n}", region=region, date=day, predicted_demand=float(7 * n + 1),
                                       current_stock=n * n, p_stockout=n / 5, lead_days=3.0))  # fmt: skip
        rows.append(SupplyRiskDay(date=day, rows=10))
    return open_door(tmp_path, *rows)


QUERIES = [
    "SELECT product_id, reason_zh FROM supply_chain_risk_model WHERE date = '2023-11-11'",
    "SELECT r.product_id FROM supply_chain_risk_model r WHERE r.date = '2023-11-11' ORDER BY length(r.reason_en)",
    "SELECT supply_chain_risk_model FROM supply_chain_risk_model WHERE date = '2023-11-11'",
    "SELECT r FROM supply_chain_risk_model AS r WHERE date = '2023-11-11' AND region = '华东'",
    "SELECT COLUMNS('.*') FROM supply_chain_risk_model WHERE date = '2023-11-11'",
    "SELECT * EXCLUDE (reason_en) FROM supply_chain_risk_model WHERE date = '2023-11-11'",
    "SELECT list_transform([1], lambda x: reason_en) FROM supply_chain_risk_model WHERE date = '2023-11-11'",
    "SELECT date, count(*), avg(hold_cost) FROM supply_chain_risk_model WHERE date = '2023-11-11' GROUP BY ALL",
    "SELECT count(*) FROM supply_chain_risk_model WHERE date = '2023-11-11'",
    "SELECT * FROM supply_chain_risk_model WHERE date = '2023-11-11'",
    "SELECT product_id, current_stock FROM supply_chain_risk_model r WHERE '2023-11-10' = r.date AND region = '华东'",
    "SELECT region, sum(predicted_demand) FROM supply_chain_risk_model WHERE date = '2023-11-11' GROUP BY region",
    "SELECT * FROM supply_chain_risk_model WHERE date = '2023-11-09'",  # not written down
    "SELECT * FROM supply_chain_risk_model WHERE date = '2023-11-11' AND date = '2023-11-09'",
    "SELECT * FROM supply_chain_risk_model WHERE date = '2023-11-11' OR region = '华东'",
    "SELECT * FROM supply_chain_risk_model WHERE NOT date = '2023-11-11'",
    "SELECT count(*) FROM supply_chain_risk_model WHERE date = '2023-11-11' AND current_stock > 3",
    "SELECT a.product_id FROM supply_chain_risk_model AS a JOIN supply_chain_risk_model AS b USING (product_id)"
    " WHERE a.date = '2023-11-11' AND b.date = '2023-11-09'",
    "SELECT product_id, (SELECT count(*) FROM supply_chain_risk_model) FROM supply_chain_risk_model"
    " WHERE date = '2023-11-11'",
]


@pytest.mark.parametrize("asked", QUERIES)
def test_the_short_form_gives_the_same_rows(written: SqlDoor, asked: str) -> None:
    with_it = written.query(asked)
    view = "supply_chain_risk_model"
    plain = written.views[view].replace("-- Pinned:", "-- Not pinned:")
    assert short_form(written.views[view]) is not None
    assert short_form(plain) is None
    other = SqlDoor(written.engine, written.lake, zone="Asia/Shanghai")
    other.views = {**written.views, view: plain}
    without = other.query(asked)
    assert with_it.columns == without.columns
    assert sorted(with_it.rows, key=repr) == sorted(without.rows, key=repr)


@pytest.mark.parametrize(
    ("asked", "wordless"),
    [
        ("SELECT product_id, p_stockout FROM supply_chain_risk_model WHERE date = '2023-11-11'", True),
        ("SELECT r.region FROM supply_chain_risk_model r WHERE date = '2023-11-11'", True),
        ("SELECT reason_en FROM supply_chain_risk_model WHERE date = '2023-11-11'", False),
        ("SELECT * FROM supply_chain_risk_model WHERE date = '2023-11-11'", False),
        ("SELECT r FROM supply_chain_risk_model r WHERE date = '2023-11-11'", False),
    ],
)
def test_what_needs_no_words_does_not_plan_them(written: SqlDoor, asked: str, wordless: bool) -> None:
    written.query(asked)
    ((session,),) = written._idle.values()
    assert (session._views["supply_chain_risk_model"] == 'FROM "supply_risks"') is wordless


def test_a_day_is_looked_for_again_until_it_is_written(written: SqlDoor) -> None:
    asked = "SELECT count(*) FROM supply_chain_risk_model WHERE date = '2023-11-09'"
    assert written.query(asked).rows == ((4,),)
    row = SupplyRisk(product_id="p0", region="华东", date="2023-11-09", predicted_demand=1.0, current_stock=1)
    last = say(written.engine, row, SupplyRiskDay(date="2023-11-09", rows=1))
    assert written.query(asked).rows == ((1,),)
    assert written.query(asked).rows == ((1,),)
    assert written.query(asked, as_of=last - 2).rows == ((4,),)


def test_what_is_written_is_read_and_the_rest_is_worked_out(written: SqlDoor) -> None:
    count = "SELECT count(*) FROM supply_chain_risk_model WHERE date = '{}'"
    assert written.query(count.format("2023-11-11")).rows == ((10,),)
    assert written.query(count.format("2023-11-09")).rows == ((4,),)  # each product was sold at one place


REGIONS = {
    "上海": "华东", "江苏": "华东", "山东": "华东", "福建": "华东", "杭州": "华东", "青岛": "华东", "厦门": "华东",
    "义乌": "华东",
    "广东": "华南", "海南": "华南", "广西": "华南", "深圳": "华南", "东莞": "华南", "桂林": "华南", "三亚": "华南",
    "北京": "华北", "天津": "华北", "内蒙古": "华北", "石家庄": "华北", "太原": "华北", "包头": "华北",
    "湖北": "华中", "河南": "华中", "武汉": "华中", "长沙": "华中", "郑州": "华中",
    "四川": "西南", "重庆": "西南", "西藏": "西南", "成都": "西南", "昆明": "西南", "遵义": "西南",
    "陕西": "西北", "新疆": "西北", "西安": "西北", "兰州": "西北", "乌鲁木齐": "西北",
    "辽宁": "东北", "吉林": "东北", "黑龙江": "东北", "大连": "东北", "哈尔滨": "东北",
    "香港": "港澳台", "澳门": "港澳台", "台北": "港澳台",
}  # fmt: skip


def test_provinces_and_cities_are_in_their_region(tmp_path: Path) -> None:
    door = open_door(tmp_path, Place(place="x"))
    rows = door.query("SELECT name, region, kind FROM china_regions").rows
    found = {name: region for name, region, _ in rows}
    assert {name: found.get(name) for name in REGIONS} == REGIONS
    provinces = [name for name, _, kind in rows if kind == "province"]
    assert len(provinces) == len(set(provinces)) == 34
    cities = [name for name, _, kind in rows if kind == "city"]
    assert len(cities) == len(set(cities))
    assert {region for _, region, _ in rows} == {name for name, _, kind in rows if kind == "region"}


def test_places_are_in_the_region_of_their_province_or_city_else_as_given(tmp_path: Path) -> None:
    door = open_door(
        tmp_path,
        Place(place="a", region="江苏省"), Place(place="b", region="", city="成都市"),
        Place(place="c", region="内蒙古自治区"),
        Place(place="d", region="Bavaria"), Place(place="e"), Place(place="f", region="华中"),
        Place(place="g", region="Midlands", city="南京市"),
    )  # fmt: skip
    assert dict(door.query("SELECT place, region FROM place_regions").rows) == {
        "a": "华东", "b": "西南", "c": "华北", "d": "Bavaria", "e": "", "f": "华中", "g": "Midlands",
    }  # fmt: skip


def test_the_risk_views_ship() -> None:
    assert {"china_regions", "place_regions", "supply_chain_risk_model", "supply_chain_risk_written"} <= set(
        shipped_views()
    )
