"""`linkloop risk`: a table, CSV and JSON of a day's risk, in both languages, and what it says of an empty day."""

from __future__ import annotations

import csv
import io

import pytest

from linkloop.app.settings import load
from linkloop.app.shop import Shop
from linkloop.faces.desk.desk import Desk
from tests.faces.cli.calling import call
from tests.faces.risk_rows import DAY, EXPECTED, risk_rows


@pytest.fixture
def risky(shop: str) -> str:
    desk = Desk(Shop(load(shop, {})))
    desk.say("erp", "risk", risk_rows())
    desk.close()
    return shop


def test_a_days_risk_is_a_table_of_regions_and_one_of_products(risky: str) -> None:
    called = call("--folder", risky, "risk", "--date", DAY, "--region", "华东")
    assert called.code == 0
    assert "worked out now" in called.out
    lines = [line.split() for line in called.out.splitlines()]
    assert ["华东", "3", "1", "1", "1"] in [line[:5] for line in lines]
    (short,) = [line for line in called.out.splitlines() if line.startswith("short")]
    assert short.count("restock at once") == 2
    assert "Chance of running out within 7 days 100 %" in short
    assert "3 of 3 products" in called.err


def test_it_speaks_chinese(risky: str) -> None:
    called = call("--folder", risky, "risk", "--date", DAY, "--action", "keep", "--lang", "zh")
    (fair,) = [line for line in called.out.splitlines() if line.startswith("fair")]
    assert "维持现状" in fair
    assert "7 天内缺货概率" in fair


@pytest.mark.parametrize(
    ("word", "action"), [("urgent", "紧急补货"), ("promote", "促销建议"), ("维持现状", "维持现状")]
)
def test_actions_may_be_named_in_english_or_as_they_stand(risky: str, word: str, action: str) -> None:
    told = call("--folder", risky, "risk", "--date", DAY, "--action", word, "--json").json()
    assert {(one["product_id"], one["region"]) for one in told["items"]} == {
        key for key, row in EXPECTED.items() if row[2] == action
    }


def test_csv_has_every_column_and_money_in_minor_units(risky: str) -> None:
    called = call("--folder", risky, "risk", "--date", DAY, "--csv")
    rows = list(csv.DictReader(io.StringIO(called.out)))
    told = {
        (row["product_id"], row["region"]): (float(row["predicted_demand"]), int(row["current_stock"]), row["action"])
        for row in rows
    }
    assert told == EXPECTED
    short = next(row for row in rows if row["product_id"] == "short" and row["region"] == "华东")
    assert int(short["at_stake"]) - int(short["order_cost"]) == pytest.approx(int(short["saves"]), abs=1)
    assert (short["currency"], rows[-1]["currency"]) == ("CNY", "")


def test_pages_go_on_after_the_cursor(risky: str) -> None:
    first = call("--folder", risky, "risk", "--date", DAY, "--limit", "3")
    assert "--after 3" in first.err
    rest = call("--folder", risky, "risk", "--date", DAY, "--after", "3", "--json").json()
    assert len(rest["items"]) == 2


def test_a_day_without_anything_says_so(risky: str) -> None:
    called = call("--folder", risky, "risk", "--date", "2031-01-01")
    assert (called.code, called.out) == (0, "Risk of 2031-01-01, worked out now\n")
    assert "Nothing is known of this day" in called.err


def test_what_is_no_day_is_refused(risky: str) -> None:
    called = call("--folder", risky, "risk", "--date", "yesterday")
    assert (called.code, called.out) == (3, "")
    assert "date — yesterday is not a day — Write it as 2023-11-11." in called.err
    both = call("--folder", risky, "risk", "--csv", "--json")
    assert both.code == 2
