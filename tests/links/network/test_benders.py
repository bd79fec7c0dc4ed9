"""Many days of demand: the decomposition and the one big program agree, and neither claims more than it proves."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from linkloop.links.network.benders import Stages, decompose, extensive


def stages(seed: int, m: int = 5, n: int = 8, days: int = 6, lost: float = 400.0) -> Stages:
    draw = np.random.default_rng(seed)
    return Stages(
        draw.integers(500, 3000, m).astype(float), draw.integers(40, 90, m).astype(float),
        draw.integers(5, 90, (m, n)).astype(float), draw.integers(2, 30, (days, n)).astype(float), lost,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_both_find_the_optimum_that_trying_every_set_finds(seed: int) -> None:
    these = stages(seed)
    apart, whole = decompose(these, gap=1e-6), extensive(these, gap=1e-6)
    fixed = [
        extensive(these._replace(fixed=np.zeros(5), capacity=these.capacity * np.array(kept)), gap=1e-6).cost
        + float(these.fixed @ np.array(kept))
        for kept in product([0.0, 1.0], repeat=5)
    ]
    assert apart.cost == pytest.approx(min(fixed), rel=1e-5)
    assert whole.cost == pytest.approx(min(fixed), rel=1e-5)
    assert apart.bound <= min(fixed) * (1 + 1e-5)
    assert apart.gap <= 1e-5


def test_where_losing_parcels_is_cheaper_nothing_opens() -> None:
    these = stages(1, lost=1.0)
    found = decompose(these)
    assert not found.open.any()
    assert found.cost == pytest.approx(these.demand.sum(axis=1).mean())


def test_stopped_early_it_says_how_far_it_is() -> None:
    found = decompose(stages(2), rounds=1)
    assert found.cost == np.inf or found.bound <= found.cost
    assert found.rounds == 1
