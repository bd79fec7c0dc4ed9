"""Quarantine and dead letters over HTTP: mended live, taken in once, on record; and only by those who may."""

from __future__ import annotations

import io
import time
from typing import Any

import httpx
import openpyxl
import pytest

from linkloop.app.shop import Shop
from linkloop.faces.api.access import Person
from linkloop.faces.api.routes import imports, letters, mappings, quarantine
from linkloop.store import audit
from tests.engine.small_shop import delayed, order, said
from tests.faces.api.test_imports import HEAD, ROWS, ended, run, upload

BAD = {1: ("2026-03-01 10:00:00", "三月初"), 4: ("9.14", "约9.14元"), 6: ("9.16", "约9.16元")}


def quarantined(client: httpx.Client) -> str:
    """A file of 12 rows of which rows 3, 6 and 8 wait; gives the id of its quarantine."""
    rows = list(ROWS[:12])
    for n, (good, bad) in BAD.items():
        rows[n] = rows[n].replace(good, bad)
    made = upload(client, (HEAD + "".join(rows)).encode("gbk"))
    assert run(client, made).status_code == 200
    done = ended(client, made)
    assert (done["rows_in"], done["rows_kept"], done["rows_quarantined"]) == (12, 9, 3)
    [ward] = done["quarantines"]
    return ward


def post(client: httpx.Client, path: str, **body: Any) -> httpx.Response:
    return client.post(f"/api/v1/{path}", json=body)


def lines(client: httpx.Client) -> list[tuple[str, int]]:
    found = client.get("/api/v1/tables/order_lines/rows?limit=500").json()["items"]
    return sorted((line["order_id"], line["line_no"]) for line in found)


def test_mended_live_taken_in_once_and_the_rest_dismissed_on_record(client: httpx.Client, shop: Shop) -> None:
    ward = quarantined(client)
    view = client.get(f"/api/v1/quarantine/{ward}").json()
    assert {(r["code"], r["column"]): r["rows"] for r in view["reasons"]} == {
        ("money.invalid", "单价"): 2, ("date.invalid", "下单时间"): 1}  # fmt: skip
    some = {"choice": {"code": "money.invalid", "column": "单价"}, "how": "number", "column": "单价"}
    shown = post(client, f"quarantine/{ward}/fix", **some, preview=True).json()
    assert (shown["matched"], shown["changed"], shown["ready_before"], shown["ready_after"]) == (2, 2, 0, 2)
    assert [(e["row"], e["before"], e["after"]) for e in shown["examples"]] == [
        (6, "约9.14元", "9.14"), (8, "约9.16元", "9.16")]  # fmt: skip
    assert client.get(f"/api/v1/quarantine/{ward}").json()["ready"] == 0  # a preview changes nothing
    post(client, f"quarantine/{ward}/fix", **some)
    [row] = post(client, f"quarantine/{ward}/edit", cells=[{"row": 3, "column": "下单时间", "text": "soon"}]).json()[
        "rows"
    ]
    assert ([r["code"] for r in row["reasons"]], row["before"]) == (["date.invalid"], {"下单时间": "三月初"})
    taken = post(client, f"quarantine/{ward}/readmit", choice={"state": "ready"}, note="按原意").json()
    account = {"rows_in": 12, "rows_kept": 9, "waiting": 1, "readmitted": 2, "dismissed": 0}
    assert (taken["admitted"], taken["left"], taken["account"]) == (2, 0, account)
    assert len(lines(client)) == 11
    assert post(client, f"quarantine/{ward}/readmit", choice={"rows": [6, 8]}).status_code == 400
    assert len(lines(client)) == 11  # once
    assert post(client, f"quarantine/{ward}/dismiss", choice={"rows": [3]}, note=" ").status_code == 400
    gone = post(client, f"quarantine/{ward}/dismiss", choice={"rows": [3]}, note="重复").json()
    assert gone["account"] == {**account, "waiting": 0, "dismissed": 1}
    record = client.get(f"/api/v1/quarantine/{ward}/record").json()
    assert [(r["what"], r["row"], r["note"]) for r in record] == [
        ("dismissed", 3, "重复"), ("readmitted", 8, "按原意"), ("readmitted", 6, "按原意")]  # fmt: skip
    [summary] = client.get("/api/v1/quarantine").json()
    assert summary["account"] == gone["account"]
    with shop.store.read() as connection:
        dropped, kept = audit.read(connection, what="quarantine")
    assert (kept.what, kept.after["note"], kept.before[0]["cells"]["单价"]) == (
        "quarantine.readmit", "按原意", "约9.14元")  # fmt: skip
    assert kept.after["changed"][0] == {"row": 6, "cells": {"单价": "9.14"}}
    assert (dropped.what, dropped.by) == ("quarantine.dismiss", "local")


def test_mended_in_excel_and_uploaded_again(client: httpx.Client) -> None:
    ward = quarantined(client)
    file = client.get(f"/api/v1/quarantine/{ward}/download?kind=xlsx")
    assert "filename*=UTF-8''%E8%AE%A2%E5%8D%95.csv.quarantine.xlsx" in file.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    sheet = book.active
    assert sheet is not None
    sheet.cell(2, 2).value = "2026-03-01"
    saved = io.BytesIO()
    book.save(saved)
    told = client.post(f"/api/v1/quarantine/{ward}/upload", files=[("files", ("q.xlsx", saved.getvalue()))]).json()
    assert told == {"found": 3, "changed": 1, "absent": 0, "unknown": 0, "ready": 1}
    ready = client.get(f"/api/v1/quarantine/{ward}/rows?which=ready").json()
    assert [row["row"] for row in ready["rows"]] == [3]
    assert len(lines(client)) == 9  # nothing is taken in by an upload


def test_changes_are_taken_back_and_unknown_cells_are_not_found(client: httpx.Client) -> None:
    ward = quarantined(client)
    post(client, f"quarantine/{ward}/edit", cells=[{"row": 6, "column": "单价", "text": "1"}])
    assert client.get(f"/api/v1/quarantine/{ward}").json()["edited"] == 1
    view = post(client, f"quarantine/{ward}/undo", choice={}).json()
    assert (view["edited"], view["ready"]) == (0, 0)
    for cell in ({"row": 99, "column": "单价", "text": ""}, {"row": 6, "column": "no", "text": ""}):
        assert post(client, f"quarantine/{ward}/edit", cells=[cell]).status_code == 404


def test_dead_letters_are_told_in_words_retried_and_dropped_with_a_reason(client: httpx.Client, shop: Shop) -> None:
    shop.loop.accept([said("x", delayed(1), delayed(2))])
    until = time.monotonic() + 20
    while client.get("/api/v1/letters").json()["waiting"] < 2 and time.monotonic() < until:
        time.sleep(0.05)
    page = client.get("/api/v1/letters").json()
    assert (page["waiting"], page["by_consumer"], page["by_kind"]) == (2, {"helper": 2}, {"parcel_delayed": 2})
    one, two = sorted(page["letters"], key=lambda letter: letter["key"])
    assert (one["title"]["zh"], one["message"]) == (
        "环节 helper 处理 parcel_delayed（o1）时出错",
        "LookupError: no order o1",
    )
    assert one["todo"]["en"].startswith("A fact that it needs is missing.")
    assert one["case_id"]
    shop.loop.accept([said("order", order(1, 50))])
    assert post(client, "letters/retry", ids=[one["id"]]).json() == [{"id": one["id"], "done": True, "problem": None}]
    assert client.get(f"/api/v1/cases/{one['case_id']}").status_code == 200
    assert post(client, "letters/drop", ids=[two["id"]], note="").status_code == 400
    assert post(client, "letters/drop", ids=[two["id"], "none"], note="过时").json()[1]["done"] is False
    assert client.get("/api/v1/letters").json()["waiting"] == 0
    with shop.store.read() as connection:
        assert [(e.what, e.after) for e in audit.read(connection, what="letters")] == [
            ("letters.drop", {"note": "过时"}), ("letters.retry", None)]  # fmt: skip


@pytest.mark.parametrize("routes", [imports, mappings, quarantine, letters])
def test_only_those_who_may_have_a_way_in(routes: Any) -> None:
    for route in routes.ROUTES:
        needed = route.opt["may"]
        assert needed == ("run" if routes is letters else "data")
        assert not Person("x", "service").may(needed)
        assert Person("x", "data").may(needed)
