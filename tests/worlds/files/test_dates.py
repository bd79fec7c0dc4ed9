"""Dates: the format of a column is found, and local times mean the instants that Python's zoneinfo says."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkloop.worlds.files.dates import formats_of, instant

V = pl.col("v")


def read(text, formats, zone="UTC"):
    return pl.DataFrame({"v": [text]}).select(instant(V, tuple(formats), zone)).item()


def found(*values, month_first=False):
    return formats_of(pl.Series(values), month_first)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-05 08:03:09", datetime(2024, 1, 5, 8, 3, 9)),
        ("2024-01-05 08:03:09.25", datetime(2024, 1, 5, 8, 3, 9, 250_000)),
        ("2024-01-05", datetime(2024, 1, 5)),
        ("2024/1/5 8:03", datetime(2024, 1, 5, 8, 3)),
        ("2024.01.05", datetime(2024, 1, 5)),
        ("2024年1月5日", datetime(2024, 1, 5)),
        ("2024年1月5日 8时3分", datetime(2024, 1, 5, 8, 3)),
        ("20240105", datetime(2024, 1, 5)),
        ("13/01/2024 08:03", datetime(2024, 1, 13, 8, 3)),
        ("1/13/2024 8:03 PM", datetime(2024, 1, 13, 20, 3)),
        ("13.01.2024", datetime(2024, 1, 13)),
        ("1/13/24 8:03", datetime(2024, 1, 13, 8, 3)),
        ("Jan 5, 2024", datetime(2024, 1, 5)),
        ("2024-01-05T08:03:09Z", datetime(2024, 1, 5, 8, 3, 9)),
        ("2024-01-05T08:03:09+08:00", datetime(2024, 1, 5, 0, 3, 9)),
        ("1704441789", datetime(2024, 1, 5, 8, 3, 9)),
        ("1704441789000", datetime(2024, 1, 5, 8, 3, 9)),
        ("45296.5", datetime(2024, 1, 5, 12)),
    ],
)
def test_a_format_is_found_and_read(text, expected):
    formats, share, _ = found(text)
    assert share == 1.0
    assert read(text, formats) == expected.replace(tzinfo=UTC)


def test_the_format_that_reads_all_values_wins():
    assert found("1/2/2024", "3/25/2024") == (("%m/%d/%Y",), 1.0, False)
    assert found("1/2/2024", "25/3/2024") == (("%d/%m/%Y",), 1.0, False)


def test_day_or_month_is_told_as_doubtful():
    assert found("1/2/2024", "3/4/2024") == (("%d/%m/%Y",), 1.0, True)
    assert found("1/2/2024", "3/4/2024", month_first=True) == (("%m/%d/%Y",), 1.0, True)


def test_a_column_may_mix_formats_and_junk():
    formats, share, _ = found("2024-01-05", "2024/1/5 8:03", "soon", "2024-01-06")
    assert (set(formats), share) == ({"%Y-%m-%d", "%Y/%m/%d %H:%M"}, 0.75)


def test_junk_has_no_format():
    assert found("soon", "later") == ((), 0.0, False)
    assert formats_of(pl.Series([], dtype=pl.String), False) == ((), 0.0, False)


@settings(deadline=None)
@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1)),
    st.sampled_from(["America/Sao_Paulo", "Europe/London", "Asia/Shanghai", "America/New_York"]),
)
def test_local_times_are_instants_as_zoneinfo_has_them(moment, zone):
    text = moment.strftime("%Y-%m-%d %H:%M:%S.%f")
    expected = moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert read(text, ["%Y-%m-%d %H:%M:%S%.f"], zone) == expected


def test_a_skipped_and_a_doubled_hour():
    skipped = read("2017-10-15 00:00", ["%Y-%m-%d %H:%M"], "America/Sao_Paulo")
    assert skipped == datetime(2017, 10, 15, 3, tzinfo=UTC)
    doubled = read("2024-10-27 01:30", ["%Y-%m-%d %H:%M"], "Europe/London")
    assert doubled == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
