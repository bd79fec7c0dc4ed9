"""Exact dynamic programming against a published table, a closed form and the simulator."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import poisson

from linkloop.links.stock.exact import LostSales, solve
from linkloop.links.stock.ordering import CappedBaseStock
from linkloop.links.stock.simulate import simulate
from linkloop.links.stock.terms import Lead, Terms

POISSON_5 = tuple(float(n) for n in poisson.pmf(np.arange(60), 5))


# P. Zipkin, Old and New Methods for Lost-Sales Inventory Systems (2008), table of Poisson demand.
@pytest.mark.parametrize(
    ("lead", "shortage", "cost"),
    [(1, 4, 4.04), (2, 4, 4.40), (3, 4, 4.60), (4, 4, 4.73), (1, 9, 5.44), (4, 9, 6.84), (2, 19, 7.66), (3, 39, 10.04)],
)
def test_the_optimum_is_the_published_one(lead: int, shortage: float, cost: float) -> None:
    most, largest = {4: (28, 8), 9: (30, 9), 19: (34, 10), 39: (38, 12)}[int(shortage)]
    found = solve(LostSales(POISSON_5, lead, 1, shortage, most, largest), precision=1e-3)
    assert found.cost == pytest.approx(cost, abs=0.005)


def test_the_cost_of_a_policy_is_what_the_simulator_counts() -> None:
    given = LostSales(POISSON_5, 3, 1, 9, 34, 12)
    states = given.states()
    table = np.clip(np.minimum(21 - states.sum(1), 7), 0, 12).reshape(given.shape)
    exact = solve(given, table).cost
    demand = np.random.default_rng(5).poisson(5, (2100, 60, 10))
    terms = Terms(1, 9)
    found = simulate(CappedBaseStock(21, 7), demand, terms, Lead.fixed(3), on_hand=10, since=100)
    assert exact == pytest.approx(found.cost(terms).mean() / 2000, rel=0.005)
    assert exact > solve(given).cost
