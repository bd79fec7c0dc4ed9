"""Widths of text in a terminal: Chinese takes two columns, marks none, and nothing runs over its edge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkloop.faces.cli.width import cut, pad, plain, width, wrap


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("order", 5),
        ("订单", 4),
        ("订单 A1", 7),
        ("，。！", 6),
        ("ＡＢ", 4),  # fullwidth Latin
        ("ｱ", 1),  # halfwidth kana
        ("e\u0301", 1),  # e and a combining acute
        ("é", 1),
        ("a\u200bb", 2),  # a zero-width space
        ("😀", 2),
        ("─", 1),
        ("", 0),
    ],
)
def test_a_text_takes_its_columns(text, columns):
    assert width(text) == columns


@pytest.mark.parametrize(
    ("text", "columns", "kept"),
    [
        ("订单号码", 8, "订单号码"),
        ("订单号码", 7, "订单号…"),
        ("订单号码", 6, "订单…"),
        ("orders", 4, "ord…"),
        ("订", 1, "…"),
    ],
)
def test_cutting_never_halves_a_character(text, columns, kept):
    assert cut(text, columns) == kept
    assert width(kept) <= columns


def test_padding_counts_columns():
    assert pad("订单", 6) == "订单  "
    assert pad("订单", 6, right=True) == "  订单"
    assert pad("订单", 2) == "订单"


def test_what_comes_from_outside_moves_no_cursor():
    assert plain("a\x1b[2Jb\r\nc\u202ed\x9b1m") == "a\\x1b[2Jb\\r\\nc\\u202ed\\x9b1m"
    assert plain("环环 ok") == "环环 ok"


def test_lines_break_between_chinese_characters_and_not_before_a_full_stop():
    assert wrap("先运行命令，再看结果。", 10) == ["先运行命", "令，再看结", "果。"]


def test_lines_break_at_spaces_of_english():
    assert wrap("a shop that is running", 10) == ["a shop", "that is", "running"]


@given(st.text(alphabet="ab 订单，。-é", max_size=60), st.integers(4, 30))
def test_wrapping_loses_nothing(text, columns):
    assert "".join("".join(wrap(text, columns)).split()) == "".join(text.split())


@given(
    st.text(alphabet="ab 订单é", max_size=60).filter(lambda t: all(len(w) < 4 for w in t.split())), st.integers(8, 30)
)
def test_wrapping_keeps_within_the_columns(text, columns):
    assert all(width(line) <= columns for line in wrap(text, columns))


@given(st.text(max_size=40), st.integers(1, 30))
def test_cutting_keeps_within_the_columns(text, columns):
    assert width(cut(text, columns)) <= columns
