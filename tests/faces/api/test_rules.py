"""Rules over HTTP: what a page does with a decision table; whatever it sends, it gets an answer that helps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkloop.app.shop import Shop
from linkloop.commerce.remedies import RemedyPolicy
from linkloop.core.errors import LinkloopError
from linkloop.engine.rule_proof import compare
from linkloop.engine.rule_table import RuleTable
from linkloop.engine.rules import load
from linkloop.faces.api.server import serving
from linkloop.faces.desk.desk import Desk
from linkloop.faces.desk.rules.sheet import body_of
from linkloop.faces.desk.rules.views import RuleSheet
from tests.engine.small_shop import decisions
from tests.faces.desk.rule_shop import REMEDY, dearer, open_rule_shop, sheet, with_cell
from tests.faces.desk.test_rules import late

Json = dict[str, Any]


@pytest.fixture(scope="module")
def shared_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = open_rule_shop(tmp_path_factory.mktemp("rules"))
    shop.start()
    yield shop
    shop.stop()


@pytest.fixture(scope="module")
def shared_client(shared_shop: Shop) -> Iterator[httpx.Client]:
    with serving(Desk(shared_shop)) as url, httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_rule_shop(tmp_path)
    shop.start()
    yield shop
    shop.stop()


@pytest.fixture
def client(shop: Shop) -> Iterator[httpx.Client]:
    with serving(Desk(shop)) as url, httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        yield client


def path(rest: str = "") -> str:
    return f"/api/v1/rules/{REMEDY}{rest}"


def plain(sheet: RuleSheet) -> Json:
    return msgspec.json.decode(msgspec.json.encode(sheet))  # type: ignore[no-any-return]


def test_from_draft_to_live_and_back_over_http(client: httpx.Client, shop: Shop) -> None:
    listed = next(one for one in client.get("/api/v1/rules").json() if one["name"] == REMEDY)
    assert (listed["link"], listed["shipped"], len(listed["rows"])) == ("payer", True, 15)
    found = client.get(path()).json()
    first, draft = found["summary"]["version"], plain(dearer(sheet(shop)))

    kept = client.put(path("/draft"), json={"sheet": draft, "based_on": first, "revision": 0})
    assert (kept.status_code, kept.json()["revision"], kept.json()["by"]) == (200, 1, "local")
    again = client.put(path("/draft"), json={"sheet": draft, "based_on": first, "revision": 0})
    assert (again.status_code, again.json()["code"]) == (409, "rules.draft_moved")
    assert client.get(path()).json()["mine"]["sheet"] == draft
    assert client.get(path("/drafts/local")).json()["revision"] == 1

    checked = client.post(path("/check"), json={"sheet": draft}).json()
    assert (checked["ready"], checked["diff"]["rows"][0]["row"]) == (True, "day")
    begun = client.post(path("/what-ifs"), json={"sheet": draft, "start": "2026-11-01T00:00:00Z"})
    assert begun.status_code == 202
    until = time.monotonic() + 20
    while client.get(path(f"/what-ifs/{begun.json()['id']}")).json()["state"] != "done":
        assert time.monotonic() < until
        time.sleep(0.05)

    live = client.post(path("/live"), json={"sheet": draft, "based_on": first, "note": "festival"}).json()
    assert (live["version"], live["by"], live["way"], live["tried"]["changed"]) == (
        checked["version"],
        "local",
        "live",
        0,
    )
    late(shop, 1)
    assert [d.action["amount"]["amount"] for d in decisions(shop)] == [3300]
    assert client.get(path()).json()["mine"] is None

    stale = client.post(path("/live"), json={"sheet": draft, "based_on": first, "note": "again"})
    assert (stale.status_code, stale.json()["code"]) == (409, "rules.moved")
    [row] = client.get(path("/diff"), params={"before": first, "after": live["version"]}).json()["rows"]
    assert row["cells"] == [{"side": "then", "field": "amount_cap", "before": "2000", "after": "3300"}]
    back = client.post(path("/back"), json={"version": first, "based_on": live["version"], "note": "no"}).json()
    assert (back["way"], back["shipped"]) == ("shipped", True)
    assert [v["way"] for v in client.get(path("/versions")).json()] == ["shipped", "live", ""]
    late(shop, 2)
    assert [d.action["amount"]["amount"] for d in decisions(shop)] == [3300, 2000]


def test_a_table_whose_tests_fail_cannot_go_live_over_http(client: httpx.Client, shop: Shop) -> None:
    before = shop.rules.live[REMEDY]
    broken = plain(with_cell(sheet(shop), "day", "amount_cap", "3300"))
    refused = client.post(path("/live"), json={"sheet": broken, "based_on": before.version, "note": "quick"})
    assert (refused.status_code, refused.json()["code"]) == (400, "rules.test")
    assert refused.json()["text_zh"].startswith("测试 a day and calm")
    assert shop.rules.live[REMEDY] is before
    assert [v["way"] for v in client.get(path("/versions")).json()] == [""]


def test_a_draft_that_is_given_up_is_gone_and_an_unknown_table_is_a_problem(client: httpx.Client, shop: Shop) -> None:
    live = shop.rules.live[REMEDY].version
    client.put(path("/draft"), json={"sheet": plain(sheet(shop)), "based_on": live})
    assert client.delete(path("/draft")).json() == {"name": REMEDY, "gone": True}
    assert client.delete(path("/draft")).json()["code"] == "rules.no_draft"
    assert client.get("/api/v1/rules/nobody").json()["code"] == "rules.unknown"
    assert client.get(path("/what-ifs/none")).json()["code"] == "rules.what_if"
    assert (
        client.put(path("/draft"), json={"sheet": plain(sheet(shop)), "based_on": "x"}).json()["code"]
        == "rules.version"
    )


# -- whatever a page sends -------------------------------------------------------------------------------------

FIELDS = ("late_days", "mood", "order_value", "compensated_before", "percent_cap", "amount_cap", "apologise")
CELLS = st.one_of(
    st.sampled_from(
        [
            *("", ">= 3", "[1..3)", "(0..1)", '"angry"', '"angry", "calm"', "true", "false", "0", "5", "2000", "-1"),
            *("order_value / 10", "order_value / 0", "late_days * 2", "$ > order_value", "not(", "> 1 and < 3", "1.5"),
            *("1e9", "99999999999999999999", "max([late_days, 2])", 'contains($, "a")', "💥", "`x`", "[3..1]", "null"),
        ]
    ),
    st.text(max_size=12),
    st.text("0123456789.,<>=![]()\"' andtruefls$+-*/", max_size=14),
)
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**25), 10**25), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["angry", "calm", ""]), st.lists(st.integers(), max_size=2),
)  # fmt: skip
NUMBER = st.integers(0, 12)
EDITS = st.one_of(
    st.tuples(st.just("cell"), NUMBER, st.sampled_from(FIELDS), CELLS),
    st.tuples(st.just("drop row"), NUMBER),
    st.tuples(st.just("copy row"), NUMBER, st.sampled_from(["", "new", "day"])),
    st.tuples(st.just("swap"), NUMBER, NUMBER),
    st.tuples(st.just("drop column"), st.sampled_from(FIELDS)),
    st.tuples(st.just("add column"), st.sampled_from([*FIELDS, "weather", ""])),
    st.tuples(st.just("given"), NUMBER, st.sampled_from([*FIELDS, "x"]), VALUES),
    st.tuples(st.just("then"), NUMBER, st.sampled_from([*FIELDS, "x"]), VALUES),
    st.tuples(st.just("drop test"), NUMBER),
    st.tuples(st.just("confidence"), st.sampled_from([0, 0.5, 1, 7, -1])),
)


def edited(sheet: Json, edits: list[tuple[Any, ...]]) -> Json:
    """The sheet after a person (or a monkey) has been at it."""
    rows, tests = sheet["rows"], sheet["tests"]
    for do, *what in edits:
        row = rows[what[0] % len(rows)] if rows and what and isinstance(what[0], int) else None
        test = tests[what[0] % len(tests)] if tests and what and isinstance(what[0], int) else None
        if do == "cell" and row is not None:
            row["when" if FIELDS.index(what[1]) < 4 else "then"][what[1]] = what[2]
        elif do == "drop row" and row is not None:
            rows.remove(row)
        elif do == "copy row" and row is not None:
            rows.insert(what[0] % len(rows), {**msgspec.json.decode(msgspec.json.encode(row)), "id": what[1]})
        elif do == "swap" and row is not None:
            a, b = what[0] % len(rows), what[1] % len(rows)
            rows[a], rows[b] = rows[b], rows[a]
        elif do in ("drop column", "add column"):
            for side in ("inputs", "outputs"):
                if do == "drop column" and what[0] in sheet[side]:
                    sheet[side].remove(what[0])
            if do == "add column":
                sheet["inputs"].append(what[0])
        elif do in ("given", "then") and test is not None:
            test[do][what[1]] = what[2]
        elif do == "drop test" and test is not None:
            tests.remove(test)
        elif do == "confidence":
            sheet["confidence"] = what[0]
    return sheet


questions = st.builds(
    RemedyPolicy,
    late_days=st.one_of(st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.99, 3.0, 7.0]), st.floats(-100, 100)),
    mood=st.sampled_from(["angry", "anxious", "neutral", "pleased"]),
    order_value=st.integers(0, 10**9),
    compensated_before=st.integers(0, 5),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(EDITS, max_size=6), st.lists(questions, min_size=1, max_size=6))
def test_any_edit_is_checked_and_what_is_ready_loads_and_decides_as_zen_does(
    shared_client: httpx.Client, shared_shop: Shop, edits: list[tuple[Any, ...]], asked: list[RemedyPolicy]
) -> None:
    draft = edited(plain(sheet(shared_shop)), edits)
    content = msgspec.json.encode(msgspec.json.decode(msgspec.json.encode(_fitting(draft))))
    answer = shared_client.post(
        path("/check"), content=b'{"sheet":' + content + b"}", headers={"content-type": "application/json"}
    )
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["ready"] == (not found["problems"])
    known = {row["id"] for row in draft["rows"]}
    assert {p["row"] for p in found["problems"]} <= {"", *known}
    body = body_of(shared_shop.rules.bodies[REMEDY], msgspec.json.decode(content, type=RuleSheet))
    if found["ready"]:
        table = load(body)
        assert table.version == found["version"]
        for question in asked:
            answers(table, question)
    else:
        with pytest.raises(LinkloopError):
            load(body)


def answers(table: RuleTable, question: RemedyPolicy) -> None:
    """As zen does; where an expression has no value for this question, it is refused and never guessed."""
    missed = table.misses(question)
    if table.outcomes[missed.index(())].value is None:
        with suppress(LinkloopError):
            compare(table, question)
    else:
        compare(table, question)


def _fitting(value: Any) -> Any:
    """Whole numbers beyond 64 bits as the floats that JSON readers make of them."""
    if isinstance(value, dict):
        return {key: _fitting(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_fitting(one) for one in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        return float(value)
    return value


@settings(max_examples=25, deadline=None)
@given(st.lists(EDITS, max_size=4), st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4))
def test_a_trial_of_any_edit_gets_an_answer_or_a_problem_that_helps(
    shared_client: httpx.Client, shared_shop: Shop, edits: list[tuple[Any, ...]], given_: Json
) -> None:
    fields = {"late_days": 2, "mood": "angry", "order_value": 100, "compensated_before": 0, **_fitting(given_)}
    draft = _fitting(edited(plain(sheet(shared_shop)), edits))
    answer = shared_client.post(path("/try"), json={"sheet": draft, "given": fields})
    assert answer.status_code in (200, 400), answer.text
    if answer.status_code == 400:
        assert answer.json()["todo_zh"]
