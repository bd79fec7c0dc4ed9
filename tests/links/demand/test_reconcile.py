"""Reconciled forecasts add up, and are those of hierarchicalforecast."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkloop.links.demand.blend import Plan, forecast
from linkloop.links.demand.levels import agreed, summed
from linkloop.links.demand.panel import Panel
from linkloop.links.demand.reconcile import reconcile, tree


def base(n: int, m: int, h: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    bottom = 50 + 10 * draw.random((n, h))
    above = draw.random((m, h)) * 100 + 100
    return bottom, above, draw.random(n + m) + 0.2


def test_it_is_the_weighted_least_squares_of_hierarchicalforecast() -> None:
    methods = pytest.importorskip("hierarchicalforecast.methods")
    structure = tree(["a", "a", "b", "b", "b"], ["x", "y", "x", "y", "x"])
    m, n, h = len(structure.names), 5, 3
    bottom, _, _ = base(n, m, h, 7)
    above = structure.above @ bottom * np.random.default_rng(3).uniform(0.95, 1.05, (m, h))
    errors = np.random.default_rng(1).normal(size=(m + n, 400)) * np.arange(1, m + n + 1)[:, None]
    whole = np.vstack([structure.above, np.eye(n)])
    insample = np.zeros((m + n, 400))
    theirs = methods.MinTrace(method="wls_var").fit_predict(
        S=whole, y_hat=np.vstack([above, bottom]), y_insample=insample, y_hat_insample=insample - errors
    )["mean"]
    variance = np.mean(errors**2, axis=1)
    kept, sums = reconcile(bottom, above, structure, np.concatenate([variance[m:], variance[:m]]))
    np.testing.assert_allclose(np.vstack([sums, kept]), theirs, rtol=1e-6)


@given(st.integers(2, 12), st.integers(0, 1000))
def test_whatever_the_base_says_the_sums_add_up_and_nothing_is_negative(n: int, seed: int) -> None:
    structure = tree([str(k % 3) for k in range(n)])
    bottom, above, variance = base(n, len(structure.names), 2, seed)
    kept, sums = reconcile(bottom - 55, above, structure, variance)
    assert (kept >= 0).all()
    np.testing.assert_allclose(sums, structure.above @ kept)
    np.testing.assert_allclose(sums[0], kept.sum(axis=0))


def test_forecasts_that_add_up_stay_as_they_are() -> None:
    structure = tree(["a", "b", "b"])
    bottom = np.array([[1.0], [2.0], [3.0]])
    kept, sums = reconcile(bottom, structure.above @ bottom, structure, np.ones(6))
    np.testing.assert_allclose(kept, bottom)
    assert sums[:, 0].tolist() == pytest.approx([6.0, 1.0, 5.0])


def test_labels_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"labels of \[2, 3\] series"):
        tree(["a", "b"], ["x", "y", "z"])


def test_the_total_ends_between_what_its_parts_and_what_it_itself_say() -> None:
    draw = np.random.default_rng(5)
    units = draw.poisson(0.8 * np.linspace(1, 2, 126), (40, 126)).astype(float)
    panel = Panel(units, np.ones((40, 126), bool), 7)
    structure = tree(["a"] * 20 + ["b"] * 20)
    plan = Plan(windows=3)
    alone = forecast(panel, 7, plan)
    together = agreed(panel, alone, structure, plan)
    itself = forecast(summed(panel, structure), 7, plan).mean[0].sum()
    ends = sorted([alone.mean.sum(), itself])
    assert ends[0] < together.mean.sum() < ends[1]
    assert abs(together.mean.sum() - itself) < 0.5 * abs(alone.mean.sum() - itself)
    assert (np.diff(together.quantiles, axis=2) >= 0).all()


def test_sums_put_back_what_empty_shelves_cut_and_keep_what_is_known() -> None:
    units = np.full((2, 42), 5.0)
    seen = np.ones((2, 42), bool)
    units[0, 30], seen[0, 30] = 0.0, False
    known = np.zeros((2, 49, 1))
    known[0, 45] = 1.0
    whole = summed(Panel(units, seen, 7, known, ("promotion",)), tree(["a", "b"]))
    np.testing.assert_allclose(whole.units[0], 10.0)
    assert whole.known is not None
    assert whole.known[:, 45, 0].tolist() == [0.5, 1.0, 0.0]
