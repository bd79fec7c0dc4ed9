"""Money is exact, keeps its currency, and refuses nonsense."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkloop.core.errors import LinkloopError
from linkloop.core.money import Money

amounts = st.integers(-(10**15), 10**15)


def test_major_units_become_minor_units_by_the_currency():
    assert Money.of("12.30", "CNY") == Money(1230, "CNY")
    assert Money.of("1500", "JPY") == Money(1500, "JPY")
    assert Money.of("1.234", "KWD") == Money(1234, "KWD")


def test_half_a_fen_rounds_to_even():
    assert Money.of("0.125", "CNY") == Money(12, "CNY")
    assert Money.of("0.135", "CNY") == Money(14, "CNY")


@pytest.mark.parametrize("value", ["twelve", "NaN", "Infinity", "1e30", ""])
def test_what_is_not_an_amount_is_refused_by_name(value):
    with pytest.raises(LinkloopError) as refusal:
        Money.of(value, "CNY")
    assert refusal.value.code == "money.invalid"
    assert refusal.value.todo.zh


def test_currencies_do_not_mix():
    with pytest.raises(LinkloopError) as refusal:
        Money(1, "CNY") + Money(1, "USD")
    assert refusal.value.code == "money.currency"


@given(amounts, amounts)
def test_sums_are_integer_sums(a, b):
    assert Money(a, "CNY") + Money(b, "CNY") - Money(b, "CNY") == Money(a, "CNY")
    assert (Money(a, "CNY") < Money(b, "CNY")) == (a < b)


@given(amounts)
def test_major_is_the_exact_decimal(a):
    assert Money(a, "CNY").major() * 100 == a
    assert Money.of(Money(a, "CNY").major(), "CNY") == Money(a, "CNY")


def test_it_prints_as_people_write_it():
    assert str(Money(-123456, "CNY")) == "-¥1,234.56"
    assert str(Money(1500, "JPY")) == "JP¥1,500"
    assert Money(1000, "CNY").share(0.125) == Money(125, "CNY")
    assert Money(5, "CNY").major() == Decimal("0.05")
