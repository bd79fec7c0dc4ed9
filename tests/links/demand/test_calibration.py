"""Bands follow newer windows, believe a shift as far as windows agree, and measure errors in the scale of their day."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from bench import supply_demand
from linkloop.links.demand import blend, conformal, regression, trees
from linkloop.links.demand.panel import Panel, cut

LEVELS = (0.25, 0.5, 0.75)


def test_a_shift_that_windows_agree_on_is_believed_whole() -> None:
    np.testing.assert_array_equal(conformal.distrusted(1.0, np.full(4, 1.0), 0.0, LEVELS), np.zeros(3))


def test_of_a_shift_the_part_that_chance_explains_is_taken_off_but_not_where_nothing_sells() -> None:
    # variance of the mean of −1 and 1 is 1: 1 / (0.25 + 1) of the shift 0.5
    np.testing.assert_allclose(conformal.distrusted(0.5, np.array([-1.0, 1.0]), 0.3, LEVELS), [0.0, 0.4, 0.4])


def test_the_newer_of_two_windows_counts_more() -> None:
    window = np.repeat([0, 1], 100)
    actual = 10.0 + window  # the newer window came out one above what was said, the older as said
    moves = conformal.steady(actual, np.full((200, 3), 10.0), np.ones(200), window, LEVELS)
    # weights 0.6 and 1: the lower quarter is of the older. A fifth of the shift of 1 is chance: 0.25 / (1 + 0.25).
    np.testing.assert_allclose(moves, [-0.2, 0.8, 0.8])


def test_outer_quantiles_move_outwards_less_the_more_windows_agree() -> None:
    def outwards(windows: int) -> float:
        window = np.repeat(np.arange(windows), 400)
        draw = np.random.default_rng(3)
        actual = 100.0 + draw.normal(0, 1, len(window)) + np.where(window % 2, 2.0, -2.0)
        moves = conformal.steady(
            actual, np.full((len(window), 3), 100.0), np.ones(len(window)), window, (0.05, 0.5, 0.95)
        )
        return float(moves[2] - moves[0])

    assert outwards(12) < outwards(4) < outwards(2)


def test_errors_are_measured_in_the_scale_that_stood_when_they_were_made() -> None:
    units = np.ones((2, 140))
    units[0, 126:] = 60.0
    seen = np.ones((2, 140), dtype=bool)
    seen[1, :110] = False  # too young to have had a scale then
    units[1, :110], units[1, 110:] = 0.0, 4.0
    panel = Panel(units, seen, 7)
    now = np.array([15.0, 2.0])
    found = blend._then([cut(panel, 14)], now)
    np.testing.assert_allclose(found, [[3.0, 2.0]])  # 1 then, but no less than a fifth of now; the young: that of now


def test_many_series_that_move_alike_prove_no_more_of_the_year_than_one() -> None:
    draw = np.random.default_rng(2)
    days = 500
    walk = np.exp(np.cumsum(draw.normal(0, 0.03, days)))  # no year in it: only wandering
    year = (np.arange(days + 60) % 365) / 365.25

    def fitted(copies: int) -> np.ndarray:
        panel = Panel(np.tile(100 * walk, (copies, 1)), np.ones((copies, days), bool), 7, year=year)
        found = regression.fit(panel, panel.units, 60)
        return found.coefficients[0, 8 : found.first]

    np.testing.assert_allclose(fitted(40), fitted(1), atol=2e-3)
    assert np.abs(fitted(1)).max() > 0.02


def test_trees_that_are_grown_keep_their_splits_and_fill_their_leaves_anew() -> None:
    draw = np.random.default_rng(0)
    units = draw.poisson(np.array([3.0, 1, 4, 1, 5, 9, 2])[np.arange(200) % 7] * 3, (40, 200)).astype(float)
    panel = Panel(units, np.ones(units.shape, bool), 7)
    first = trees.train(panel, units, 7, LEVELS, count=4)
    assert first is not None
    again = trees.train(panel, units, 7, LEVELS, count=4, grown=first)
    np.testing.assert_array_equal(again.leaves, first.leaves)  # type: ignore[union-attr]
    wilder = np.where(draw.random(units.shape) < 0.5, 0.0, 2 * units)
    other = trees.train(Panel(wilder, panel.seen, 7), wilder, 7, LEVELS, count=4, grown=first)
    assert other is not None
    assert other.booster is first.booster
    assert (other.leaves[..., 2] - other.leaves[..., 0]).mean() > 3 * (
        first.leaves[..., 2] - first.leaves[..., 0]
    ).mean()


def test_a_leaf_into_which_nothing_falls_any_more_stays_as_it_was() -> None:
    draw = np.random.default_rng(0)
    units = draw.poisson(3.0, (40, 200)).astype(float)
    units[:20] *= np.array([0.1, 1, 5, 9, 1, 2, 0.5])[np.arange(200) % 7]
    panel = Panel(units, np.ones(units.shape, bool), 7)
    first = trees.train(panel, units, 7, LEVELS, count=4)
    flat = np.full((40, 200), 3.0)  # series of which none goes where the lively ones went
    again = trees.train(Panel(flat, panel.seen, 7), flat, 7, LEVELS, count=4, grown=first)
    assert first is not None
    assert again is not None
    kept = (again.leaves == first.leaves).all(axis=2)
    assert kept.mean() > 0.3
    np.testing.assert_allclose(again.leaves[~kept], 1.0)  # each in its own scale


@pytest.mark.parametrize("mean", [0.1, 0.4, 5.0, 50.0])
def test_the_transform_of_counts_holds_its_level_where_the_interval_holds_too_much(mean: float) -> None:
    draw = np.random.default_rng(1)
    actual = draw.poisson(mean, (4000, 5)).astype(float)
    quantiles = np.broadcast_to(stats.poisson(mean).ppf(supply_demand.LEVELS), (4000, 5, 9)).astype(float)
    seen = np.ones(actual.shape, bool)
    for share in (0.8, 0.95):
        assert supply_demand.transformed(quantiles, actual, seen, share) == pytest.approx(share, abs=0.03)
    wide = quantiles + np.array([-1, -1, -1, -1, 0, 1, 1, 1, 1]) * (3 + mean)
    assert supply_demand.transformed(wide, actual, seen, 0.8) > 0.9
    if mean < 1:
        assert supply_demand.coverage(quantiles, actual, seen, 0.8) > 0.9
