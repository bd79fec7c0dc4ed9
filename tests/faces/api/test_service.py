"""The service desk over HTTP: who may, who may not, once and only once, and what a page of it shows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from linkloop.commerce.contacts import Contact, CustomerKey
from linkloop.commerce.parcels import Parcel
from linkloop.faces.api.server import serving
from linkloop.faces.desk import keys
from linkloop.faces.desk.desk import Desk
from linkloop.store.schema import audit, log
from tests.faces.desk.talk_shop import NOW, TalkShop, talking

V = "/api/v1/service"
PHONE = "phone:+8613800138000"


class Hall:
    """A shop with its desk, and a client for each who works there."""

    def __init__(self, town: TalkShop, url: str, stack: ExitStack) -> None:
        self.town, self.url, self._stack = town, url, stack
        self._clients: dict[str, httpx.Client] = {}

    def __call__(self, who: str) -> httpx.Client:
        """`wei` and `li` are in service, `op` is an operator; other names are roles."""
        if who not in self._clients:
            role = {"wei": "service", "li": "service", "op": "operator"}.get(who, who)
            made = keys.make(self.town.shop, who, role, 1, "test", int(time.time() * 1e6))  # type: ignore[arg-type]
            client = httpx.Client(
                base_url=self.url, trust_env=False, timeout=30, headers={"authorization": f"Bearer {made.secret}"}
            )
            self._clients[who] = self._stack.enter_context(client)
        return self._clients[who]

    def rows(self) -> list[int]:
        """How long the log and the audit are: what is refused leaves them so."""
        with self.town.shop.store.read() as connection:
            return [connection.execute(sa.select(sa.func.count()).select_from(t)).scalar_one() for t in (log, audit)]

    def quiet(self) -> None:
        """Wait until everything that was decided has been carried out."""
        self.town.until(lambda: self.town.shop.effects.idle() and not self.town.shop.loop.queued())


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with ExitStack() as stack:
        town = stack.enter_context(talking(tmp_path_factory.mktemp("hall")))
        town.tell(CustomerKey(key=PHONE, customer_id="c2"))
        url = stack.enter_context(serving(Desk(town.shop)))
        found = Hall(town, url, stack)
        for who in ("wei", "li", "op", "admin"):
            found(who)
        yield found


def post(client: httpx.Client, path: str, body: Any = None, key: str = "") -> httpx.Response:
    headers = {"idempotency-key": key} if key else {}
    return client.post(f"{V}/{path}", json={} if body is None else body, headers=headers)


DEEDS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "conversations/closed/take", {}), ("POST", "conversations/closed/renew", {}),
    ("POST", "conversations/closed/reply", {"text": "hello"}), ("POST", "conversations/closed/hand-back", {}),
    ("POST", "conversations/closed/solve", {}), ("POST", "conversations/closed/reopen", {}),
    ("POST", "conversations/closed/rate", {"stars": 5}),
    ("POST", "conversations/closed/review", {"right": 2, "grounded": 2, "kind": 2, "within_policy": 2}),
    ("POST", "contacts/web:1/merge", {"customer_id": "c1"}), ("POST", "contacts/web:1/split", {}),
    ("POST", "contacts/web:1/refuse", {"customer_id": "c1"}), ("POST", "suggestions/find", {}),
    ("PUT", "macros/hello", {"name": {"en": "a", "zh": "b"}, "text": {"en": "a", "zh": "b"}}),
    ("DELETE", "macros/hello", {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "code"),
    [("planner", "access.link"), ("marketer", "access.link"), ("live", "access.link"), ("data", "access.denied")],
)
def test_who_is_not_in_service_may_look_and_do_nothing(hall: Hall, role: str, code: str) -> None:
    hall.town.write("转人工", conversation="closed", customer_id="")
    hall.quiet()
    client = hall(role)
    client.get("/api/v1/session")
    before = hall.rows()
    for method, path, body in DEEDS:
        answer = client.request(method, f"{V}/{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, code), path
    assert hall.rows() == before
    assert client.get(f"{V}/queue").status_code == 200


def test_a_second_person_gets_409_that_names_who_holds_it_and_until_when(hall: Hall) -> None:
    hall.town.write("转人工", conversation="held", customer_id="")
    hall.quiet()
    taken = post(hall("wei"), "conversations/held/take", {"minutes": 15})
    assert taken.status_code == 200
    assert taken.json()["conversation"]["held_by"] == "token:wei"
    before = hall.rows()
    for deed, body in (("take", {}), ("reply", {"text": "me too"}), ("solve", {})):
        answer = post(hall("li"), f"conversations/held/{deed}", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "conversation.held"), deed
        assert "token:wei has this conversation until 2026-07-04T02:15:00+00:00" in answer.text
    assert post(hall("li"), "conversations/held/renew").json()["code"] == "conversation.held"
    assert hall.rows() == before
    assert post(hall("wei"), "conversations/held/hand-back", {"note": "done"}).status_code == 200
    assert post(hall("wei"), "conversations/held/hand-back").json()["code"] == "conversation.not_held"


def test_of_many_who_reach_for_it_at_once_one_gets_it(hall: Hall) -> None:
    hall.town.write("转人工", conversation="race", customer_id="")
    people = [hall(who) for who in ("wei", "li", "op", "admin")]
    with ThreadPoolExecutor(len(people)) as pool:
        codes = sorted(pool.map(lambda client: post(client, "conversations/race/take").status_code, people))
    assert codes == [200, 409, 409, 409]


def test_an_answer_that_is_sent_ten_times_reaches_the_customer_once(hall: Hall) -> None:
    hall.town.write("转人工", conversation="once", customer_id="")
    hall.quiet()
    client = hall("wei")
    with ThreadPoolExecutor(5) as pool:
        answers = list(
            pool.map(lambda n: post(client, "conversations/once/reply", {"text": "您好"}, "one-key"), range(10))
        )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["decision_id"] for answer in answers}) == 1
    assert sorted(answer.json()["repeated"] for answer in answers) == [False, *[True] * 9]
    hall.town.until(lambda: hall.town.row("once").unanswered_since is None)
    assert [r.text for r in hall.town.room.shown if r.conversation_id == "once" and r.author == "person"] == ["您好"]
    why = client.get(f"/api/v1/decisions/{answers[0].json()['decision_id']}/why").json()
    assert why["cause"]["kind"] == "answer_written"
    assert why["decision"]["status"] == "done"


def test_a_conversation_is_shown_in_full_with_what_it_continues(hall: Hall) -> None:
    hall.town.write("我的订单 LL1001 呢", conversation="full-web")
    hall.quiet()
    hall.town.later(seconds=1)
    hall.town.write("在吗", conversation="full-app")
    hall.quiet()
    told = hall("wei").get(f"{V}/conversations/full-app").json()
    assert [one["conversation_id"] for one in told["chain"]][:1] == ["full-web"]
    texts = [said["text"] for said in told["messages"] if said["author"] == "customer"]
    assert texts[-2:] == ["我的订单 LL1001 呢", "在吗"]
    known = told["known"]
    assert (known["customer"]["name"], known["trusted"], known["claimed"]) == ("李雷", True, "")
    assert [order["order_id"] for order in known["orders"]] == ["LL1001"]
    assert (known["numbers"]["orders"], known["numbers"]["spent"]) == (1, {"amount": 20_000, "currency": "CNY"})
    moved = post(hall("wei"), "conversations/full-web/take")
    assert (moved.status_code, moved.json()["code"], moved.json()["where"]) == (409, "conversation.moved", "full-app")
    assert hall("wei").get(f"{V}/conversations/nothing").json()["code"] == "conversation.unknown"


def test_solve_reopen_and_rate(hall: Hall) -> None:
    hall.town.write("hello", conversation="life", customer_id="c2")
    client = hall("op")
    assert post(client, "conversations/life/reopen").json()["code"] == "conversation.not_solved"
    assert post(client, "conversations/life/solve").json()["conversation"]["status"] == "solved"
    assert post(client, "conversations/life/rate", {"stars": 6}).status_code == 400
    assert post(client, "conversations/life/rate", {"stars": 4}).json()["conversation"]["stars"] == 4
    again = post(client, "conversations/life/reopen", {"note": "not solved"}).json()["conversation"]
    assert (again["status"], again["holder"]) == ("waiting", "person")


def test_contacts_are_merged_and_split_and_the_messages_follow(hall: Hall) -> None:
    contact = Contact(contact_id="telegram:7", channel="telegram", name="Ann", proven=True)
    hall.town.write("hi, it is me", conversation="tg7", customer_id="", contact=contact)
    hall.quiet()
    client = hall("wei")
    texts = lambda who: [m["text"] for m in client.get(f"{V}/customers/{who}/messages").json()]  # noqa: E731
    assert "hi, it is me" not in texts("c2")
    assert post(client, "contacts/telegram:8/merge", {"customer_id": "c2"}).json()["code"] == "contact.unknown"
    assert post(client, "contacts/telegram:7/merge", {"customer_id": "x"}).json()["code"] == "customer.unknown"
    assert post(client, "contacts/telegram:7/split").json()["code"] == "contact.not_linked"
    merged = post(client, "contacts/telegram:7/merge", {"customer_id": "c2"}).json()
    assert (merged["link"]["customer_id"], merged["link"]["how"], merged["customer"]["name"]) == ("c2", "person", "Ann")
    assert "hi, it is me" in texts("c2")
    other = post(client, "contacts/telegram:7/merge", {"customer_id": "c1"})
    assert (other.status_code, other.json()["code"]) == (409, "contact.linked")
    split = post(client, "contacts/telegram:7/split", {"note": "her sister"}).json()
    assert split["link"]["customer_id"] == ""
    assert "hi, it is me" not in texts("c2")
    assert client.get(f"{V}/conversations/tg7").json()["messages"][0]["text"] == "hi, it is me"
    assert [(s["customer_id"], s["status"]) for s in split["suggestions"]] == [("c2", "refused")]


def test_what_may_be_one_is_suggested_once_and_judged_by_a_person(hall: Hall) -> None:
    contact = Contact(contact_id="email:ann", channel="email", name="Ann", keys=(PHONE,), proven=False)
    hall.town.write("Where is my parcel?", conversation="mail1", customer_id="", contact=contact)
    client = hall("wei")
    report = post(client, "suggestions/find").json()
    assert report["suggested"] >= 1
    items = client.get(f"{V}/suggestions").json()["items"]
    [mine] = [one for one in items if one["suggestion"]["contact_id"] == "email:ann"]
    assert mine["suggestion"]["customer_id"] == "c2"
    assert mine["suggestion"]["because"] == ["same name", "same phone"]
    assert post(client, "contacts/email:ann/refuse", {"customer_id": "c2"}).status_code == 200
    assert post(client, "contacts/email:ann/refuse", {"customer_id": "c2"}).json()["code"] == "suggestion.unknown"
    post(client, "suggestions/find")
    left = client.get(f"{V}/suggestions").json()["items"]
    assert "email:ann" not in [one["suggestion"]["contact_id"] for one in left]


def test_macros_are_filled_from_tables_and_never_from_a_text(hall: Hall) -> None:
    hall.town.tell(
        Parcel(parcel_id="P1", order_id="LL1001", customer_id="c1", carrier="顺丰", expected_at=NOW + timedelta(days=1))
    )
    hall.town.write("订单 LL9999 {carrier}", conversation="macro")
    client = hall("wei")
    body = {
        "name": {"en": "On its way", "zh": "在途"},
        "text": {"en": "Dear {name}, {order_id}: {carrier}, {expected_day}, {promised_day}.",
                 "zh": "{name}您好，{order_id} 由{carrier}派送，预计 {expected_day}。"},
    }  # fmt: skip
    wrong = {**body, "text": {"en": "{password}", "zh": ""}}
    assert client.put(f"{V}/macros/on-its-way", json=wrong).json()["code"] == "macro.blank"
    made = client.put(f"{V}/macros/on-its-way", json=body).json()
    assert client.put(f"{V}/macros/on-its-way", json=body).json()["code"] == "macro.changed"
    filled = client.get(f"{V}/conversations/macro/macros/on-its-way").json()
    assert filled["text"]["zh"] == "李雷您好，LL1001 由顺丰派送，预计 7月5日。"
    assert filled["text"]["en"] == "Dear 李雷, LL1001: 顺丰, 5 July, {promised_day}."
    assert filled["missing"] == ["promised_day"]
    assert client.put(f"{V}/macros/on-its-way", json={**body, "updated_at": made["updated_at"]}).status_code == 200
    assert [one["macro_id"] for one in client.get(f"{V}/macros").json()] == ["on-its-way"]
    assert client.delete(f"{V}/macros/on-its-way").status_code == 200
    assert client.get(f"{V}/macros").json() == []
    assert client.get(f"{V}/conversations/macro/macros/on-its-way").json()["code"] == "macro.unknown"


def test_every_deed_is_on_record_under_the_name_of_who_did_it(hall: Hall) -> None:
    hall.town.write("转人工", conversation="record", customer_id="")
    client = hall("li")
    for deed, body in (
        ("take", {}),
        ("reply", {"text": "hi"}),
        ("hand-back", {}),
        ("solve", {}),
        ("rate", {"stars": 5}),
    ):
        assert post(client, f"conversations/record/{deed}", body).status_code == 200, deed
    told = hall("admin").get("/api/v1/audit", params={"about": "record"}).json()["items"]
    assert [(one["by"], one["what"]) for one in reversed(told)] == [
        ("token:li", f"service.{what}") for what in ("take", "answer", "hand_back", "solve", "rate")
    ]
