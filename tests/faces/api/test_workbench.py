"""The workbench over HTTP: queries stop for real, questions are kept, files say where they come from."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkloop.app.shop import Shop
from linkloop.commerce.orders import Order
from linkloop.core.money import Money
from linkloop.faces.api.server import serving
from linkloop.faces.desk import exporting, workbench
from linkloop.faces.desk.desk import Desk
from linkloop.faces.desk.exporting import guarded
from linkloop.faces.desk.questions import starters
from linkloop.store import audit
from tests.engine.small_shop import NOW, said
from tests.faces.api.conftest import running

NASTY = [
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "plain",
    "a,b",
    'a"b',
    "a\nb",
    "#x",
    "",
    "中文",
    "_x0041_",
    "<&>",
]
RISK = """\
-- The supply-chain risk query, to run exactly as it stands (view supply_chain_risk_model).
SELECT
  product_id,
  predicted_demand,
  current_stock,
  CASE
    WHEN predicted_demand > current_stock * 1.2 THEN '紧急补货'
    WHEN predicted_demand < current_stock * 0.8 THEN '促销建议'
    ELSE '维持现状'
  END as action
FROM supply_chain_risk_model
WHERE region = '华东' AND date = '2023-11-11'
"""
SLOW = "SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shop, httpx.Client]]:
    """A running shop with one order for every nasty name."""
    with running(tmp_path_factory.mktemp("shop")) as shop:
        rows = [
            Order(order_id=f"o{n:02}", customer_id=name, placed_at=NOW, total=Money(1230 * n, "CNY"))
            for n, name in enumerate(NASTY)
        ]
        shop.loop.accept([said("x", *rows)])
        with serving(Desk(shop)) as url, httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
            yield shop, client


def run(client: httpx.Client, query: str, name: str = "run-00000001", **more: Any) -> httpx.Response:
    return client.post("/api/v1/sql/runs", json={"id": name, "query": query, **more})


# -- running ------------------------------------------------------------------------------------------------------


def test_a_query_gives_its_rows_with_what_its_columns_are(here: tuple[Shop, httpx.Client]) -> None:
    answer = run(
        here[1], "SELECT order_id, total, total_currency FROM orders WHERE order_id = $id", params={"id": "o02"}
    )
    assert answer.status_code == 200
    body = answer.json()
    assert (body["rows"], body["cut"]) == ([["o02", 2460, "CNY"]], "")
    assert [column["form"] for column in body["columns"]] == ["text", "money", "text"]
    assert body["columns"][1]["currency_column"] == "total_currency"


def test_a_result_that_is_cut_says_so(here: tuple[Shop, httpx.Client], monkeypatch: pytest.MonkeyPatch) -> None:
    body = run(here[1], "SELECT order_id FROM orders ORDER BY 1", max_rows=3).json()
    assert (body["rows"], body["cut"]) == ([["o00"], ["o01"], ["o02"]], "rows")
    monkeypatch.setattr(workbench, "MOST_BYTES", 100)
    assert run(here[1], "SELECT customer_id FROM orders").json()["cut"] == "bytes"


def test_stopping_a_query_ends_it_on_the_server(here: tuple[Shop, httpx.Client]) -> None:
    _, client = here
    answers: list[httpx.Response] = []
    started = time.perf_counter()
    thread = threading.Thread(target=lambda: answers.append(run(client, SLOW, "slow-00000001")))
    thread.start()
    while not client.get("/api/v1/sql/runs/slow-00000001").json()["running"]:
        time.sleep(0.02)
    stopped = client.delete("/api/v1/sql/runs/slow-00000001").json()
    thread.join(timeout=30)
    assert (stopped["running"], stopped["stopping"]) == (True, True)
    assert (answers[0].status_code, answers[0].json()["code"]) == (403, "sql.cancelled")
    assert time.perf_counter() - started < 25  # it would take minutes
    assert client.get("/api/v1/sql/runs/slow-00000001").json()["running"] is False
    # Its session is free again, and nothing of the interrupt is left in it.
    assert [run(client, "SELECT count(*) FROM orders").json()["rows"] for _ in range(4)] == [[[len(NASTY)]]] * 4


def test_a_query_ends_when_nobody_waits_for_it_any_more(here: tuple[Shop, httpx.Client]) -> None:
    _, client = here
    with (
        pytest.raises(httpx.ReadTimeout),
        httpx.Client(base_url=client.base_url, trust_env=False, timeout=1.0) as hasty,
    ):
        run(hasty, SLOW, "gone-00000001")
    until = time.monotonic() + 20
    while client.get("/api/v1/sql/runs/gone-00000001").json()["running"]:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_query_that_never_ran_can_be_stopped_without_harm(here: tuple[Shop, httpx.Client]) -> None:
    assert here[1].delete("/api/v1/sql/runs/nothing-000001").json() == {
        "running": False, "elapsed_ms": 0.0, "progress": None, "stopping": False,
    }  # fmt: skip


def test_an_error_names_its_place(here: tuple[Shop, httpx.Client]) -> None:
    problem = run(here[1], "SELECT order_id,\n  statsu\nFROM orders").json()
    assert (problem["code"], problem["where"]) == ("sql.invalid", "line 2, column 3")
    assert problem["text_zh"] != problem["text_en"]


@pytest.mark.parametrize(
    "query", ["DELETE FROM orders", "CREATE TABLE x AS SELECT 1", "SELECT 1; SELECT 2", "COPY orders TO 'x'"]
)
def test_only_reading_is_let_through(here: tuple[Shop, httpx.Client], query: str) -> None:
    shop, client = here
    before = client.get("/api/v1/head").json()
    for path, body in (("runs", {"id": "bad-0000001"}), ("export", {})):
        answer = client.post(f"/api/v1/sql/{path}", json={"query": query, **body})
        assert answer.status_code == 403, answer.text
    assert client.get("/api/v1/head").json() == before
    assert list((shop.folder / "exports").glob("*")) == []


def test_history_is_a_persons_own_latest_first_and_bounded(here: tuple[Shop, httpx.Client]) -> None:
    _, client = here
    client.delete("/api/v1/sql/history")
    for n in range(3):
        run(client, f"SELECT {n}")
    run(client, "SELECT nothing_like_it")
    run(client, "SELECT 0")
    run(client, "EXPLAIN SELECT 1", remember=False)
    found = client.get("/api/v1/sql/history").json()
    assert [(one["sql"], one["problem"]) for one in found] == [
        ("SELECT 0", ""), ("SELECT nothing_like_it", "sql.invalid"), ("SELECT 2", ""), ("SELECT 1", ""),
    ]  # fmt: skip
    client.delete("/api/v1/sql/history")
    assert client.get("/api/v1/sql/history").json() == []


# -- questions ----------------------------------------------------------------------------------------------------


def test_the_risk_query_ships_word_for_word_and_runs(here: tuple[Shop, httpx.Client]) -> None:
    text = next(one.sql for one in starters() if one.id == "starter:supply_chain_risk")
    assert text == RISK
    assert run(here[1], text).json()["rows"] == []


def test_every_starter_runs_with_its_defaults_and_is_told_in_both_languages(here: tuple[Shop, httpx.Client]) -> None:
    for one in starters():
        params = {p.name: float(p.default) if p.kind == "number" else p.default for p in one.params}
        answer = run(here[1], one.sql, params=params, remember=False)
        assert answer.status_code == 200, (one.id, answer.text)
        names = {column["name"] for column in answer.json()["columns"]}
        assert {one.chart.x, *one.chart.y, one.chart.split} - {""} <= names, one.id
        assert one.name.en
        assert one.name.zh not in ("", one.name.en)
        assert one.description.zh not in ("", one.description.en)


def test_a_question_is_saved_changed_deleted_and_brought_back(here: tuple[Shop, httpx.Client]) -> None:
    shop, client = here
    draft = {
        "name": "大单",
        "description": "总额最高",
        "sql": "SELECT order_id, total FROM orders WHERE total > $least",
        "params": [{"name": "least", "kind": "number", "default": "100"}],
        "chart": {"kind": "bar", "x": "order_id", "y": ["total"]},
        "shared": True,
    }
    made = client.post("/api/v1/data/questions", json=draft).json()
    assert (made["version"], made["owner"], made["shared"]) == (1, "local", True)
    assert made["chart"] == {**draft["chart"], "split": ""}
    path = f"/api/v1/data/questions/{made['id']}"
    changed = client.put(path, json={**draft, "name": "大单 2", "base": 1}).json()
    assert (changed["version"], changed["name"]["zh"]) == (2, "大单 2")
    late = client.put(path, json={**draft, "name": "too late", "base": 1})
    assert (late.status_code, late.json()["code"]) == (409, "question.changed")
    assert client.get(path).json()["name"]["zh"] == "大单 2"
    assert [one["version"] for one in client.get(f"{path}/versions").json()] == [2, 1]
    assert client.delete(path).json()["deleted"] is True
    assert client.get(path).status_code == 404
    assert made["id"] not in [one["id"] for one in client.get("/api/v1/data/questions").json()]
    assert client.post(f"{path}/restore").json()["deleted"] is False
    assert client.get(path).json()["sql"] == draft["sql"]
    with shop.store.read() as connection:
        told = audit.read(connection, what="question", about=made["id"])
    assert [one.what for one in told] == ["question.restored", "question.deleted", "question.changed", "question.saved"]
    assert {one.by for one in told} == {"local"}
    assert told[2].before["name"]["zh"] == "大单"
    assert told[2].after["name"]["zh"] == "大单 2"


def test_a_question_that_may_not_run_is_not_saved(here: tuple[Shop, httpx.Client]) -> None:
    _, client = here
    before = client.get("/api/v1/data/questions").json()
    for sql in ("DROP TABLE orders", "SELECT FROM WHERE", "SELECT * FROM nothing"):
        assert client.post("/api/v1/data/questions", json={"name": "x", "sql": sql}).status_code in (400, 403)
    assert (
        client.put("/api/v1/data/questions/starter:best_sellers", json={"name": "x", "sql": "SELECT 1"}).status_code
        == 403
    )
    assert client.delete("/api/v1/data/questions/starter:best_sellers").status_code == 403
    assert client.get("/api/v1/data/questions").json() == before


# -- files --------------------------------------------------------------------------------------------------------

QUERY = (
    "SELECT order_id, customer_id AS name, total, total_currency, placed_at, total > 2000 AS big FROM orders ORDER BY 1"
)


def export(client: httpx.Client, form: str, query: str = QUERY, **more: Any) -> httpx.Response:
    answer = client.post("/api/v1/sql/export", json={"query": query, "form": form, "name": "订单", **more})
    assert answer.status_code == 200, answer.text
    return answer


def as_excel(text: str) -> str:
    """What Excel shows for the escapes that openpyxl leaves in a text (ECMA-376, ST_Xstring)."""
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") else text


def test_csv_opens_in_excel_says_where_it_comes_from_and_holds_no_formula(here: tuple[Shop, httpx.Client]) -> None:
    shop, client = here
    answer = export(client, "csv", major=True)
    assert answer.content.startswith(b"\xef\xbb\xbf# Linkloop")
    assert (answer.headers["x-linkloop-rows"], answer.headers["x-linkloop-cut"]) == (str(len(NASTY)), "false")
    text = answer.content.decode("utf-8-sig")
    note = [line for line in text.splitlines() if line.startswith("# ")]
    assert f"# shop: {shop.settings.name}" in note
    assert "# exported_by: local" in note
    assert f"# sql: {QUERY}" in note
    plain = export(client, "csv", major=True, note=False).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(plain, newline="")))
    assert [unguarded(row["name"]) for row in rows] == NASTY
    assert [row["name"] for row in rows if row["name"][:1] in "=+-@\t\r\n＝" and row["name"]] == []
    assert [Decimal(row["total"]) for row in rows] == [Decimal(n * 1230) / 100 for n in range(len(NASTY))]
    assert {row["placed_at"] for row in rows} == {"2026-11-24 16:00:00.000000+08:00"}
    assert [row["big"] for row in rows[:3]] == ["false", "false", "true"]


def test_polars_reads_the_csv_back(here: tuple[Shop, httpx.Client]) -> None:
    frame = pl.read_csv(export(here[1], "csv", note=False).content)
    assert frame["total"].to_list() == [1230 * n for n in range(len(NASTY))]
    assert frame["order_id"].to_list() == [f"o{n:02}" for n in range(len(NASTY))]


@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_a_guarded_text_is_the_text_and_never_a_formula(text: str) -> None:
    held = guarded(text)
    assert held in (text, f"'{text}")
    assert held[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def test_openpyxl_reads_the_workbook_back(here: tuple[Shop, httpx.Client]) -> None:
    shop, client = here
    book = openpyxl.load_workbook(io.BytesIO(export(client, "xlsx", major=True).content))
    data, about = book.worksheets
    rows = list(data.iter_rows())
    assert [cell.value for cell in rows[0]] == ["order_id", "name", "total", "total_currency", "placed_at", "big"]
    assert [as_excel(row[1].value or "") for row in rows[1:]] == NASTY
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "d", "b", "inlineStr"}  # no "f": a formula
    assert [row[2].value for row in rows[1:4]] == [0, 12.3, 24.6]
    assert rows[1][4].value == datetime(2026, 11, 24, 16, 0)
    assert [row[5].value for row in rows[1:4]] == [False, False, True]
    told = {row[0]: row[1] for row in about.iter_rows(values_only=True)}
    assert (told["shop"], told["sql"], told["rows"]) == (shop.settings.name, QUERY, len(NASTY))


def test_parquet_and_json_keep_types_and_say_where_they_come_from(here: tuple[Shop, httpx.Client]) -> None:
    shop, client = here
    file = pq.ParquetFile(io.BytesIO(export(client, "parquet").content))
    table = file.read()
    assert table["name"].to_pylist() == NASTY
    assert table["total"].to_pylist() == [1230 * n for n in range(len(NASTY))]
    assert table["placed_at"][0].as_py() == NOW.astimezone(UTC)
    assert file.metadata.metadata[b"linkloop.sql"].decode() == QUERY
    assert file.metadata.metadata[b"linkloop.shop"].decode() == shop.settings.name
    document = json.loads(export(client, "json").content)
    assert [row["name"] for row in document["rows"]] == NASTY
    assert (document["about"]["sql"], document["count"], document["cut"]) == (QUERY, len(NASTY), False)


def test_huge_numbers_lists_and_nothing_survive_every_form(here: tuple[Shop, httpx.Client]) -> None:
    query = (
        "SELECT 170141183460469231731687303715884105727 AS huge, [1, 2] AS many, NULL AS nothing, 'NaN'::DOUBLE AS nan"
    )
    for form in ("csv", "xlsx", "parquet", "json"):
        export(here[1], form, query)
    assert json.loads(export(here[1], "json", query).content)["rows"] == [
        {"huge": "170141183460469231731687303715884105727", "many": [1, 2], "nothing": None, "nan": None}
    ]
    empty = export(here[1], "csv", "SELECT order_id FROM orders WHERE false", note=False).content.decode("utf-8-sig")
    assert empty.split() == ['"order_id"']


def test_a_file_that_is_cut_says_so_and_nothing_is_left_behind(
    here: tuple[Shop, httpx.Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, client = here
    monkeypatch.setitem(exporting.MOST, "json", 5)
    answer = export(client, "json")
    assert (answer.headers["x-linkloop-rows"], answer.headers["x-linkloop-cut"]) == ("5", "true")
    assert json.loads(answer.content)["cut"] is True
    until = time.monotonic() + 5
    while list(Path(shop.folder / "exports").glob("*")) and time.monotonic() < until:
        time.sleep(0.02)
    assert list(Path(shop.folder / "exports").glob("*")) == []
