"""Story one: a parcel is late, a customer asks, gets an answer and something back, and the shop learns from it."""

from datetime import UTC, datetime, timedelta

import pytest

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.conversations import MessageReceived
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.remedies import CustomerStayed
from linkloop.core.clock import SimClock
from linkloop.core.money import Money
from linkloop.core.world import Delivery
from linkloop.engine import effects as effects_module
from linkloop.faces.desk.desk import Desk
from linkloop.links.service import link as service
from tests.engine.small_shop import decisions, settle
from tests.recorder import Recorder

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setattr(effects_module, "BACKOFF_S", 0.0)
    recorder = Recorder(tmp_path / "effects.txt", frozenset({"Reply", "Compensate", "CancelCompensation"}))
    shop = Shop(Settings(folder=str(tmp_path)), links=[service], worlds=[recorder])
    shop.clock = shop.loop.clock = shop.loop.verdicts.clock = SimClock(NOW)
    shop.recorder = recorder
    shop.effects.recover()
    shop.loop.on_errand = shop.effects.take
    shop.loop.verdicts.performs = shop.effects.performs
    yield shop
    shop.close()


def tell(shop, external_id, *said):
    return shop.loop.accept([Delivery(source="webchat", external_id=external_id, said=said)])[0]


def late_order(shop, yuan, customer="c1", order="o1", days=3):
    total = Money(yuan * 100, "CNY")
    tell(
        shop,
        f"facts:{order}",
        Customer(customer_id=customer, language="zh", lifetime_value=Money(500_000, "CNY")),
        Order(order_id=order, customer_id=customer, status="shipped", placed_at=NOW - timedelta(days=9), total=total),
        Parcel(
            parcel_id=f"p-{order}",
            order_id=order,
            customer_id=customer,
            carrier="sf",
            status="delayed",
            shipped_at=NOW - timedelta(days=days + 5),
            promised_at=NOW - timedelta(days=days),
            expected_at=NOW + timedelta(days=1),
        ),
    )


def ask(shop, text, n=1, customer="c1"):
    talk = f"talk-{customer}"
    event = MessageReceived(
        at=NOW, message_id=f"m{n}", conversation_id=talk, channel="webchat", text=text, customer_id=customer
    )
    return tell(shop, f"m{n}", event)


def test_asked_answered_compensated_settled_and_learned_from(shop):
    late_order(shop, 200)
    ask(shop, "我的包裹怎么还没到?已经等了一周了")
    settle(shop)
    reply, remedy, told = decisions(shop)
    assert [d.action_kind for d in (reply, remedy, told)] == ["Reply", "Compensate", "Reply"]
    assert reply.status == "done"
    assert "11月25日" in reply.action["text"]  # the carrier's date, from the parcel
    assert remedy.status == "done"
    assert 0 < remedy.action["amount"]["amount"] <= 20_000 * 20 // 100
    assert remedy.case_id == reply.case_id
    assert {a.question for a in reply.asked} >= {"Understand"}
    assert sum(a.propensity for a in remedy.alternatives) == pytest.approx(1, abs=1e-5)
    assert len([a for a in remedy.alternatives if a.chosen]) == 1
    assert str(Money(**remedy.action["amount"])) in told.action["text"]  # said only once it is real
    assert len(shop.recorder.done()) == 3

    desk = Desk(shop)
    kinds = [entry.kind for entry in desk.case(reply.case_id).timeline if entry.is_event]
    assert kinds == ["message_received", *["action_settled"] * 3]
    before = {row["remedy"]: row["stayed"] for row in desk.rows("remedy_outcomes").items}
    tell(shop, "stayed", CustomerStayed(at=NOW + timedelta(days=20), customer_id="c1", order_id="o1", stayed=True))
    after = {row["remedy"]: row["stayed"] for row in desk.rows("remedy_outcomes").items}
    chosen = next(a.name for a in remedy.alternatives if a.chosen)
    assert after[chosen] == before.get(chosen, 0) + 1
    assert desk.verify().bad_seq == 0
    assert all(desk.reexecute(d.id).same for d in (reply, remedy))


def test_asking_again_gets_an_answer_and_no_second_payment(shop):
    late_order(shop, 200)
    ask(shop, "我的包裹到哪里了", 1)
    ask(shop, "包裹到哪了??? 快点", 2)
    settle(shop)
    done = [d for d in decisions(shop) if d.status == "done"]
    answered = [d.action["in_reply_to"] for d in done if d.action_kind == "Reply" and d.cause_kind == "MessageReceived"]
    assert sorted(answered) == ["m1", "m2"]
    assert [d.action_kind for d in done].count("Compensate") == 1


def test_more_than_fifty_yuan_waits_for_a_person_and_the_answer_does_not(shop):
    shop.gate.policy = shop.settings.gate
    for n in range(12):  # the choice among remedies is drawn: with a dozen large orders some pass ¥50
        late_order(shop, 3000, f"c{n}", f"o{n}", days=8)
        ask(shop, "太差劲了！都一周了包裹还没到，气死我了", f"big{n}", f"c{n}")
    settle(shop)
    replies = [d for d in decisions(shop) if d.action_kind == "Reply"]
    remedies = [d for d in decisions(shop) if d.action_kind == "Compensate"]
    assert {d.status for d in replies} == {"done"}
    held = [d for d in remedies if d.at_risk.amount > 5_000]
    assert held
    assert {d.status for d in held} == {"held"}
    desk = Desk(shop)
    desk.approve(held[0].id, "li", "a loyal customer")
    settle(shop)
    assert desk.decision(held[0].id).status == "done"
    entries = [h.entry for h in desk.why(held[0].id).history]
    assert entries == ["decided", "approved", "settled"]


def test_somebody_else_cannot_ask_for_this_order(shop):
    late_order(shop, 200)
    ask(shop, "订单 o1 的包裹到哪了", customer="stranger")
    settle(shop)
    assert [d.action_kind for d in decisions(shop)] == ["Reply"]
    assert "11月25日" not in decisions(shop)[0].action["text"]
