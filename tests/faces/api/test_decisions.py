"""What a person does with decisions over HTTP."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from linkloop.app.shop import Shop
from linkloop.faces.api.server import serving
from linkloop.faces.desk.desk import Desk
from tests.engine.small_shop import late_parcel
from tests.faces.api.conftest import running


@pytest.fixture
def held(shop: Shop) -> str:
    """¥80 for a late order of ¥800: above the ¥50 that go out by themselves."""
    late_parcel(shop, 1, 800)
    [decision] = Desk(shop).decisions("held").items
    return decision.id


def post(client: httpx.Client, path: str, key: str = "", **body: object) -> httpx.Response:
    headers = {"idempotency-key": key} if key else {}
    return client.post(f"/api/v1/decisions/{path}", json=body, headers=headers)


def settled(client: httpx.Client, decision_id: str, status: str) -> dict[str, object]:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        found = client.get(f"/api/v1/decisions/{decision_id}").json()
        if found["status"] == status:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{found['status']}, not {status}")


def test_an_approval_is_done_once_and_retried_safely(client: httpx.Client, shop: Shop, held: str) -> None:
    first = post(client, f"{held}/approve", "a1", by="wei", note="ok")
    assert (first.status_code, first.json()["status"], first.json()["by"]) == (200, "allowed", "wei")
    again = post(client, f"{held}/approve", "a1", by="wei", note="ok")
    assert (again.status_code, again.content) == (200, first.content)
    other = post(client, f"{held}/approve", "a1", by="li")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency.reused")
    late = post(client, f"{held}/approve", "a2", by="li")
    assert (late.status_code, late.json()["code"]) == (409, "decision.not_held")
    settled(client, held, "done")
    assert [e["entry"] for e in client.get(f"/api/v1/decisions/{held}/why").json()["history"]] == [
        "decided", "approved", "settled",
    ]  # fmt: skip
    assert len(shop.worlds[0].done()) == 1  # type: ignore[attr-defined]


def test_a_refusal_is_an_answer_that_is_kept_too(client: httpx.Client, held: str) -> None:
    bad = post(client, f"{held}/adjust", "x", by="wei", changes={"order_id": "o2"})
    assert (bad.status_code, bad.json()["code"]) == (403, "decision.adjust")
    assert post(client, f"{held}/adjust", "x", by="wei", changes={"order_id": "o2"}).content == bad.content
    assert client.get(f"/api/v1/decisions/{held}").json()["status"] == "held"


def test_an_adjustment_changes_the_amount_and_the_risk(client: httpx.Client, held: str) -> None:
    done = post(client, f"{held}/adjust", by="wei", changes={"amount": {"amount": 4000, "currency": "CNY"}})
    assert done.status_code == 200
    assert done.json()["action"]["amount"] == {"amount": 4000, "currency": "CNY"}
    assert done.json()["at_risk"] == {"amount": 4000, "currency": "CNY"}


def test_a_refused_decision_sends_nothing(client: httpx.Client, shop: Shop, held: str) -> None:
    assert post(client, f"{held}/refuse", by="wei", note="no").json()["status"] == "refused"
    assert [e["status"] for e in client.get("/api/v1/effects").json()] == ["cancelled"]
    assert shop.worlds[0].done() == []  # type: ignore[attr-defined]


def test_what_was_done_can_be_undone(client: httpx.Client, held: str) -> None:
    post(client, f"{held}/approve", by="wei")
    settled(client, held, "done")
    back = post(client, f"{held}/undo", by="wei", note="wrong order")
    assert (back.status_code, back.json()["action_kind"], back.json()["undoes"]) == (200, "CancelCompensation", held)
    settled(client, held, "undone")


def test_decisions_come_in_pages_latest_first(client: httpx.Client, shop: Shop) -> None:
    for n in range(5):
        late_parcel(shop, n, 800, customer=f"c{n}")
    first = client.get("/api/v1/decisions", params={"limit": 3, "status": "held"}).json()
    second = client.get("/api/v1/decisions", params={"limit": 3, "status": "held", "cursor": first["next"]}).json()
    ids = [d["id"] for page in (first, second) for d in page["items"]]
    assert (len(ids), ids, second["next"]) == (5, sorted(ids, reverse=True), "")


def test_why_tells_cause_facts_and_sentences(client: httpx.Client, held: str) -> None:
    why = client.get(f"/api/v1/decisions/{held}/why").json()
    assert why["cause"]["kind"] == "parcel_delayed"
    assert [fact["kind"] for fact in why["facts"]] == ["orders"]
    assert why["sentences"][0] == {"en": "late by storm", "zh": "因storm迟到"}


def test_a_decision_comes_out_the_same_again(client: httpx.Client, held: str) -> None:
    again = client.post(f"/api/v1/decisions/{held}/reexecute").json()
    assert (again["same"], again["different"]) == (True, [])


def test_an_unknown_decision_is_a_problem(client: httpx.Client) -> None:
    for answer in (client.get("/api/v1/decisions/nobody"), post(client, "nobody/approve", by="wei")):
        assert (answer.status_code, answer.json()["code"], answer.json()["where"]) == (
            404, "decision.unknown", "nobody",
        )  # fmt: skip


def test_a_dead_letter_is_listed_and_dropped_once(tmp_path: Path) -> None:
    with running(tmp_path) as shop, serving(Desk(shop)) as url, httpx.Client(base_url=url, trust_env=False) as client:
        from tests.engine.small_shop import delayed, said

        shop.loop.accept([said("poison", delayed("none"))])  # its order does not exist
        [letter] = client.get("/api/v1/dead-letters").json()
        assert (letter["what"], letter["consumer"], letter["status"]) == ("event", "helper", "waiting")
        path = f"/api/v1/dead-letters/{letter['id']}/drop"
        assert client.post(path, json={"by": "wei"}).json() == {"id": letter["id"], "done": True}
        assert client.post(path, json={"by": "wei"}).status_code == 404
        assert client.get("/api/v1/dead-letters").json() == []
