"""The planner's list, a product's page, overrides with their way back, moves and the network's map, from known rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from linkloop.app.shop import Shop
from linkloop.commerce.catalog import Product, Supplier
from linkloop.commerce.demand import EmptyShelf, Forecast, ForecastChanged, ForecastOverride
from linkloop.commerce.lanes import Destination, Lane
from linkloop.commerce.network import NetworkArc, NetworkPlan
from linkloop.commerce.stock import Place, PromotionAdvice, StockFrontier, StockLevel, StockPromised
from linkloop.core.errors import LinkloopError
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.world import Delivery
from linkloop.faces.desk.network_map import network_map
from linkloop.faces.desk.stock_attention import StockAsk, attention
from linkloop.faces.desk.stock_flows import allocation, frontier
from linkloop.faces.desk.stock_override import OverrideBody, UndoBody, history, override, undo
from linkloop.faces.desk.stock_sku import sku
from linkloop.faces.desk.stock_views import StockLine
from linkloop.faces.desk.stock_whatif import WhatIfBody, what_if
from linkloop.store.audit import read
from tests.faces.desk.day_shop import NOW, open_day

TODAY = date(2026, 11, 24)


def day(n: int) -> str:
    return (TODAY + timedelta(days=n)).isoformat()


def forecast(product: str, place: str, mean: float, *, n: int = 14, made: int = -1, spread: float = 2.0) -> list[Table]:
    rows = [mean * (1 + 0.5 * (k % 7 == 6)) for k in range(n)]
    return [
        Forecast(product_id=product, place=place, day=day(k), made_on=day(made), mean=m, q05=max(m - spread, 0),
                 q10=m, q25=m, q50=m, q75=m, q90=m, q95=m + spread)
        for k, m in enumerate(rows)
    ]  # fmt: skip


def say(shop: Shop, name: str, *rows: Table) -> None:
    shop.loop.accept([Delivery(source="test", external_id=name, said=tuple(rows))])


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    found = open_day(tmp_path)
    say(
        found, "goods",
        Supplier(supplier_id="SUP", name="好供应商", lead_time_days=5.0),
        Place(place="EAST", name="东仓", region="华东", latitude=31.0, longitude=121.0),
        Place(place="WEST", name="西仓", region="西南", centre="EAST", latitude=30.6, longitude=104.0),
        Product(product_id="LOW", title="卖断货 · Sells out", category="shoes", supplier_id="SUP",
                price=Money(10000, "CNY"), cost=Money(6000, "CNY")),
        Product(product_id="FULL", title="卖不动 · Stays", category="bags", supplier_id="SUP",
                price=Money(10000, "CNY"), cost=Money(6000, "CNY")),
        StockLevel(product_id="LOW", place="EAST", on_hand=20),
        StockLevel(product_id="LOW", place="WEST", on_hand=900),
        StockLevel(product_id="FULL", place="EAST", on_hand=500, on_order=30),
        PromotionAdvice(product_id="FULL", place="EAST", day=day(-1), surplus=300, days=60, units_per_day=1.0,
                        discount=0.2, saves=Money(23_400, "CNY")),
        EmptyShelf(product_id="LOW", place="EAST", day=day(-3)),
        *forecast("LOW", "EAST", 10.0), *forecast("LOW", "WEST", 1.0), *forecast("FULL", "EAST", 1.0),
        StockPromised(at=NOW - timedelta(days=6), product_id="FULL", place="EAST", quantity=30, supplier_id="SUP",
                      arrives_at=NOW - timedelta(days=2), reference="PO-1"),
    )  # fmt: skip
    yield found
    found.close()


def line(shop: Shop, product: str, place: str, **ask: Any) -> StockLine:
    lines = attention(shop, StockAsk(**{"show": "all", **ask})).lines
    return next(one for one in lines if (one.product_id, one.place) == (product, place))


def of(product: str = "LOW", place: str = "EAST", **changed: Any) -> OverrideBody:
    fields = {"place": place, "since": day(0), "until": day(6), "units": 150.0, "reason": "a live show", **changed}
    return OverrideBody(**fields)


def test_what_runs_out_stands_first_by_the_margin_that_is_lost(shop: Shop) -> None:
    found = attention(shop, StockAsk())
    assert [(one.product_id, one.place, one.kinds) for one in found.lines] == [
        ("LOW", "EAST", ["out"]),
        ("FULL", "EAST", ["late", "surplus"]),
    ]
    low, full = found.lines
    # 20 on hand; a third of today is left, and four whole days until goods ordered now can come: 43.3 are wanted.
    assert low.lost == pytest.approx(10 * (473 / 1440 + 4) - 20, abs=0.3)
    assert low.stake == pytest.approx(low.lost * 4000, abs=20)
    assert low.ends_on == day(2)
    assert (full.stake, full.late_since) == (23_400, NOW - timedelta(days=2))
    assert found.stake == low.stake + full.stake
    assert {one.key: one.count for one in found.kinds} == {
        "attention": 2, "out": 1, "held": 0, "late": 1, "moved": 0, "drift": 0, "surplus": 1, "all": 3,
    }  # fmt: skip


def test_filters_narrow_and_each_choice_says_how_many_it_would_show(shop: Shop) -> None:
    found = attention(shop, StockAsk(show="all", region="西南"))
    assert [(one.product_id, one.place) for one in found.lines] == [("LOW", "WEST")]
    assert [(one.key, one.name.en, one.count) for one in found.regions] == [
        ("华东", "East China", 2),
        ("西南", "Southwest", 1),
    ]
    assert [one.product_id for one in attention(shop, StockAsk(text="sells 东")).lines] == []
    assert [one.product_id for one in attention(shop, StockAsk(text="卖断货 east")).lines] == ["LOW"]
    assert [one.product_id for one in attention(shop, StockAsk(category="bags")).lines] == ["FULL"]


def test_the_action_is_the_risk_querys_and_can_be_filtered(shop: Shop) -> None:
    actions = {(one.product_id, one.place): one.action for one in attention(shop, StockAsk(show="all")).lines}
    sql = 'SELECT product_id, region, action_by_cost FROM supply_chain_risk_model WHERE "date" = ?'
    risk = {(p, r): a for p, r, a in shop.door.query(sql, [day(0)]).rows}
    assert actions[("LOW", "EAST")] == risk[("LOW", "华东")] == "紧急补货"
    wanted = attention(shop, StockAsk(show="all", action="紧急补货"))
    assert {one.action for one in wanted.lines} == {"紧急补货"}
    assert wanted.total == sum(action == "紧急补货" for action in actions.values())


def test_a_forecast_that_moved_is_told_for_two_days_from_its_first_to_its_last_value(shop: Shop) -> None:
    for hours, before, after in ((60, 1.0, 2.0), (20, 10.0, 30.0), (2, 30.0, 50.0)):
        moved = ForecastChanged(at=NOW - timedelta(hours=hours), product_id="LOW", place="WEST", days=7,
                                units_before=before, units_after=after, why="spike")  # fmt: skip
        say(shop, f"moved {hours}", moved)
    say(shop, "counted", StockLevel(product_id="LOW", place="WEST", on_hand=901))
    shop.clock.advance(NOW + timedelta(minutes=1))  # type: ignore[attr-defined]
    found = line(shop, "LOW", "WEST")
    assert (found.kinds, found.moved_from, found.moved_to) == (["moved"], 10.0, 50.0)
    assert found.stake == 40 * 4000


def test_an_override_keeps_the_forecasts_shape_counts_at_once_and_is_taken_back_whole(shop: Shop) -> None:
    before = line(shop, "LOW", "EAST")
    edit = override(shop, "LOW", of(), "li")
    after = line(shop, "LOW", "EAST")
    assert (edit.units, edit.by, edit.reason, edit.stands) == (150.0, "li", "a live show", True)
    assert (after.week, after.week_told, after.override) == (before.week, 150.0, True)
    assert after.stake > before.stake
    page = sku(shop, "LOW", "EAST")
    assert page.forecast[6].own == pytest.approx(1.5 * (page.forecast[0].own or 0), abs=0.01)
    assert [one.own for one in page.forecast[7:]] == [None] * 7
    gone = undo(shop, "LOW", UndoBody(place="EAST", edit=edit.edit, reason="called off"), "wu")
    assert (gone.units, gone.by) == (None, "wu")
    back = line(shop, "LOW", "EAST")
    assert (back.week_told, back.override, back.stake) == (before.week_told, False, before.stake)
    assert [(one.by, one.units, one.stands) for one in history(shop, "LOW", "EAST")] == [
        ("wu", None, True),
        ("li", 150.0, False),
    ]
    with shop.store.read() as connection:
        told = read(connection, about="LOW|EAST")
    assert [(one.by, one.what) for one in told] == [("wu", "forecast.override_undone"), ("li", "forecast.overridden")]


def test_an_override_over_another_is_undone_to_the_one_before(shop: Shop) -> None:
    first = override(shop, "LOW", of(units=150.0), "li")
    second = override(shop, "LOW", of(units=60.0, seen=first.edit), "wu")
    assert undo(shop, "LOW", UndoBody(place="EAST", edit=second.edit), "wu").units == pytest.approx(150.0, abs=0.01)
    assert line(shop, "LOW", "EAST").week_told == pytest.approx(150.0, abs=0.01)


def test_who_was_slower_is_told_so_and_nothing_is_written(shop: Shop) -> None:
    first = override(shop, "LOW", of(), "li")
    with pytest.raises(LinkloopError, match=r"override\.changed"):
        override(shop, "LOW", of(units=9.0), "wu")
    override(shop, "LOW", of(units=60.0, seen=first.edit), "wu")
    with pytest.raises(LinkloopError, match=r"override\.changed"):
        undo(shop, "LOW", UndoBody(place="EAST", edit=first.edit), "li")
    assert line(shop, "LOW", "EAST").week_told == pytest.approx(60.0, abs=0.01)


@pytest.mark.parametrize(
    ("changed", "code", "where"),
    [
        ({"reason": "  "}, "override.reason", "reason"),
        ({"since": day(-1)}, "override.days", "since"),
        ({"since": "2026-02-31"}, "override.days", "since"),
        ({"until": "2026-13-01"}, "override.days", "until"),
        ({"until": day(91)}, "override.days", "until"),
        ({"since": day(3), "until": day(2)}, "override.days", "until"),
        ({"place": "NORTH"}, "row.unknown", "place"),
    ],
)
def test_a_wrong_override_names_its_field(shop: Shop, changed: dict[str, Any], code: str, where: str) -> None:
    with pytest.raises(LinkloopError) as refused:
        override(shop, "LOW", of(**changed), "li")
    assert (refused.value.code, refused.value.where) == (code, where)
    assert history(shop, "LOW", "EAST") == []


def test_a_page_has_empty_days_the_night_before_and_where_it_needs_a_look_most(shop: Shop) -> None:
    say(shop, "next night", *forecast("LOW", "EAST", 12.0, made=0))
    page = sku(shop, "LOW")
    assert page.place == "EAST"
    assert [one.place for one in page.places] == ["EAST", "WEST"]
    assert (page.made_on, page.before_on) == (day(0), day(-1))
    assert [(one.mean, one.before) for one in page.forecast[:2]] == [(12.0, 10.0), (12.0, 10.0)]
    assert page.path[0].mean == pytest.approx(20 - 12 * 473 / 1440, abs=0.1)
    assert (page.reorder_point, page.drivers) == (None, [])  # this shop has neither policy nor forecaster
    with pytest.raises(LinkloopError, match=r"row\.unknown"):
        sku(shop, "LOW", "NORTH")


def test_a_late_supplier_loses_more(shop: Shop) -> None:
    found = what_if(shop, "LOW", WhatIfBody(place="EAST", late_days=4))
    assert (found.before.lost, found.after.lost) == pytest.approx((23.3, 68.3), abs=0.4)
    assert found.after.stake == pytest.approx(found.after.lost * 4000, rel=0.01)
    assert found.before.units == found.after.units


def test_places_know_who_supplies_them(shop: Shop) -> None:
    found = allocation(shop)
    assert [(one.place, one.centre, one.on_hand, one.out) for one in found.places] == [
        ("EAST", "", 520, 1),
        ("WEST", "EAST", 900, 0),
    ]
    assert found.moves == []


def test_the_frontier_is_that_of_the_newest_night(shop: Shop) -> None:
    def point(name: str, on: int, turnover: float) -> StockFrontier:
        return StockFrontier(scope="shop", point=name, day=day(on), service_level=0.9, stockout=0.01, turnover=turnover,
                             held_units=5.0, days=14, series=3, today=name == "today")  # fmt: skip

    assert frontier(shop).points == []
    say(shop, "old", point("0.80", -2, 9.0))
    say(shop, "new", point("0.95", -1, 7.0), point("0.90", -1, 6.0), point("today", -1, 6.5))
    found = frontier(shop)
    assert (found.day, [one.point for one in found.points]) == (day(-1), ["0.90", "0.95", "today"])


def test_the_map_has_the_arcs_of_the_plan_as_it_was_made_last(shop: Shop) -> None:
    assert (network_map(shop).lanes, network_map(shop).plans) == (0, [])

    def arc(origin: str, parcels: float, made: int, plan: Any = "present") -> NetworkArc:
        return NetworkArc(plan=plan, origin=origin, destination="上海", mode="courier", made_on=day(made),
                          parcels_per_day=parcels)  # fmt: skip

    say(
        shop, "network",
        Destination(destination="上海", english="Shanghai", region="华东", latitude=31.2, longitude=121.5),
        Destination(destination="某地"),
        Lane(origin="EAST", destination="上海", distance_km=50.0, transit_days=1.0),
        NetworkPlan(plan="present", made_on=day(-1), cost=Money(5, "CNY")),
        arc("WEST", 3.0, -1), arc("EAST", 7.0, -1), arc("OLD", 99.0, -5), arc("EAST", 10.0, -1, "best"),
    )  # fmt: skip
    found = network_map(shop)
    assert [(one.origin, one.parcels_per_day) for one in found.arcs] == [("EAST", 7.0), ("WEST", 3.0)]
    [shanghai] = found.destinations
    assert (shanghai.name.en, shanghai.parcels, shanghai.present, shanghai.best) == ("Shanghai", 10.0, "EAST", "")
    assert (found.lanes, found.unplaced, [one.place for one in found.places]) == (1, 1, ["EAST", "WEST"])


def test_nothing_known_is_an_empty_page(tmp_path: Path) -> None:
    shop = open_day(tmp_path / "empty")
    found = attention(shop, StockAsk())
    assert (found.lines, found.series, found.forecasts) == ([], 0, 0)
    assert allocation(shop).places == []
    shop.close()


def test_an_override_in_a_file_of_rows_counts_too(shop: Shop) -> None:
    say(shop, "by program", ForecastOverride(product_id="LOW", place="EAST", day=day(0), units=99.0, reason="import"))
    page = sku(shop, "LOW", "EAST")
    assert page.forecast[0].own == 99.0
    [edit] = page.overrides
    assert (edit.reason, edit.units, edit.stands) == ("import", 99.0, False)  # it has no name to take it back by
    override(shop, "LOW", of(), "li")
    assert line(shop, "LOW", "EAST").week_told == 150.0
