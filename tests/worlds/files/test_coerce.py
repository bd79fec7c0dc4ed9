"""Coerce: amounts to the minor unit as Decimal has them, ids whole, and each failure by its name."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkloop.worlds.files.cells import Cells
from linkloop.worlds.files.coerce import coerce
from linkloop.worlds.files.mapping import ColumnRule


def made(value, transform, *, bounds=None, nonzero=False, dtype=None, **options):
    """The value of one cell, or the codes of its faults."""
    columns = value if isinstance(value, dict) else {"v": value}
    header = tuple(columns)
    types = {
        str(at): dtype or (pl.String if isinstance(v, str) or v is None else None)
        for at, v in enumerate(columns.values())
    }
    frame = pl.DataFrame({str(at): pl.Series([v], dtype=types[str(at)]) for at, v in enumerate(columns.values())})
    source = options.pop("source", header[:1])
    rule = ColumnRule(source=source, transform=transform, **options)
    found = coerce(rule, Cells(header, frame), bounds, nonzero)
    codes = [code for code, _, rows in found.faults if rows.fill_null(False).item()]
    return codes or found.values[""].item()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12.5", 1250),
        ("-3", -300),
        ("+4", 400),
        (".5", 50),
        ("5.", 500),
        ("1,299.50", 129950),
        ("￥88", 8800),
        ("¥ 1,000", 100000),
        ("88元", 8800),
        ("£2.55", 255),
        ("CNY 12", 1200),
        ("12 cny", 1200),
        ("(12.30)", -1230),
        ("12.30-", -1230),
        ("1e3", 100000),
        ("0.125", 12),
        ("0.135", 14),
        ("1.015", 102),
        ("0.30000000000000004", 30),
        ("", None),
        ("NULL", None),
        ("--", None),
        (None, None),
        ("12,50", ["money.invalid"]),
        ("1,2345", ["money.invalid"]),
        ("twelve", ["money.invalid"]),
        ("1.2.3", ["money.invalid"]),
        ("=1+1", ["money.invalid"]),
        ("9" * 30, ["money.range"]),
        ("9" * 60, ["money.invalid"]),
    ],
)
def test_money(cell, expected):
    assert made(cell, "money", currency="CNY") == expected


def test_money_with_a_decimal_comma():
    assert made("1.299,50 €", "money", currency="EUR", decimal=",") == 129950
    assert made("1,299.50", "money", currency="EUR", decimal=",") == ["money.invalid"]


@settings(deadline=None)
@given(st.decimals(-(10**11), 10**11, places=6, allow_nan=False))
def test_money_is_rounded_as_decimal_rounds(value):
    expected = int((value * 100).quantize(Decimal(1), ROUND_HALF_EVEN))
    assert made(f"{value:f}", "money", currency="GBP") == expected


@settings(deadline=None)
@given(st.floats(-1e9, 1e9, allow_nan=False))
def test_a_float_is_the_number_that_it_shows(value):
    shown = Decimal(repr(value)).quantize(Decimal("1e-8"), ROUND_HALF_EVEN)
    expected = int((shown * 100).quantize(Decimal(1), ROUND_HALF_EVEN))
    assert abs(made(value, "money", currency="GBP") - expected) <= (0 if abs(value) > 1e-6 else 1)


@pytest.mark.parametrize(
    ("cell", "currency", "expected"),
    [
        ("1200", "JPY", 1200),
        ("1.5", "KWD", 1500),
        ("1.5", "usd", 150),
        ("1.5", "￥", 150),
        ("1.5", "", 150),
        ("1.5", "doubloons", ["currency.unknown"]),
    ],
)
def test_money_in_the_currency_of_its_row(cell, currency, expected):
    row = {"v": cell, "c": currency}
    assert made(row, "money", currency="CNY", currency_from="c") == expected


def test_money_whose_currency_nobody_tells():
    assert made({"v": "1.5", "c": ""}, "money", currency_from="c") == ["currency.unknown"]


def test_a_price_may_not_be_negative_where_it_is_bounded():
    assert made("-1", "money", currency="CNY", bounds=(0, 2**62)) == ["money.negative"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("3", 3),
        ("-3", -3),
        ("3.0", 3),
        ("1,200", 1200),
        ("2.5", ["number.fraction"]),
        ("x", ["number.invalid"]),
        ("0", ["quantity.zero"]),
        ("2000000000", ["number.range"]),
        ("9" * 25, ["number.range"]),
        ("", None),
    ],
)
def test_a_quantity(cell, expected):
    assert made(cell, "int", bounds=(-1e9, 1e9), nonzero=True) == expected


def test_a_measure_in_another_unit():
    assert made("12.5", "int", scale=10.0) == 125
    assert made("0.35", "int", scale=1000.0) == 350


@pytest.mark.parametrize(
    ("cell", "transform", "expected"),
    [
        (" 536365 ", "id", "536365"),
        ('="00123"', "id", "00123"),
        ("'00123", "id", "00123"),
        ("17850.0", "digits", "17850"),
        ("17850.0", "id", "17850.0"),
        (17850.0, "digits", "17850"),
        (17850, "id", "17850"),
        (0.5, "id", "0.5"),
        (float("nan"), "id", None),
        ("NULL", "id", None),
        ("", "id", None),
        ("=cmd|' /C calc'!A0", "id", "=cmd|' /C calc'!A0"),
        ("1.23457E+17", "id", ["id.imprecise"]),
        (1.23456789012345e17, "id", ["id.imprecise"]),
    ],
)
def test_an_id(cell, transform, expected):
    assert made(cell, transform) == expected


def test_text_stays_text():
    assert made(" =1+1 ", "text") == "=1+1"
    assert made("NULL", "text") == "NULL"
    assert made({"a": "Ada", "b": ""}, "text", source=("a", "b")) == "Ada"
    assert made({"a": "Ada", "b": "Lovelace"}, "text", source=("a", "b")) == "Ada Lovelace"


def test_words_prefixes_and_stages():
    assert made("已发货", "word", words="orders.status") == "shipped"
    assert made("Shipped", "word", words="orders.status") == "shipped"
    assert made("在路上", "word", words="orders.status") == ["value.unknown"]
    assert made("在路上", "word", words="orders.status", values={"在路上": "shipped"}) == "shipped"
    assert made("C536379", "prefix", values={"C": "returned"}) == "returned"
    assert made("536379", "prefix", values={"C": "returned"}) is None
    stages = {"done": "delivered", "sent": "shipped"}
    assert made({"done": "", "sent": "x"}, "present", values=stages, constant="packed") == "shipped"
    assert made({"done": "x", "sent": "x"}, "present", values=stages, constant="packed") == "delivered"
    assert made({"done": "-", "sent": ""}, "present", values=stages, constant="packed") == "packed"


def test_two_columns_make_one_amount():
    row = {"p": "2.55", "q": "-6"}
    assert made(row, "product", source=("p", "q"), currency="GBP") == -1530
    assert made({"p": "10", "q": "4"}, "per_unit", source=("p", "q"), currency="CNY") == 250
    assert made({"p": "10", "q": "3"}, "per_unit", source=("p", "q"), currency="CNY") == 333
    assert made({"p": "10", "q": "0"}, "per_unit", source=("p", "q"), currency="CNY") is None
    assert made({"p": "9e13", "q": "90000"}, "product", source=("p", "q"), currency="CNY") == ["money.range"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2024-01-05", "2024-01-04T16:00:00+00:00"),
        ("soon", ["date.invalid"]),
        ("0001-01-01", ["date.range"]),
        ("9999-12-31", ["date.range"]),
        ("", None),
    ],
)
def test_a_date(cell, expected):
    value = made(cell, "date", format=("%Y-%m-%d",), timezone="Asia/Shanghai")
    assert (value.isoformat() if hasattr(value, "isoformat") else value) == expected
