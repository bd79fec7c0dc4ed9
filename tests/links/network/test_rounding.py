"""Plans from bounds: within every capacity, one source each, never better than the optimum, near it."""

from __future__ import annotations

import numpy as np
import pytest

from linkloop.links.network.facility import locate
from linkloop.links.network.lagrange import bounds
from linkloop.links.network.rounding import best_of, round_up
from linkloop.links.network.site import Sites, cost_of


def sites(seed: int, m: int = 6, n: int = 18) -> Sites:
    draw = np.random.default_rng(seed)
    return Sites(
        draw.integers(60, 120, m).astype(float), draw.integers(100, 400, m).astype(float),
        draw.integers(5, 25, n).astype(float), draw.integers(1, 100, (m, n)).astype(float),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_a_rounded_plan_is_one_and_is_no_better_than_the_optimum_and_at_most_half_dearer(seed: int) -> None:
    these = sites(seed)
    plan, best = best_of(these, bounds(these).sets), locate(these)
    assert plan is not None
    assert best is not None
    assert (plan.serves.sum(axis=0) == 1).all()
    assert (plan.serves @ these.demand <= these.capacity + 1e-9).all()
    assert plan.cost == pytest.approx(cost_of(these, plan.open, plan.serves))
    assert best.gap == 0
    assert best.cost <= plan.cost + 1e-6 <= best.cost * 1.5


def test_too_few_centres_get_more_and_what_cannot_be_packed_is_none() -> None:
    these = sites(3)
    plan = round_up(these, np.zeros(6))
    assert plan is not None
    assert plan.open.any()
    huge = these._replace(demand=np.full(18, 59.0), capacity=np.full(6, 60.0))
    assert round_up(huge, np.ones(6)) is None


def test_one_centre_alone_serves_everybody() -> None:
    alone = Sites(np.array([100.0]), np.array([7.0]), np.array([10.0, 20.0]), np.array([[3.0, 4.0]]))
    plan = best_of(alone, [np.ones(1)])
    assert plan is not None
    assert plan.cost == 14.0
