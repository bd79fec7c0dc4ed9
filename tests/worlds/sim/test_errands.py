"""perform and settled: one effect a key, honest answers, and answers that get lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest

from linkloop.commerce.stock import Replenish, StockArrived, StockPromised
from linkloop.core.action import Action, Errand, Receipt, effect_key
from linkloop.core.money import Money
from linkloop.worlds.sim.errands import PERFORMS
from linkloop.worlds.sim.faults import LostReceipts
from linkloop.worlds.sim.town import Town

SUPPLIER = Town(seed=2).catalog.products[0].supplier_id


def _errand(wave: str = "w1", attempt: int = 1) -> Errand:
    action = Replenish(at_risk=Money(0, "CNY"), product_id="SKU-001", place="WH-EAST", wave=wave, quantity=60,
                       supplier_id=SUPPLIER)  # fmt: skip
    return Errand(key=effect_key(action), action=action, decision_id="d", case_id="c", attempt=attempt)


@pytest.fixture
def town() -> Town:
    """A town in which hardly anything is sold."""
    return Town(seed=2, orders_per_day=0.001)


def _heard(town: Town, kind: type) -> int:
    until = town.now() + timedelta(days=16)
    return sum(type(item) is kind for delivery in town.run_until(until) for item in delivery.said)


def test_the_town_performs_exactly_these_actions() -> None:
    own = {"Replenish", "CancelReplenish", "Reply", "Compensate", "CancelCompensation", "IssueCoupon", "CancelCoupon",
           "Transfer", "CancelTransfer", "Replan", "RevertReplan"}  # fmt: skip
    asked = {"CancelOrder", "ChangeAddress", "IssueInvoice", "RefundOrder", "ProtectPrice", "ReserveStock",
             "ReleaseStock", "OpenReturn", "OpenExchange", "CancelReturn", "SendReplacement"}  # fmt: skip
    assert own | asked == PERFORMS


def test_the_same_key_has_one_effect_and_one_answer(town: Town) -> None:
    errand = _errand()
    assert town.settled(errand.key) is None
    first = town.perform(errand)
    assert first.status == "done"
    assert town.perform(errand) == town.settled(errand.key) == first
    assert town.errands.effects == 1
    assert _heard(town, StockArrived) == 1


def test_a_refusal_is_remembered_too(town: Town) -> None:
    class Dance(Action, frozen=True, kw_only=True):
        """Nothing that a town can do."""

    errand = Errand(key="k", action=Dance(at_risk=Money(0, "CNY")), decision_id="d", case_id="c")
    refused = Receipt(status="refused", detail="the town cannot perform Dance")
    assert town.perform(errand) == town.settled("k") == refused
    assert town.errands.effects == 0


def test_an_answer_that_gets_lost_after_the_effect_is_found_again(town: Town) -> None:
    town.inject(LostReceipts(effect="done"))
    errand = _errand()
    assert town.perform(errand).status == "unknown"
    found = town.settled(errand.key)
    assert found is not None
    assert found.status == "done"
    assert town.errands.effects == 1
    assert _heard(town, StockPromised) == 1


def test_an_errand_that_gets_lost_on_its_way_was_never_seen_and_can_be_sent_again(town: Town) -> None:
    town.inject(LostReceipts(effect="none", minutes=10))
    errand = _errand()
    assert town.perform(errand).status == "unknown"
    assert town.settled(errand.key) is None
    assert town.errands.effects == 0
    list(town.run_until(town.now() + timedelta(minutes=10)))
    assert town.perform(_errand(attempt=2)).status == "done"
    assert _heard(town, StockArrived) == 1


@pytest.mark.parametrize("effect", ["done", "none"])
def test_a_share_of_answers_gets_lost(town: Town, effect: Literal["done", "none"]) -> None:
    town.inject(LostReceipts(share=0.5, effect=effect))
    answers = [town.perform(_errand(f"w{n}")).status for n in range(200)]
    lost = answers.count("unknown")
    assert 70 < lost < 130
    assert answers.count("done") == 200 - lost
    assert town.errands.effects == (200 if effect == "done" else 200 - lost)
