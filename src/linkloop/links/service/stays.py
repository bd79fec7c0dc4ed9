"""Who stays after what: a Bayesian logistic model over mood, cause, delay, value and remedy, learned online."""

from __future__ import annotations

from math import exp, log
from typing import Any, NamedTuple

import numpy as np

from linkloop.commerce.remedies import Cause, RemedyBelief, RemedyKind
from linkloop.commerce.understanding import Mood

Array = np.ndarray[Any, np.dtype[np.float64]]
BELIEF = "stay"
# Weights and what is believed of each before anything was seen: mean and standard deviation. The means say the same as
# the per-mood guesses of policy.py (a calm customer stays with 0.7; money of 20 % adds 0.14). Interactions start at
# nothing with a small deviation: causes and contexts share what is common to all (pooling), and leave it on evidence.
PRIOR: dict[str, tuple[float, float]] = {
    "always": (0.85, 0.6), "angry": (-1.05, 0.5), "anxious": (-0.44, 0.5), "pleased": (0.54, 0.5),
    "late": (0.0, 0.4), "refund": (0.0, 0.3), "goods": (0.0, 0.3), "price": (0.0, 0.3), "rude": (0.0, 0.3),
    "stock": (0.0, 0.3), "loyal": (0.0, 0.5), "value": (0.0, 0.5),
    "gift": (0.8, 0.4), "gift·angry": (0.0, 0.5), "gift·anxious": (0.0, 0.4), "gift·late": (0.0, 0.5),
    "gift·value": (0.0, 0.5), "gift·loyal": (0.0, 0.4), "coupon": (-0.25, 0.3), "free_shipping": (0.15, 0.2),
}  # fmt: skip
NAMES = tuple(PRIOR)
SIZE = len(NAMES)
_UPPER = np.triu_indices(SIZE)
FULL_SHARE = 0.2  # the gift that counts as one: a fifth of the order


class Context(NamedTuple):
    """What is known of a customer for whom something went wrong. Values in minor units; `orders` kept so far."""

    mood: Mood
    cause: Cause
    late_days: float
    order_value: int
    orders: int


class Posterior(NamedTuple):
    """A normal distribution over the weights."""

    mean: Array
    cov: Array
    seen: int = 0


def prior() -> Posterior:
    """What is believed before anything was seen."""
    mean = np.array([m for m, _ in PRIOR.values()])
    return Posterior(mean, np.diag([s * s for _, s in PRIOR.values()]), 0)


def posterior_of(row: RemedyBelief | None) -> Posterior:
    """The belief as it is kept, or the prior; one kept by another version of the features is not used."""
    if row is None or len(row.mean) != SIZE or len(row.spread) != len(_UPPER[0]):
        return prior()
    cov = np.zeros((SIZE, SIZE))
    cov[_UPPER] = row.spread
    return Posterior(np.array(row.mean), cov + np.triu(cov, 1).T, row.seen)


def row_of(posterior: Posterior) -> RemedyBelief:
    """The belief as a row."""
    return RemedyBelief(
        name=BELIEF,
        mean=tuple(posterior.mean.tolist()),
        spread=tuple(posterior.cov[_UPPER].tolist()),
        seen=posterior.seen,
    )


def features(context: Context, kind: RemedyKind, amount: int) -> Array:
    """One remedy for one customer as numbers around 0 to 1. A gift counts by the root of its share of the order."""
    share = amount / context.order_value if context.order_value > 0 else 0.0
    gift = min(share / FULL_SHARE, 1.5) ** 0.5 if kind in ("money", "coupon") else 0.0
    mood, cause = context.mood, context.cause
    late = min(max(context.late_days, 0.0), 10.0) / 5
    loyal = min(context.orders, 5) / 5
    value = min(max(log(max(context.order_value, 1) / 5_000) / log(20), 0.0), 1.0)
    return np.array(
        [
            1.0, float(mood == "angry"), float(mood == "anxious"), float(mood == "pleased"), late,
            float(cause == "refund"), float(cause == "item"), float(cause == "price"), float(cause == "rude"),
            float(cause == "stock"), loyal, value, gift, gift * (mood == "angry"), gift * (mood == "anxious"),
            gift * late, gift * value, gift * loyal, gift * (kind == "coupon"), float(kind == "free_shipping"),
        ],
        dtype=np.float64,
    )  # fmt: skip


def learned(posterior: Posterior, x: Array, stayed: bool) -> Posterior:
    """The belief after one outcome: sequential Laplace approximation (Spiegelhalter & Lauritzen 1990, Networks 20).

    The mode lies on the line mean + t · cov x, so Newton's method runs in one dimension; the covariance shrinks by the
    curvature there (Sherman & Morrison).
    """
    toward = posterior.cov @ x
    spread = float(x @ toward)
    start = float(x @ posterior.mean)
    t = 0.0
    for _ in range(20):
        p = 1 / (1 + exp(-(start + t * spread)))
        step = (t - (stayed - p)) / (1 + p * (1 - p) * spread)
        t -= step
        if abs(step) < 1e-12:
            break
    p = 1 / (1 + exp(-(start + t * spread)))
    bend = p * (1 - p) / (1 + p * (1 - p) * spread)
    return Posterior(posterior.mean + t * toward, posterior.cov - bend * np.outer(toward, toward), posterior.seen + 1)


def stays(posterior: Posterior, xs: Array) -> Array:
    """The probability to stay for each row of `xs`, the weights' uncertainty included (MacKay 1992's approximation)."""
    mean = xs @ posterior.mean
    spread = np.einsum("ij,jk,ik->i", xs, posterior.cov, xs)
    return 1 / (1 + np.exp(-mean / np.sqrt(1 + np.pi * spread / 8)))
