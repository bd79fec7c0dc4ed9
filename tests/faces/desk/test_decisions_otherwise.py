"""What would have happened otherwise: every flip is checked by making that very change and asking the real gate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.conversations import MessageReceived
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.core.clock import SimClock
from linkloop.core.decision import Decision
from linkloop.core.money import Money
from linkloop.core.vocabulary import action_of
from linkloop.core.world import Delivery
from linkloop.engine.gate import Gate, GatePolicy, Hold, Limit
from linkloop.engine.replay import first_offset
from linkloop.faces.desk.deciding import decision as find
from linkloop.faces.desk.otherwise import otherwise
from linkloop.faces.desk.otherwise_evidence import evidence
from linkloop.faces.desk.otherwise_gate import Ruled, gate_flips
from linkloop.faces.desk.otherwise_rules import neighbours
from linkloop.faces.desk.otherwise_views import Flip, Otherwise
from linkloop.links.service import link as service
from linkloop.store.facts import PastFacts
from tests.engine.small_shop import NOW, decisions, late_parcel, open_small


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop, _ = open_small(tmp_path)
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def upset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop with the real service link: many angry customers whose parcels of large orders are eight days late."""
    shop = Shop(Settings(folder=str(tmp_path_factory.mktemp("upset"))), links=[service], worlds=[])
    shop.clock = shop.loop.clock = shop.loop.verdicts.clock = SimClock(NOW)
    for n in range(12):
        total, due = Money(300_000, "CNY"), NOW - timedelta(days=8)
        rows = (
            Customer(customer_id=f"c{n}", language="zh", lifetime_value=Money(500_000, "CNY")),
            Order(order_id=f"o{n}", customer_id=f"c{n}", status="shipped", placed_at=due, total=total),
            Parcel(parcel_id=f"p{n}", order_id=f"o{n}", customer_id=f"c{n}", status="delayed", promised_at=due),
            MessageReceived(
                at=NOW, message_id=f"m{n}", conversation_id=f"t{n}", channel="web", customer_id=f"c{n}",
                text="太差劲了！都一周了包裹还没到，气死我了",
            ),
        )  # fmt: skip
        shop.loop.accept([Delivery(source="web", external_id=str(n), said=rows)])
    yield shop
    shop.close()


def compensations(shop: Shop, status: str) -> list[Decision]:
    return [d for d in decisions(shop) if d.action_kind == "Compensate" and d.status == status]


def again(shop: Shop, decision: Decision, policy: GatePolicy, **changed: Any) -> str:
    """Oracle: the gate itself, with a policy and a decision that were changed by hand."""
    one = msgspec.structs.replace(decision, **changed)
    action = msgspec.structs.replace(action_of(one), at_risk=one.at_risk)
    with shop.store.read() as connection:
        facts = PastFacts(connection, first_offset(connection, decision.id) - 1)
        assert one.at is not None
        return Gate(policy, shop.zone).rule(one, action, facts, one.at).verdict


def by(found: Otherwise, sort: str, what: str) -> Flip:
    return next(flip for flip in found.flips if (flip.by, flip.what) == (sort, what))


def test_the_amount_and_the_line_above_which_a_person_decides(shop: Shop) -> None:
    late_parcel(shop, 1, 800)
    [decision] = decisions(shop)
    found = otherwise(shop, decision.id)
    assert (found.verdict, found.ruled_again) == ("hold", "hold")
    amount, line = by(found, "decision", "amount"), by(found, "policy", "amount")
    assert (amount.before, amount.after, amount.verdict) == (8_000, 5_000, "allow")
    assert (line.before, line.after, line.verdict) == (5_000, 8_000, "allow")
    assert again(shop, decision, shop.gate.policy, at_risk=Money(amount.after, "CNY")) == "allow"
    assert again(shop, decision, shop.gate.policy, at_risk=Money(amount.after + 1, "CNY")) == "hold"  # the nearest one
    raised = msgspec.structs.replace(
        shop.gate.policy, holds=(Hold(action="Compensate", above=line.after, confidence_below=0.3),)
    )
    assert again(shop, decision, raised) == "allow"


def test_a_limit_that_is_used_up_names_what_was_spent_before(shop: Shop) -> None:
    for n in range(3):  # the third compensation of one customer in a week is held
        late_parcel(shop, n, 300)
    decision = decisions(shop)[-1]
    assert [d.status for d in decisions(shop)] == ["allowed", "allowed", "held"]
    found = otherwise(shop, decision.id)
    name = "compensation-per-customer"
    spent, limit = by(found, "spent", name), by(found, "policy", name)
    assert (spent.before, spent.after, spent.verdict) == (2, 0, "allow")
    assert (limit.before, limit.after, limit.verdict) == (2, 3, "allow")
    policy = shop.gate.policy
    limits = [msgspec.structs.replace(one, count=3) if one.name == name else one for one in policy.limits]
    assert again(shop, decision, msgspec.structs.replace(policy, limits=tuple(limits))) == "allow"


def test_what_two_checks_hold_no_single_change_lets_go(shop: Shop) -> None:
    shop.gate.policy = GatePolicy(
        holds=(Hold(action="Compensate", above=1_000),), limits=(Limit(name="few", action="Compensate", count=0),)
    )
    late_parcel(shop, 1, 300)
    [decision] = decisions(shop)
    found = otherwise(shop, decision.id)
    assert [flip.by for flip in found.flips] == ["policies"]
    assert (found.flips[0].what, found.flips[0].verdict) == ("amount, few", "allow")


def test_what_went_by_itself_tells_what_would_have_held_it(shop: Shop) -> None:
    late_parcel(shop, 1, 300)
    [decision] = decisions(shop)
    found = otherwise(shop, decision.id)
    over = by(found, "decision", "amount")
    assert (found.verdict, over.after, over.verdict) == ("allow", 5_001, "hold")
    assert again(shop, decision, shop.gate.policy, at_risk=Money(over.after, "CNY")) == "hold"
    assert again(shop, decision, shop.gate.policy, at_risk=Money(over.after - 1, "CNY")) == "allow"


def test_a_forbidden_kind_and_a_foreign_currency(shop: Shop) -> None:
    shop.gate.policy = GatePolicy(forbidden=("Compensate",))
    late_parcel(shop, 1, 300)
    shop.gate.policy = GatePolicy(currency="EUR")
    late_parcel(shop, 2, 300)
    refused, foreign = decisions(shop)
    shop.gate.policy = GatePolicy(forbidden=("Compensate",))
    assert by(otherwise(shop, refused.id), "policy", "kind").verdict == "allow"
    shop.gate.policy = GatePolicy(currency="EUR")
    found = by(otherwise(shop, foreign.id), "policy", "money")
    assert (found.before, found.after, found.verdict) == ("EUR", "CNY", "allow")


def test_a_policy_that_changed_since_is_told(shop: Shop) -> None:
    late_parcel(shop, 1, 800)
    [decision] = decisions(shop)
    shop.gate.policy = GatePolicy()
    found = otherwise(shop, decision.id)
    assert (found.verdict, found.ruled_again) == ("hold", "allow")


money = st.integers(0, 20_000)
policies = st.builds(
    GatePolicy,
    holds=st.lists(
        st.builds(Hold, above=st.integers(-1, 15_000), confidence_below=st.sampled_from([0.0, 0.3, 0.7])), max_size=2
    ).map(tuple),
    limits=st.lists(
        st.builds(
            Limit,
            name=st.sampled_from(["a", "b"]),
            per=st.sampled_from(["shop", "customer"]),
            count=st.integers(-1, 2),
            money=st.integers(-1, 15_000),
            then=st.sampled_from(["hold", "refuse"]),
        ),
        max_size=2,
        unique_by=lambda limit: limit.name,
    ).map(tuple),
    forbidden=st.sampled_from([(), ("Compensate",)]),
)


@settings(max_examples=60, deadline=None)
@given(policy=policies, risk=money, confidence=st.sampled_from([0.1, 0.5, 1.0]))
def test_every_change_of_the_decision_flips_the_real_gate(
    upset: Shop, policy: GatePolicy, risk: int, confidence: float
) -> None:
    decision = compensations(upset, "held")[0]
    one = msgspec.structs.replace(decision, at_risk=Money(risk, "CNY"), confidence=confidence)
    with upset.store.read() as connection:
        facts = PastFacts(connection, first_offset(connection, decision.id) - 1)
        assert one.at is not None
        action = msgspec.structs.replace(action_of(one), at_risk=one.at_risk)
        ruled = Ruled(Gate(policy, upset.zone), one, action, facts, one.at)
        before, flips = ruled.verdict(), gate_flips(ruled)
    for flip in flips:
        assert flip.verdict != before
        if flip.by == "decision":
            changed = {"confidence": flip.after} if flip.what == "confidence" else {"at_risk": Money(flip.after, "CNY")}
            assert again(upset, one, policy, **changed) == flip.verdict
    if before != "allow":
        assert any(flip.verdict == "allow" or flip.by == "policies" for flip in flips)


def test_a_remedy_is_explained_from_the_facts_of_then(upset: Shop) -> None:
    decision = compensations(upset, "held")[0]
    found = otherwise(upset, decision.id)
    assert (found.reproduced, found.silent, found.stopped_early) == (True, [], False)
    nothing = next(branch for branch in found.branches if branch.nothing)
    stays, worth, cost, expected = nothing.estimates
    assert stays.value == pytest.approx(0.459, abs=0.0005)  # the prior of an angry customer, doubt included
    assert (worth.money, cost.money) == (Money(500_000, "CNY"), Money(0, "CNY"))
    assert expected.money == nothing.worth == Money(round(stays.value * 500_000), "CNY")
    assert [b.score for b in found.branches] == [a.score for a in decision.alternatives]


def test_facts_that_do_not_give_the_recorded_scores_are_not_shown(upset: Shop) -> None:
    decision = compensations(upset, "held")[0]
    with upset.store.read() as connection:
        facts = PastFacts(connection, decision.horizon)
        assert evidence(decision, {}, facts) is not None
        first, *rest = decision.alternatives
        other = (msgspec.structs.replace(first, score=first.score + 1), *rest)
        assert evidence(msgspec.structs.replace(decision, alternatives=other), {}, facts) is None


def test_a_condition_of_the_table_leads_to_another_row_and_that_to_another_verdict(upset: Shop) -> None:
    decision = compensations(upset, "held")[0]
    flips = [flip for flip in otherwise(upset, decision.id).flips if flip.by == "rule"]
    often = next(flip for flip in flips if flip.row == "often")
    assert (often.what, often.before, often.after, often.verdict) == ("compensated_before", 0, 3, "")
    assert often.text.en == (
        "if “Compensated before” were at least 3 (it was 0), the rule “Compensated three times already: an apology "
        "only” would have counted: it would not have been proposed"
    )
    calm = next(flip for flip in flips if flip.row == "week")  # caps at ¥50: nobody needs to look at it
    assert (calm.what, calm.before, calm.verdict) == ("mood", "angry", "allow")


def test_neighbours_of_a_question_really_fire(upset: Shop) -> None:
    table = upset.rules.live["rules:RemedyPolicy"]
    asked = next(a for a in compensations(upset, "held")[0].asked if a.model == table.name)
    question = msgspec.convert(asked.asked, table.question)
    found = neighbours(table, question)
    assert len(found) >= 6
    for near in found:
        other = msgspec.structs.replace(question, **{near.field: near.value})
        assert table.by_zen(other)[0] == near.row  # zen itself agrees
        assert table.by_zen(question)[0] != near.row


def test_nothing_is_written_by_asking(upset: Shop) -> None:
    decision = compensations(upset, "held")[0]

    def size() -> tuple[int, int, int]:
        with upset.store.read() as connection:
            one, two, three = (
                connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() or 0
                for table in ("log", "ledger", "outbox")
            )
            return one, two, three

    before = size()
    otherwise(upset, decision.id)
    assert size() == before
    assert find(upset, decision.id).status == "held"


def test_without_alternatives_it_says_that_nothing_was_estimated(shop: Shop) -> None:
    late_parcel(shop, 1, 800)
    [decision] = decisions(shop)
    found = otherwise(shop, decision.id)
    assert (found.branches, found.reproduced) == ([], False)
    assert [text.en for text in found.silent] == [
        "No alternatives were weighed: what would have happened without it was not estimated."
    ]
