"""What came of a remedy is counted once, under what the customer really had."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from linkloop.commerce.conversations import Reply
from linkloop.commerce.loop import ActionSettled
from linkloop.commerce.parcels import CarrierTransit, ParcelDelivered
from linkloop.commerce.remedies import Compensate, CustomerStayed, RemedyBelief, RemedyGiven, RemedyOutcome
from linkloop.core.action import effect_key
from linkloop.core.decision import decide
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.links.service.stays import Context, features, learned, prior, row_of
from tests.links.context import actions, of_kind
from tests.links.service.late_parcel import NOW, shop

replace = msgspec.structs.replace
ACTION = Compensate(
    order_id="LL1001", customer_id="c1", cause="late", amount=Money(2000, "CNY"), at_risk=Money(2000, "CNY")
)
GIVEN = RemedyGiven(
    order_id="LL1001", customer_id="c1", remedy="10%", mood="angry", cause="late", amount=Money(2000, "CNY"),
    effect_key=effect_key(ACTION), conversation_id="v1", channel="web", language="zh",
)  # fmt: skip
DECIDED = replace(decide(ACTION, Text(en="late", zh="延误")), id="d1")


def settled(**changes: Any) -> ActionSettled:
    event = ActionSettled(
        at=NOW, id="s1", about="LL1001", action_kind="Compensate", effect_key=GIVEN.effect_key, decision_id="d1",
        status="done",
    )  # fmt: skip
    return replace(event, **changes)


def stayed(yes: bool, n: int = 1, **changes: Any) -> CustomerStayed:
    return replace(CustomerStayed(at=NOW, id=f"k{n}", customer_id="c1", order_id="LL1001", stayed=yes), **changes)


def test_a_settled_compensation_is_marked_and_told_to_the_customer() -> None:
    said = shop(GIVEN, DECIDED).hear(settled())
    assert of_kind(said, RemedyGiven) == [replace(GIVEN, settled=True)]
    assert actions(said) == [
        Reply(
            conversation_id="v1", in_reply_to=f"settled:{GIVEN.effect_key}", channel="web", customer_id="c1",
            text="为订单 LL1001 的延误向您致歉，我们将退还您 ¥20.00。", at_risk=Money(0, "CNY"),
        )
    ]  # fmt: skip


def test_what_a_person_changed_is_told_as_it_went_out_and_counted_apart() -> None:
    changed = replace(DECIDED, action={**DECIDED.action, "amount": {"amount": 500, "currency": "CNY"}}, by="anna")
    town = shop(GIVEN, changed)
    said = town.hear(settled())
    assert of_kind(said, RemedyGiven) == [replace(GIVEN, settled=True, remedy="adjusted", amount=Money(500, "CNY"))]
    assert actions(said)[0].text.endswith("¥5.00。")
    assert of_kind(town.hear(stayed(True)), RemedyOutcome) == [
        RemedyOutcome(remedy="adjusted", mood="angry", stayed=1, left=0)
    ]


@pytest.mark.parametrize(
    "event",
    [
        settled(status="refused"),
        settled(action_kind="Reply", about="v1"),
        settled(effect_key="another"),
        settled(about="LL7777"),
    ],
)
def test_what_did_not_happen_is_not_marked(event: ActionSettled) -> None:
    assert shop(GIVEN, DECIDED).hear(event) == []


def test_a_compensation_settles_once() -> None:
    town = shop(GIVEN, DECIDED)
    assert [len(town.hear(settled())), len(town.hear(settled(id="s2")))] == [2, 0]


def test_a_compensation_that_was_taken_back_is_not_given() -> None:
    town = shop(GIVEN, DECIDED)
    town.hear(settled())
    (row,) = town.hear(settled(action_kind="CancelCompensation", effect_key="x"))
    assert row == GIVEN
    assert of_kind(town.hear(stayed(False)), RemedyOutcome) == [
        RemedyOutcome(remedy="none", mood="angry", stayed=0, left=1)
    ]


def test_an_outcome_trains_the_remedy_once() -> None:
    town = shop(GIVEN, DECIDED, RemedyOutcome(remedy="10%", mood="angry", stayed=3, left=4))
    town.hear(settled())
    assert town.hear(stayed(True)) == [
        RemedyOutcome(remedy="10%", mood="angry", stayed=4, left=4),
        replace(GIVEN, settled=True, learned=True, stayed=True),
    ]
    assert town.hear(stayed(False, n=2)) == []


def test_a_remedy_that_never_arrived_teaches_nothing_about_itself() -> None:
    assert shop(GIVEN).hear(stayed(True))[0] == RemedyOutcome(remedy="none", mood="angry", stayed=1, left=0)


def test_an_outcome_moves_the_belief_by_what_was_really_given() -> None:
    chosen = replace(GIVEN, late_days=3.0, order_value=20_000, orders=2)
    town = shop(chosen, DECIDED)
    town.hear(settled())
    (row,) = of_kind(town.hear(stayed(True)), RemedyBelief)
    x = features(Context("angry", "late", 3.0, 20_000, 2), "money", 2_000)
    assert row == row_of(learned(prior(), x, True))
    assert row.seen == 1
    never = shop(chosen).hear(stayed(True))
    (row,) = of_kind(never, RemedyBelief)
    assert row == row_of(learned(prior(), features(Context("angry", "late", 3.0, 20_000, 2), "none", 0), True))


@pytest.mark.parametrize("event", [stayed(True, order_id="LL5555"), stayed(True, customer_id="c2")])
def test_an_outcome_of_another_story_is_not_counted(event: CustomerStayed) -> None:
    assert shop(GIVEN).hear(event) == []


def arrived(days: float, late: float = 0.0, carrier: str = "顺丰") -> ParcelDelivered:
    at = datetime(2026, 7, 4, tzinfo=UTC)
    return ParcelDelivered(
        at=at, parcel_id="p", order_id="o", customer_id="c", carrier=carrier, days=days, late_days=late
    )


def test_deliveries_are_counted_by_carrier_and_begun_day() -> None:
    town = shop()
    town.hear(arrived(1.2), arrived(2.0), arrived(2.01, late=0.5), arrived(400.0, late=390.0), arrived(0.0))
    row = town.read(CarrierTransit, "顺丰")
    assert row is not None
    assert (row.delivered, row.late, sum(row.days), len(row.days)) == (5, 2, 5, 61)
    assert {day: n for day, n in enumerate(row.days) if n} == {0: 1, 2: 2, 3: 1, 60: 1}


@pytest.mark.parametrize("event", [arrived(2, carrier=""), arrived(-1), arrived(float("nan"))])
def test_a_delivery_that_cannot_be_is_not_counted(event: ParcelDelivered) -> None:
    assert shop().hear(event) == []
