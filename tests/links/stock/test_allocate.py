"""Allocation by marginal value: against an integer programme by scipy, and what the limits forbid."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from linkloop.core.errors import LinkloopError
from linkloop.links.stock.allocate import Steps, allocate, steps_of

RNG = np.random.default_rng(3)
MANY = np.array([99, 99, 99])


def test_steps_are_worth_what_the_share_of_futures_that_needs_them_is() -> None:
    demand = np.array([[[n]] for n in range(1, 101)], float)  # 1 … 100, equally likely
    steps = steps_of(demand, np.array([[20.0]]), np.array([[2.0]]))
    assert steps.units.sum() == 80
    assert (np.diff(steps.worth) < 0).all()
    # A newsvendor: units worth more than half their saving reach to the median of demand.
    assert steps.units[steps.worth >= 1.0].sum() == pytest.approx(30, abs=1)


def test_units_go_where_they_are_worth_most_and_one_product_has_no_more_than_lies_there() -> None:
    steps = Steps(np.array([0, 0, 1]), np.array([0, 0, 0]), np.array([5.0, 5, 8]), np.array([3.0, 1, 2]))
    units = allocate(steps, np.array([10.0]), np.array([50.0, 50]), MANY[:2])
    assert units.tolist() == [[5], [5]]


def test_what_stays_at_home_is_not_shipped_and_holds_no_limit() -> None:
    steps = Steps(np.array([0, 1]), np.array([0, 0]), np.array([7.0, 9]), np.array([3.0, 2]))
    units = allocate(steps, np.array([10.0]), np.array([0.0, 50]), np.array([0, 1]), home=0)
    assert units.tolist() == [[0], [3]]


def test_a_place_takes_no_more_units_or_products_than_it_may() -> None:
    demand = RNG.poisson(6, (50, 3, 40)).astype(float)
    steps = steps_of(demand, np.zeros((3, 40)), RNG.uniform(1, 5, (3, 40)))
    units = allocate(steps, np.full(40, 9.0), np.array([20.0, 45, 90]), np.array([4, 40, 12]))
    assert (units.sum(axis=1) <= [20, 45, 90]).all()
    assert ((units > 0).sum(axis=1) <= [4, 40, 12]).all()
    assert (units.sum(axis=0) <= 9).all()
    assert units.sum(axis=1)[:2].tolist() == [20, 45]


def test_without_a_limit_on_products_the_worth_is_the_integer_programmes() -> None:
    demand = RNG.poisson(8, (60, 3, 12)).astype(float)
    steps = steps_of(demand, RNG.integers(0, 5, (3, 12)).astype(float), RNG.uniform(1, 5, (3, 12)))
    available, capacity = RNG.integers(4, 18, 12).astype(float), np.array([30.0, 25, 40])
    units = allocate(steps, available, capacity, MANY)
    rows = np.zeros((15, len(steps.units)))
    rows[steps.product, np.arange(len(steps.units))] = 1
    rows[12 + steps.place, np.arange(len(steps.units))] = 1
    limits = LinearConstraint(rows, ub=np.concatenate((available, capacity)))
    best = milp(-steps.worth, constraints=limits, bounds=Bounds(0, steps.units), integrality=1)
    assert worth(steps, units) == pytest.approx(-best.fun, rel=1e-9)


def worth(steps: Steps, units: np.ndarray) -> float:
    """The worth of an allocation: its units take each place's steps in order."""
    total, left = 0.0, units.astype(float)
    for n in np.argsort(-steps.worth, kind="stable"):
        taken = min(steps.units[n], left[steps.place[n], steps.product[n]])
        left[steps.place[n], steps.product[n]] -= taken
        total += taken * steps.worth[n]
    return total


def test_limits_that_are_no_numbers_are_refused() -> None:
    steps = Steps(np.array([0]), np.array([0]), np.array([5.0]), np.array([3.0]))
    with pytest.raises(LinkloopError, match="cannot be divided"):
        allocate(steps, np.array([4.0]), np.array([-1.0]), MANY[:1])
