"""Rolling: counts against scipy, forecasts that see no later day, lead times of each series, levels by Lagrangian."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from linkloop.links.stock.counts import quantiles
from linkloop.links.stock.ordering import BaseStock
from linkloop.links.stock.rolling import COVERS, Shelves, Trial, sweep, told
from linkloop.links.stock.simulate import simulate
from linkloop.links.stock.terms import Lead, Leads, Terms
from linkloop.links.stock.tuning import GOAL, SAFE, choose, tune

RNG = np.random.default_rng(11)


def shelves(n: int, lead: float = 5.0, **more: float) -> Shelves:
    given = {"lead_sd": 0.0, "case": 1.0, "least": 1.0, "cost": 1.0, "earns": 0.5, **more}
    return Shelves(np.full(n, lead), **{name: np.full(n, value) for name, value in given.items()},
                   segment=np.arange(n) % 3)  # fmt: skip


@pytest.mark.parametrize("factor", [1.02, 1.7, 4.0, 9.0])
def test_small_counts_are_scipys_and_large_ones_within_a_unit_or_a_hundredth(factor: float) -> None:
    mean, levels = np.array([0.02, 0.4, 3.0, 24.0, 60.0, 900.0]), (0.5, 0.9, 0.98, 0.995)
    found = quantiles(mean, mean * factor, levels)
    size = mean / (factor - 1)
    exact = np.array([stats.nbinom.ppf(level, size, size / (size + mean)) for level in levels])
    assert np.array_equal(found[:, :4], exact[:, :4])
    assert (np.abs(found - exact)[:, 4:] <= np.maximum(1.0, 0.01 * exact[:, 4:])).all()
    assert (quantiles(np.zeros(2), np.zeros(2), levels) == 0).all()


def test_what_is_told_of_a_day_does_not_change_with_the_days_after() -> None:
    units = RNG.poisson(4, (60, 5)).astype(float)
    other = units.copy()
    other[40:] *= 7
    first, second = told(units, 20, shelves(5)), told(other, 20, shelves(5))
    assert np.array_equal(first.mean[:21], second.mean[:21])
    assert np.array_equal(first.variance[:21], second.variance[:21])
    assert (first.mean[22:] != second.mean[22:]).any()


def test_steady_demand_is_told_with_its_mean_and_the_spread_of_a_random_lead_time() -> None:
    units = RNG.poisson(9, (300, 200)).astype(float)
    sure, late = told(units, 250, shelves(200)), told(units, 250, shelves(200, lead_sd=2.0))
    for k, cover in enumerate(COVERS):
        assert sure.mean[:, k].mean() == pytest.approx(9 * (5 + cover), rel=0.02)
        assert sure.variance[:, k].mean() == pytest.approx(9 * (5 + cover), rel=0.9)
        assert (late.variance - sure.variance)[:, k].mean() == pytest.approx(4 * 81, rel=0.1)


def test_half_a_day_of_lead_time_is_half_a_days_demand() -> None:
    units = RNG.poisson(9, (80, 50)).astype(float)
    five, half, six = (told(units, 70, shelves(50, lead)).mean for lead in (5.0, 5.5, 6.0))
    assert half == pytest.approx((five + six) / 2)


def test_each_series_keeps_a_lead_time_of_its_own() -> None:
    demand = RNG.poisson(5, (80, 2, 2))
    mixed = simulate(BaseStock(30), demand, Terms(), Leads(np.array([2.0, 6.0]), np.zeros(2)), on_hand=20)
    for n, lead in enumerate((2, 6)):
        alone = simulate(BaseStock(30), demand[:, :, n : n + 1], Terms(), Lead.fixed(lead), on_hand=20)
        assert np.array_equal(mixed.held[:, n], alone.held[:, 0])
        assert np.array_equal(mixed.short[:, n], alone.short[:, 0])


def test_lead_times_are_gamma_do_not_overtake_and_are_repeated_by_tile() -> None:
    lead = Leads(np.array([6.0, 3.0] * 2), np.array([1.5, 0.0] * 2), tiles=2)
    drawn = lead.draw(400, (3, 4), np.random.default_rng(1))
    assert np.array_equal(drawn[..., :2], drawn[..., 2:])
    assert (drawn[..., 1] == 3).all()
    assert (np.diff(drawn + np.arange(400)[:, None, None], axis=0) >= 0).all()
    assert 6.0 <= drawn[..., 0].mean() < 7.5  # who waits for those before takes longer
    assert drawn.max() <= lead.longest


def test_the_levels_chosen_keep_the_goal_and_the_next_lower_price_does_not() -> None:
    def trial(held: float, short: float) -> Trial:
        asked = np.full(30, 1000.0)
        return Trial(asked, asked - short, np.full(30, short), np.full(30, held), np.full(30, 1.0), 10)

    tries = {(0.9, 0): trial(100, 30), (0.95, 0): trial(4_000, 10), (0.99, 0): trial(30_000, 5)}
    chosen = choose(tries, shelves(30), np.ones(30))
    assert {choice.level for choice in chosen.values()} == {0.99}
    assert tries[0.99, 0].short.sum() / tries[0.99, 0].demanded.sum() < SAFE * GOAL
    easy = choose({(0.9, 0): trial(100, 2), (0.99, 0): trial(30_000, 1)}, shelves(30), np.ones(30))
    assert {choice.level for choice in easy.values()} == {0.9}
    bound = choose({(0.9, 0): trial(100, 2), (0.99, 0): trial(30_000, 1)}, shelves(30), np.ones(30), [tries])
    assert {choice.level for choice in bound.values()} == {0.99}


def test_the_judged_days_are_not_those_that_the_level_was_chosen_on() -> None:
    units = RNG.poisson(4, (90, 36)).astype(float)
    found = tune(units, shelves(36), np.ones(36), "2026-03-29", None)
    later = units.copy()
    later[60:] = RNG.poisson(9, (30, 36))
    other = tune(later, shelves(36), np.ones(36), "2026-03-29", None)
    assert found.choices == other.choices
    assert [row.stockout for row in found.rows] != [row.stockout for row in other.rows]
    assert tune(units[:40], shelves(36), np.ones(36), "2026-03-29", None).rows == []


def test_a_higher_level_holds_more_and_loses_less() -> None:
    # over many days and series: which day an order falls on is luck, and may favour a lower level for a while
    units = np.random.default_rng(7).poisson(4, (150, 300)).astype(float)
    given = told(units, 30, shelves(300))
    tries = sweep(units[30:, None], given, shelves(300), (0.8, 0.95, 0.99))
    for cover in range(len(COVERS)):
        held = [tries[level, cover].held.sum() for level in (0.8, 0.95, 0.99)]
        short = [tries[level, cover].short.sum() for level in (0.8, 0.95, 0.99)]
        assert held == sorted(held)
        assert short == sorted(short, reverse=True)
