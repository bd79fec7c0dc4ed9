"""The Data pages in a browser: find a table, look into it, ask SQL, plot, keep and export, by keyboard alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Page, expect

from linkloop.app.shop import Shop
from tests.console.browser import PHONE, Visit, settled

QUERY = "SELECT day, sum(units)::BIGINT AS units FROM sales_by_day GROUP BY day ORDER BY day"


def grid(page: Page, name: str) -> Any:
    return page.get_by_role("grid", name=name)


def cells(page: Page, row: int) -> list[str]:
    """The texts of a row in sight; 1 is the first below the head."""
    return page.locator(f"[role=grid] [aria-rowindex='{row + 1}'] [role=gridcell]").all_inner_texts()


def write(page: Page, text: str) -> None:
    """Type a query over what stands in the editor."""
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def test_a_table_is_found_filtered_and_opened_by_keyboard(open_page: Callable[..., Page], shop: Shop) -> None:
    page = open_page("/data")
    page.keyboard.press("f")
    page.keyboard.type("supplier promises")
    expect(grid(page, "Tables").locator("[role=row] code").first).to_have_text("stock_promised")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("订单的现状")  # found by its meaning in the other language, too
    expect(grid(page, "Tables").get_by_role("row")).to_have_count(2)
    grid(page, "Tables").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/data/table/orders**")
    settled(page)
    page.keyboard.press("f")
    page.keyboard.type("order_id")
    page.keyboard.press("Enter")
    page.get_by_label("Value", exact=True).focus()
    page.keyboard.type("LL0000000")
    page.keyboard.press("Enter")
    count = shop.door.query("SELECT count(*) FROM orders WHERE contains(order_id, 'LL0000000')").rows[0][0]
    expect(page.get_by_text(f"{count:,} rows", exact=True)).to_be_visible()
    assert "filters=" in page.url


def test_rows_scroll_to_the_end_and_every_window_is_right(open_page: Callable[..., Page], shop: Shop) -> None:
    page = open_page("/data/table/orders?sort=order_id")
    rows = shop.door.query("SELECT order_id FROM orders ORDER BY order_id", max_rows=100_000).rows
    assert len(rows) > 10_000
    assert cells(page, 1)[0] == rows[0][0]
    place = grid(page, "Rows of orders")
    place.focus()
    page.keyboard.press("End")
    expect(page.locator(f"[aria-rowindex='{len(rows) + 1}'] [role=gridcell]").first).to_have_text(rows[-1][0])
    place.evaluate("(one) => { one.scrollTop = one.scrollHeight / 2; }")
    settled(page)
    middle = len(rows) // 2
    expect(page.locator(f"[aria-rowindex='{middle + 1}'] [role=gridcell]").first).to_have_text(rows[middle - 1][0])
    assert page.locator("[role=grid] [role=row]").count() < 80  # only what is in sight is drawn


def test_a_row_opens_and_the_next_one_follows_by_j(open_page: Callable[..., Page], shop: Shop) -> None:
    page = open_page("/data/table/products?sort=product_id")
    keys = [row[0] for row in shop.door.query("SELECT product_id FROM products ORDER BY 1").rows]
    grid(page, "Rows of products").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("link", name=keys[0], exact=True)).to_be_visible()
    page.keyboard.press("j")
    expect(drawer.get_by_role("link", name=keys[1], exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_a_table_is_shown_as_it_was(open_page: Callable[..., Page], shop: Shop) -> None:
    at = "2026-11-23T20:00:00.000Z"
    page = open_page(f"/data/table/order_placed?at={quote(at)}")
    then = shop.door.query("SELECT count(*) FROM order_placed WHERE \"at\" <= '2026-11-23 20:00:00+00'").rows[0][0]
    now = shop.door.query("SELECT count(*) FROM order_placed").rows[0][0]
    assert 0 < then < now
    expect(page.get_by_text(f"{then:,} rows", exact=True)).to_be_visible()
    page.get_by_role("button", name="As of").click()
    page.get_by_role("button", name="Back to now").click()
    expect(page.get_by_text(f"{now:,} rows", exact=True)).to_be_visible()


def test_lineage_leads_from_a_table_to_what_comes_of_it(open_page: Callable[..., Page]) -> None:
    page = open_page("/data/table/parcel_delayed?tab=lineage")
    graph = page.get_by_role("group", name="Lineage graph")
    expect(graph.locator("button[aria-current]")).to_have_text("eventparcel_delayed")
    graph.get_by_role("button", name="table delays_told").press("Enter")
    page.wait_for_url("**/data/table/delays_told?tab=lineage")
    expect(graph.locator("button[aria-current]")).to_have_text("tabledelays_told")
    graph.get_by_role("button", name="link Customer service").press("Enter")
    expect(graph.locator("button[aria-current]")).to_contain_text("Customer service")


def test_ask_plot_save_and_export_by_keyboard(own_shop: Shop, own_url: str, visit: Visit, tmp_path: Path) -> None:
    page = visit.open(own_url, "/data/sql")
    write(page, QUERY)
    page.keyboard.press("ControlOrMeta+Enter")
    rows = own_shop.door.query(QUERY).rows
    expect(page.get_by_text(f"{len(rows)} rows in")).to_be_visible()
    assert cells(page, 1) == [rows[0][0], f"{rows[0][1]:,}"]
    page.get_by_role("tab", name="Plot").press("Enter")
    expect(page.get_by_role("img", name="Line: units by day")).to_be_visible()
    page.locator(".cm-content").press("ControlOrMeta+s")
    expect(page.get_by_role("dialog").get_by_role("textbox").first).to_be_focused()
    page.keyboard.type("Units by day")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved “Units by day”, version 1.")).to_be_visible()
    page.wait_for_url("**/data/sql?question=*")
    saved = httpx.get(f"{own_url}/api/v1/data/questions", trust_env=False).json()[0]
    assert (saved["name"]["en"], saved["sql"], saved["owner"]) == ("Units by day", QUERY, "local")
    page.get_by_role("button", name="Export").press("Enter")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the file").press("Enter")
    download.value.save_as(tmp_path / "file.csv")
    text = (tmp_path / "file.csv").read_text("utf-8-sig")
    assert f"# sql: {QUERY}" in text
    found = list(csv.reader(line for line in io.StringIO(text) if not line.startswith("#")))
    assert found == [["day", "units"], *[[day, str(units)] for day, units in rows]]


def test_a_deleted_question_comes_back_by_undo(own_url: str, visit: Visit) -> None:
    with httpx.Client(base_url=own_url, trust_env=False) as client:
        client.post("/api/v1/data/questions", json={"name": "Mine", "sql": "SELECT 1 AS one"})
    page = visit.open(own_url, "/data/sql")
    page.get_by_role("button", name="Delete Mine").press("Enter")
    expect(page.get_by_text("Deleted “Mine”.")).to_be_visible()
    expect(page.get_by_role("button", name="Delete Mine")).to_have_count(0)
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_role("button", name="Delete Mine")).to_be_visible()


def test_a_running_query_is_stopped(open_page: Callable[..., Page], visit: Visit) -> None:
    page = open_page("/data/sql")
    write(page, "SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b")
    page.keyboard.press("ControlOrMeta+Enter")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("alert")).to_contain_text("the query was stopped")
    visit.forgive("403")


def test_an_error_is_pinned_to_its_place(open_page: Callable[..., Page], visit: Visit) -> None:
    page = open_page("/data/sql", lang="zh")
    write(page, "SELECT order_id,\n  statsu\nFROM orders")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.get_by_role("alert")).to_contain_text("line 2, column 3")
    expect(page.locator(".cm-lintRange-error")).to_have_text("statsu")
    visit.forgive("400")


def test_completion_knows_tables_columns_and_their_meaning(open_page: Callable[..., Page]) -> None:
    page = open_page("/data/sql")
    write(page, "SELECT o. FROM orders AS o")
    page.keyboard.press("Home")
    for _ in range(len("SELECT o.")):
        page.keyboard.press("ArrowRight")
    page.keyboard.type("pl")
    expect(page.locator(".cm-tooltip-autocomplete li").first).to_contain_text("placed_at")
    expect(page.locator(".cm-completionInfo")).to_contain_text("when the order was placed")
    page.keyboard.press("Tab")
    expect(page.locator(".cm-content")).to_contain_text("SELECT o.placed_at FROM orders AS o")


def test_blanks_of_a_shipped_question_are_asked_for(open_page: Callable[..., Page]) -> None:
    page = open_page("/data/sql?question=starter:best_sellers", lang="zh")
    field = page.get_by_label("$days", exact=True)
    expect(field).to_have_value("7")
    field.fill("3")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.get_by_text("20 行，用时")).to_be_visible()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("path", ["/data", "/data/table/orders", "/data/table/orders?tab=quality"])
def test_the_pages_fit_a_phone(open_page: Callable[..., Page], path: str, lang: str) -> None:
    page = open_page(path, lang=lang, size=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_who_may_not_ask_sql_is_told_so_and_sees_the_tables(open_page: Callable[..., Page]) -> None:
    page = open_page("/data/sql", role="service")
    expect(page.get_by_text("SQL needs another role")).to_be_visible()
    page = open_page("/data/table/orders", role="service")
    expect(page.get_by_role("button", name="Export")).to_have_count(0)
    assert len(cells(page, 1)) > 3
