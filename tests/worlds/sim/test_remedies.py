"""Compensation is promised once per order and cause, paid out after a day, and taken back only before that."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linkloop.commerce.conversations import MessageReceived
from linkloop.commerce.payments import Payment
from linkloop.commerce.remedies import CancelCompensation, Compensate, CustomerStayed
from linkloop.core.action import Errand, Receipt, effect_key
from linkloop.core.money import Money
from linkloop.worlds.sim.faults import Typhoon
from linkloop.worlds.sim.places import REGIONS
from linkloop.worlds.sim.purchase import Purchase
from linkloop.worlds.sim.town import Town


@pytest.fixture
def town() -> Town:
    """A town at noon, with orders."""
    town = Town(seed=12, orders_per_day=60)
    list(town.run_until(town.now() + timedelta(hours=12)))
    return town


def _paid(town: Town) -> Purchase:
    return next(p for p in town.shoppers.book.values() if p.status == "paid" and p.total > 5000)


def _give(town: Town, purchase: Purchase, fen: int = 2000, currency: str = "CNY", customer: str = "") -> Receipt:
    action = Compensate(at_risk=Money(fen, currency), order_id=purchase.order_id, cause="late",
                        customer_id=customer or purchase.person.customer_id, amount=Money(fen, currency))  # fmt: skip
    return town.perform(Errand(key=f"{effect_key(action)}{fen}{currency}", action=action, decision_id="d", case_id="c"))


def _take_back(town: Town, purchase: Purchase) -> Receipt:
    action = CancelCompensation(at_risk=Money(0, "CNY"), order_id=purchase.order_id, cause="late",
                                customer_id=purchase.person.customer_id)  # fmt: skip
    return town.perform(Errand(key=effect_key(action), action=action, decision_id="u", case_id="c"))


def _payouts(town: Town, days: float) -> list[Payment]:
    until = town.now() + timedelta(days=days)
    rows = [item for d in town.run_until(until) for item in d.said if isinstance(item, Payment)]
    return [row for row in rows if row.method == "compensation"]


def test_money_is_paid_out_after_a_day(town: Town) -> None:
    purchase = _paid(town)
    begun = town.now()
    receipt = _give(town, purchase)
    assert (receipt.status, receipt.cost) == ("done", Money(2000, "CNY"))
    rows = _payouts(town, 2)
    assert [(row.order_id, row.amount, row.status) for row in rows] == [
        (purchase.order_id, Money(2000, "CNY"), "refunded")
    ]
    assert rows[0].paid_at is not None
    assert timedelta(hours=24) <= rows[0].paid_at - begun <= timedelta(hours=25)


def test_it_can_be_taken_back_before_and_not_after(town: Town) -> None:
    purchase = _paid(town)
    _give(town, purchase)
    assert _take_back(town, purchase).status == "done"
    assert purchase.remedy == 0
    assert _payouts(town, 2) == []


def test_what_is_paid_out_stays_paid(town: Town) -> None:
    purchase = _paid(town)
    _give(town, purchase)
    assert len(_payouts(town, 2)) == 1
    assert _take_back(town, purchase) == Receipt(status="refused", detail="compensation is paid out")
    assert purchase.remedy == 2000


def test_nonsense_is_refused_and_costs_nothing(town: Town) -> None:
    purchase = _paid(town)
    limit = f"amount must be above 0 and at most {purchase.total} fen (CNY)"
    assert _give(town, purchase, fen=0).detail == limit
    assert _give(town, purchase, fen=-1).detail == limit
    assert _give(town, purchase, fen=purchase.total + 1).detail == limit
    assert _give(town, purchase, currency="USD").detail == limit
    assert _give(town, purchase, customer="C9999999").detail == "no such order of this customer"
    assert _take_back(town, purchase).detail == "no such compensation"
    assert _payouts(town, 2) == []


def test_a_second_compensation_for_one_cause_is_refused(town: Town) -> None:
    purchase = _paid(town)
    _give(town, purchase)
    assert _give(town, purchase, fen=900) == Receipt(status="refused", detail="already compensated for this cause")
    assert purchase.remedy == 2000


def test_what_comes_of_it_carries_its_story(town: Town) -> None:
    begun = town.now()
    for region in REGIONS:  # so that many parcels are late
        town.inject(Typhoon(region=region))
    for purchase in [p for p in town.shoppers.book.values() if p.status == "paid" and p.total > 5000]:
        _give(town, purchase)
    said = [item for d in town.run_until(begun + timedelta(days=14)) for item in d.said]
    thanks = [e for e in said if isinstance(e, MessageReceived) and e.case_id]
    stayed = [e for e in said if isinstance(e, CustomerStayed) and e.case_id]
    assert thanks
    assert stayed
    assert {(e.case_id, e.cause_id) for e in (*thanks, *stayed)} == {("c", "d")}
