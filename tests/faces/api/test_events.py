"""Saying something and reading the log."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.faces.api.conftest import message, say


def test_what_is_said_is_in_the_log_with_its_envelope(client: httpx.Client) -> None:
    answer = say(client, "k1", message(1))
    assert (answer.status_code, answer.json()) == (202, {"first": 1, "last": 1, "repeated": False})
    [entry] = client.get("/api/v1/events").json()
    assert (entry["offset"], entry["kind"], entry["key"], entry["source"], entry["is_event"]) == (
        1, "message_received", "c1", "api", True,
    )  # fmt: skip
    assert entry["body"]["external_id"] == "k1"
    assert entry["body"]["text"] == "where is it?"
    assert entry["case_id"] == entry["id"]


def test_the_same_key_and_body_give_the_same_answer_and_add_nothing(client: httpx.Client) -> None:
    say(client, "k1", message(1))
    again = say(client, "k1", message(1))
    assert (again.status_code, again.json()) == (202, {"first": 1, "last": 1, "repeated": True})
    assert len(client.get("/api/v1/events").json()) == 1


def test_the_same_key_with_another_body_is_a_conflict_and_adds_nothing(client: httpx.Client) -> None:
    say(client, "k1", message(1))
    for other in ([message(1, "other")], [message(1), message(2)]):
        refused = say(client, "k1", *other)
        assert (refused.status_code, refused.json()["code"], refused.json()["where"]) == (409, "say.other_body", "k1")
    assert len(client.get("/api/v1/events").json()) == 1


def test_a_key_is_made_and_told_where_there_is_none(client: httpx.Client) -> None:
    answer = client.post("/api/v1/events", json={"items": [message(1)]})
    key = answer.headers["idempotency-key"]
    assert len(key) == 32
    assert say(client, key, message(1)).json() == {"first": 1, "last": 1, "repeated": True}


def test_a_source_has_ids_of_its_own_in_any_script(client: httpx.Client) -> None:
    body = {"items": [message(1)], "source": "erp", "external_id": "单据-1"}
    assert client.post("/api/v1/events", json=body).json()["repeated"] is False
    assert client.post("/api/v1/events", json=body).json()["repeated"] is True
    assert client.post("/api/v1/events", json={**body, "source": "pos"}).json()["repeated"] is False


def test_nobody_may_say_what_the_loop_concludes(client: httpx.Client) -> None:
    settled = {"kind": "action_settled", "at": "2026-11-24T08:00:00Z", "about": "o", "action_kind": "Compensate",
               "effect_key": "k", "decision_id": "d", "status": "done"}  # fmt: skip
    for item in (settled, {"kind": "spends", "scope": "x"}, {"kind": "decisions"}):
        refused = say(client, "k1", message(1), item)
        assert (refused.status_code, refused.json()["code"], refused.json()["where"]) == (
            403, "say.ours", "items[1].kind",
        )  # fmt: skip
    assert client.get("/api/v1/events").json() == []


def test_an_invalid_item_is_named_and_the_whole_delivery_is_refused(client: httpx.Client) -> None:
    bad = say(client, "k1", message(1), {**message(2), "text": 7})
    assert (bad.status_code, bad.headers["content-type"]) == (400, "application/problem+json")
    assert bad.json()["code"] == "input.invalid"
    assert bad.json()["where"] == "items[1]"
    assert "text" in bad.json()["detail"]
    unknown = say(client, "k2", {"kind": "no_such_thing"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "table.unknown")
    assert client.get("/api/v1/events").json() == []


def test_problems_speak_the_language_that_is_asked_for(client: httpx.Client) -> None:
    zh = say(client, "k", {"kind": "no_such_thing"}, **{"accept-language": "fr, zh-CN;q=0.9, en;q=0.8"}).json()
    en = say(client, "k", {"kind": "no_such_thing"}, **{"accept-language": "de"}).json()
    assert (zh["title"], zh["detail"]) == ("未找到", "没有名为 no_such_thing 的表或事件")
    assert (en["title"], en["detail"]) == ("Not found", "no table or event is called no_such_thing")
    assert zh["text_en"] == en["detail"]
    assert zh["type"] == en["type"] == "urn:linkloop:problem:table.unknown"


def test_the_log_is_read_by_kind_key_and_place(client: httpx.Client) -> None:
    for n in range(7):
        say(client, f"k{n}", message(n))
    say(client, "row", {"kind": "customers", "customer_id": "c1"})

    def offsets(**asked: object) -> list[int]:
        return [entry["offset"] for entry in client.get("/api/v1/events", params=asked).json()]  # type: ignore[arg-type]

    assert offsets() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert offsets(after=3, limit=2) == [4, 5]
    assert offsets(after=-2) == [7, 8]
    assert offsets(key="c1") == [2, 5, 8]
    assert offsets(kind="customers") == [8]
    assert offsets(kinds="customers, message_received", after=6) == [7, 8]
    assert client.get("/api/v1/head").json() == {"head": 8}


def test_many_at_once_each_get_their_own_offset(client: httpx.Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: say(client, f"k{n}", message(n)).json(), range(40)))
    assert sorted(answer["first"] for answer in answers) == list(range(1, 41))
