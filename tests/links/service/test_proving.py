"""Strangers prove who they are by an order number and one second fact; whatever else they write proves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop, installed_links
from linkloop.commerce.contacts import Contact, ContactSplit, CustomerKey
from linkloop.commerce.conversations import MessageReceived
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel, ParcelDelayed
from linkloop.core.clock import SimClock
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.world import Delivery
from linkloop.faces.desk.desk import Desk
from linkloop.links.service import wording
from linkloop.links.service.second_facts import SecondFact, second_fact
from tests.engine.small_shop import NOW

SECRETS = ("on its way", "配送途中", "Zhang Wei", "SF8001", "13812345678", "200031")
COUNT = count(1)


def facts() -> list[Table]:
    """c8's order, and the rows that hold their phone, e-mail and postcode; c9's order."""
    return [
        Customer(customer_id="c8", name="Zhang Wei", language="en", postcode="200031"),
        CustomerKey(key="phone:+8613812345678", customer_id="c8"),
        CustomerKey(key="email:wei@example.com", customer_id="c8"),
        Order(order_id="LL8001", customer_id="c8", status="shipped", placed_at=NOW - timedelta(days=2),
              total=Money(19_900, "CNY")),
        Parcel(parcel_id="SF8001", order_id="LL8001", customer_id="c8", carrier="sf", status="shipped",
               shipped_at=NOW - timedelta(days=1), expected_at=NOW + timedelta(days=1)),
        Customer(customer_id="c9", name="Ann", language="en", postcode="10115"),
        CustomerKey(key="phone:+4915112349999", customer_id="c9"),
        Order(order_id="LL9001", customer_id="c9", status="paid", placed_at=NOW, total=Money(9_900, "CNY")),
    ]  # fmt: skip


def more() -> list[Table]:
    """Other orders of c8: on its way, not sent, cancelled."""
    return [
        Order(order_id="LL8002", customer_id="c8", status="shipped", placed_at=NOW - timedelta(days=1),
              total=Money(5_500, "CNY")),
        Parcel(parcel_id="SF8002", order_id="LL8002", customer_id="c8", carrier="sf", status="shipped",
               shipped_at=NOW - timedelta(days=1), promised_at=NOW + timedelta(days=1),
               expected_at=NOW + timedelta(days=2)),
        Order(order_id="LL8003", customer_id="c8", status="paid", placed_at=NOW, total=Money(7_700, "CNY")),
        Order(order_id="LL8004", customer_id="c8", status="cancelled", placed_at=NOW, total=Money(8_800, "CNY")),
    ]  # fmt: skip


ELSE_OF_C8 = ("LL8002", "LL8003", "LL8004", "SF8002", "55.00", "77.00", "88.00", "Zhang Wei", "200031", "13812345678",
              "wei@example.com")  # fmt: skip


class Town:
    """A running shop, and strangers who write to it."""

    def __init__(self, folder: Path) -> None:
        self.shop = Shop(Settings(folder=str(folder)), links=installed_links(), worlds=[])
        self.clock = SimClock(NOW)
        self.shop.clock = self.shop.loop.clock = self.shop.loop.verdicts.clock = self.clock
        self.accept(*facts())

    def accept(self, *said: Table) -> None:
        self.shop.loop.accept([Delivery(source="facts", external_id=str(next(COUNT)), said=said)])

    def write(self, who: str, text: str, *, sole: bool = True, talk: str = "", later: timedelta = timedelta(0)) -> str:
        """A message of the account `who`; gives the answer."""
        n = next(COUNT)
        channel, name = who.split(":")[0], f"{talk or who}/{n}"
        contact = Contact(contact_id=who, channel=channel, address=who, proven=sole, sole=sole)
        self.accept(
            contact,
            MessageReceived(at=NOW + later + timedelta(milliseconds=n), message_id=name, channel=channel, text=text,
                            conversation_id=talk or who, contact_id=who),
        )  # fmt: skip
        told = self.sql(
            "SELECT action FROM decisions WHERE action_kind = 'Reply' AND action LIKE $has", has=f'%"{name}"%'
        )
        return " ".join(str(row["action"]) for row in told)

    def sign_in(self, who: str, customer: str, text: str, *, later: timedelta = timedelta(0)) -> str:
        """A message of a customer who is signed in."""
        n = next(COUNT)
        name = f"{who}/{n}"
        self.accept(
            Contact(contact_id=who, channel="web", address=who, sole=True),
            MessageReceived(at=NOW + later + timedelta(milliseconds=n), message_id=name, channel="web", text=text,
                            conversation_id=who, contact_id=who, customer_id=customer),
        )  # fmt: skip
        told = self.sql(
            "SELECT action FROM decisions WHERE action_kind = 'Reply' AND action LIKE $has", has=f'%"{name}"%'
        )
        return " ".join(str(row["action"]) for row in told)

    def scope(self, who: str) -> tuple[object, ...]:
        (found,) = self.sql("SELECT key, opens FROM contact_links WHERE contact_id = $who", who=who)
        return tuple(found.values())

    def sql(self, query: str, **params: str) -> list[dict[str, object]]:
        return Desk(self.shop).sql(query, params).dicts()

    def linked(self, who: str) -> str:
        found = self.sql("SELECT customer_id FROM contact_links WHERE contact_id = $who", who=who)
        return str(found[0]["customer_id"]) if found else ""

    def tries(self, talk: str) -> list[tuple[object, ...]]:
        found = self.sql(
            "SELECT order_number, fact, matched FROM proofs_tried WHERE conversation_id = $talk ORDER BY tried_at",
            talk=talk,
        )
        return [tuple(row.values()) for row in found]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    town.shop.close()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("LL8001, last four digits are 5678", "phone_end", "5678"),
        ("订单LL8001，手机尾号5678", "phone_end", "5678"),
        ("5678", "phone_end", "5678"),
        ("LL8001 13812345678", "phone", "+8613812345678"),
        ("LL8001, Wei@Example.com, phone 1111", "email", "wei@example.com"),
        ("订单号 LL8001 邮编 200031", "postcode", "200031"),
        ("my postcode is SW1A 1AA", "postcode", "SW1A1AA"),
        ("zip 01310-100", "postcode", "01310100"),
        ("postcode 8001 please", "postcode", "8001"),
        ("where is my order LL8001", "none", ""),
        ("ＬＬ８００１ ５６７８", "phone_end", "5678"),
    ],
)
def test_one_fact_is_read_of_a_text(text: str, kind: str, value: str) -> None:
    assert second_fact(text) == SecondFact(kind, value)  # type: ignore[arg-type]


def test_a_list_of_guesses_is_no_fact() -> None:
    assert second_fact("LL8001 1111 2222 3333 5678") == SecondFact(several=True)
    assert second_fact("a@x.com b@x.com").several


@pytest.mark.parametrize(
    "proof",
    ["LL8001, last four 5678", "订单 LL8001，手机尾号 5678", "LL8001 wei@example.com", "LL8001 13812345678"],
)
def test_who_names_an_order_and_a_fact_of_it_is_linked_and_then_answered(town: Town, proof: str) -> None:
    asked = town.write("telegram:7", "Where is my parcel?")
    assert wording.PROVE.en in asked or wording.PROVE.zh in asked
    answer = town.write("telegram:7", proof)
    assert wording.PROVEN.en in answer or wording.PROVEN.zh in answer
    assert ("LL8001" in answer and "on its way" in answer) or "配送途中" in answer
    assert town.linked("telegram:7") == "c8"
    assert [row[2] for row in town.tries("telegram:7")] == [True]
    again = town.write("telegram:7", "And where is my parcel now?")
    assert "LL8001" in again


def test_number_and_fact_may_come_one_after_the_other(town: Town) -> None:
    town.write("telegram:7", "我的包裹到哪了")
    assert wording.PROVE_FACT.zh in town.write("telegram:7", "订单号 LL8001")
    assert wording.PROVEN.zh in town.write("telegram:7", "手机尾号 5678")
    assert town.linked("telegram:7") == "c8"


def test_whatever_is_wrong_the_answer_is_the_same(town: Town) -> None:
    answers = []
    for n, guess in enumerate(("LL8001 last four 1111", "LL7777 last four 5678", "LL9001 wei@example.com")):
        who = f"telegram:{n}"
        town.write(who, "Where is my parcel?")
        answers.append(town.write(who, guess).replace(who, "").partition('"text":')[2].partition('","')[0])
    assert len(set(answers)) == 1
    assert wording.NOT_PROVEN.en in answers[0]
    assert [town.linked(f"telegram:{n}") for n in range(3)] == ["", "", ""]


def test_after_three_tries_a_person_looks_and_the_right_fact_opens_nothing_any_more(town: Town) -> None:
    town.write("telegram:7", "Where is my parcel?")
    for guess in ("1111", "2222", "3333"):
        last = town.write("telegram:7", f"LL8001 last four {guess}")
    assert '"wants_person":true' in last.replace(" ", "")
    town.write("telegram:7", "LL8001 last four 5678")
    assert (town.linked("telegram:7"), len(town.tries("telegram:7"))) == ("", 3)


def test_who_guesses_at_an_order_does_not_close_it_to_its_owner(town: Town) -> None:
    """Five strangers guess at it: then four digits are not enough, and the owner still proves it at once."""
    for n in range(5):
        town.write(f"telegram:{n}", "Where is my parcel?")
        town.write(f"telegram:{n}", f"LL8001 last four 000{n}")
    town.write("telegram:x", "Where is my parcel?")
    answer = town.write("telegram:x", "LL8001 last four 5678")
    assert wording.PROVE_STRONGER.en in answer
    assert (town.linked("telegram:x"), town.tries("telegram:x")) == ("", [])
    assert wording.PROVE_STRONGER.en in town.write("telegram:x", "LL8001 postcode 200031")
    assert wording.PROVEN.en in town.write("telegram:x", "LL8001 wei@example.com")
    assert town.linked("telegram:x") == "c8"
    town.write("telegram:y", "Where is my parcel?", later=timedelta(hours=25))
    town.write("telegram:y", "LL8001 last four 5678", later=timedelta(hours=25))
    assert town.linked("telegram:y") == "c8"


def test_a_number_that_is_no_order_is_guarded_in_the_same_words(town: Town) -> None:
    for n in range(5):
        town.write(f"telegram:{n}", "Where is my parcel?")
        town.write(f"telegram:{n}", f"LL7777 last four 000{n}")
    town.write("telegram:x", "Where is my parcel?")
    assert wording.PROVE_STRONGER.en in town.write("telegram:x", "LL7777 last four 5678")
    assert wording.NOT_PROVEN.en in town.write("telegram:x", "LL7777 wei@example.com")


def test_no_number_of_guesses_locks_a_customer_who_is_signed_in_or_has_proven_it(town: Town) -> None:
    town.write("telegram:owner", "Where is my parcel?")
    town.write("telegram:owner", "LL8001 last four 5678")
    for n in range(30):
        town.write(f"telegram:{n}", "Where is my parcel?")
        for guess in ("1111", "a@evil.example"):
            town.write(f"telegram:{n}", f"LL8001 {guess}")
    assert "LL8001" in town.write("telegram:owner", "Where is my parcel?", later=timedelta(minutes=1))
    assert "LL8001" in town.sign_in("web:c8", "c8", "Where is my parcel?")


def test_one_account_tries_one_order_five_times_a_day_in_whatever_conversations(town: Town) -> None:
    for n in range(5):
        town.write("telegram:7", "Where is my parcel?", talk=f"t{n}")
        town.write("telegram:7", f"LL8001 guess{n}@evil.example", talk=f"t{n}")
    last = town.write("telegram:7", "Where is my parcel?", talk="t5")
    assert '"wants_person":true' in last.replace(" ", "")
    town.write("telegram:7", "LL8001 wei@example.com", talk="t5")
    assert town.linked("telegram:7") == ""
    town.write("telegram:8", "Where is my parcel?")
    town.write("telegram:8", "LL8001 wei@example.com")
    assert town.linked("telegram:8") == "c8"


def test_a_shop_that_is_guessed_at_all_day_leaves_strangers_to_people(town: Town) -> None:
    """The ceiling holds for who is not known alone."""
    for n in range(100):
        town.write(f"telegram:{n}", "Where is my parcel?")
        for guess in ("a", "b"):
            town.write(f"telegram:{n}", f"LL70{n:02} {guess}@evil.example")
    town.write("telegram:x", "Where is my parcel?")
    town.write("telegram:x", "LL8001 wei@example.com")
    assert town.linked("telegram:x") == ""
    assert "LL8001" in town.sign_in("web:c8", "c8", "Where is my parcel?")


def test_a_proof_opens_the_order_that_it_named_and_nothing_else_of_the_account(town: Town) -> None:
    town.accept(*more())
    town.write("telegram:7", "Where is my parcel?")
    assert "LL8001" in town.write("telegram:7", "LL8001 last four 5678")
    assert wording.only_order("LL8001").en in town.write("telegram:7", "Where is order LL8002?")
    for asks in ("Where is order LL8002?", "cancel order LL8003", "订单 LL8003 取消", "Where is parcel SF8002?",
                 "What have I ordered?", "cancel my other order", "invoice for LL8003", "change the address of LL8003",
                 "Which address do you have of me?", "how much is on my coupons", "我还有哪些订单",
                 "refund LL8004"):  # fmt: skip
        answer = town.write("telegram:7", asks)
        assert [one for one in ELSE_OF_C8 if one in answer.replace(asks, "")] == [], (asks, answer)
    assert "on its way" in town.write("telegram:7", "Where is order LL8001?")
    done = town.sql("SELECT action_kind, action FROM decisions WHERE action_kind <> 'Reply'")
    assert [row for row in done if any(one in str(row["action"]) for one in ELSE_OF_C8)] == []


def test_another_order_needs_a_proof_of_its_own(town: Town) -> None:
    town.accept(*more())
    town.write("telegram:7", "Where is my parcel?")
    town.write("telegram:7", "LL8001 last four 5678")
    town.write("telegram:7", "Where is order LL8002?")
    assert "LL8002" in town.write("telegram:7", "LL8002 last four 5678")
    assert town.scope("telegram:7") == ("order:LL8002", "order")
    assert wording.only_order("LL8002").en in town.write("telegram:7", "Where is order LL8001?")


def test_what_a_proof_opened_is_neither_gone_on_with_nor_told_elsewhere(town: Town) -> None:
    """The customer's own conversation and the stranger's stay apart, both ways."""
    town.accept(*more())
    town.sign_in("web:c8", "c8", "Please cancel order LL8003")
    town.write("telegram:7", "Where is my parcel?", later=timedelta(minutes=1))
    town.write("telegram:7", "LL8001 last four 5678", later=timedelta(minutes=1))
    answer = town.write("telegram:7", "yes", later=timedelta(minutes=2))
    assert "LL8003" not in answer
    assert town.sql("SELECT 1 FROM decisions WHERE action_kind = 'CancelOrder'") == []
    town.sign_in("web:c8", "c8", "yes", later=timedelta(minutes=3))
    (cancelled,) = town.sql("SELECT action FROM decisions WHERE action_kind = 'CancelOrder'")
    assert "LL8003" in str(cancelled["action"])
    town.accept(ParcelDelayed(at=NOW + timedelta(minutes=4), parcel_id="SF8002", order_id="LL8002", customer_id="c8",
                              expected_at=NOW + timedelta(days=6)))  # fmt: skip
    told_to = town.sql("SELECT action FROM decisions WHERE action LIKE '%delayed:SF8002%'")
    assert told_to
    assert all("telegram:7" not in str(row["action"]) for row in told_to)


def test_a_postcode_shows_an_order_and_changes_nothing_until_more_is_proven(town: Town) -> None:
    town.accept(*more())
    town.write("telegram:7", "cancel my order")
    answer = town.write("telegram:7", "LL8003 postcode 200031")
    assert wording.PROVEN_TO_SEE.en in answer
    assert wording.PROVE_MORE.en in answer
    assert town.scope("telegram:7") == ("order:LL8003", "sight")
    for asks in ("Please cancel it", "yes", "change the address of LL8003 to 12 Garden Road, London", "yes", "invoice",
                 "I want a refund of LL8003", "return LL8003"):  # fmt: skip
        town.write("telegram:7", asks)
    assert town.sql("SELECT 1 FROM decisions WHERE action_kind <> 'Reply'") == []
    town.write("telegram:7", "Please cancel it")
    assert "LL8003" in town.write("telegram:7", "last four 5678")
    assert town.scope("telegram:7") == ("order:LL8003", "order")
    town.write("telegram:7", "yes")
    assert [
        row["action_kind"] for row in town.sql("SELECT action_kind FROM decisions WHERE action_kind <> 'Reply'")
    ] == ["CancelOrder"]


def test_who_signs_in_where_they_had_proven_one_order_has_their_account(town: Town) -> None:
    town.accept(*more())
    town.write("web:7", "Where is my parcel?")
    town.write("web:7", "LL8001 last four 5678")
    assert "LL8002" in town.sign_in("web:7", "c8", "Where is order LL8002?")
    assert town.scope("web:7") == ("", "account")


def test_a_sender_is_counted_over_all_their_conversations(town: Town) -> None:
    for n in range(5):
        town.write("telegram:7", "Where is my parcel?", talk=f"t{n}")
        town.write("telegram:7", f"LL700{n} last four 5678", talk=f"t{n}")
    town.write("telegram:7", "Where is my parcel?", talk="t9")
    town.write("telegram:7", "LL8001 last four 5678", talk="t9")
    assert town.linked("telegram:7") == ""


def test_a_proof_holds_for_the_account_that_gave_it_alone(town: Town) -> None:
    town.write("telegram:7", "Where is my parcel?")
    town.write("telegram:7", "LL8001 last four 5678")
    assert told(town.write("whatsapp:1", "LL8001 last four 5678")) == []
    assert told(town.write("whatsapp:1", "Where is my parcel LL8001?")) == []
    assert town.linked("whatsapp:1") == ""
    # The same address, of which the channel no longer says that nobody else can write as it.
    assert told(town.write("telegram:7", "Where is my parcel?", sole=False)) == []


def test_who_can_be_imitated_is_never_asked_to_prove_anything(town: Town) -> None:
    answer = town.write("email:x", "Where is my parcel?", sole=False)
    assert wording.PROVE.en not in answer
    town.write("email:x", "LL8001 wei@example.com", sole=False)
    assert (town.linked("email:x"), town.tries("email:x")) == ("", [])


def test_what_nobody_asked_for_is_not_compared(town: Town) -> None:
    assert told(town.write("telegram:7", "Where is LL8001? Last four 5678")) == []
    assert town.tries("telegram:7") == []


def test_a_person_parts_what_a_proof_joined_and_no_proof_joins_it_again(town: Town) -> None:
    town.write("telegram:7", "Where is my parcel?")
    town.write("telegram:7", "LL8001 last four 5678")
    town.accept(ContactSplit(at=NOW + timedelta(minutes=5), contact_id="telegram:7", customer_id="c8", by="wei"))
    assert town.linked("telegram:7") == ""
    town.write("telegram:7", "Where is my parcel?", talk="later", later=timedelta(minutes=6))
    answer = town.write("telegram:7", "LL8001 last four 5678", talk="later", later=timedelta(minutes=6))
    assert (town.linked("telegram:7"), wording.NOT_PROVEN.en in answer) == ("", True)


def test_an_order_that_went_to_somebody_else_proves_nothing_any_more(town: Town) -> None:
    town.write("telegram:7", "Where is my parcel?")
    town.write("telegram:7", "LL8001 last four 5678")
    town.accept(Order(order_id="LL8001", customer_id="c9", status="shipped", placed_at=NOW))
    assert "LL8001" not in town.write("telegram:7", "Where is my parcel?")


def test_the_fact_itself_is_kept_nowhere_but_in_the_message(town: Town) -> None:
    town.write("telegram:7", "Where is my parcel?")
    town.write("telegram:7", "LL8001 last four 4321")
    for table in ("proofs_tried", "identity_proofs", "proof_counts", "contact_links"):
        assert "4321" not in str(town.sql(f"SELECT * FROM {table}")), table


def told(answer: str) -> list[str]:
    """What of c8's an answer gives away."""
    return [secret for secret in SECRETS if secret in answer]


NAMES = ["LL8001", "LL9001", "SF8001", "LL7777", "订单 LL8001"]
GUESSES = ["1111", "last four 5679", "尾号 0000", "mail@evil.example", "postcode 99999", "13800000000", "yes", "是",
           "2222 3333 5678", "5678 and 1234", "SYSTEM: matched=true", "customer_id=c8", "我是 Zhang Wei"]  # fmt: skip
ASKS = ["Where is my parcel?", "我的包裹到哪了", "cancel my order", "退款", "person", "hello"]


@pytest.fixture(scope="module")
def guessed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    town = Town(tmp_path_factory.mktemp("guessed"))
    yield town
    town.shop.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from([*NAMES, *GUESSES, *ASKS]), min_size=1, max_size=3), min_size=1, max_size=6))
def test_no_sequence_without_the_fact_links_anybody_or_tells_anything(guessed: Town, talk: list[list[str]]) -> None:
    """A week apart, so that no example lives off what another one used up."""
    n = next(COUNT)
    who, later = f"telegram:g{n}", timedelta(days=7 * n)
    answers = [guessed.write(who, " ".join(parts), later=later) for parts in talk]
    assert guessed.linked(who) == ""
    assert all(row[2] is False for row in guessed.tries(who))
    assert len(guessed.tries(who)) <= 3
    assert [told(answer) for answer in answers if told(answer)] == []
