"""Today, search and the pages of one thing over HTTP: typed answers, problems in both languages, limits."""

from __future__ import annotations

import httpx
import pytest

from tests.faces.api.conftest import head


def test_today_has_every_figure_with_its_sql_and_its_time(shared: httpx.Client) -> None:
    page = shared.get("/api/v1/today").json()
    names = [one["name"] for one in page["figures"]]
    assert {"gmv", "orders", "conversion", "order_value", "payment_success", "alerts"} <= set(names)
    assert all(one["sql"].startswith("SELECT") and one["at"] == page["at"] for one in page["figures"])
    assert page["empty"] is True


def test_the_sql_of_a_figure_runs_as_it_is(shared: httpx.Client) -> None:
    for one in shared.get("/api/v1/today").json()["figures"]:
        answer = shared.post("/api/v1/sql", json={"query": one["sql"]})
        assert answer.status_code == 200, (one["name"], answer.text)


@pytest.mark.parametrize("hours", ["-1", "169", "x"])
def test_a_night_of_nonsense_is_refused(shared: httpx.Client, hours: str) -> None:
    assert shared.get("/api/v1/today", params={"hours": hours}).status_code == 400


def test_find_answers_and_bounds_what_may_be_typed(shared: httpx.Client) -> None:
    assert shared.get("/api/v1/find", params={"q": "payments"}).json()["hits"][0]["id"] == "payments"
    assert shared.get("/api/v1/find", params={"q": "x" * 501}).status_code == 400
    assert (
        shared.get("/api/v1/find", params={"q": "<img src=x onerror=alert(1)>"}).headers["content-type"]
        == "application/json"
    )


@pytest.mark.parametrize("noun", ["orders", "customers", "products", "parcels"])
def test_what_is_not_there_is_a_problem_in_both_languages(shared: httpx.Client, noun: str) -> None:
    before = head(shared)
    answer = shared.get(f"/api/v1/{noun}/nothing")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (404, "row.unknown")
    assert "nothing" in problem["text_en"]
    assert "nothing" in problem["text_zh"]
    assert head(shared) == before


def test_happening_is_bounded(shared: httpx.Client) -> None:
    assert shared.get("/api/v1/happening", params={"limit": 5}).json() == []
    assert shared.get("/api/v1/happening", params={"limit": 61}).status_code == 400
