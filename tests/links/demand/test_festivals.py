"""The calendar knows the Chinese and the Western festivals, and how near they are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from linkloop.links.demand import festivals


@pytest.mark.parametrize(
    ("year", "name", "day"),
    [  # as published by the State Council of China for these years
        (2023, "spring_festival", date(2023, 1, 22)),
        (2024, "spring_festival", date(2024, 2, 10)),
        (2025, "spring_festival", date(2025, 1, 29)),
        (2026, "spring_festival", date(2026, 2, 17)),
        (2023, "dragon_boat", date(2023, 6, 22)),
        (2024, "dragon_boat", date(2024, 6, 10)),
        (2025, "dragon_boat", date(2025, 5, 31)),
        (2023, "mid_autumn", date(2023, 9, 29)),
        (2024, "mid_autumn", date(2024, 9, 17)),
        (2025, "mid_autumn", date(2025, 10, 6)),
        (2024, "easter", date(2024, 3, 31)),
        (2025, "easter", date(2025, 4, 20)),
        (2024, "black_friday", date(2024, 11, 29)),
        (2023, "black_friday", date(2023, 11, 24)),
        (2026, "mothers_day", date(2026, 5, 10)),
    ],
)
def test_a_festival_is_on_its_day(year: int, name: str, day: date) -> None:
    assert festivals.days_of(year)[name] == day


def test_lunar_years_are_twelve_or_thirteen_months_long_and_keep_their_festivals_apart() -> None:
    for year in range(2010, 2050):
        now, after = festivals.days_of(year), festivals.days_of(year + 1)
        length = (after["spring_festival"] - now["spring_festival"]).days
        assert length in {353, 354, 355, 383, 384, 385}
        assert (now["mid_autumn"] - now["dragon_boat"]).days in {98, 99, 128, 127, 97, 129}
        assert date(year, 1, 20) < now["spring_festival"] < date(year, 2, 22)


def test_columns_mark_the_days_of_a_festivals_span_and_only_them() -> None:
    first = date(2025, 10, 1)
    found = festivals.columns(first, 92)
    sale = found[:, festivals.NAMES.index("11.11_sale")]
    marked = [first + timedelta(days=int(n)) for n in sale.nonzero()[0]]
    assert (marked[0], marked[-1], len(marked)) == (date(2025, 10, 22), date(2025, 11, 10), 20)
    single = found[:, festivals.NAMES.index("11.11")]
    assert [first + timedelta(days=int(n)) for n in single.nonzero()[0]] == [date(2025, 11, 11)]


def test_outside_the_table_only_solar_festivals_are_known() -> None:
    assert "spring_festival" not in festivals.days_of(1999)
    assert festivals.days_of(1999)["easter"] == date(1999, 4, 4)
