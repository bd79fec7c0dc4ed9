"""Seasons are learned from most days, whatever a few of them did."""

from __future__ import annotations

from datetime import UTC, datetime
from math import cos, pi

import numpy as np
import pytest

from linkloop.links.watch.season import (
    SLOTS_A_DAY,
    capped_total,
    doubt,
    expected,
    learn,
    success_rate,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
MONDAY = 4 * SLOTS_A_DAY  # day 4 after 1970-01-01, a Thursday, is a Monday


def day_shape(mean: float) -> np.ndarray:
    """Counts per slot of a day with a quiet night and a busy evening."""
    return np.array([mean * (1 - 0.8 * cos(2 * pi * (n - 8) / SLOTS_A_DAY)) for n in range(SLOTS_A_DAY)])


def drawn(days: int, mean: float = 20.0, seed: int = 7) -> np.ndarray:
    return np.random.default_rng(seed).poisson(np.tile(day_shape(mean), days))


def test_the_level_of_each_slot_is_found_within_a_few_percent() -> None:
    season = learn("orders", MONDAY, drawn(14).tolist(), AT)
    assert len(season.levels) == SLOTS_A_DAY
    assert season.seen == (14,) * SLOTS_A_DAY
    assert np.abs(np.array(season.levels) / day_shape(20) - 1).max() < 0.16
    assert sum(season.levels) == pytest.approx(960, rel=0.02)
    assert season.dispersion < 0.01


def test_a_festival_and_an_outage_teach_next_to_nothing() -> None:
    plain = drawn(14)
    odd = plain.copy()
    odd[5 * SLOTS_A_DAY : 6 * SLOTS_A_DAY] *= 6
    odd[9 * SLOTS_A_DAY + 20 : 9 * SLOTS_A_DAY + 34] = 0
    calm, learned = (np.array(learn("orders", MONDAY, c.tolist(), AT).levels) for c in (plain, odd))
    assert np.abs(learned / calm - 1).max() < 0.2
    assert learned.sum() / calm.sum() == pytest.approx(1.0, abs=0.06)
    naive = odd.reshape(14, -1).mean(axis=0)
    assert naive.sum() / calm.sum() > 1.3


def test_weekdays_get_a_factor_of_their_own_after_three_weeks() -> None:
    rng = np.random.default_rng(3)
    week = np.concatenate([day_shape(20) * (2.0 if day >= 5 else 1.0) for day in range(7)])
    counts = rng.poisson(np.tile(week, 4))
    season = learn("orders", MONDAY, counts.tolist(), AT)
    assert len(season.levels) == 7 * SLOTS_A_DAY
    saturday, tuesday = (MONDAY + day * SLOTS_A_DAY for day in (5, 1))
    weekend = expected(season, saturday * 30, 1440)
    workday = expected(season, tuesday * 30, 1440)
    assert weekend / workday == pytest.approx(1.7, abs=0.15)  # shrunk towards 1: four weeks prove little
    assert len(learn("orders", MONDAY, counts[: 20 * SLOTS_A_DAY].tolist(), AT).levels) == SLOTS_A_DAY


def test_dispersion_is_found_where_days_differ_more_than_poisson_says() -> None:
    rng = np.random.default_rng(11)
    mean = np.tile(day_shape(30), 28)
    alpha = 0.08
    counts = rng.poisson(mean * rng.gamma(1 / alpha, alpha, len(mean)))
    assert learn("orders", MONDAY, counts.tolist(), AT).dispersion == pytest.approx(alpha, rel=0.3)


def test_a_window_expects_the_sum_of_its_slots() -> None:
    season = learn("orders", MONDAY, np.tile(np.full(SLOTS_A_DAY, 30), 3).tolist(), AT)
    assert expected(season, 12_345, 60) == pytest.approx(60.0)
    assert expected(season, 12_345, 7) == pytest.approx(7.0)
    assert doubt(season) == pytest.approx(0.005 + 0.05)


def test_a_part_of_a_day_teaches_no_season() -> None:
    assert learn("orders", MONDAY + 1, [5] * 90, AT).levels == ()
    assert learn("orders", MONDAY, [0] * 96, AT).levels == ()
    assert learn("orders", 0, [], AT).levels == ()
    whole = learn("orders", MONDAY + 10, [5] * 86, AT)
    assert whole.seen == (1,) * SLOTS_A_DAY


def test_a_product_day_counts_at_most_three_medians_and_three() -> None:
    assert capped_total([2, 2, 2, 50], 5) == 2 + 2 + 2 + 9
    assert capped_total([40], 28) == 3
    assert capped_total([], 28) == 0


def test_a_success_rate_leaves_out_the_day_of_an_outage() -> None:
    assert success_rate([100, 100, 100, 100], [97, 98, 96, 30]) == (pytest.approx(0.97), 300)
    assert success_rate([0], [0]) == (0.0, 0)
