"""Orders as the terms allow them, and lead times that do or do not cross."""

from __future__ import annotations

import numpy as np

from linkloop.links.stock.terms import Lead, Terms, lawful


def placed(wish: list[float], terms: Terms) -> list[float]:
    order = np.array([wish], np.float32)
    lawful(order, terms)
    return [float(units) for units in order[0]]


def test_a_wish_below_nothing_is_no_order() -> None:
    assert placed([-3, 0, 2.5], Terms()) == [0, 0, 2.5]


def test_orders_are_whole_cases_and_the_minimum_at_least() -> None:
    assert placed([0, 1, 12, 13], Terms(case_pack=6, least=10)) == [0, 12, 12, 18]


def test_a_budget_cuts_all_in_proportion_and_never_breaks_a_case() -> None:
    terms = Terms(case_pack=5, price=np.array([1.0, 2.0, 1.0]), budget=60)
    # 20 + 2 × 20 + 40 = 100: six tenths are 12, 12 and 24 units, in whole cases 10, 10 and 20.
    assert placed([20, 20, 40], terms) == [10, 10, 20]
    assert placed([20, 20, 0], terms) == [20, 20, 0]
    assert placed([20, 20, 40], terms._replace(least=15)) == [0, 0, 20]


def test_lead_times_have_their_chances_and_cross_only_where_they_may() -> None:
    lead = Lead((0.2, 0.0, 0.5, 0.3))
    free = lead._replace(crossing=True).draw(20_000, (1,), np.random.default_rng(1))
    assert np.allclose(np.bincount(free.ravel()) / 20_000, lead.chances, atol=0.01)
    kept = lead.draw(500, (4,), np.random.default_rng(1))
    arrivals = kept + np.arange(500)[:, None]
    assert (np.diff(arrivals, axis=0) >= 0).all()
    assert (np.diff(free[:500] + np.arange(500)[:, None], axis=0) < 0).any()
    assert (Lead.fixed(3).longest, Lead.fixed(3).known, lead.known) == (3, True, False)
