"""Contracts say what the classes say, lineage what the map says, freshness what the clock and the rows say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from linkloop.app.settings import Settings
from linkloop.app.shop import LOOP_SAYS, Shop, installed_links, installed_worlds
from linkloop.commerce.orders import Order, OrderStatus
from linkloop.commerce.parcels import ParcelDelayed
from linkloop.core.clock import SimClock
from linkloop.core.errors import LinkloopError, NotFound
from linkloop.core.table import Table
from linkloop.core.vocabulary import json_schema, tables
from linkloop.engine.wiring import edges
from linkloop.faces.desk import browsing, contracts, freshness, glossary, lineage, quality
from linkloop.faces.desk.browsing import BrowseRequest
from linkloop.faces.desk.filters import ColumnFilter, Sort
from linkloop.store.columns import arrow_schema
from tests.engine.small_shop import NOW, delayed, minute, open_small, order, said


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop, _ = open_small(tmp_path)
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop with every installed link and world, not running."""
    folder = tmp_path_factory.mktemp("whole")
    settings = Settings(folder=str(folder))
    shop = Shop(settings, links=installed_links(), worlds=installed_worlds(settings))
    yield shop
    shop.close()


def say(shop: Shop, *items: Table, name: str = "x") -> None:
    shop.loop.accept([said(name, *items)])


def ours() -> list[tuple[str, type[Table]]]:
    return [(name, kind) for name, kind in sorted(tables().items()) if kind.__module__.startswith("linkloop.")]


# -- contracts ----------------------------------------------------------------------------------------------------


def test_a_contract_lists_the_columns_that_sql_shows_with_their_types(whole: Shop) -> None:
    for name, kind in ours():
        shown = whole.door.query(f'SELECT * FROM "{name}" LIMIT 0')
        told = contracts.contract(whole, name)
        names = {"TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE"}
        assert [column.name for column in told.columns] == list(shown.columns) == arrow_schema(kind).names
        assert [names.get(column.type, column.type) for column in told.columns] == list(shown.types), name


def test_a_contract_is_the_class(whole: Shop) -> None:
    for name, kind in ours():
        told = contracts.contract(whole, name)
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        needed = {column.name for column in told.columns if column.needed and column.name in fields}
        assert needed == {name for name, field in fields.items() if field.required}
        assert {column.name for column in told.columns if column.key and column.name in fields} == set(kind.__key__)
        assert told.json_schema == json_schema(kind)


def test_allowed_values_units_and_currencies_are_told() -> None:
    columns = {column.name: column for column in contracts.class_columns(Order)}
    assert set(columns["status"].values) == set(get_args(OrderStatus))
    assert (columns["total"].form, columns["total"].currency_column) == ("money", "total_currency")
    assert columns["placed_at"].form == "instant"
    assert columns["status"].default == "placed"
    delay = {column.name: column for column in contracts.class_columns(ParcelDelayed)}
    assert delay["at"].needed
    assert not delay["cause"].needed


def test_every_table_column_and_view_has_its_meaning_in_both_languages(whole: Shop) -> None:
    mute: list[str] = []
    for name, _ in contracts.names(whole):
        told = contracts.contract(whole, name)
        mute += [name] if not told.means.en or told.means.zh in ("", told.means.en) else []
        mute += [f"{name}.{one.name}" for one in told.columns if not one.means.en or not one.means.zh]
    assert mute == []


def test_the_glossary_names_nothing_that_is_gone(whole: Shop) -> None:
    columns = {
        (name, one.name) for name, _ in contracts.names(whole) for one in contracts.contract(whole, name).columns
    }
    plain = {column for _, column in columns}
    words = msgspec.json.decode((Path(glossary.__file__).parent / "columns.json").read_bytes())
    gone = [word for word in words if (tuple(word.split(".", 1)) not in columns if "." in word else word not in plain)]
    assert gone == []


def test_every_function_of_the_glossary_runs(whole: Shop) -> None:
    known = whole.door._parser.execute("SELECT DISTINCT function_name FROM duckdb_functions()").fetchall()
    assert sorted(set(glossary.functions()) - {name for (name,) in known} - {"coalesce", "nullif", "unnest"}) == []
    for name in set(glossary.functions()) - {"range"}:  # which is allowed as a table only
        assert whole.door.names(f"SELECT {name}(1, 2)") == frozenset()


def test_an_unknown_table_is_not_found(shop: Shop) -> None:
    with pytest.raises(NotFound) as caught:
        contracts.contract(shop, "nothing")
    assert (caught.value.code, caught.value.where) == ("table.unknown", "nothing")


# -- lineage ------------------------------------------------------------------------------------------------------


def test_lineage_holds_every_edge_of_the_map(whole: Shop) -> None:
    found = {(edge.source, edge.target, edge.how) for edge in lineage.lineage(whole).edges}
    by_class = {kind.__name__: name for name, kind in tables().items()}
    worlds = {world.name for world in whole.worlds}

    def speaker(name: str) -> str:
        return "loop:loop" if name == "loop" else f"world:{name}" if name in worlds else f"link:{name}"

    missing = []
    for edge in edges(whole.links, whole.worlds, LOOP_SAYS):
        if edge.how == "event":
            table = f"table:{by_class[edge.word]}"
            wanted = [(speaker(edge.speaker), table, "says")] if edge.speaker else []
            wanted += [(table, f"link:{edge.hearer}", "hears")] if edge.hearer else []
        else:
            action = f"action:{edge.word}"
            wanted = [(f"link:{edge.speaker}", action, "decides")] if edge.speaker else []
            wanted += [(action, f"world:{edge.hearer}", "does")] if edge.hearer else []
        missing += [one for one in wanted if one not in found]
    assert missing == []


def test_lineage_finds_what_a_link_reads_in_its_code(shop: Shop, whole: Shop) -> None:
    assert lineage.reads(shop, shop.links[0]) == ["orders"]  # ctx.read(Order, …), and FROM orders in its SQL
    stock = next(link for link in whole.links if link.name == "stock")
    assert {"stock_levels", "demand_days", "products", "lead_times"} <= set(lineage.reads(whole, stock))


def test_a_view_comes_from_the_tables_that_its_text_names(whole: Shop) -> None:
    found = {e.source for e in lineage.lineage(whole).edges if e.target == "table:supply_chain_risk_model"}
    assert found == {"table:supply_risk_days", "table:supply_chain_risk_live", "table:supply_chain_risk_written"}
    assert contracts.contract(whole, "supply_chain_risk_model").sources == sorted(one.split(":")[1] for one in found)


def test_lineage_around_a_table_is_a_part_of_the_whole(whole: Shop) -> None:
    every = lineage.lineage(whole)
    near = lineage.lineage(whole, "parcel_delayed", 1)
    assert set(near.edges) <= set(every.edges)
    assert {node.id for node in near.nodes} == {"table:parcel_delayed", "link:service", "world:sim"}
    assert {(edge.source, edge.how, edge.target) for edge in near.edges} >= {
        ("world:sim", "says", "table:parcel_delayed"),
        ("table:parcel_delayed", "hears", "link:service"),
    }
    with pytest.raises(NotFound):
        lineage.lineage(whole, "nothing")


# -- freshness ----------------------------------------------------------------------------------------------------


def hourly(days: int, until: datetime, first: int = 8, last: int = 20) -> list[Table]:
    """Orders on the hour from 8 to 20 UTC, `days` days long, the last one at `until`."""
    found: list[Table] = []
    at = until
    while at > until - timedelta(days=days):
        if first <= at.hour <= last:
            found.append(Order(order_id=at.isoformat(), placed_at=at))
        at -= timedelta(hours=1)
    return found


def at_clock(shop: Shop, now: datetime) -> None:
    shop.clock = shop.loop.clock = SimClock(now)
    freshness._BOOKS.pop(shop, None)


def test_a_table_is_late_when_its_pause_is_longer_than_it_usually_is(shop: Shop) -> None:
    evening = datetime(2026, 11, 23, 20, tzinfo=UTC)
    say(shop, *hourly(10, evening))
    at_clock(shop, evening + timedelta(hours=12))
    calm = freshness.freshness(shop, "orders")
    assert (calm.state, calm.lag_s, calm.usual_pause_s) == ("fresh", 12 * 3600.0, 12 * 3600.0)
    assert (calm.last_at, calm.time_column) == (evening, "placed_at")
    at_clock(shop, evening + timedelta(hours=18, minutes=1))
    assert freshness.freshness(shop, "orders").state == "late"


def test_one_bad_day_is_no_habit(shop: Shop) -> None:
    evening = datetime(2026, 11, 23, 20, tzinfo=UTC)
    rows = [row for row in hourly(10, evening) if getattr(row, "placed_at").day != 18]  # noqa: B009
    say(shop, *rows)
    at_clock(shop, evening + timedelta(hours=20))
    found = freshness.freshness(shop, "orders")
    assert (found.usual_pause_s, found.state) == (12 * 3600.0, "late")


def test_two_days_are_too_few_for_a_rhythm(shop: Shop) -> None:
    evening = datetime(2026, 11, 23, 20, tzinfo=UTC)
    say(shop, *hourly(2, evening))
    at_clock(shop, evening + timedelta(days=2))
    assert freshness.freshness(shop, "orders").state == "learning"


def test_rows_are_counted_hot_and_cold_and_by_day(shop: Shop) -> None:
    evening = datetime(2026, 11, 23, 10, tzinfo=UTC)
    rows = hourly(3, evening)
    say(shop, *rows)
    at_clock(shop, evening)
    hot = freshness.freshness(shop, "orders")
    assert (hot.rows, hot.hot, hot.cold) == (len(rows), len(rows), 0)
    by_day: dict[str, int] = {}
    for row in rows:
        day = getattr(row, "placed_at").astimezone(shop.zone).date().isoformat()  # noqa: B009
        by_day[day] = by_day.get(day, 0) + 1
    assert {one.day: one.rows for one in hot.days} == by_day
    shop.lander.land()
    at_clock(shop, evening)
    cold = freshness.freshness(shop, "orders")
    assert (cold.rows, cold.hot, cold.cold) == (len(rows), 0, len(rows))


def test_a_row_that_lies_ahead_of_the_clock_does_not_make_a_table_fresh(shop: Shop) -> None:
    say(shop, Order(order_id="a", placed_at=NOW), Order(order_id="b", placed_at=NOW + timedelta(days=400)))
    at_clock(shop, NOW + timedelta(hours=1))
    found = freshness.freshness(shop, "orders")
    assert (found.last_at, found.rows) == (NOW, 2)


def test_an_empty_table_is_empty_and_a_view_is_as_fresh_as_its_sources(shop: Shop) -> None:
    assert (freshness.freshness(shop, "alerts").state, freshness.freshness(shop, "alerts").rows) == ("empty", 0)
    assert freshness.freshness(shop, "sales_by_day").state == "empty"
    evening = datetime(2026, 11, 23, 20, tzinfo=UTC)
    say(shop, *hourly(10, evening))
    at_clock(shop, evening + timedelta(days=2))
    view, table = freshness.freshness(shop, "sales_by_day"), freshness.freshness(shop, "orders")
    assert (view.state, view.lag_s) == (table.state, table.lag_s) == ("late", 2 * 86400.0)


def test_arrival_is_told_by_the_shops_clock(shop: Shop) -> None:
    say(shop, minute(1), minute(2), name="m")
    say(shop, delayed(1, at=NOW - timedelta(days=3)), name="late news")
    at_clock(shop, NOW + timedelta(minutes=3))
    found = freshness.freshness(shop, "parcel_delayed")
    assert found.last_at == NOW - timedelta(days=3)
    assert found.arrived_at == NOW + timedelta(minutes=2)


# -- quality ------------------------------------------------------------------------------------------------------


def test_quality_counts_what_is_missing_and_most_frequent(shop: Shop) -> None:
    say(shop, *(order(n, 10 * n, customer="c1" if n < 4 else "") for n in range(1, 7)))
    found = {one.name: one for one in quality.quality(shop, "orders").columns}
    assert (found["customer_id"].missing, found["order_id"].missing, found["approved_at"].missing) == (3, 0, 6)
    assert (found["total"].low, found["total"].high, found["total"].mean) == ("1000", "6000", 3500.0)
    assert [(top.value, top.rows) for top in found["status"].top] == [("placed", 6)]
    assert found["order_id"].top == []


def test_quality_is_counted_anew_only_when_the_table_has_changed(shop: Shop) -> None:
    say(shop, order(1, 10), name="a")
    first = quality.quality(shop, "orders")
    say(shop, minute(1), name="b")
    assert quality.quality(shop, "orders") is first
    say(shop, order(2, 10), name="c")
    assert quality.quality(shop, "orders").rows == 2


# -- rows ---------------------------------------------------------------------------------------------------------


def keys(window: browsing.BrowseWindow) -> list[Any]:
    at = [column.name for column in window.columns].index("order_id")
    return [row[at] for row in window.rows]


def test_windows_go_through_all_rows_once_in_order_while_new_ones_arrive(shop: Shop) -> None:
    say(shop, *(order(f"{n:03}", n % 7) for n in range(100)), name="a")
    asked = BrowseRequest(limit=30, sort=(Sort(column="total", down=True),))
    first = browsing.browse(shop, "orders", asked)
    assert first.total == 100
    say(shop, *(order(f"new{n}", 999) for n in range(50)), order("000", 5000), name="b")
    seen = keys(first)
    for start in (30, 60, 90):
        window = browsing.browse(
            shop, "orders", msgspec.structs.replace(asked, start=start, as_of=first.as_of, count=False)
        )
        seen += keys(window)
    totals = {f"o{n:03}": n % 7 for n in range(100)}
    assert sorted(seen) == sorted(totals)
    assert [totals[key] for key in seen] == sorted(totals.values(), reverse=True)
    assert browsing.browse(shop, "orders", BrowseRequest()).total == 150


def test_a_table_is_shown_as_it_was_at_a_past_moment(shop: Shop) -> None:
    say(shop, order(1, 10), minute(1), name="a")
    shop.clock = shop.loop.clock = shop.loop.verdicts.clock = SimClock(NOW + timedelta(minutes=5))
    say(shop, order(1, 20), order(2, 30), minute(6), name="b")
    then = browsing.browse(shop, "orders", BrowseRequest(at=NOW + timedelta(minutes=2)))
    now = browsing.browse(shop, "orders", BrowseRequest(at=NOW + timedelta(minutes=7)))
    total = [column.name for column in now.columns].index("total")
    assert [row[total] for row in then.rows] == [1000]
    assert sorted(row[total] for row in now.rows) == [2000, 3000]
    assert browsing.browse(shop, "orders", BrowseRequest(at=NOW - timedelta(days=1))).total == 0


def test_the_sql_that_is_shown_gives_the_same_rows(shop: Shop) -> None:
    say(shop, *(order(n, n) for n in range(20)))
    asked = BrowseRequest(
        filters=(
            ColumnFilter(column="total", op="between", values=(500, 1500)),
            ColumnFilter(column="placed_at", op="at_least", values=(NOW.isoformat(),)),
            ColumnFilter(column="order_id", op="is_not", values=("o'7",)),
        ),
        sort=(Sort(column="total"),),
    )
    window = browsing.browse(shop, "orders", asked)
    shown = shop.door.query(window.sql)
    assert keys(window) == [f"o{n}" for n in range(5, 16)] == [row[0] for row in shown.rows]


@pytest.mark.parametrize(
    "wrong",
    [
        ColumnFilter(column="nothing", op="is", values=("x",)),
        ColumnFilter(column='total" OR 1=1 --', op="is", values=(1,)),
        ColumnFilter(column="total", op="is", values=("1",)),
        ColumnFilter(column="total", op="between", values=(1,)),
        ColumnFilter(column="placed_at", op="at_least", values=("yesterday",)),
        ColumnFilter(column="placed_at", op="at_least", values=("2026-11-11T08:00:00",)),
        ColumnFilter(column="order_id", op="is", values=("a\x00b",)),
        ColumnFilter(column="total", op="is", values=(2**70,)),
    ],
)
def test_a_filter_that_does_not_fit_is_refused(shop: Shop, wrong: ColumnFilter) -> None:
    with pytest.raises(LinkloopError) as caught:
        browsing.browse(shop, "orders", BrowseRequest(filters=(wrong,)))
    assert (caught.value.code, caught.value.where) == ("filter.invalid", wrong.column)
