"""The expected band: exact quantiles of the negative binomial, and of the money that so many orders bring."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from linkloop.commerce.watching import Season
from linkloop.faces.desk.today_band import money_band, orders_band, quantiles
from linkloop.faces.desk.today_frame import frame
from linkloop.links.watch.season import doubt

DAY = frame(datetime(2026, 11, 24, 8, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))


@given(st.floats(0.01, 400), st.floats(1e-4, 2))
def test_quantiles_are_those_of_scipy(mean: float, dispersion: float) -> None:
    size = 1 / dispersion
    law = stats.nbinom(size, size / (size + mean))
    low, high = quantiles(mean, dispersion)
    assert law.cdf(low) >= 0.025 - 1e-9 > (law.cdf(low - 1) if low else 0) - 2e-9
    assert law.cdf(high) >= 0.975 - 1e-9 > law.cdf(high - 1) - 2e-9


def test_without_dispersion_it_is_poisson() -> None:
    assert quantiles(7.5, 0.0) == tuple(int(stats.poisson(7.5).ppf(q)) for q in (0.025, 0.975))


def test_a_flat_season_expects_the_same_in_every_slot() -> None:
    season = Season(metric="orders", slot_minutes=30, levels=(20.0,) * 48, seen=(27,) * 48, dispersion=0.04)
    band = orders_band(season, DAY)
    assert len(band.mean) == 96
    assert set(band.mean) == {10.0}
    assert set(zip(band.low, band.high, strict=True)) == {quantiles(10.0, doubt(season))}


def test_money_scatters_as_a_sum_of_so_many_orders_does() -> None:
    season = Season(metric="orders", slot_minutes=30, levels=(80.0,) * 48, seen=(27,) * 48, dispersion=0.02)
    band = orders_band(season, DAY)
    money = money_band(band, season, (300.0, 150.0**2))
    rng = np.random.default_rng(1)
    size = 1 / doubt(season)
    counts = rng.negative_binomial(size, size / (size + 40.0), 60_000)
    sums = 300.0 * counts + 150.0 * np.sqrt(counts) * rng.standard_normal(60_000)
    assert money.mean[0] == 12_000
    width = 1.959964 * sums.std()
    assert (money.high[0] - money.mean[0], money.mean[0] - money.low[0]) == pytest.approx((width, width), rel=0.02)
