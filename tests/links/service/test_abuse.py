"""A second look is asked for by a pattern of claims, never by one claim, and it names what it saw."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linkloop.commerce.orders import Order
from linkloop.commerce.remedies import RemedyGiven
from linkloop.core.money import Money
from linkloop.links.service.abuse import suspicion
from tests.links.service.late_parcel import NOW

LOOK = 0.6  # where rescue.rules.json asks for a person


def orders(count: int, yuan: int = 200) -> list[Order]:
    return [
        Order(order_id=f"o{n}", customer_id="c1", status="delivered", placed_at=NOW, total=Money(yuan * 100, "CNY"))
        for n in range(count)
    ]


def given(count: int, yuan: int = 20, days: int = 30) -> list[RemedyGiven]:
    return [
        RemedyGiven(order_id=f"g{n}", customer_id="c1", remedy="10%", mood="angry", amount=Money(yuan * 100, "CNY"),
                    given_at=NOW - timedelta(days=days + n), settled=True)
        for n in range(count)
    ]  # fmt: skip


def test_nobody_is_suspected_for_nothing_or_for_one_claim() -> None:
    assert suspicion([], orders(3), NOW - timedelta(days=400), NOW) == (0.0, ())
    assert suspicion([], [], NOW, NOW).score < LOOK / 3  # a new account is no crime
    assert suspicion(given(1), orders(4), NOW - timedelta(days=400), NOW).score < LOOK / 3
    assert suspicion(given(1, days=2), orders(1), NOW - timedelta(days=5), NOW).score < LOOK


@pytest.mark.parametrize("more", [{"count": 5}, {"count": 4, "yuan": 90}, {"count": 3, "days": 1, "yuan": 60}])
def test_many_claims_of_much_money_are_worth_a_second_look(more: dict) -> None:
    found = suspicion(given(**more), orders(5), NOW - timedelta(days=20), NOW)
    assert found.score >= LOOK
    assert len(found.parts) >= 2
    assert all(part.en and part.zh for part, _ in found.parts)


def test_more_of_anything_never_lowers_the_score() -> None:
    scores = [suspicion(given(n), orders(8), None, NOW).score for n in range(8)]
    assert scores == sorted(scores)
    shares = [suspicion(given(2, yuan), orders(8), None, NOW).score for yuan in (1, 50, 100, 400)]
    assert shares == sorted(shares)


def test_old_claims_are_forgotten() -> None:
    assert suspicion(given(6, yuan=1, days=200), orders(8), None, NOW) == (0.0, ())


def test_no_reason_accuses() -> None:
    found = suspicion(given(6, yuan=90, days=1), orders(3), NOW - timedelta(days=3), NOW)
    words = " ".join(part.en + part.zh for part, _ in found.parts).lower()
    assert not any(word in words for word in ("fraud", "abuse", "cheat", "liar", "欺诈", "骗", "滥用", "恶意"))
