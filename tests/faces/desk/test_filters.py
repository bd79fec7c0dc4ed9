"""Filters never leave their column: whatever a person or an attacker types is a value, and only a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkloop.app.shop import Shop
from linkloop.commerce.orders import Order
from linkloop.core.money import Money
from linkloop.faces.desk import contracts
from linkloop.faces.desk.browsing import BrowseRequest, browse
from linkloop.faces.desk.filters import ColumnFilter, Sort, order, quote, where
from tests.engine.small_shop import NOW, open_small, said

HOSTILE = (
    "'", "''", "' OR 1=1 --", "'; DROP TABLE orders; --", '"', "\\'", "$f0", "$1", "?", "%", "_", "/*", "*/", "--",
    "x' UNION SELECT * FROM customers --", "') OR ('1'='1", "\n", "E'\\x27'", "㋡", "=1+1", "NULL", "", "İ", "ß",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(HOSTILE), st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=12)
)
NAMES = [*HOSTILE, "plain", "Plain", "O'Hara", "a%b", "a_b", "中文", "o1"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop whose customers, channels and regions have hostile names."""
    shop, _ = open_small(tmp_path_factory.mktemp("shop"))
    rows = [
        Order(
            order_id=f"o{n}",
            customer_id=name,
            channel=NAMES[-n - 1],
            placed_at=NOW,
            total=Money(n * 100, "CNY") if n % 3 else None,
        )
        for n, name in enumerate(NAMES)
    ]
    shop.loop.accept([said("x", *rows)])
    yield shop
    shop.close()


def found(shop: Shop, *filters: ColumnFilter) -> set[str]:
    window = browse(shop, "orders", BrowseRequest(filters=filters, limit=500))
    shown = shop.door.query(window.sql)
    assert {row[0] for row in window.rows} == {row[0] for row in shown.rows}, window.sql
    assert window.total == len(window.rows)
    return {row[0] for row in window.rows}


def expected(test: Any) -> set[str]:
    return {f"o{n}" for n, name in enumerate(NAMES) if test(name)}


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
def test_text_filters_find_what_python_finds(shop: Shop, text: str) -> None:
    assert found(shop, ColumnFilter(column="customer_id", op="is", values=(text,))) == expected(lambda n: n == text)
    assert found(shop, ColumnFilter(column="customer_id", op="is_not", values=(text,))) == expected(lambda n: n != text)
    assert found(shop, ColumnFilter(column="customer_id", op="one_of", values=(text, "plain"))) == expected(
        lambda n: n in (text, "plain")
    )


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS.filter(str.isascii))
def test_contains_and_starts_know_no_wildcards(shop: Shop, text: str) -> None:
    low = text.lower()
    held = expected(lambda n: low in n.lower())
    assert found(shop, ColumnFilter(column="customer_id", op="contains", values=(text,))) == held
    begun = expected(lambda n: n.lower().startswith(low))
    assert found(shop, ColumnFilter(column="customer_id", op="starts", values=(text,))) == begun


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["customer_id", "channel", "region"]), TEXTS), min_size=2, max_size=5))
def test_many_filters_are_all_meant(shop: Shop, pairs: list[tuple[str, str]]) -> None:
    filters = [ColumnFilter(column=column, op="is", values=(text,)) for column, text in pairs]
    apart = [found(shop, one) for one in filters]
    assert found(shop, *filters) == set.intersection(*apart)


@settings(deadline=None, max_examples=200)
@given(TEXTS, TEXTS)
def test_a_value_is_one_literal_however_it_is_written(first: str, second: str) -> None:
    """The text that is shown holds each value as one quoted literal: undoing the quoting gives it back."""
    columns = contracts.class_columns(Order)
    made = where(
        columns,
        [
            ColumnFilter(column="customer_id", op="is", values=(first,)),
            ColumnFilter(column="channel", op="is", values=(second,)),
        ],
    )
    assert made.params == {"f0": first, "f1": second}
    assert (
        first == "" or first not in made.sql or first in 'WHERE "customer_id" = CAST($f0 AS VARCHAR) AND "channel" $f1'
    )
    rest = made.text
    for column, value in (("customer_id", first), ("channel", second)):
        literal = "'" + value.replace("'", "''") + "'"
        assert f'"{column}" = {literal}' in rest
        rest = rest.replace(f'"{column}" = {literal}', "", 1)
    assert rest.split() == ["WHERE", "AND"]


@given(st.text(min_size=1, max_size=20))
def test_an_identifier_is_one_quoted_name(name: str) -> None:
    quoted = quote(name)
    assert quoted[0] == quoted[-1] == '"'
    assert quoted[1:-1].replace('""', "").count('"') == 0
    assert quoted[1:-1].replace('""', '"') == name


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1))
def test_money_is_compared_in_minor_units(shop: Shop, low: int, high: int) -> None:
    totals = {f"o{n}": n * 100 for n in range(len(NAMES)) if n % 3}
    between = {key for key, total in totals.items() if low <= total <= high}
    assert found(shop, ColumnFilter(column="total", op="between", values=(low, high))) == between
    assert found(shop, ColumnFilter(column="total", op="above", values=(low,))) == {
        k for k, t in totals.items() if t > low
    }


def test_empty_is_null_or_an_empty_text(shop: Shop) -> None:
    assert found(shop, ColumnFilter(column="customer_id", op="empty")) == expected(lambda n: n == "")
    assert found(shop, ColumnFilter(column="customer_id", op="filled")) == expected(lambda n: n != "")
    assert found(shop, ColumnFilter(column="total", op="empty")) == {f"o{n}" for n in range(len(NAMES)) if n % 3 == 0}


def test_an_order_ends_with_the_key_so_that_windows_never_overlap() -> None:
    columns = contracts.class_columns(Order)
    assert (
        order(columns, [Sort(column="total", down=True)], ["order_id"])
        == 'ORDER BY "total" DESC NULLS LAST, "order_id"'
    )
    assert order(columns, [Sort(column="order_id")], ["order_id"]) == 'ORDER BY "order_id" ASC NULLS LAST'
