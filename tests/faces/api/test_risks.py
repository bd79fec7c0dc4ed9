"""The risk of a day over HTTP: regions in sum, rows by what can be saved, filters, pages, refusals."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.faces.api.conftest import head, say
from tests.faces.risk_rows import DAY, EXPECTED, risk_rows


@pytest.fixture(scope="module")
def risky(shared: httpx.Client) -> httpx.Client:
    assert say(shared, "risk", *risk_rows()).status_code < 300
    return shared


def ask(client: httpx.Client, **asked: Any) -> dict[str, Any]:
    answer = client.get("/api/v1/risks", params={"date": DAY, **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


def products(found: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["product_id"], one["region"]) for one in found["items"]}


def test_a_day_has_every_product_in_every_region_with_the_three_actions(risky: httpx.Client) -> None:
    found = ask(risky)
    rows = {(one["product_id"], one["region"]): one for one in found["items"]}
    assert {
        key: (row["predicted_demand"], row["current_stock"], row["action"]) for key, row in rows.items()
    } == EXPECTED
    assert (found["date"], found["written"], found["total"], found["next"]) == (DAY, False, 5, "")
    short, priceless = rows["short", "华东"], rows["priceless", "华南"]
    assert (short["title"], short["action_by_cost"], short["order_units"] > 0) == ("商品 short", "紧急补货", True)
    assert short["saves"] == {
        "amount": pytest.approx(short["at_stake"]["amount"] - short["order_cost"]["amount"], abs=1), "currency": "CNY",
    }  # fmt: skip
    assert (priceless["action_by_cost"], priceless["at_stake"], priceless["saves"]) == (None, None, None)
    assert "没有价格" in priceless["reason"]["zh"]
    assert "no price" in priceless["reason"]["en"]


def test_what_saves_most_comes_first_and_what_has_no_price_last(risky: httpx.Client) -> None:
    saves = [one["saves"] and one["saves"]["amount"] for one in ask(risky)["items"]]
    known = [amount for amount in saves if amount is not None]
    assert saves == [*sorted(known, reverse=True), None]


def test_regions_are_summed_whatever_rows_are_asked_for(risky: httpx.Client) -> None:
    whole = ask(risky)
    assert ask(risky, region="华南", action="促销建议")["regions"] == whole["regions"]
    east, south = (next(one for one in whole["regions"] if one["region"] == name) for name in ("华东", "华南"))
    assert east["by_ratio"] == {"紧急补货": 1, "促销建议": 1, "维持现状": 1}
    assert south["by_ratio"] == {"紧急补货": 1, "促销建议": 1, "维持现状": 0}
    stakes = [one["at_stake"]["amount"] for one in whole["items"] if one["region"] == "华东"]
    assert east["at_stake"] == [{"amount": pytest.approx(sum(stakes), abs=2), "currency": "CNY"}]


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ({"region": "华东"}, {key for key in EXPECTED if key[1] == "华东"}),
        ({"action": "紧急补货"}, {key for key, row in EXPECTED.items() if row[2] == "紧急补货"}),
        ({"action": "紧急补货", "region": "华南"}, {("priceless", "华南")}),
        ({"action": "紧急补货", "judged": "cost"}, {("short", "华东"), ("fair", "华东")}),
        ({"product_id": "short"}, {("short", "华东"), ("short", "华南")}),
        ({"region": "' OR 1=1 --"}, set()),
    ],
)
def test_filters_take_what_they_say(risky: httpx.Client, asked: dict[str, str], keys: set[tuple[str, str]]) -> None:
    found = ask(risky, **asked)
    assert products(found) == keys
    assert found["total"] == len(keys)
    sql = risky.post("/api/v1/sql", json={"query": found["sql"]}).json()
    names = sql["columns"]
    assert {(row[names.index("product_id")], row[names.index("region")]) for row in sql["rows"]} == keys


def test_pages_have_every_row_once(risky: httpx.Client) -> None:
    seen: list[tuple[str, str]] = []
    cursor = ""
    while True:
        page = ask(risky, limit=2, cursor=cursor)
        seen += [(one["product_id"], one["region"]) for one in page["items"]]
        assert page["total"] == 5
        if not (cursor := page["next"]):
            break
    assert len(seen) == len(set(seen)) == 5


def test_a_day_of_which_nothing_is_known_is_empty(risky: httpx.Client) -> None:
    found = ask(risky, date="2031-01-01")
    assert (found["items"], found["regions"], found["total"]) == ([], [], 0)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"date": "2023-13-01"}, "date"), ({"date": "soon"}, "date"), ({"date": "2023-11-11T00:00"}, "date"),
        ({"cursor": "x"}, "cursor"), ({"action": "buy"}, "action"), ({"judged": "luck"}, "judged"),
        ({"limit": 0}, "limit"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_both_languages_and_names_the_field(
    risky: httpx.Client, asked: dict[str, Any], field: str
) -> None:
    before = head(risky)
    answer = risky.get("/api/v1/risks", params=asked)
    problem = answer.json()
    assert answer.status_code == 400, answer.text
    assert field in answer.text
    assert problem["text_en"]
    assert problem["text_zh"]
    assert head(risky) == before
