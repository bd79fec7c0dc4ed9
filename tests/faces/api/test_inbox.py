"""The inbox and stories over HTTP: what a console asks, under roles, retried safely."""

from __future__ import annotations

import httpx
import pytest

from linkloop.app.shop import Shop
from linkloop.faces.api.routes import inbox as routes
from linkloop.faces.desk.desk import Desk
from tests.engine.small_shop import decisions, late_parcel


@pytest.fixture
def held(shop: Shop) -> list[str]:
    """Compensations of ¥80, ¥90 and ¥100 that wait, in the order in which they were proposed."""
    for n, yuan in enumerate((800, 900, 1000)):
        late_parcel(shop, n, yuan, f"c{n}")
    return [one.id for one in sorted(Desk(shop).decisions("held").items, key=lambda one: one.about)]


def post(client: httpx.Client, path: str, key: str = "", **body: object) -> httpx.Response:
    headers = {"idempotency-key": key} if key else {}
    return client.post(f"/api/v1/decisions/{path}", json=body, headers=headers)


def test_the_inbox_is_sorted_narrowed_and_paged(client: httpx.Client, held: list[str]) -> None:
    def ids(**query: object) -> list[str]:
        return [item["id"] for item in client.get("/api/v1/inbox", params=query).json()["items"]]

    assert ids(sort="risk") == held[::-1]
    assert set(ids()) == set(held)
    assert ids(about="c1") == [held[1]]
    assert ids(status="done") == []
    assert sorted(ids(status=["done", "held"])) == sorted(held)
    first = client.get("/api/v1/inbox", params={"sort": "risk", "limit": 2}).json()
    rest = client.get("/api/v1/inbox", params={"sort": "risk", "limit": 2, "cursor": first["next"]}).json()
    assert [item["id"] for page in (first, rest) for item in page["items"]] == held[::-1]
    assert (rest["next"], rest["as_of"]) == ("", first["as_of"])


def test_questions_that_make_no_sense_are_refused(client: httpx.Client, held: list[str]) -> None:
    for query, code in (
        ({"sort": "luck"}, "input.invalid"),
        ({"status": "lost"}, "input.invalid"),
        ({"cursor": "x"}, "cursor.invalid"),
        ({"since": "2026-11-24T08:00:00"}, "input.invalid"),
    ):
        answer = client.get("/api/v1/inbox", params=query)
        assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_counts_dossier_otherwise_and_preview_tell_of_one_decision(client: httpx.Client, held: list[str]) -> None:
    counts = client.get("/api/v1/inbox/counts").json()
    assert (counts["statuses"], counts["at_risk"]) == ({"held": 3}, [{"amount": 27_000, "currency": "CNY"}])
    dossier = client.get(f"/api/v1/decisions/{held[0]}/dossier").json()
    assert (dossier["item"]["id"], dossier["heard"]["kind"], dossier["fields"][0]["name"]) == (
        held[0], "parcel_delayed", "amount",
    )  # fmt: skip
    found = client.get(f"/api/v1/decisions/{held[0]}/otherwise").json()
    assert [(flip["by"], flip["verdict"]) for flip in found["flips"]] == [("decision", "allow"), ("policy", "allow")]
    preview = post(client, f"{held[0]}/preview", changes={"amount": {"amount": 100, "currency": "CNY"}})
    assert (preview.status_code, preview.json()["at_risk"]["amount"]) == (200, 100)
    assert post(client, f"{held[0]}/preview", changes={"cause": "x"}).json()["code"] == "decision.adjust"


def test_one_word_on_many_is_given_once(client: httpx.Client, shop: Shop, held: list[str]) -> None:
    first = post(client, "bulk", "b1", do="refuse", ids=held[:2], note="not now")
    assert (first.status_code, first.json()["done"], first.json()["failed"]) == (200, 2, 0)
    assert post(client, "bulk", "b1", do="refuse", ids=held[:2], note="not now").content == first.content
    assert post(client, "bulk", "b1", do="approve", ids=held).json()["code"] == "idempotency.reused"
    late = post(client, "bulk", "b2", do="refuse", ids=held, note="again").json()
    assert [answer["code"] for answer in late["answers"]] == ["decision.not_held", "decision.not_held", ""]
    assert [(d.status, d.note) for d in decisions(shop)] == [
        ("refused", "not now"), ("refused", "not now"), ("refused", "again"),
    ]  # fmt: skip


def test_a_refusal_without_a_reason_is_refused_and_nothing_happens(
    client: httpx.Client, shop: Shop, held: list[str]
) -> None:
    answer = post(client, "bulk", do="refuse", ids=held, note="  ")
    assert (answer.status_code, answer.json()["code"]) == (400, "decision.reason")
    assert [d.status for d in decisions(shop)] == ["held"] * 3
    for ids in ([], ["x"] * 201):
        assert post(client, "bulk", do="approve", ids=ids).status_code == 400


def test_a_preview_of_many_writes_nothing(client: httpx.Client, shop: Shop, held: list[str]) -> None:
    found = post(client, "bulk/preview", do="approve", ids=held).json()
    assert (found["done"], found["at_risk"]) == (3, [{"amount": 27_000, "currency": "CNY"}])
    assert [d.status for d in decisions(shop)] == ["held"] * 3


def test_stories_are_listed_told_and_related(client: httpx.Client, shop: Shop, held: list[str]) -> None:
    lines = client.get("/api/v1/stories", params={"status": "held"}).json()["items"]
    assert sorted(line["case_id"] for line in lines) == sorted(d.case_id for d in decisions(shop))
    case = lines[0]["case_id"]
    told = client.get(f"/api/v1/cases/{case}/story").json()
    assert [step["kind"] for step in told["steps"]] == ["fact", "event", "fact", "decided"]
    assert client.get(f"/api/v1/cases/{case}/related").json() == []
    for path in ("story", "related"):
        answer = client.get(f"/api/v1/cases/nobody/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "case.unknown")


def test_every_route_names_what_it_takes() -> None:
    needed = {route.name or route.fn.__name__: route.opt.get("may") for route in routes.ROUTES}
    assert needed == {
        "inbox": "see", "inbox_counts": "see", "one_dossier": "see", "what_otherwise": "see",
        "preview_change": "see", "bulk": "decide", "preview_bulk": "decide",
    }  # fmt: skip
