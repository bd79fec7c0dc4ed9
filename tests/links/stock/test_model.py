"""The science of stock agrees with scipy, closed forms, brute force and a simulated shelf."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from linkloop.links.stock.model import Demand, Future, LeadDays, fit, lead_days, order_quantity

means = st.floats(0.05, 3000)
factors = st.floats(1.01, 30)
levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])


def theirs(mean: float, variance: float) -> Any:
    size = mean**2 / (variance - mean)
    return stats.nbinom(size, size / (size + mean))


@settings(deadline=None)
@given(means, factors, levels)
def test_the_quantile_is_the_negative_binomials(mean: float, factor: float, level: float) -> None:
    quantile = Future(mean, mean * factor).quantile(level)
    oracle = theirs(mean, mean * factor)
    assert oracle.cdf(quantile) >= level - 1e-9
    assert quantile == 0 or oracle.cdf(quantile - 1) < level + 1e-9


@pytest.mark.parametrize("mean", [0.3, 4.0, 80.0, 1500.0])
def test_without_more_scatter_than_poissons_it_is_poissons(mean: float) -> None:
    for level in (0.5, 0.9, 0.99):
        assert Future(mean, mean).quantile(level) == stats.poisson.ppf(level, mean)
        assert Future(mean, mean / 3).quantile(level) == stats.poisson.ppf(level, mean)


@settings(deadline=None)
@given(st.floats(0.05, 300), st.floats(1.01, 8), st.integers(0, 600))
def test_the_shortfall_is_the_sum_over_every_demand(mean: float, factor: float, stock: int) -> None:
    oracle = theirs(mean, mean * factor)
    top = int(oracle.ppf(1 - 1e-13)) + 1
    n = np.arange(stock, max(top, stock) + 1)
    assert Future(mean, mean * factor).shortfall(stock) == pytest.approx(
        float(((n - stock) * oracle.pmf(n)).sum()), rel=1e-5, abs=1e-7
    )


def test_a_stock_that_is_owed_is_short_by_it_too() -> None:
    assert Future(10, 20).shortfall(-4) == 14.0
    assert Future(10, 20).shortfall(0) == 10.0
    assert Future(0, 0).shortfall(-4) == 4.0
    assert Future(0, 0).quantile(0.99) == 0


@settings(deadline=None, max_examples=40)
@given(st.floats(1, 200), st.floats(1.05, 6), st.floats(0.5, 20), st.floats(0.5, 20))
def test_the_newsvendors_critical_ratio_costs_least_of_all_stocks(
    mean: float, factor: float, underage: float, overage: float
) -> None:
    future = Future(mean, mean * factor)
    best = future.quantile(underage / (underage + overage))
    cost = future.cost(best, underage, overage)
    around = [future.cost(stock, underage, overage) for stock in range(max(0, best - 30), best + 31)]
    assert cost <= min(around) + 1e-6


def test_beyond_the_grid_the_normal_distribution_takes_over_without_a_step() -> None:
    small, large = Future(150_000, 200_000), Future(250_000, 350_000)
    for level in (0.9, 0.99):
        normal = stats.norm(150_000, sqrt(200_000)).ppf(level)
        assert small.quantile(level) == pytest.approx(normal, abs=12)
        assert large.quantile(level) == pytest.approx(stats.norm(250_000, sqrt(350_000)).ppf(level), abs=1)
    loss = stats.norm(250_000, sqrt(350_000)).expect(lambda x: x - 250_500, lb=250_500)
    assert large.shortfall(250_500) == pytest.approx(loss, rel=1e-4)


def test_demand_over_a_random_lead_time_has_the_moments_of_a_random_sum() -> None:
    rng = np.random.default_rng(5)
    demand, lead = Demand(12.0, 30.0, 28), LeadDays(6.0, 2.0)
    days = rng.gamma(9.0, 6.0 / 9.0, 200_000)  # mean 6, sd 2
    sums = rng.normal(12.0 * days, np.sqrt(30.0 * days))
    future = Future.over(demand, lead)
    assert future.mean == 72.0
    assert future.sd == pytest.approx(sqrt(6 * 30 + 144 * 4))
    assert future.mean == pytest.approx(sums.mean(), rel=0.01)
    assert future.sd == pytest.approx(sums.std(), rel=0.02)
    spike = Future.over(demand, lead, 7, extra=40)
    assert spike.mean == 13 * 12 + 40
    assert spike.sd == pytest.approx(sqrt(13 * 30 + 144 * 4 + 400))


def test_a_fit_counts_the_days_without_a_sale() -> None:
    demand = fit([0, 3, 0, 5, 0, 0, 2, 0, 0, 4], on_hand=9)
    assert (demand.mean, demand.days) == (1.4, 10)
    assert demand.variance == pytest.approx(float(np.var([0, 3, 0, 5, 0, 0, 2, 0, 0, 4], ddof=1)))
    assert fit([2] * 10, on_hand=9) == Demand(2.0, 2.0, 10)  # never surer than Poisson
    assert fit([], on_hand=0) == Demand(0.0, 0.0, 0)
    assert fit([2] * 10, on_hand=9).volatility == pytest.approx(1 / sqrt(2))


def test_days_on_which_the_shelf_was_empty_do_not_teach_that_nobody_wants_it() -> None:
    sold_out = [4] * 10 + [0] * 6
    assert fit(sold_out, on_hand=0) == Demand(4.0, 4.0, 10)
    assert fit(sold_out, on_hand=3).mean == 2.5
    assert fit([1] + [0] * 20, on_hand=0).days == 7


def test_a_new_product_counts_from_its_first_sale() -> None:
    assert fit([0] * 20 + [6] * 5, on_hand=9) == Demand(6.0, 6.0, 5)
    assert fit([0] * 20 + [6, 0, 0, 0, 6], on_hand=9).days == 25  # two sale days prove nothing


def test_a_lead_time_moves_from_what_was_agreed_to_what_is_seen() -> None:
    assert lead_days(7, 1, 0, 0, 0) == LeadDays(7, 1)
    seen = [9.0, 11.0, 10.0]
    lead = lead_days(7, 1, 3, 10.0, float(np.var(seen) * 3))
    assert lead.mean == 8.5
    long = lead_days(7, 1, 300, 10.0, 300.0)
    assert long.mean == pytest.approx(10, abs=0.05)
    assert long.sd == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    ("wanted", "case", "least", "quantity"),
    [(0, 6, 10, 0), (-5, 6, 10, 0), (1, 6, 10, 12), (12, 6, 10, 12), (13, 6, 10, 18), (7, 1, 1, 7), (7, 0, 0, 7)],
)
def test_an_order_is_whole_cases_and_at_least_the_minimum(wanted: int, case: int, least: int, quantity: int) -> None:
    assert order_quantity(wanted, case, least) == quantity


@pytest.mark.parametrize("level", [0.90, 0.97])
def test_a_simulated_shelf_keeps_the_service_level_that_was_asked_for(level: float) -> None:
    rng = np.random.default_rng(17)
    demand, lead = Demand(5.0, 15.0, 28), LeadDays(6.0, 1.5)
    trigger = Future.over(demand, lead, 1).quantile(level)
    target = Future.over(demand, lead, 7).quantile(level)
    on_hand, arrivals = target, dict[int, int]()
    cycles = missed = 0
    for day in range(30_000):
        came = arrivals.pop(day, 0)
        if came:
            cycles += 1
            missed += on_hand < 0
        on_hand += came - int(rng.negative_binomial(2.5, 1 / 3))  # mean 5, variance 15
        position = on_hand + sum(arrivals.values())
        if position < trigger:
            due = day + max(1, round(rng.gamma(16, 6 / 16)))
            arrivals[due] = arrivals.get(due, 0) + target - position
    assert cycles > 2_000
    assert level - 0.03 <= 1 - missed / cycles <= 1.0
