"""The blend weighs experts by what they were worth, and its bands hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from linkloop.links.demand import blend, conformal, regression, trees, weighing
from linkloop.links.demand.panel import Panel, novel, reconstruct, segments


def poisson(n: int = 60, days: int = 160, seed: int = 0, low: float = 2.0, high: float = 20.0) -> Panel:
    draw = np.random.default_rng(seed)
    week = np.array([0.6, 0.8, 1.0, 1.0, 1.2, 1.5, 0.9])
    mean = draw.uniform(low, high, n)[:, None] * week[np.arange(days) % 7]
    return Panel(draw.poisson(mean).astype(float), np.ones((n, days), dtype=bool), 7)


def ahead_of(panel: Panel, horizon: int) -> tuple[Panel, np.ndarray]:
    past = panel._replace(units=panel.units[:, :-horizon], seen=panel.seen[:, :-horizon])
    return past, panel.units[:, -horizon:]


def test_bands_hold_their_share_of_poisson_demand() -> None:
    past, actual = ahead_of(poisson(200), 14)
    said = blend.forecast(past, 14)
    for share in (0.8, 0.95):
        low, high = conformal.interval(said.quantiles, said.levels, share)
        assert ((actual >= low) & (actual <= high)).mean() == pytest.approx(share, abs=0.05)


def test_the_blend_is_nearer_than_last_week_and_close_to_the_truth() -> None:
    past, actual = ahead_of(poisson(200, seed=4), 14)
    said = blend.forecast(past, 14)
    naive = past.units[:, -7:][:, np.arange(14) % 7]
    assert np.abs(said.median - actual).sum() < 0.8 * np.abs(naive - actual).sum()
    assert said.mean.sum() == pytest.approx(actual.sum(), rel=0.04)


def test_weights_go_to_the_expert_that_knows() -> None:
    draw = np.random.default_rng(5)
    actual = draw.uniform(5, 10, (3, 50, 7))
    said = np.stack([actual + draw.normal(0, 3, actual.shape), actual * 1.02, np.full(actual.shape, 20.0)], axis=2)
    weights = weighing.of_medians(said, actual, np.ones(actual.shape, bool), np.zeros(50, int), np.full(50, 7.0))
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)
    assert (weights[:, 1] > 0.7).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 40), st.integers(1, 20), st.integers(0, 100))
def test_any_history_gives_finite_rising_quantiles(days: int, horizon: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    units = draw.poisson(draw.choice([0.0, 0.2, 5.0], 4)[:, None], (4, days)).astype(float)
    seen = draw.random((4, days)) < 0.8
    said = blend.forecast(Panel(units, seen, 7), horizon)
    assert said.quantiles.shape == (4, horizon, len(blend.LEVELS))
    assert np.isfinite(said.quantiles).all()
    assert np.isfinite(said.mean).all()
    assert (np.diff(said.quantiles, axis=2) >= 0).all()
    assert (said.quantiles >= 0).all()


def test_a_panel_without_past_is_refused() -> None:
    with pytest.raises(ValueError, match="two periods behind"):
        blend.forecast(Panel(np.ones((1, 1)), np.ones((1, 1), bool), 7), 3)


def test_the_same_panel_says_the_same_again() -> None:
    plan = blend.Plan(trees=4)
    one, two = (blend.forecast(poisson(30, 120), 7, plan) for _ in range(2))
    np.testing.assert_array_equal(one.quantiles, two.quantiles)
    assert one.names[-1] == "trees"


def test_normal_quantiles_are_those_of_scipy() -> None:
    share = np.linspace(0.0005, 0.9995, 999)
    np.testing.assert_allclose(conformal.normal_quantile(share), stats.norm.ppf(share), atol=1e-7)


def test_an_order_statistic_is_the_split_conformal_quantile() -> None:
    values = np.random.default_rng(7).normal(size=777)
    for level in (0.001, 0.025, 0.1, 0.5, 0.9, 0.975, 0.9999):
        assert conformal.order_statistic(values, level) == conformal.quantiles(values, np.ones(777), (level,))[0]


def test_pinball_is_least_at_the_true_quantile() -> None:
    actual = np.random.default_rng(6).exponential(1.0, 20_000)
    tried = np.linspace(0, 5, 101)
    loss = [conformal.pinball(actual, np.full((len(actual), 1), q), (0.9,)).mean() for q in tried]
    assert tried[int(np.argmin(loss))] == pytest.approx(stats.expon.ppf(0.9), abs=0.1)


def test_an_interval_from_zero_ends_at_its_own_level() -> None:
    levels = (0.1, 0.8, 0.9)
    low, high = conformal.interval(np.array([[[0.0, 4.0, 6.0]], [[1.0, 4.0, 6.0]]]), levels, 0.8)
    assert (low.ravel().tolist(), high.ravel().tolist()) == ([0.0, 1.0], [4.0, 6.0])


def test_demand_that_an_empty_shelf_cut_is_not_learned_as_zero() -> None:
    units = np.full((1, 70), 10.0)
    seen = np.ones((1, 70), dtype=bool)
    units[0, 50:] = 0.0
    seen[0, 50:] = False
    np.testing.assert_allclose(reconstruct(Panel(units, seen, 7)), 10.0)
    assert blend.forecast(Panel(units, seen, 7), 7).mean[0] == pytest.approx(np.full(7, 10.0), rel=0.05)
    learned_as_zero = blend.forecast(Panel(units, np.ones_like(seen), 7), 7).mean[0]
    assert (learned_as_zero < 5).all()


def test_what_sold_of_a_cut_day_stands_as_the_least() -> None:
    units = np.full((1, 28), 4.0)
    units[0, 20] = 9.0
    seen = np.ones((1, 28), dtype=bool)
    seen[0, 20] = False
    assert reconstruct(Panel(units, seen, 7))[0, 20] == 9.0


def test_series_fall_into_segments() -> None:
    units = np.array([[5.0] * 60, [0.0, 0.0, 3.0] * 20, [0.0] * 50 + [5.0] * 10])
    seen = np.cumsum(units > 0, axis=1) > 0
    assert segments(units, seen, 7).tolist() == [0, 1, 2]


def test_a_day_of_a_kind_that_never_was_widens_no_band() -> None:
    units = poisson(80, 100, seed=11).units
    known = np.zeros((80, 107, 1))
    known[:, 95] = 1.0
    units[:, 95] *= 8.0
    panel = Panel(units, np.ones((80, 100), bool), 7, known, ("11.11",))
    assert novel(panel, 93, 7).sum() == 80
    assert not novel(panel, 96, 4).any()
    calm = blend.forecast(panel, 7, blend.Plan(calm=True)).quantiles[..., -1].sum()
    surprised = blend.forecast(panel._replace(known=None, names=()), 7).quantiles[..., -1].sum()
    assert calm < 0.8 * surprised


def promoted() -> Panel:
    draw = np.random.default_rng(8)
    known = (draw.random((40, 150, 1)) < 0.15).astype(float)
    mean = draw.uniform(20, 60, 40)[:, None] * np.where(known[:, :, 0] > 0, 2.0, 1.0)
    units = draw.poisson(mean)[:, :140].astype(float)
    return Panel(units, np.ones((40, 140), bool), 7, known, ("promotion",))


def test_a_promotion_that_doubles_demand_is_learned_and_applied_ahead() -> None:
    panel = promoted()
    fitted = regression.fit(panel, panel.units, 10)
    effect = regression.effects(panel, fitted)[:, 0]
    assert np.exp(effect).mean() == pytest.approx(2.0, rel=0.12)
    said = blend.forecast(panel, 10)
    on = panel.known[:, 140:, 0] > 0
    plain = np.median(np.where(on, np.nan, said.mean)[~on])
    assert np.median(said.mean[on]) == pytest.approx(2 * plain, rel=0.25)


def test_neutral_and_restored_undo_each_other() -> None:
    panel = promoted()
    fitted = regression.fit(panel, panel.units, 10)
    neutral = regression.neutral(fitted, panel.units)
    before = panel.known[:, :140, 0] > 0
    assert neutral[before].mean() < 0.65 * panel.units[before].mean()
    np.testing.assert_allclose(neutral[~before], panel.units[~before])


LEVELS = (0.1, 0.5, 0.9)


def test_trees_learn_the_week_and_their_leaves_hold_what_they_promise() -> None:
    past, actual = ahead_of(poisson(60, 160, seed=9), 7)
    forest = trees.train(past, past.units, 7, LEVELS)
    assert forest is not None
    told = trees.tell(forest, past, past.units, 7)
    naive = past.units[:, -7:]
    assert np.abs(told[..., 1] - actual).sum() < 0.85 * np.abs(naive - actual).sum()
    inside = (actual >= told[..., 0]) & (actual <= told[..., 2])
    assert 0.7 < inside.mean() < 0.95
    assert (np.diff(told, axis=2) >= 0).all()


def test_a_leaf_has_the_weighted_quantiles_of_what_fell_into_it() -> None:
    past, _ = ahead_of(poisson(40, 120, seed=2), 7)
    found = trees._rows(past, past.units, 7, 0)
    assert found is not None
    features, target, weight = found
    forest = trees.train(past, past.units, 7, LEVELS, count=3)
    assert forest is not None
    where = forest.booster.predict(features, pred_leaf=True)
    for tree in range(3):
        for leaf in np.unique(where[:, tree])[:5]:
            mine = where[:, tree] == leaf
            order = np.argsort(target[mine])
            share = np.cumsum(weight[mine][order]) / weight[mine].sum()
            for index, level in enumerate(LEVELS):
                wanted = target[mine][order][np.searchsorted(share, level)]
                assert forest.leaves[tree, leaf, index] == pytest.approx(wanted, abs=1e-5)


def test_a_short_history_grows_no_trees() -> None:
    panel = poisson(3, 20)
    assert trees.train(panel, panel.units, 7, LEVELS) is None
