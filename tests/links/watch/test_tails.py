"""Tails agree with scipy's distributions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from linkloop.links.watch.tails import at_least, at_most, failures_at_least

means = st.floats(0.001, 800)
dispersions = st.floats(0.001, 4)


@settings(deadline=None)
@given(st.integers(0, 1500), means, dispersions)
def test_the_negative_binomial_tails_are_scipys(count: int, mean: float, dispersion: float) -> None:
    size = 1 / dispersion
    theirs = stats.nbinom(size, size / (size + mean))
    assert at_least(count, mean, dispersion) == pytest.approx(theirs.sf(count - 1), rel=1e-6, abs=1e-12)
    assert at_most(count, mean, dispersion) == pytest.approx(theirs.cdf(count), rel=1e-6, abs=1e-12)


@settings(deadline=None)
@given(st.integers(0, 1500), means)
def test_without_dispersion_they_are_poissons(count: int, mean: float) -> None:
    assert at_least(count, mean) == pytest.approx(stats.poisson.sf(count - 1, mean), rel=1e-6, abs=1e-12)
    assert at_most(count, mean) == pytest.approx(stats.poisson.cdf(count, mean), rel=1e-6, abs=1e-12)


@settings(deadline=None)
@given(st.integers(0, 300), st.integers(0, 300), st.floats(0.001, 0.9), st.floats(5, 400))
def test_the_tail_of_failures_is_scipys_beta_binomial(failures: int, tries: int, rate: float, weight: float) -> None:
    theirs = stats.betabinom(tries, rate * weight, (1 - rate) * weight).sf(failures - 1)
    assert failures_at_least(failures, tries, rate, weight) == pytest.approx(theirs, rel=1e-4, abs=1e-12)


def test_small_tails_keep_their_digits() -> None:
    assert at_least(60, 5.0) == pytest.approx(stats.poisson.sf(59, 5.0), rel=1e-9)
    assert 7.6e-43 < at_least(60, 5.0) < 7.7e-43
    assert at_least(0, 5.0) == 1.0
    assert at_least(3, 0.0) == 0.0
    assert at_most(-1, 5.0) == 0.0
    assert at_most(0, 0.0) == 1.0
