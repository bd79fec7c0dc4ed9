"""Tables: every column begins at the same place, whatever the script."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from linkloop.faces.cli.table import cell, table
from linkloop.faces.cli.width import width


def test_columns_align_with_chinese_in_them():
    assert table(["名称", "units"], [["高跟鞋", 12], ["Tea", 1500]]) == [
        "名称    units",
        "──────  ─────",
        "高跟鞋     12",
        "Tea      1500",
    ]


def test_numbers_stand_right_and_text_left_even_where_some_are_missing():
    assert table(["a", "b"], [[1, "x"], [None, "yy"], [333, ""]])[2:] == ["  1  x", "     yy", "333"]


def test_a_column_of_nothing_is_no_number_column():
    assert table(["empty"], [[None]]) == ["empty", "─────", ""]


def test_truth_is_no_number():
    assert table(["ok"], [[True]])[2] == "true"


def test_values_read_as_a_person_writes_them():
    assert cell(datetime(2026, 11, 11, 20, 0, 1, 5, UTC)) == "2026-11-11 20:00:01+00:00"
    assert cell(Decimal("12.50")) == "12.50"
    assert cell({"甲": [1, None]}) == '{"甲":[1,null]}'
    assert cell("two\nlines") == "two\\nlines"


def test_wide_columns_give_way_to_the_terminal_and_narrow_ones_stay():
    lines = table(["id", "said"], [["A1", "订" * 60], ["A2", "short"]], columns=30)
    assert all(width(line) <= 30 for line in lines)
    assert lines[2].startswith("A1  订订")
    assert lines[2].endswith("…")
    assert lines[3] == "A2  short"


def test_a_table_of_no_rows_has_its_head():
    assert table(["a", "bb"], []) == ["a  bb", "─  ──"]
