"""Providers succeed at their stated rates; shoppers try again; what is not paid is given back to the shelf."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from scipy import stats

from linkloop.commerce.orders import Order
from linkloop.commerce.payments import Payment, PaymentTried
from linkloop.worlds.sim.faults import PaymentFault
from linkloop.worlds.sim.payments import PROVIDERS, SUCCESS_RATE, TRIES
from linkloop.worlds.sim.town import Town
from tests.worlds.sim.conftest import Lived


@pytest.mark.parametrize("provider", PROVIDERS)
def test_each_provider_succeeds_at_its_stated_rate(lived: Lived, provider: str) -> None:
    """Stated per attempt: wechat_pay 97.5 %, alipay 97.0 %, card 93.0 %; binomial test."""
    tried = [event for event in lived.said(PaymentTried) if event.provider == provider]
    assert stats.binomtest(sum(event.succeeded for event in tried), len(tried), PROVIDERS[provider][1]).pvalue > 0.001


def test_all_first_attempts_together_succeed_at_97_percent() -> None:
    assert pytest.approx(0.9685) == SUCCESS_RATE


def test_first_attempts_spread_over_the_providers_as_stated(lived: Lived) -> None:
    first: dict[str, str] = {}
    for event in lived.said(PaymentTried):
        first.setdefault(event.order_id, event.provider)
    counts = Counter(first.values())
    expected = [PROVIDERS[name][0] * counts.total() for name in PROVIDERS]
    assert stats.chisquare([counts[name] for name in PROVIDERS], expected).pvalue > 0.001


def test_most_shoppers_whose_payment_failed_try_again_at_most_three_times(lived: Lived) -> None:
    tries = defaultdict[str, list[bool]](list)
    for event in lived.said(PaymentTried):
        tries[event.order_id].append(event.succeeded)
    assert max(len(answers) for answers in tries.values()) == TRIES
    assert all(not any(answers[:-1]) for answers in tries.values())
    failed = [answers for answers in tries.values() if not answers[0]]
    assert stats.binomtest(sum(len(answers) > 1 for answers in failed), len(failed), 0.8).pvalue > 0.001


def test_an_order_is_paid_when_a_payment_is_and_cancelled_when_the_shopper_gives_up(lived: Lived) -> None:
    last = {order.order_id: order.status for order in lived.said(Order)}
    paid = {payment.order_id for payment in lived.said(Payment) if payment.status == "paid"}
    cancelled = {order_id for order_id, status in last.items() if status == "cancelled"}
    assert cancelled
    assert not cancelled & paid
    assert all(status in ("placed", "cancelled") for order_id, status in last.items() if order_id not in paid)


def test_payments_of_an_order_are_numbered_without_gaps(lived: Lived) -> None:
    numbers = defaultdict[str, list[int]](list)
    for payment in lived.said(Payment):
        numbers[payment.order_id].append(payment.payment_no)
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())


def test_a_provider_that_breaks_down_fails_only_while_it_is_broken() -> None:
    town = Town(seed=4)
    noon = town.now() + timedelta(hours=12)
    list(town.run_until(noon))
    town.inject(PaymentFault(provider="alipay", success_rate=0.2, minutes=120, error="bank_down"))
    tried = [e for d in town.run_until(noon + timedelta(hours=4)) for e in d.said if isinstance(e, PaymentTried)]
    until = noon + timedelta(minutes=120)
    broken = [e for e in tried if e.provider == "alipay" and e.at < until]
    assert stats.binomtest(sum(e.succeeded for e in broken), len(broken), 0.2).pvalue > 0.001
    assert {e.error for e in broken if not e.succeeded} == {"bank_down"}
    others = [e for e in tried if e.provider != "alipay" or e.at >= until]
    assert sum(e.succeeded for e in others) / len(others) > 0.9
    assert "bank_down" not in {e.error for e in others}
