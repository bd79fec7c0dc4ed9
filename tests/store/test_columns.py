"""Columns: every Table class goes to Arrow and comes back the same."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import UTC, datetime
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import linkloop.commerce
from linkloop.commerce.orders import LineSold, Order, OrderLine, OrderPlaced
from linkloop.commerce.watching import Alert, Season
from linkloop.core.decision import Decision
from linkloop.core.errors import LinkloopError
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.core.vocabulary import tables
from linkloop.store.columns import arrow_schema, from_row, key_columns, to_arrow

for _, name, _ in pkgutil.iter_modules(linkloop.commerce.__path__, "linkloop.commerce."):
    importlib.import_module(name)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
INT64 = st.integers(-(2**63), 2**63 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
JSON_VALUES = st.recursive(st.none() | st.booleans() | INT64 | TEXT, lambda inner: st.lists(inner, max_size=2))


def values_of(described: msgspec.inspect.Type) -> st.SearchStrategy[Any]:
    """Values of a field's declared type, made without a look at the code under test."""
    i = msgspec.inspect
    match described:
        case i.StrType():
            return TEXT
        case i.IntType():
            return INT64
        case i.FloatType():
            return FLOATS
        case i.BytesType():
            return st.binary(max_size=8)
        case i.BoolType():
            return st.booleans()
        case i.NoneType():
            return st.none()
        case i.DateTimeType():
            return INSTANTS
        case i.LiteralType():
            return st.sampled_from(described.values)
        case i.UnionType():
            return st.one_of(*map(values_of, described.types))
        case i.StructType():
            fields = {field.name: values_of(field.type) for field in described.fields}
            return st.builds(described.cls, **fields)
        case i.VarTupleType():
            return st.lists(values_of(described.item_type), max_size=2).map(tuple)
        case i.TupleType():
            return st.tuples(*map(values_of, described.item_types))
        case i.ListType():
            return st.lists(values_of(described.item_type), max_size=2)
        case i.DictType():
            return st.dictionaries(TEXT, values_of(described.value_type), max_size=2)
        case i.AnyType():
            return JSON_VALUES
    raise AssertionError(f"no strategy for {described}")


@pytest.mark.parametrize("kind", tables().values(), ids=tables().keys())
def test_every_table_class_survives_the_way_to_arrow_and_back(kind: type[Table]) -> None:
    described = msgspec.inspect.type_info(kind)

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
    @given(st.lists(values_of(described), max_size=3))
    def there_and_back(rows: list[Table]) -> None:
        table = to_arrow(kind, list(enumerate(rows, 7)))
        assert table.schema == arrow_schema(kind)
        assert table["_offset"].to_pylist() == list(range(7, 7 + len(rows)))
        assert [from_row(kind, row) for row in table.to_pylist()] == rows

    there_and_back()


def test_an_order_line_has_these_columns() -> None:
    assert [(f.name, str(f.type), f.nullable) for f in arrow_schema(OrderLine)] == [
        ("order_id", "string", False),
        ("line_no", "int64", False),
        ("product_id", "string", True),
        ("quantity", "int64", True),
        ("price", "int64", True),
        ("price_currency", "string", True),
        ("freight", "int64", True),
        ("freight_currency", "string", True),
        ("seller_id", "string", True),
        ("place", "string", True),
        ("sold_at", "timestamp[us, tz=UTC]", True),
        ("_offset", "int64", False),
    ]
    assert key_columns(OrderLine) == ("order_id", "line_no")


def test_nested_values_become_json_that_duckdb_reads() -> None:
    at = datetime(2023, 11, 11, tzinfo=UTC)
    placed = OrderPlaced(
        at=at,
        order_id="o1",
        customer_id="c1",
        place="sh",
        lines=(LineSold("口红", 2, Money(5900, "CNY")),),
        total=Money(11800, "CNY"),
    )
    alert = Alert(
        alert_id="a",
        metric="m",
        status="open",
        severity="notice",
        text=Text(en="x", zh="多"),
        opened_at=at,
        observed=1.0,
        expected=0.5,
        p_value=0.01,
    )
    rows = to_arrow(OrderPlaced, [(1, placed)])
    assert rows["lines"].to_pylist() == [
        '[{"product_id":"口红","quantity":2,"price":{"amount":5900,"currency":"CNY"}}]'
    ]
    alerts = to_arrow(Alert, [(2, alert)])
    con = duckdb.connect()
    con.register("placed", rows)
    con.register("alerts", alerts)
    assert con.execute("SELECT lines->0->>'product_id', total, total_currency FROM placed").fetchall() == [
        ("口红", 11800, "CNY")
    ]
    assert con.execute("SELECT text->>'zh' FROM alerts").fetchall() == [("多",)]
    types = dict(con.execute("SELECT column_name, data_type FROM duckdb_columns()").fetchall())
    assert (types["at"], types["total"], types["hop"]) == ("TIMESTAMP WITH TIME ZONE", "BIGINT", "BIGINT")


def test_a_null_or_missing_column_takes_the_default() -> None:
    at = datetime(2024, 1, 1, tzinfo=UTC)
    assert from_row(Order, {"order_id": "o", "placed_at": at, "channel": None, "total": None}) == Order(
        order_id="o", placed_at=at
    )


def test_a_required_field_that_is_null_is_refused_by_name() -> None:
    with pytest.raises(LinkloopError) as refused:
        from_row(Order, {"order_id": "o", "placed_at": None})
    assert refused.value.code == "columns.invalid"
    assert "placed_at" in refused.value.text.en
    assert refused.value.where == "Order"


def test_json_that_is_not_json_is_refused() -> None:
    row = {"metric": "m", "slot_minutes": 5, "levels": "[1.0", "seen": "[]"}
    with pytest.raises(LinkloopError) as refused:
        from_row(Season, row)
    assert refused.value.code == "columns.invalid"


def test_a_number_beyond_64_bits_names_its_field() -> None:
    line = OrderLine(order_id="o", line_no=1, product_id="p", quantity=2**63, price=Money(1, "CNY"))
    with pytest.raises(LinkloopError) as refused:
        to_arrow(OrderLine, [(1, line)])
    assert refused.value.code == "columns.unfit"
    assert refused.value.where == "OrderLine.quantity"


def test_a_decision_is_a_table_like_any_other() -> None:
    schema = arrow_schema(Decision)
    assert schema.field("action").type == pa.string()
    assert schema.field("at_risk_currency").type == pa.string()
    assert schema.field("decide_by").type == pa.timestamp("us", tz="UTC")


def test_two_fields_that_need_one_column_are_refused() -> None:
    fields = [("id", str), ("paid", Money), ("paid_currency", str)]
    clash: type[Any] = msgspec.defstruct("Clash", fields, bases=(msgspec.Struct,), frozen=True, kw_only=True)
    clash.__key__ = ("id",)
    with pytest.raises(TypeError, match="Clash: two fields need the column paid_currency"):
        arrow_schema(clash)
