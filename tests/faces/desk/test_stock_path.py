"""The stock path beside scipy and by hand: shortage, the chance of it, the lead time that bounds it, the empty day."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from linkloop.faces.desk.stock_path import paths, spread_over


def one(on_hand: float, mean: list[float], sd: list[float], arriving: list[float], lead: float, today: float = 1.0):  # type: ignore[no-untyped-def]
    return paths([on_hand], np.array([mean]), np.array([sd]), np.array([arriving]), [lead], today)


@pytest.mark.parametrize(("on_hand", "mean", "sd"), [(10, 12.0, 5.0), (40, 12.0, 5.0), (0, 3.0, 2.0), (5, 5.0, 9.0)])
def test_the_shortage_of_a_day_is_that_of_a_normal_distribution(on_hand: float, mean: float, sd: float) -> None:
    found = one(on_hand, [mean], [sd], [0], 1)
    scale = max(sd, math.sqrt(mean))
    short, _ = integrate.quad(lambda x: (x - on_hand) * stats.norm.pdf(x, mean, scale), on_hand, on_hand + 40 * sd)
    assert found.lost[0] == pytest.approx(short, abs=1e-6)
    assert found.p_out[0] == pytest.approx(stats.norm.sf(on_hand, mean, scale), abs=1e-12)


def test_days_err_together_by_half() -> None:
    found = one(100, [10.0] * 4, [4.0] * 4, [0] * 4, 4)
    assert found.sd[0, 3] == pytest.approx(math.sqrt(0.5 * 16.0**2 + 0.5 * 4 * 4.0**2))
    assert found.stock[0].tolist() == [90, 80, 70, 60]


def test_goods_that_arrive_can_be_sold_that_day_and_the_shelf_is_empty_when_it_is() -> None:
    found = one(25, [10.0] * 6, [1.0] * 6, [0, 0, 0, 20, 0, 0], 2)
    assert found.stock[0].tolist() == [15, 5, -5, 5, -5, -15]
    assert found.ends[0] == 2
    assert one(25, [0.0] * 3, [0.0] * 3, [0] * 3, 3).ends[0] == -1


def test_only_what_is_lost_before_goods_can_come_counts() -> None:
    near, far = (one(25, [10.0] * 6, [1.0] * 6, [0] * 6, lead).lost[0] for lead in (2, 5))
    z = 5 / math.sqrt(20)  # at least Poisson's scatter
    assert near == pytest.approx(math.sqrt(20) * (stats.norm.pdf(z) - z * stats.norm.sf(z)))
    assert far == pytest.approx(25, abs=0.2)


def test_today_counts_by_what_is_left_of_it() -> None:
    assert one(10, [8.0, 8.0], [1.0, 1.0], [0, 0], 2, today=0.25).stock[0].tolist() == [8, 0]


def test_what_does_not_sell_is_not_lost() -> None:
    found = one(0, [0.0] * 3, [0.0] * 3, [0] * 3, 3)
    assert (found.lost[0], found.p_out[0]) == (0, 0)


def test_a_forecast_goes_on_by_its_last_week() -> None:
    assert spread_over([1, 2, 3, 4, 5, 6, 7, 8], 11) == [1, 2, 3, 4, 5, 6, 7, 8, 2, 3, 4]
    assert spread_over([2.0], 3) == [2.0, 2.0, 2.0]
    assert spread_over([], 2) == [0.0, 0.0]
