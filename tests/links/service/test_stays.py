"""The belief who stays: it agrees with the posterior modes that scipy and scikit-learn find."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize
from sklearn.linear_model import LogisticRegression

from linkloop.commerce.remedies import RemedyBelief
from linkloop.links.service.policy import ADDS, STAYS
from linkloop.links.service.stays import (
    NAMES,
    SIZE,
    Context,
    Posterior,
    features,
    learned,
    posterior_of,
    prior,
    row_of,
    stays,
)


def test_features_stand_in_the_order_of_their_names() -> None:
    x = dict(zip(NAMES, features(Context("angry", "late", 5.0, 100_000, 5), "coupon", 20_000), strict=True))
    named = {name: value for name, value in x.items() if value}
    assert named == {
        "always": 1.0, "angry": 1.0, "late": 1.0, "loyal": 1.0, "value": 1.0, "gift": 1.0, "gift·angry": 1.0,
        "gift·late": 1.0, "gift·value": 1.0, "gift·loyal": 1.0, "coupon": 1.0,
    }  # fmt: skip
    calm = features(Context("neutral", "stock", 0.0, 5_000, 0), "free_shipping", 800)
    assert {NAMES[n] for n in np.flatnonzero(calm)} == {"always", "stock", "free_shipping"}
    assert len(calm) == SIZE


def test_the_prior_says_what_the_guesses_by_mood_say() -> None:
    for mood, share in STAYS.items():
        plain = features(Context(mood, "late", 0.0, 5_000, 0), "none", 0)  # type: ignore[arg-type]
        assert 1 / (1 + np.exp(-plain @ prior().mean)) == pytest.approx(share, abs=0.01)
    gift = features(Context("neutral", "late", 0.0, 5_000, 0), "money", 1_000)
    assert 1 / (1 + np.exp(-gift @ prior().mean)) == pytest.approx(STAYS["neutral"] + ADDS["20%"], abs=0.01)


def test_one_outcome_moves_the_belief_to_the_exact_posterior_mode() -> None:
    start = prior()
    x = features(Context("angry", "late", 3.0, 20_000, 1), "money", 2_000)
    inverse = np.linalg.inv(start.cov)

    def loss(w: np.ndarray) -> float:
        return float(np.log1p(np.exp(-(w @ x))) + 0.5 * (w - start.mean) @ inverse @ (w - start.mean))

    exact = optimize.minimize(loss, start.mean, method="BFGS", options={"gtol": 1e-10}).x
    after = learned(start, x, True)
    assert after.mean == pytest.approx(exact, abs=1e-6)
    p = 1 / (1 + np.exp(-(after.mean @ x)))
    assert np.linalg.inv(after.cov) == pytest.approx(inverse + p * (1 - p) * np.outer(x, x), abs=1e-6)
    assert after.seen == 1


def test_many_outcomes_agree_with_the_mode_that_scipy_finds_for_all_of_them_at_once() -> None:
    rng = np.random.default_rng(8)
    xs, ys = _story(rng, 3_000)
    belief = prior()
    for x, y in zip(xs, ys, strict=True):
        belief = learned(belief, x, bool(y))
    # w = mean + deviation × v with v standard normal; the prior's mean is an offset of the logits.
    deviation = np.sqrt(prior().cov.diagonal())
    offset = xs @ prior().mean

    def loss(v: np.ndarray) -> tuple[float, np.ndarray]:
        logits = offset + (xs * deviation) @ v
        p = 1 / (1 + np.exp(-logits))
        value = -np.log(np.where(ys, p, 1 - p)).sum() + 0.5 * v @ v
        return float(value), (xs * deviation).T @ (p - ys) + v

    mode = prior().mean + deviation * optimize.minimize(loss, np.zeros(SIZE), jac=True, method="L-BFGS-B").x
    assert np.abs(belief.mean - mode).max() < 0.12  # what one pass loses against all outcomes at once
    assert stays(belief, xs[:200]) == pytest.approx(1 / (1 + np.exp(-xs[:200] @ mode)), abs=0.03)


def test_without_a_prior_worth_mentioning_it_is_scikit_learns_regression() -> None:
    rng = np.random.default_rng(9)
    xs, ys = _story(rng, 6_000)
    few = np.flatnonzero(xs.std(axis=0) > 0)[:6]
    wide = Posterior(np.zeros(SIZE), np.eye(SIZE) * 25.0)
    for x, y in zip(xs[:, few], ys, strict=True):
        padded = np.zeros(SIZE)
        padded[few] = x
        padded[0] = 1.0
        wide = learned(wide, padded, bool(y))
    fitted = LogisticRegression(C=25.0, max_iter=2_000).fit(xs[:, few], ys)
    assert wide.mean[few] == pytest.approx(fitted.coef_[0], abs=0.15)
    assert wide.mean[0] == pytest.approx(fitted.intercept_[0], abs=0.15)


def test_a_belief_survives_its_row_and_another_versions_row_is_not_used() -> None:
    belief = learned(prior(), features(Context("anxious", "refund", 0.0, 9_000, 0), "coupon", 450), False)
    again = posterior_of(row_of(belief))
    assert (again.mean.tolist(), again.cov.tolist(), again.seen) == (belief.mean.tolist(), belief.cov.tolist(), 1)
    strange = RemedyBelief(name="stay", mean=(1.0,), spread=(1.0,), seen=9)
    assert posterior_of(strange).seen == 0
    assert posterior_of(None).mean.tolist() == prior().mean.tolist()


def _story(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    truth = prior().mean + rng.normal(0, 0.4, SIZE)
    moods = ("angry", "anxious", "neutral")
    xs = []
    for _ in range(count):
        context = Context(moods[rng.integers(3)], "late", float(rng.uniform(0, 8)), int(rng.integers(3_000, 120_000)),
                          int(rng.integers(0, 6)))  # fmt: skip
        kind = ("none", "money", "coupon", "free_shipping")[rng.integers(4)]
        xs.append(features(context, kind, round(context.order_value * rng.choice([0.05, 0.1, 0.2]))))
    rows = np.array(xs)
    return rows, rng.random(count) < 1 / (1 + np.exp(-rows @ truth))
