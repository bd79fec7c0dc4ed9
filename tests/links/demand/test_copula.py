"""Joint futures keep each series' own quantiles, and move together as their errors did."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from linkloop.links.demand import copula, drift, neighbours

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def normal_quantiles(n: int, horizon: int) -> np.ndarray:
    return np.broadcast_to(100 + 10 * stats.norm.ppf(LEVELS), (n, horizon, len(LEVELS)))


def test_each_series_keeps_its_quantiles() -> None:
    drawn = copula.paths(normal_quantiles(3, 2), LEVELS, np.zeros((3, 0)), 20_000, 1)
    for level, wanted in zip(LEVELS, normal_quantiles(1, 1)[0, 0], strict=True):
        np.testing.assert_allclose(np.quantile(drawn, level, axis=1), wanted, atol=0.5)


def test_series_whose_errors_went_together_have_futures_that_do() -> None:
    draw = np.random.default_rng(2)
    shared = draw.standard_normal(56)
    scores = np.stack([shared, shared, draw.standard_normal(56)])
    drawn = copula.paths(normal_quantiles(3, 1), LEVELS, scores, 5000, 3)[:, :, 0]
    together = np.corrcoef(drawn)
    own = np.corrcoef(scores)
    assert together[0, 1] == pytest.approx(copula.SHRUNK, abs=0.05)
    assert together[0, 2] == pytest.approx(copula.SHRUNK * own[0, 2], abs=0.08)


def test_errors_that_last_make_paths_that_last() -> None:
    steady = np.repeat(np.random.default_rng(4).choice([-1.0, 1.0], 12), 5)[None, :]
    drawn = copula.paths(normal_quantiles(1, 2), LEVELS, steady, 4000, 5)[0]
    assert np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1] > 0.3


def test_the_same_seed_draws_the_same_futures() -> None:
    scores = np.random.default_rng(6).standard_normal((2, 30))
    one, two, other = (copula.paths(normal_quantiles(2, 3), LEVELS, scores, 50, seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)


def test_drift_tells_errors_that_left_zero() -> None:
    draw = np.random.default_rng(9)
    calm = draw.standard_normal(60)
    assert abs(drift.running(calm)) < 3
    moved = calm + np.where(np.arange(60) >= 46, 1.5, 0.0)
    assert drift.running(moved) > 3
    assert drift.running(calm[:10]) == 0.0


def test_the_nearest_words_come_first_in_both_languages() -> None:
    texts = [
        "电热水壶 1.7升 不锈钢",
        "电热水壶 1.5升 玻璃",
        "steel kettle",
        "女士连衣裙 夏季",
        "electric kettle, steel",
    ]
    words = neighbours.vectors(texts)
    assert neighbours.nearest(words, 0, [1, 2, 3, 4])[0][0] == 1
    assert neighbours.nearest(words, 2, [0, 1, 3, 4])[0][0] == 4
    assert neighbours.nearest(words, 0, []) == []
