"""Within thirty seconds of a negative event there is a remedy or a person; one cause is made good once."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from linkloop.commerce.catalog import Product
from linkloop.commerce.conversations import (
    Conversation,
    ConversationHandedBack,
    ConversationRated,
    ConversationTaken,
    Reply,
)
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import ParcelDelayed
from linkloop.commerce.promises import Promise
from linkloop.commerce.remedies import RemedyGiven, RemedySafety, Rescue
from linkloop.commerce.stock import StockLevel
from linkloop.commerce.time import Alarm, AlarmRang
from linkloop.core.decision import Decision
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.links.service.choosing import SAFETY
from tests.links.context import MemoryShop, actions, decisions, of_kind
from tests.links.service.late_parcel import LI, NOW, ORDER, PARCEL, message, shop

replace = msgspec.structs.replace
ANGRY = "where is my parcel?! this is ridiculous, so late!!"
FAKE = "这是假货！我要打12315投诉你们，退一赔三！"
PERSON = "I want to talk to a human"
RUDE = "你们客服态度太差了，太让人生气了！"
DAMAGED = "收到的东西碎了，太差劲了！"
GIFTS = ("Compensate", "IssueCoupon")


def gifts(said: list[Table]) -> list[Decision]:
    return [d for d in decisions(said) if d.action_kind in GIFTS]


def rescue(said: list[Table]) -> Rescue:
    (found,) = of_kind(said, Rescue)
    return found


def row(said: list[Table]) -> Conversation:
    return of_kind(said, Conversation)[-1]


def golden(said: list[Table]) -> Alarm:
    (found,) = [a for a in of_kind(said, Alarm) if a.name.startswith("golden/")]
    return found


def ring(town: MemoryShop, alarm: Alarm, case: str = "") -> list[Table]:
    return town.hear(
        AlarmRang(at=alarm.due, id=f"r{alarm.name}", about=alarm.about, name=alarm.name, due=alarm.due, case_id=case)
    )


def generous(n: int = 0, *rows: Table) -> tuple[MemoryShop, list[Table]]:
    """The first message for which something is given."""
    for m in range(1, 100):
        town = shop(*rows)
        said = town.hear(message(ANGRY, n=m + n))
        if gifts(said):
            return town, said
    raise AssertionError("nothing was ever given")


def test_an_angry_customer_with_a_late_parcel_gets_a_remedy_at_once() -> None:
    _, said = generous()
    found = rescue(said)
    (decision,) = gifts(said)
    (given,) = of_kind(said, RemedyGiven)
    assert (found.cause, found.trigger, found.step, found.order_id) == ("late", "mood", "remedy", "LL1001")
    assert (found.remedy, found.amount, found.effect_key) == (given.remedy, given.amount, decision.effect_key)
    assert (found.began_at, found.due_at) == (NOW, NOW + timedelta(seconds=30))
    alarm = golden(said)
    assert (alarm.about, alarm.name, alarm.due) == ("v1", "golden/late/LL1001", NOW + timedelta(seconds=30))
    assert row(said).status == "open"


def test_the_decision_shows_what_was_asked_for_it() -> None:
    _, said = generous()
    (decision,) = gifts(said)
    assert sum(a.propensity for a in decision.alternatives) == pytest.approx(1.0, abs=1e-6)
    assert [a.chosen for a in decision.alternatives].count(True) == 1
    assert "angry" in decision.reason.en
    assert "愤怒" in decision.reason.zh


@pytest.mark.parametrize("text", ["thank you, it came!", "hello", "do you have this in blue?", "谢谢，很满意"])
def test_what_is_no_negative_event_starts_nothing(text: str) -> None:
    parcel = replace(PARCEL, status="delivered", delivered_at=NOW - timedelta(days=3), promised_at=NOW)
    said = shop(parcel).hear(message(text))
    assert of_kind(said, Rescue) == []
    assert gifts(said) == []
    assert [a for a in of_kind(said, Alarm) if a.name.startswith("golden/")] == []


@pytest.mark.parametrize(
    ("text", "cause", "trigger"), [(FAKE, "legal", "legal"), (RUDE, "rude", "mood"), (DAMAGED, "item", "mood")]
)
def test_what_is_for_a_person_goes_to_one_and_nothing_is_given(text: str, cause: str, trigger: str) -> None:
    said = shop().hear(message(text))
    found = rescue(said)
    assert (found.cause, found.trigger, found.step) == (cause, trigger, "person")
    assert found.why is not None
    assert "LL1001" in found.why.en
    assert "LL1001" in found.why.zh
    assert gifts(said) == []
    assert of_kind(said, RemedyGiven) == []
    assert row(said).status == "waiting"
    assert row(said).why_person == found.why  # what the desk shows sums the case up, whatever the flow said of it
    assert row(said).answer_by is not None
    assert golden(said).due == NOW + timedelta(seconds=30)


def test_who_speaks_of_the_law_hears_at_once_that_a_person_comes_and_the_bot_keeps_silent() -> None:
    town = shop()
    said = town.hear(message(FAKE))
    assert row(said).holder == "person"
    texts = [a.text for a in actions(said) if isinstance(a, Reply)]
    assert any("同事" in text for text in texts)
    later = town.hear(message(ANGRY, n=2, at=NOW + timedelta(minutes=5)))
    assert decisions(later) == []


def test_whoever_asks_for_a_person_gets_one_even_with_a_late_parcel() -> None:
    said = shop().hear(message(PERSON))
    assert (rescue(said).trigger, rescue(said).step, gifts(said)) == ("asked", "person", [])


def test_the_same_question_for_the_third_time_is_a_negative_event() -> None:
    parcel = replace(PARCEL, promised_at=NOW + timedelta(days=2), expected_at=NOW + timedelta(days=2), status="shipped")
    town = shop(parcel)
    said = [town.hear(message("where is my parcel", n=n, at=NOW + timedelta(hours=n))) for n in range(1, 4)]
    assert [len(of_kind(one, Rescue)) for one in said] == [0, 0, 1]
    assert rescue(said[2]).trigger == "repeat"
    assert rescue(said[2]).step == "person"


@pytest.mark.parametrize(("ready", "cause"), [(3, "service"), (0, "stock")])
def test_only_goods_that_are_sold_out_are_missed_however_often_somebody_asks(ready: int, cause: str) -> None:
    flask = Product(product_id="FLASK", title="保温杯 · Vacuum flask", category="home", price=Money(7_900, "CNY"))
    parcel = replace(PARCEL, promised_at=NOW + timedelta(days=2), expected_at=NOW + timedelta(days=2), status="shipped")
    town = shop(parcel, flask, StockLevel(product_id="FLASK", place="SH", on_hand=ready))
    for n in range(1, 4):
        said = town.hear(message("is the vacuum flask in stock?", n=n, at=NOW + timedelta(hours=n)))
    assert (rescue(said).trigger, rescue(said).cause) == ("repeat", cause)
    assert not ready or gifts(said) == []


def test_the_second_complaint_about_the_same_cause_goes_to_a_person_and_brings_no_second_remedy() -> None:
    town, first = generous()
    again = town.hear(message(ANGRY, n=900, at=NOW + timedelta(hours=1)))
    assert gifts(again) == []
    found = rescue(again)
    assert (found.step, found.remedy, found.effect_key) == ("person", rescue(first).remedy, rescue(first).effect_key)
    assert row(again).status == "waiting"
    third = town.hear(message(ANGRY, n=901, at=NOW + timedelta(hours=2)))
    assert (gifts(third), of_kind(third, Rescue)) == ([], [])


def test_who_waits_for_a_person_about_something_else_still_gets_what_a_late_parcel_is_worth() -> None:
    talk = Conversation(conversation_id="v1", channel="web", customer_id="c1", status="waiting", opened_at=NOW)
    said = generous(0, talk)[1]
    assert (rescue(said).step, row(said).status) == ("remedy", "waiting")
    silent = replace(talk, holder="person")  # one was asked for, and only people may write
    for n in range(1, 30):
        assert gifts(shop(silent).hear(message(ANGRY, n=n))) == []


def test_what_a_person_gave_back_and_goes_wrong_again_goes_to_a_person_again() -> None:
    town = shop()
    town.hear(message(RUDE))
    at = NOW + timedelta(seconds=9)
    town.hear(ConversationTaken(at=at, id="t1", conversation_id="v1", by="anna", until=at + timedelta(minutes=5)))
    at = NOW + timedelta(minutes=2)
    town.hear(ConversationHandedBack(at=at, id="h1", conversation_id="v1", by="anna"))
    again = town.hear(message(RUDE, n=2, at=NOW + timedelta(hours=3)))
    assert (rescue(again).step, row(again).status, gifts(again)) == ("person", "waiting", [])


def test_who_waits_already_is_not_told_again_and_again() -> None:
    town = shop()
    said = town.hear(message(RUDE))
    assert len(decisions(ring(town, golden(said)))) == 1
    for n in range(2, 5):
        later = town.hear(message(RUDE, n=n, at=NOW + timedelta(minutes=n)))
        assert of_kind(later, Rescue) == []
        assert [a for a in of_kind(later, Alarm) if a.name.startswith("golden/")] == []


def test_a_second_rescue_of_a_customer_in_one_week_is_for_a_person() -> None:
    other = Rescue(
        conversation_id="v0",
        cause="refund",
        order_id="LL0900",
        customer_id="c1",
        trigger="mood",
        step="remedy",
        remedy="5%",
        began_at=NOW - timedelta(days=6),
        due_at=NOW - timedelta(days=6),
    )
    said = shop(other).hear(message(ANGRY))
    assert (rescue(said).step, gifts(said)) == ("person", [])
    assert "this week" in rescue(said).why.en  # type: ignore[union-attr]
    old = replace(other, began_at=NOW - timedelta(days=8))
    assert rescue(generous(0, old)[1]).step == "remedy"


def test_a_customer_of_great_worth_gets_the_remedy_and_a_person() -> None:
    _, said = generous(0, replace(LI, lifetime_value=Money(600_000, "CNY")))
    assert len(gifts(said)) == 1
    assert (rescue(said).step, row(said).status) == ("person", "waiting")


def test_what_looks_like_a_pattern_is_looked_at_first_and_nobody_is_accused() -> None:
    rows: list[Table] = [replace(LI, joined_at=NOW - timedelta(days=12))]
    for n in range(4):
        rows.append(
            Order(
                order_id=f"LL09{n}",
                customer_id="c1",
                status="delivered",
                placed_at=NOW - timedelta(days=9),
                total=Money(10_000, "CNY"),
            )
        )
        rows.append(
            RemedyGiven(
                order_id=f"LL09{n}",
                customer_id="c1",
                remedy="20%",
                mood="angry",
                amount=Money(5_000, "CNY"),
                given_at=NOW - timedelta(days=n + 1),
                settled=True,
            )
        )
    town = shop(*rows)
    said = town.hear(message(ANGRY))
    found = rescue(said)
    assert (found.step, gifts(said)) == ("person", [])
    assert found.abuse >= 0.6
    assert "90 days" in found.why.en  # type: ignore[union-attr]
    told = " ".join(a.text for a in actions(said) if isinstance(a, Reply)).lower()
    assert "abuse" not in told
    assert "history" not in told


def test_while_a_person_has_it_the_bot_gives_nothing() -> None:
    town = shop()
    town.hear(message("hello"))
    town.hear(ConversationTaken(at=NOW, id="t1", conversation_id="v1", by="anna", until=NOW + timedelta(minutes=30)))
    for n in range(2, 12):
        said = town.hear(message(ANGRY, n=n, at=NOW + timedelta(minutes=n)))
        assert gifts(said) == []
        assert of_kind(said, RemedyGiven) == []
    kept = town.read(Rescue, "v1|late|LL1001")
    assert kept is not None
    assert (kept.step, kept.who) == ("taken", "anna")


def test_a_person_who_takes_it_in_time_ends_the_thirty_seconds() -> None:
    town = shop()
    said = town.hear(message(FAKE))
    at = NOW + timedelta(seconds=12)
    taken = town.hear(
        ConversationTaken(at=at, id="t1", conversation_id="v1", by="anna", until=at + timedelta(minutes=5))
    )
    assert (rescue(taken).step, rescue(taken).who, rescue(taken).done_at) == ("taken", "anna", at)
    assert ring(town, golden(said)) == []


def test_one_hand_over_is_one_time_which_the_desk_counts_down() -> None:
    town = shop()
    said = town.hear(message(FAKE))
    told = [a for a in actions(said) if isinstance(a, Reply) and "人工" in a.text]
    (promise,) = [one for one in of_kind(said, Promise) if one.kind == "answer"]
    minutes = round((promise.due_at - NOW) / timedelta(minutes=1))
    assert [f"目标时间为 {minutes} 分钟内" in a.text for a in told] == [True]
    assert row(said).answer_by == promise.due_at
    late = ring(town, golden(said))
    assert [a for a in actions(late) if isinstance(a, Reply)] == []
    assert gifts(late) == []
    assert (rescue(late).step, rescue(late).done_at) == ("fallback", NOW + timedelta(seconds=30))
    assert (row(late).status, row(late).answer_by) == ("waiting", promise.due_at)
    assert ring(town, golden(said)) == []  # once


def test_who_was_told_no_time_hears_one_after_thirty_seconds_and_the_desk_shows_it() -> None:
    town = shop()
    said = town.hear(message(FAKE))
    town.rows[Promise] = {}
    late = ring(town, golden(said))
    (reply,) = [a for a in actions(late) if isinstance(a, Reply)]
    assert "10:02" in reply.text  # Shanghai: two minutes from 10:00:30, the target of what is urgent
    assert row(late).answer_by == NOW + timedelta(seconds=150)


def test_if_nobody_comes_and_policy_says_so_the_least_remedy_goes_out_once() -> None:
    found = Rescue(
        conversation_id="v1",
        cause="late",
        order_id="LL1001",
        customer_id="c1",
        trigger="mood",
        step="person",
        fallback="remedy",
        began_at=NOW,
        due_at=NOW + timedelta(seconds=30),
    )
    waits = Conversation(
        conversation_id="v1", channel="web", customer_id="c1", status="waiting", mood="angry", opened_at=NOW
    )
    town = shop(found, waits)
    alarm = Alarm(about="v1", name="golden/late/LL1001", due=NOW + timedelta(seconds=30))
    late = ring(town, alarm)
    (decision,) = gifts(late)
    (given,) = of_kind(late, RemedyGiven)
    assert (given.remedy, given.amount, given.options) == ("5%", Money(1_000, "CNY"), ())
    assert rescue(late).effect_key == decision.effect_key
    assert len([a for a in actions(late) if isinstance(a, Reply)]) == 1
    assert ring(town, alarm) == []


def _decided(town: MemoryShop, said: list[Table], status: str) -> None:
    (decision,) = gifts(said)
    town.keep([replace(decision, id="d1", case_id="case", status=status)])


@pytest.mark.parametrize("status", ["allowed", "done", "unclear"])
def test_a_remedy_that_stands_ends_the_thirty_seconds_in_silence(status: str) -> None:
    town, said = generous()
    _decided(town, said, status)
    late = ring(town, golden(said), "case")
    assert decisions(late) == []
    assert (rescue(late).step, rescue(late).done_at) == ("remedy", NOW + timedelta(seconds=30))


@pytest.mark.parametrize("status", ["held", "refused", "failed"])
def test_a_remedy_that_was_held_or_refused_brings_a_person_and_a_word(status: str) -> None:
    town, said = generous()
    _decided(town, said, status)
    late = ring(town, golden(said), "case")
    assert [d.action_kind for d in decisions(late)] == ["Reply"]
    assert (rescue(late).step, row(late).status) == ("fallback", "waiting")
    assert row(late).why_person is not None


def test_a_low_rating_calls_a_person_and_a_high_one_does_not() -> None:
    talk = Conversation(conversation_id="v1", channel="web", customer_id="c1", opened_at=NOW, mood="neutral")
    good = shop(talk).hear(ConversationRated(at=NOW, id="s", conversation_id="v1", stars=4))
    assert of_kind(good, Rescue) == []
    bad = shop(talk).hear(ConversationRated(at=NOW, id="s", conversation_id="v1", stars=1))
    assert (rescue(bad).trigger, rescue(bad).step) == ("rating", "person")
    assert (row(bad).stars, row(bad).status) == (1, "waiting")


def test_a_refund_that_did_not_come_is_found_before_the_customer_complains() -> None:
    talk = Conversation(conversation_id="v1", channel="web", customer_id="c1", opened_at=NOW, mood="neutral")
    due = NOW + timedelta(hours=1)
    promise = Promise(
        promise_id="p1",
        kind="refund",
        customer_id="c1",
        conversation_id="v1",
        order_id="LL1001",
        made_at=NOW,
        due_at=due,
    )
    said = shop(talk, promise).hear(AlarmRang(at=due, id="a", about="p1", name="promise", due=due))
    found = rescue(said)
    assert (found.cause, found.trigger) == ("refund", "promise")
    assert found.step in ("remedy", "person", "answer")


def test_a_delay_of_days_that_we_tell_of_is_made_good_before_anybody_complains() -> None:
    far = NOW + timedelta(days=6)
    event = ParcelDelayed(at=NOW, id="x1", parcel_id="PLL1001", order_id="LL1001", customer_id="c1", expected_at=far)
    said = shop(replace(PARCEL, expected_at=far), RemedySafety(name=SAFETY, safe_value=1e9)).hear(event)
    assert (rescue(said).trigger, rescue(said).cause) == ("delay", "late")
    assert len(of_kind(said, RemedyGiven)) == 1
    near = NOW + timedelta(days=1)
    short = shop(replace(PARCEL, expected_at=near)).hear(replace(event, expected_at=near))
    assert of_kind(short, Rescue) == []


def test_no_stranger_gets_anything() -> None:
    for text in (ANGRY, FAKE, DAMAGED):
        said = shop().hear(message(text, customer_id="", order_id="LL1001"))
        assert gifts(said) == []
        assert of_kind(said, RemedyGiven) == []


class Town(RuleBasedStateMachine):
    """A customer of three orders writes whatever comes while people take over, hand back and rate, and alarms ring."""

    @initialize()
    def open(self) -> None:
        far = NOW + timedelta(days=30)
        self.town = shop(
            *(replace(ORDER, order_id=f"LL100{n}") for n in range(1, 4)),
            *(replace(PARCEL, parcel_id=f"PLL100{n}", order_id=f"LL100{n}", expected_at=far) for n in range(1, 4)),
            Customer(
                customer_id="c1", name="李雷", language="zh-CN", country="CN", lifetime_value=Money(60_000, "CNY")
            ),
            RemedySafety(name=SAFETY, safe_value=1e9),
        )
        self.now: datetime = NOW
        self.n = 0
        self.gave: list[tuple[str, str, str]] = []
        self.alarms: dict[tuple[str, str], Alarm] = {}

    def say(self, said: list[Table], conversation: str) -> None:
        before = self.with_person
        for decision in gifts(said):
            action = decision.action
            self.gave.append((conversation, action["cause"], action["order_id"]))
            assert not before, "a remedy after a person took it"
        for alarm in of_kind(said, Alarm):
            if alarm.name.startswith("golden/"):
                self.alarms[alarm.about, alarm.name] = alarm

    def step(self, conversation: str) -> None:
        self.n += 1
        self.now += timedelta(seconds=17)
        found = self.town.read(Conversation, conversation)
        self.with_person = bool(found and found.held_by and found.lease_until and found.lease_until > self.now)

    @rule(
        text=st.sampled_from([ANGRY, FAKE, PERSON, RUDE, DAMAGED, "谢谢", "where is my parcel", "给我赔钱！太慢了！"]),
        conversation=st.sampled_from(["v1", "v2"]),
        order=st.sampled_from(["LL1001", "LL1002", "LL1003"]),
    )
    def write(self, text: str, conversation: str, order: str) -> None:
        self.step(conversation)
        event = message(text, n=self.n, conversation=conversation, at=self.now, order_id=order)
        self.say(self.town.hear(event), conversation)

    @rule(conversation=st.sampled_from(["v1", "v2"]))
    def take(self, conversation: str) -> None:
        self.step(conversation)
        until = self.now + timedelta(minutes=2)
        event = ConversationTaken(at=self.now, id=f"t{self.n}", conversation_id=conversation, by="anna", until=until)
        self.say(self.town.hear(event), conversation)

    @rule(conversation=st.sampled_from(["v1", "v2"]))
    def hand_back(self, conversation: str) -> None:
        self.step(conversation)
        event = ConversationHandedBack(at=self.now, id=f"h{self.n}", conversation_id=conversation, by="anna")
        self.say(self.town.hear(event), conversation)

    @rule(conversation=st.sampled_from(["v1", "v2"]), stars=st.integers(1, 5))
    def rate(self, conversation: str, stars: int) -> None:
        self.step(conversation)
        event = ConversationRated(at=self.now, id=f"s{self.n}", conversation_id=conversation, stars=stars)
        self.say(self.town.hear(event), conversation)

    @rule()
    def wait(self) -> None:
        self.now += timedelta(seconds=31)
        for (about, name), alarm in sorted(self.alarms.items(), key=lambda item: item[0]):
            if alarm.due <= self.now:
                del self.alarms[about, name]
                self.step(about)
                event = AlarmRang(at=self.now, id=f"a{self.n}", about=about, name=name, due=alarm.due)
                self.say(self.town.hear(event), about)

    @invariant()
    def one_remedy_for_one_cause_and_one_for_an_order(self) -> None:
        if hasattr(self, "gave"):
            assert len(self.gave) == len(set(self.gave))
            orders = [order for _, _, order in self.gave]
            assert len(orders) == len(set(orders))

    @invariant()
    def what_waits_for_a_person_says_why(self) -> None:
        for found in self.town.rows.get(Conversation, {}).values() if hasattr(self, "town") else ():
            assert isinstance(found, Conversation)
            if found.status == "waiting" and found.holder == "person" and not found.held_by:
                assert found.why_person is not None or found.handed_over >= 2


TestTown = Town.TestCase
TestTown.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
