"""Records: well-formed text as Python's csv has it, and no letter of any other text lost."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkloop.worlds.files.records import LONGEST, Broken, delimiter_of, records


def read(text, delimiter=","):
    return list(records(io.StringIO(text, newline=""), delimiter))


cells = st.text(st.characters(codec="utf-8"), max_size=10)


@settings(deadline=None)
@given(st.lists(st.lists(cells, min_size=2, max_size=4), max_size=8), st.sampled_from(",;\t|"))
def test_what_csv_writes_is_read_as_it_was(rows, delimiter):
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    assert read(stream.getvalue(), delimiter) == rows


@settings(deadline=None)
@given(st.text(st.sampled_from('ab,"\n\r x\0'), max_size=60))
def test_no_letter_of_any_text_is_lost(text):
    found = "".join(r.text if isinstance(r, Broken) else "".join(r) for r in read(text))
    of_cells = {letter: count for letter, count in Counter(text).items() if letter in "ab x\0"}
    assert {letter: Counter(found)[letter] for letter in of_cells} == of_cells


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a,b\n"1,2\n3,4\n5,6\n', [["a", "b"], Broken("row.quotes", '"1,2'), ["3", "4"], ["5", "6"]]),
        ('"1"x,2\n3,4\n', [Broken("row.quotes", '"1"x,2'), ["3", "4"]]),
        ('"1\n2",3\n', [["1\n2", "3"]]),
        ('12" tv,3\n', [['12" tv', "3"]]),
        ('="007",x\n', [['="007"', "x"]]),
        ("a\r\nb\rc\nd", [["a"], ["b"], ["c"], ["d"]]),
        ("\n\na\n", [[], [], ["a"]]),
        ('"a""b"', [['a"b']]),
        ('"', [Broken("row.quotes", '"')]),
        ("", []),
    ],
)
def test_one_bad_quote_costs_one_line(text, expected):
    assert read(text) == expected


def test_a_quoted_cell_may_span_lines_but_not_a_whole_file():
    assert read('"' + "x\n" * 200 + '",1\n') == [["x\n" * 200, "1"]]
    far = read('"' + "x\n" * 300 + '",1\nlast,2\n')
    assert far[0] == Broken("row.quotes", '"x')
    assert far[-1] == ["last", "2"]
    assert len(far) == 302


def test_a_line_without_end_is_cut_and_told_apart():
    found = read("a" * (2 * LONGEST + 5) + "\nb,c\n")
    assert [(r.code, len(r.text)) for r in found[:-1]] == [
        ("row.huge", LONGEST),
        ("row.huge", LONGEST),
        ("row.huge", 5),
    ]
    assert found[-1] == ["b", "c"]


def test_a_file_of_open_quotes_takes_time_in_line_with_its_length():
    lines = 20_000
    assert len(read('"a,b\nc,d\n' * lines)) >= lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n1,5;2,5;3\n4,5;5;6\n", ";"),
        ("a\tb\n1,2\t3\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ('a,b\n"1;2;3",4\n', ","),
        ("alone\n1\n", ","),
        ("", ","),
    ],
)
def test_the_delimiter_is_the_one_that_makes_regular_rows(text, expected):
    assert delimiter_of(text) == expected
