"""The contextual choice: its propensities are those that it draws by, and exploring never puts too much at risk."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from linkloop.commerce.remedies import RemedyAdvice, RemedySafety
from linkloop.links.service.choosing import (
    DRAWS,
    EPSILON,
    EXPLORE,
    QUANTILE,
    SAFETY,
    USED,
    Offer,
    choose,
    least,
    offers,
    propensities,
    worths,
)
from linkloop.links.service.stays import Context, features, learned, prior

ADVICE = RemedyAdvice(percent_cap=20, amount_cap=5_000, apologise=True, coupons=True)
ANGRY = Context("angry", "late", 3.0, 20_000, 2)
ROOM = RemedySafety(name=SAFETY, safe_value=1e12)


def test_the_table_caps_what_is_offered_and_coupons_only_where_it_says_so() -> None:
    assert [(o.name, o.amount) for o in offers(20_000, ADVICE)] == [
        ("none", 0), ("5%", 1_000), ("10%", 2_000), ("20%", 4_000), ("coupon 5%", 1_000), ("coupon 10%", 2_000),
        ("free shipping", 800),
    ]  # fmt: skip
    money = RemedyAdvice(percent_cap=10, amount_cap=1_500, apologise=True)
    assert [(o.name, o.amount) for o in offers(20_000, money)] == [("none", 0), ("5%", 1_000), ("10%", 1_500)]
    assert [o.name for o in offers(20_000, RemedyAdvice(percent_cap=0, amount_cap=0))] == ["none"]
    assert [o.name for o in offers(0, ADVICE)] == ["none", "free shipping"]


@given(st.integers(0, 10**8), st.floats(0, 100), st.integers(0, 10**6), st.booleans(), st.floats(0, 1))
def test_nothing_is_offered_above_a_cap(value: int, percent: float, amount: int, coupons: bool, abuse: float) -> None:
    advice = RemedyAdvice(percent_cap=percent, amount_cap=amount, coupons=coupons)
    for offer in offers(value, advice, abuse):
        assert 0 <= offer.amount <= amount
        assert coupons or offer.kind in ("none", "money")
        assert offer.kind != "money" or offer.amount <= value * min(percent, 20) / 100 + 0.5
        assert offer.kind == "none" or offer.sure + offer.kept > 0


def test_a_coupon_costs_only_who_comes_back_and_a_second_look_makes_gifts_dearer() -> None:
    plain = {o.name: o for o in offers(20_000, ADVICE)}
    assert plain["coupon 10%"] == Offer("coupon 10%", "coupon", 2_000, 0.0, 2_000 * USED)
    assert plain["10%"] == Offer("10%", "money", 2_000, 2_000.0, 0.0)
    wary = {o.name: o for o in offers(20_000, ADVICE, 0.5)}
    assert (wary["10%"].sure, wary["coupon 10%"].sure) == (4_000.0, 2_000.0)


def test_sampled_worths_have_the_mean_that_scipy_integrates() -> None:
    belief = prior()
    xs = np.stack([features(ANGRY, "none", 0), features(ANGRY, "money", 4_000)])
    drawn = worths(xs, belief, np.array([60_000.0, 60_000.0]), np.array([0.0, 4_000.0])).mean(axis=0)
    for n, x in enumerate(xs):
        mean, spread = float(x @ belief.mean), float(x @ belief.cov @ x) ** 0.5
        exact = integrate.quad(lambda z, m=mean, s=spread: stats.norm.pdf(z) / (1 + np.exp(-(m + s * z))), -9, 9)[0]
        assert drawn[n] == pytest.approx(exact * 60_000 - 4_000 * n, abs=60_000 * 0.006)


def test_the_share_in_which_an_option_is_best_agrees_with_a_million_draws_of_another_generator() -> None:
    belief = prior()
    offered = offers(20_000, ADVICE)[:4]
    xs = np.stack([features(ANGRY, o.kind, o.amount) for o in offered])
    kept, sure = np.full(4, 60_000.0), np.array([o.sure for o in offered])
    wins = np.bincount(worths(xs, belief, kept, sure).argmax(axis=1), minlength=4) / DRAWS
    weights = stats.multivariate_normal(belief.mean, belief.cov, seed=5).rvs(300_000)
    other = (60_000 / (1 + np.exp(-(weights @ xs.T))) - sure).argmax(axis=1)
    assert wins == pytest.approx(np.bincount(other, minlength=4) / 300_000, abs=4 * (0.25 / DRAWS) ** 0.5)


def test_draws_follow_the_logged_propensities_exactly() -> None:
    chosen = [choose(offers(20_000, ADVICE), ANGRY, 60_000, prior(), ROOM, f"e{n}") for n in range(3_000)]
    assert len({c.options for c in chosen}) == 1
    counts = Counter(c.offer.name for c in chosen)
    expected = {o.name: o.propensity * 3_000 for o in chosen[0].options if o.propensity}
    assert set(counts) <= set(expected)
    seen = [counts[name] for name in expected]
    assert stats.chisquare(seen, list(expected.values())).pvalue > 0.001
    for c in chosen[:50]:
        assert c.propensity == next(o.propensity for o in c.options if o.name == c.offer.name)


def test_with_room_every_option_keeps_its_share_of_exploring() -> None:
    options = choose(offers(20_000, ADVICE), ANGRY, 60_000, prior(), ROOM, "e").options
    assert min(o.propensity for o in options) >= EXPLORE / len(options) - 1e-6
    assert sum(o.propensity for o in options) == pytest.approx(1.0, abs=1e-9)


def test_without_room_only_the_safe_choice_is_made() -> None:
    spent = RemedySafety(name=SAFETY, safe_value=0.0, at_risk=1e9)
    chosen = choose(offers(20_000, ADVICE), ANGRY, 60_000, prior(), spent, "e")
    assert (chosen.offer.name, chosen.propensity) == (chosen.safe_name, 1.0)
    assert [o.propensity for o in chosen.options if o.name != chosen.safe_name] == [0.0] * 6
    assert chosen.safe.at_risk == 1e9  # the safe choice risks nothing against itself


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["angry", "anxious", "neutral"]), st.floats(1, 9), st.integers(3_000, 90_000),
                          st.integers(0, 200_000), st.booleans()), min_size=1, max_size=30))  # fmt: skip
def test_what_is_at_risk_never_exceeds_its_share_of_the_safe_value(story: list) -> None:
    belief, safety = prior(), RemedySafety(name=SAFETY)
    for n, (mood, late, value, worth, stayed) in enumerate(story):
        context = Context(mood, "late", late, value, n % 4)
        chosen = choose(offers(value, ADVICE), context, worth, belief, safety, f"s{n}")
        safety = chosen.safe
        assert safety.at_risk <= EPSILON * safety.safe_value + 1e-6
        assert sum(o.propensity for o in chosen.options) == pytest.approx(1.0, abs=1e-6)
        belief = learned(belief, features(context, chosen.offer.kind, chosen.offer.amount), stayed)


def test_the_least_risky_options_are_let_in_first() -> None:
    wins, risks = np.array([0.5, 0.3, 0.2]), np.array([0.0, 100.0, 10.0])
    wanted = (1 - EXPLORE) * wins + EXPLORE / 3
    assert propensities(wins, risks, wanted[2] * 10 + 1, 0) == [
        pytest.approx(1 - wanted[2], abs=1e-6), 0.0, pytest.approx(wanted[2], abs=1e-6),
    ]  # fmt: skip
    assert propensities(wins, risks, 1e9, 0) == pytest.approx(wanted.tolist(), abs=1e-6)
    assert propensities(wins, risks, -1.0, 0) == [1.0, 0.0, 0.0]
    assert 0 < QUANTILE < 0.5


def test_without_worth_nothing_is_given_for_sure() -> None:
    chosen = choose(offers(20_000, ADVICE), ANGRY, 0, prior(), ROOM, "e")
    assert (chosen.offer.name, chosen.propensity, chosen.safe) == ("none", 1.0, ROOM)


def test_the_least_is_the_smallest_sum_of_money() -> None:
    assert least(offers(20_000, ADVICE)).offer.name == "5%"
    assert least(offers(20_000, RemedyAdvice(percent_cap=0, amount_cap=0))).offer.name == "none"


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=20), st.integers(1, 10**6))
def test_a_choice_is_a_function_of_what_it_is_given(seed: str, worth: int) -> None:
    one = choose(offers(20_000, ADVICE), ANGRY, worth, prior(), ROOM, seed)
    assert one == choose(offers(20_000, ADVICE), ANGRY, worth, prior(), ROOM, seed)
