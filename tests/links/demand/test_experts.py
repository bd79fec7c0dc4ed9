"""Every expert says for all series at once what its definition says for one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from linkloop.links.demand import experts
from linkloop.links.demand.panel import Panel
from linkloop.links.demand.yearly import YearlySettings, cleaned, last_year, yearly

WEEK = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0])


def weekly(weeks: int = 8, scale: float = 1.0) -> np.ndarray:
    return np.tile(WEEK * scale, weeks)[None, :]


@pytest.mark.parametrize("name", ["seasonal_naive", "seasonal_mean", "median_of_last", "ets", "theta"])
def test_a_week_that_repeats_is_forecast_as_it_is(name: str) -> None:
    said = getattr(experts, name)(weekly(30), 7, 10)
    np.testing.assert_allclose(said[0], np.tile(WEEK, 2)[:10], rtol=0.12, atol=0.3)


def tsb_of_one(units: np.ndarray, sizes: float, chances: float) -> tuple[float, float]:
    """TSB by its definition, for one series: the forecast and the squared errors on the way."""
    size, chance = units.sum() / (units > 0).sum(), float((units > 0).mean())
    errors = 0.0
    for each in units:
        errors += (each - size * chance) ** 2
        if each > 0:
            size += sizes * (each - size)
        chance += chances * (float(each > 0) - chance)
    return size * chance, errors


def test_tsb_is_its_definition_with_the_parameters_that_erred_least() -> None:
    draw = np.random.default_rng(1)
    units = (draw.random((20, 120)) < 0.3) * draw.poisson(4, (20, 120)).astype(float)
    said = experts.tsb(units, 1, 1)[:, 0]
    for row, mine in zip(units, said, strict=True):
        tried = [tsb_of_one(row, *pair) for pair in experts.TSB_GRID]
        assert mine == pytest.approx(min(tried, key=lambda one: one[1])[0])


def test_imapa_is_that_of_statsforecast_where_its_sums_are_whole() -> None:
    from statsforecast.models import IMAPA

    draw = np.random.default_rng(4)
    units = (draw.random((25, 120)) < 0.35) * draw.poisson(5, (25, 120)).astype(float)
    gaps = experts._distances(units)
    units, gaps = units[120 % gaps == 0], gaps[120 % gaps == 0]
    assert set(gaps) >= {2, 3}
    mine = experts.imapa(units, 1, 1)[:, 0]
    theirs = [float(IMAPA().forecast(y=row, h=1)["mean"][0]) for row in units]
    np.testing.assert_allclose(mine, theirs, rtol=0.03)


def test_a_trend_is_followed_and_damped() -> None:
    units = np.linspace(10, 60, 120)[None, :]
    said = experts.ets(units, 1, 10)[0]
    assert 59.5 < said[0] < said[-1] < 66


def test_series_do_not_disturb_each_other_but_by_the_shared_season() -> None:
    units = np.random.default_rng(2).poisson(5, (6, 70)).astype(float)
    together = experts.ets(units, 1, 5)
    np.testing.assert_allclose(together, np.concatenate([experts.ets(row[None], 1, 5) for row in units]))


@settings(max_examples=25, deadline=None)
@given(arrays(float, (3, 30), elements=st.floats(0, 1000)), st.integers(1, 20))
def test_whatever_sold_forecasts_are_finite_and_not_negative(units: np.ndarray, horizon: int) -> None:
    for name in ("seasonal_naive", "seasonal_mean", "median_of_last", "ets", "theta", "tsb", "imapa"):
        said = getattr(experts, name)(units, 7, horizon)
        assert said.shape == (3, horizon)
        assert np.isfinite(said).all()
        assert (said >= 0).all()


def test_last_year_comes_again_at_the_level_of_now() -> None:
    days = np.arange(420)
    units = (100 + 50 * np.sin(2 * np.pi * days / 364))[None, :] * np.where(days >= 364, 1.2, 1.0)
    said = last_year(units, 7, 14, believed=1.0)
    wanted = 1.2 * (100 + 50 * np.sin(2 * np.pi * (420 + np.arange(14)) / 364))
    np.testing.assert_allclose(said[0], wanted, rtol=0.02)


def test_a_year_that_a_group_shares_is_cleaned_of_each_shops_noise() -> None:
    draw = np.random.default_rng(3)
    season = 1 + 0.5 * np.sin(np.arange(52) / 52 * 2 * np.pi)
    true = draw.uniform(50, 200, 40)[:, None] * season
    noisy = np.maximum(true * (1 + 0.2 * draw.standard_normal(true.shape)), 0)
    panel = Panel(
        np.concatenate([noisy, noisy[:, :12]], axis=1), np.ones((40, 64), dtype=bool), 52, groups=np.zeros(40)
    )
    plain = yearly(panel, panel.units, 20, YearlySettings(shared=0.0))
    shared = yearly(panel, panel.units, 20, YearlySettings(shared=0.8, rank=1))
    wanted = true[:, 12:32]
    assert np.abs(shared - wanted).mean() < 0.7 * np.abs(plain - wanted).mean()
    np.testing.assert_allclose(cleaned(noisy, np.zeros(40), 1, 0.0), noisy)
