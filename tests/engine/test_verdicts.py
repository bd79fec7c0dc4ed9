"""What the gate holds, a person decides; limits add up; what was done can be taken back."""

from datetime import timedelta

import msgspec
import pytest

from linkloop.core.errors import Conflict, NotFound, Refused
from linkloop.engine import effects as effects_module
from linkloop.engine.gate import GatePolicy, Hold, Limit
from linkloop.faces.desk.desk import Desk
from linkloop.store.ledger import verify
from tests.engine.small_shop import NOW, YUAN, decisions, delayed, late_parcel, open_small, order, said, settle


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setattr(effects_module, "BACKOFF_S", 0.0)
    shop, recorder = open_small(tmp_path)
    shop.recorder = recorder
    shop.effects.recover()
    shop.loop.on_errand = shop.effects.take
    shop.loop.verdicts.performs = shop.effects.performs
    yield shop
    with shop.store.read() as connection:
        assert verify(connection).bad_seq == 0
    shop.close()


@pytest.fixture
def desk(shop):
    return Desk(shop)


def policy(shop, **parts):
    shop.gate.policy = GatePolicy(**parts)


def held(shop, yuan=1000):
    """A compensation of a tenth of `yuan`, held above ¥50 by the default policy."""
    late_parcel(shop, 1, yuan)
    [decision] = decisions(shop)
    assert decision.status == "held"
    return decision


def test_fifty_yuan_go_and_a_fen_more_waits_for_a_person(shop):
    late_parcel(shop, 1, 500, "c1")
    late_parcel(shop, 2, 501, "c2")
    settle(shop)
    assert [d.status for d in decisions(shop)] == ["done", "held"]
    amount = next(c for c in decisions(shop)[1].checks if c.name == "amount")
    assert (amount.verdict, amount.limit, amount.used) == ("hold", 50 * YUAN, 5010)
    assert len(shop.recorder.done()) == 1


def test_approved_goes_out_and_says_who_and_why(shop, desk):
    decision = held(shop)
    desk.approve(decision.id, "li", "a good customer")
    settle(shop)
    now = desk.decision(decision.id)
    assert (now.status, now.by, now.note) == ("done", "li", "a good customer")
    assert [entry.entry for entry in desk.why(decision.id).history] == ["decided", "approved", "settled"]
    assert len(shop.recorder.done()) == 1


def test_refused_never_goes_out(shop, desk):
    decision = held(shop)
    desk.refuse(decision.id, "li", "too much")
    settle(shop)
    assert desk.decision(decision.id).status == "refused"
    assert shop.recorder.done() == []


def test_only_the_first_of_two_people_decides(shop, desk):
    decision = held(shop)
    desk.refuse(decision.id, "li", "no")
    with pytest.raises(Conflict) as refusal:
        desk.approve(decision.id, "wang", "yes")
    assert refusal.value.code == "decision.not_held"
    settle(shop)
    assert shop.recorder.done() == []


def test_adjusted_goes_out_as_adjusted_and_its_risk_follows(shop, desk):
    decision = held(shop)
    desk.approve(decision.id, "li", "half", {"amount": {"amount": 5000, "currency": "CNY"}})
    now = desk.decision(decision.id)
    assert now.action["amount"]["amount"] == 5000
    assert now.at_risk.amount == 5000
    assert now.effect_key == decision.effect_key
    assert desk.effects()[0].action["amount"]["amount"] == 5000


@pytest.mark.parametrize(
    "changes",
    [
        {"order_id": "other"},
        {"customer_id": "other"},
        {"at_risk": {"amount": 0, "currency": "CNY"}},
        {"nonsense": 1},
        {"amount": "much"},
    ],
)
def test_who_and_what_it_is_about_cannot_be_adjusted(shop, desk, changes):
    decision = held(shop)
    with pytest.raises(Exception, match=r"decision\.adjust"):
        desk.approve(decision.id, "li", "", changes)
    assert desk.decision(decision.id) == decision


def test_an_unknown_decision_is_not_found(desk):
    with pytest.raises(NotFound):
        desk.approve("nope", "li")


def test_the_same_wish_twice_is_one_effect(shop):
    late_parcel(shop, 1, 100)
    shop.loop.accept([said("again", delayed(1, at=NOW + timedelta(hours=1)))])
    settle(shop)
    assert [d.status for d in decisions(shop)] == ["done", "repeated"]
    assert len(shop.recorder.done()) == 1


def test_a_wish_that_waits_for_a_person_does_not_queue_twice(shop):
    held(shop)
    shop.loop.accept([said("again", delayed(1, at=NOW + timedelta(hours=1)))])
    assert [d.status for d in decisions(shop)] == ["held", "repeated"]


def test_money_per_customer_adds_up_and_other_customers_are_free(shop):
    limit = Limit(name="week", action="Compensate", per="customer", period="week", money=100 * YUAN, then="refuse")
    policy(shop, limits=(limit,))
    for n in range(3):
        late_parcel(shop, n, 400, "c1")
    late_parcel(shop, 9, 400, "c2")
    settle(shop)
    assert [d.status for d in decisions(shop)] == ["done", "done", "refused", "done"]


def test_counts_per_shop_and_day_end_at_midnight_of_the_shop(shop):
    policy(shop, limits=(Limit(name="day", action="Compensate", count=1, then="refuse"),))
    evening = NOW.replace(hour=15, minute=59)  # 23:59 in Shanghai
    for n, at in enumerate((evening, evening + timedelta(seconds=30), evening + timedelta(minutes=1))):
        shop.loop.accept([said(str(n), order(n, 100, f"c{n}"), delayed(n, f"c{n}", at))])
    settle(shop)
    assert [d.status for d in decisions(shop)] == ["done", "refused", "done"]


def test_an_approval_counts_against_the_limits_and_cannot_pass_a_refusal(shop, desk):
    policy(
        shop,
        holds=(Hold(action="Compensate", above=0),),
        limits=(Limit(name="day", action="Compensate", money=15 * YUAN, then="refuse"),),
    )
    for n in range(2):
        late_parcel(shop, n, 100, f"c{n}")
    first, second = decisions(shop)
    desk.approve(first.id, "li")
    with pytest.raises(Refused) as refusal:
        desk.approve(second.id, "li")
    assert refusal.value.code == "gate.refused"
    settle(shop)
    assert len(shop.recorder.done()) == 1


def test_a_forbidden_action_is_refused_whoever_wants_it(shop):
    policy(shop, forbidden=("Compensate",))
    late_parcel(shop, 1, 100)
    assert [d.status for d in decisions(shop)] == ["refused"]


def test_money_of_another_currency_waits_for_a_person(shop):
    policy(shop, currency="USD")
    late_parcel(shop, 1, 100)
    assert [d.status for d in decisions(shop)] == ["held"]


def test_undo_calls_the_undo_action_and_marks_the_first(shop, desk):
    late_parcel(shop, 1, 100)
    settle(shop)
    [decision] = decisions(shop)
    desk.undo(decision.id, "li", "wrong order")
    settle(shop)
    first, back = decisions(shop)
    assert (first.status, back.status, back.action_kind) == ("undone", "done", "CancelCompensation")
    assert back.action["order_id"] == "o1"
    assert (back.undoes, back.case_id) == (first.id, first.case_id)
    assert len(shop.recorder.done()) == 2


def test_what_was_undone_may_be_wished_again(shop, desk):
    late_parcel(shop, 1, 100)
    settle(shop)
    desk.undo(decisions(shop)[0].id, "li", "wrong")
    settle(shop)
    shop.loop.accept([said("again", delayed(1, at=NOW + timedelta(hours=1)))])
    settle(shop)
    assert sorted(d.status for d in decisions(shop)) == ["done", "done", "undone"]


def test_what_cannot_be_undone_says_so(shop, desk):
    decision = held(shop)
    with pytest.raises(Conflict) as refusal:
        desk.undo(decision.id, "li", "x")
    assert refusal.value.code == "decision.no_undo"


def test_a_late_approval_is_refused(shop, desk):
    decision = held(shop)
    with shop.store.write() as w:
        w.decision(msgspec.structs.replace(decision, decide_by=NOW - timedelta(minutes=1)), "decided", 0, "t")
    with pytest.raises(Conflict) as refusal:
        desk.approve(decision.id, "li")
    assert refusal.value.code == "decision.too_late"


def test_what_nobody_decided_in_time_lapses_and_may_be_proposed_again(shop, desk):
    decision = held(shop)
    assert shop.lapsing.sweep() == 0
    with shop.store.write() as w:
        w.decision(msgspec.structs.replace(decision, decide_by=NOW + timedelta(minutes=1)), "decided", 0, "t")
    assert shop.lapsing.sweep() == 0
    shop.clock.advance(NOW + timedelta(minutes=2))
    assert shop.lapsing.sweep() == 1
    assert desk.decision(decision.id).status == "refused"
    assert [entry.entry for entry in desk.why(decision.id).history][-1] == "lapsed"
    shop.loop.accept([said("again", delayed(1, at=NOW + timedelta(hours=1)))])
    assert [d.status for d in decisions(shop)] == ["refused", "held"]
