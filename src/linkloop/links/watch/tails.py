"""Tails: how unlikely a count is. Exact sums of the negative binomial, Poisson and beta-binomial distributions."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, lgamma, log, log1p

_ENOUGH = 1e-17  # a term this small beside the sum adds nothing
_LIMIT = 100_000  # terms at most; far beyond every count that is asked for


def at_least(count: int, mean: float, dispersion: float = 0.0) -> float:
    """P(X ≥ count) for a count with this mean and variance mean + dispersion × mean² (0: Poisson)."""
    if count <= 0:
        return 1.0
    if mean <= 0.0:
        return 0.0
    first = exp(_log_count(count, mean, dispersion))
    if count > mean:
        return min(1.0, _upward(count, first, _step_up(mean, dispersion)))
    below = exp(_log_count(count - 1, mean, dispersion))
    return max(0.0, 1.0 - _downward(count - 1, below, _step_up(mean, dispersion)))


def at_most(count: int, mean: float, dispersion: float = 0.0) -> float:
    """P(X ≤ count) for the same distribution."""
    if count < 0:
        return 0.0
    if mean <= 0.0:
        return 1.0
    if count > mean:
        return max(0.0, 1.0 - at_least(count + 1, mean, dispersion))
    return min(1.0, _downward(count, exp(_log_count(count, mean, dispersion)), _step_up(mean, dispersion)))


def failures_at_least(failures: int, tries: int, rate: float, weight: float) -> float:
    """P(F ≥ failures) of `tries` when the failure rate is Beta with mean `rate` and `weight` pseudo-tries.

    The beta-binomial predictive distribution: what is not known of the rate makes the tail heavier.
    """
    if failures <= 0:
        return 1.0
    if failures > tries:
        return 0.0
    a, b = max(rate, 1e-6) * weight, max(1.0 - rate, 1e-6) * weight
    first = exp(
        (lgamma(tries + 1) - lgamma(failures + 1) - lgamma(tries - failures + 1))
        + (lgamma(failures + a) + lgamma(tries - failures + b) - lgamma(tries + weight))
        - (lgamma(a) + lgamma(b) - lgamma(weight))
    )
    term = total = first
    for k in range(failures, tries):
        term *= (tries - k) * (k + a) / ((k + 1) * (tries - k - 1 + b))
        total += term
        if term < total * _ENOUGH:
            break
    return min(1.0, total)


def _log_count(count: int, mean: float, dispersion: float) -> float:
    if dispersion * mean < 1e-9:
        return count * log(mean) - mean - lgamma(count + 1)
    size = 1.0 / dispersion
    return (
        lgamma(count + size)
        - lgamma(size)
        - lgamma(count + 1)
        - size * log1p(mean * dispersion)
        - count * log1p(size / mean)
    )


def _step_up(mean: float, dispersion: float) -> Callable[[int], float]:
    """The ratio pmf(k + 1) / pmf(k)."""
    if dispersion * mean < 1e-9:
        return lambda k: mean / (k + 1)
    size = 1.0 / dispersion
    odds = mean / (mean + size)
    return lambda k: (k + size) / (k + 1) * odds


def _upward(count: int, first: float, step: Callable[[int], float]) -> float:
    term = total = first
    for k in range(count, count + _LIMIT):
        term *= step(k)
        total += term
        if term < total * _ENOUGH:
            break
    return total


def _downward(count: int, first: float, step: Callable[[int], float]) -> float:
    term = total = first
    for k in range(count - 1, -1, -1):
        term /= step(k)
        total += term
        if term < total * _ENOUGH:
            break
    return total
