"""The policy's probabilities agree with scipy and with brute force; its draws follow its propensities."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from linkloop.commerce.orders import Order
from linkloop.commerce.remedies import RemedyAdvice, RemedyOutcome
from linkloop.core.money import Money
from linkloop.links.service.policy import Option, belief, best_chances, choose, options, worth_of
from tests.links.service.late_parcel import ORDER

FOUR = (Option("none", 0), Option("5%", 1000), Option("10%", 2000), Option("20%", 4000))


def advice(percent: float, amount: int) -> RemedyAdvice:
    return RemedyAdvice(percent_cap=percent, amount_cap=amount)


@pytest.mark.parametrize(
    ("value", "percent", "amount", "allowed"),
    [
        (20_000, 20, 5_000, [("none", 0), ("5%", 1000), ("10%", 2000), ("20%", 4000)]),
        (20_000, 10, 5_000, [("none", 0), ("5%", 1000), ("10%", 2000)]),
        (20_000, 20, 1_500, [("none", 0), ("5%", 1000), ("10%", 1500)]),
        (900_000, 20, 5_000, [("none", 0), ("5%", 5000)]),
        (20_000, 0, 0, [("none", 0)]),
        (20_000, 4.9, 5_000, [("none", 0)]),
        (0, 20, 5_000, [("none", 0)]),
        (-500, 20, 5_000, [("none", 0)]),
        (20_000, 20, -5, [("none", 0)]),
    ],
)
def test_the_table_caps_what_may_be_offered(value: int, percent: float, amount: int, allowed: list) -> None:
    assert [tuple(option) for option in options(value, advice(percent, amount))] == allowed


@given(st.integers(-(10**6), 10**9), st.floats(0, 100), st.integers(-10, 10**6))
def test_no_option_is_ever_above_a_cap(value: int, percent: float, amount: int) -> None:
    for option in options(value, advice(percent, amount)):
        assert 0 <= option.cost <= max(0, amount)
        assert option.cost <= max(0, value) * min(percent, 20) / 100 + 0.5


def test_the_chance_to_be_best_agrees_with_quadrature_by_scipy() -> None:
    mine = best_chances([(4.5, 5.5), (6.0, 4.0)], [0, 2000], 50_000)[1]

    def joint(x: float) -> float:
        return float(stats.beta.pdf(x, 6.0, 4.0) * stats.beta.cdf(x - 2000 / 50_000, 4.5, 5.5))

    exact = integrate.quad(joint, 0, 1, epsabs=1e-10)[0]
    assert mine == pytest.approx(exact, abs=2e-4)


@pytest.mark.parametrize("worth", [3_000, 60_000, 1_000_000])
def test_the_chances_of_four_agree_with_two_million_draws(worth: int) -> None:
    beliefs = [(4.5, 5.5), (45.1, 42.0), (5.5, 4.5), (8.9, 12.1)]
    rng = np.random.default_rng(3)
    gains = np.stack([rng.beta(a, b, 500_000) * worth - o.cost for (a, b), o in zip(beliefs, FOUR, strict=True)])
    share = np.bincount(gains.argmax(axis=0), minlength=4) / 500_000
    assert best_chances(beliefs, [o.cost for o in FOUR], worth) == pytest.approx(share.tolist(), abs=0.004)


def test_without_worth_nothing_is_given_for_sure() -> None:
    choice = choose(FOUR, "angry", 0, {}, "e1")
    assert (choice.option, choice.propensity, choice.better) == (FOUR[0], 1.0, 1.0)


def test_draws_follow_the_logged_propensities() -> None:
    choices = [choose(FOUR, "angry", 60_000, {}, f"e{n}") for n in range(3_000)]
    assert len({choice.alternatives[0].propensity for choice in choices}) == 1
    counts = Counter(choice.option.remedy for choice in choices)
    expected = [a.propensity * 3_000 for a in choices[0].alternatives]
    seen = [counts[a.name] for a in choices[0].alternatives]
    assert stats.chisquare(seen, np.array(expected) / sum(expected) * 3_000).pvalue > 0.001


@settings(max_examples=40)
@given(st.text(max_size=30), st.sampled_from(["angry", "anxious", "neutral", "pleased"]), st.integers(0, 10**7))
def test_a_choice_is_a_function_of_what_it_is_given(seed: str, mood: str, worth: int) -> None:
    one = choose(FOUR, mood, worth, {}, seed)
    assert one == choose(FOUR, mood, worth, {}, seed)
    assert one.option in FOUR
    assert sum(a.propensity for a in one.alternatives) == pytest.approx(1, abs=1e-5)
    assert [a.chosen for a in one.alternatives].count(True) == 1
    if worth:
        assert min(a.propensity for a in one.alternatives) >= 0.0125


def test_outcomes_move_the_belief_by_what_was_counted() -> None:
    assert belief("10%", "angry", {}) == pytest.approx((5.5, 4.5))
    seen = {"10%": RemedyOutcome(remedy="10%", mood="angry", stayed=7, left=2)}
    assert belief("10%", "angry", seen) == pytest.approx((12.5, 6.5))


def test_the_worth_of_a_customer() -> None:
    gone = Order(**{**{f: getattr(ORDER, f) for f in ORDER.__struct_fields__}, "status": "cancelled"})
    dollars = Order(**{**{f: getattr(ORDER, f) for f in ORDER.__struct_fields__}, "total": Money(10**6, "USD")})
    assert worth_of(Money(60_000, "CNY"), [ORDER], "CNY") == 60_000
    assert worth_of(Money(60_000, "USD"), [ORDER, gone, dollars], "CNY") == 6_000
    assert worth_of(None, [ORDER, ORDER], "CNY") == 12_000
    assert worth_of(Money(-5, "CNY"), [], "CNY") == 0
