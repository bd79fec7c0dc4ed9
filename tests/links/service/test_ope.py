"""Off-policy estimates agree with closed forms, with the truth of a simulated log, and say what they rest on."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from linkloop.commerce.remedies import RemedyGiven, RemedyOption
from linkloop.links.service import ope
from linkloop.links.service.ope import Case, estimates


def case(propensities: list[float], chosen: int, value: float, predicted: list[float]) -> Case:
    guess = np.array(predicted)
    return Case(np.array(propensities), chosen, value, value, guess, guess)


def test_three_cases_by_hand() -> None:
    cases = [
        case([0.5, 0.5], 0, 10.0, [8.0, 4.0]),
        case([0.8, 0.2], 1, 6.0, [8.0, 4.0]),
        case([0.25, 0.75], 1, 2.0, [8.0, 4.0]),
    ]
    target = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    ips, snips, robust = estimates(cases, target)
    assert ips.value == pytest.approx((2 * 10 + 5 * 6 + 0) / 3)
    assert snips.value == pytest.approx((2 * 10 + 5 * 6) / (2 + 5))
    assert robust.value == pytest.approx(((8 + 2 * 2) + (4 + 5 * 2) + 8) / 3)
    assert ips.effective == pytest.approx(7**2 / (4 + 25))
    assert (ips.uncovered, robust.uncovered) == (0.0, 0.0)
    terms = np.array([12.0, 14.0, 8.0])
    half = stats.norm.ppf(0.975) * terms.std(ddof=1) / 3**0.5
    assert (robust.low, robust.high) == (pytest.approx(robust.value - half), pytest.approx(robust.value + half))


def test_the_policy_that_acted_is_valued_by_the_plain_mean() -> None:
    rng = np.random.default_rng(1)
    cases, target = [], []
    for _ in range(500):
        p = rng.dirichlet([1, 1, 1])
        chosen = int(rng.choice(3, p=p))
        cases.append(case(list(p), chosen, float(rng.normal(chosen)), [0.0, 0.0, 0.0]))
        target.append(p)
    ips, snips, robust = estimates(cases, np.array(target))
    mean = float(np.mean([c.value for c in cases]))
    assert ips.value == pytest.approx(mean)
    assert snips.value == pytest.approx(mean)
    assert robust.value == pytest.approx(mean)
    assert ips.effective == pytest.approx(500)


def test_what_was_never_tried_is_named() -> None:
    cases = [case([1.0, 0.0], 0, 5.0, [5.0, 9.0])] * 4
    ips, _, robust = estimates(cases, np.array([[0.0, 1.0]] * 4))
    assert (ips.uncovered, ips.effective, ips.value) == (1.0, 0.0, 0.0)
    assert robust.value == 9.0  # all of it is the model's word


def _log(rng: np.random.Generator, count: int) -> tuple[list[Case], np.ndarray, float]:
    """Two contexts, three actions, Bernoulli rewards; the model is wrong on purpose. The target is worth 0.6."""
    truth = np.array([[0.2, 0.5, 0.7], [0.6, 0.3, 0.1]])
    wanted = np.array([2, 1])
    cases, target = [], np.zeros((count, 3))
    for n in range(count):
        kind = int(rng.random() < 0.25)
        p = np.array([[0.6, 0.2, 0.2], [0.3, 0.4, 0.3]][kind])
        chosen = int(rng.choice(3, p=p))
        reward = float(rng.random() < truth[kind, chosen])
        cases.append(Case(p, chosen, reward, reward, truth[kind] + 0.2, truth[kind] + 0.2))
        target[n, wanted[kind]] = 1.0
    return cases, target, 0.75 * 0.7 + 0.25 * 0.3


@pytest.mark.slow
@pytest.mark.parametrize("method", [0, 1, 2])
def test_intervals_cover_the_truth_as_often_as_they_say(method: int) -> None:
    rng = np.random.default_rng(4)
    inside, errors = 0, []
    for _ in range(300):
        cases, target, truth = _log(rng, 250)
        found = estimates(cases, target)[method]
        inside += found.low <= truth <= found.high
        errors.append(found.value - truth)
    assert stats.binomtest(inside, 300, 0.95).pvalue > 0.001
    assert abs(np.mean(errors)) < 4 * np.std(errors) / 300**0.5 + (0.005 if method == 1 else 0)


def test_the_doubly_robust_is_the_surest_of_the_three_with_a_fair_model() -> None:
    rng = np.random.default_rng(6)
    found = []
    for _ in range(120):
        cases, target, _ = _log(rng, 200)
        found.append([e.value for e in estimates(cases, target)])
    spread = np.std(np.array(found), axis=0)
    assert spread[2] < spread[0]


OPTIONS = (
    RemedyOption(name="none", kind="none", amount=0, score=0.0, propensity=0.4),
    RemedyOption(name="10%", kind="money", amount=2_000, score=0.0, propensity=0.4),
    RemedyOption(name="coupon 5%", kind="coupon", amount=1_000, score=0.0, propensity=0.2),
)


def row(n: int, remedy: str, stayed: bool | None) -> RemedyGiven:
    return RemedyGiven(
        order_id=f"o{n}", customer_id=f"c{n}", remedy=remedy, mood="angry", cause="late", late_days=3.0,
        order_value=20_000, worth=60_000, orders=1, options=OPTIONS, stayed=stayed, settled=True, learned=True,
    )  # fmt: skip


def test_only_what_was_drawn_and_has_an_outcome_counts() -> None:
    rows = [row(1, "none", True), row(2, "10%", None), row(3, "adjusted", True)]
    known, cases = ope.cases_of(rows)
    assert [g.order_id for g in known] == ["o1"]
    assert (cases[0].chosen, cases[0].value, cases[0].stayed) == (0, 60_000.0, 1.0)


def test_the_worth_of_a_choice_counts_money_always_and_coupons_when_used() -> None:
    assert ope.worth_of(OPTIONS[1], row(1, "10%", True), 1.0) == 58_000
    assert ope.worth_of(OPTIONS[1], row(1, "10%", False), 0.0) == -2_000
    assert ope.worth_of(OPTIONS[2], row(1, "coupon 5%", False), 0.0) == 0
    assert ope.worth_of(OPTIONS[2], row(1, "coupon 5%", True), 1.0) == 60_000 - 600


def test_a_fixed_policy_takes_the_largest_of_its_kind_where_its_own_is_not_allowed() -> None:
    one = row(1, "none", True)
    assert [ope.always(name)(one) for name in ("none", "10%", "20%", "coupon 10%")] == [0, 1, 1, 2]
    assert ope.targets([one], ope.always("20%")).tolist() == [[0.0, 1.0, 0.0]]
    assert ope.logged([one]).tolist() == [[0.4, 0.4, 0.2]]


def test_predictions_come_from_cases_of_other_folds() -> None:
    rng = np.random.default_rng(2)
    rows = [row(n, "10%" if rng.random() < 0.5 else "none", bool(rng.random() < 0.9)) for n in range(60)]
    _, before = ope.cases_of(rows)
    changed = [*rows[:-1], row(59, rows[-1].remedy, not rows[-1].stayed)]
    _, after = ope.cases_of(changed)
    assert after[-1].predicted.tolist() == before[-1].predicted.tolist()  # its own outcome is unknown to its model
    assert any(a.predicted.tolist() != b.predicted.tolist() for a, b in zip(before[:-1], after[:-1], strict=True))
