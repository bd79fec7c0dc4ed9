"""A merchant's first minute: a Chinese file is dropped, corrected, imported; its bad rows are mended and taken in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from linkloop.app.settings import load
from linkloop.app.shop import Shop
from linkloop.commerce.orders import Order, OrderLine
from linkloop.core.table import Table, table_name
from linkloop.faces.api.server import serving
from linkloop.faces.desk.desk import Desk
from linkloop.store.schema import state
from tests.console.browser import Visit

HEAD = "订单号,下单时间,商品编码,数量,单价（元）,渠道来源\n"
ROWS = [f"RR{n // 2},2026/3/{n % 9 + 1} 10:0{n % 6},SK{n % 4},{n % 3 + 1},{n + 10}.50,直播间\n" for n in range(20)]
ROWS[4] = ROWS[4].replace("14.50", "约14.50元")
ROWS[6] = ROWS[6].replace("16.50", "约16.50元")
ROWS[7] = ROWS[7].replace("2026/3/8", "三月八日")


def drop(page: Page, name: str, content: bytes) -> None:
    """Drop a file anywhere on the page, as a person does."""
    data = page.evaluate_handle(
        """([name, bytes]) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], name, { type: 'text/csv' }));
          return data;
        }""",
        [name, list(content)],
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("h1", event, {"dataTransfer": data})


def said(shop: Shop, kind: type[Table]) -> list[Any]:
    """The rows of a table as they are now."""
    query = sa.select(state.c.body).where(state.c.kind == table_name(kind))
    with shop.store.read() as connection:
        return [msgspec.json.decode(body, type=kind) for body in connection.execute(query).scalars()]


def choose(page: Page, column: str, search: str, field: str) -> None:
    box = page.get_by_role("combobox", name=f"“{column}”列对应")
    box.click()
    box.fill(search)
    page.locator(".ant-select-item-option").filter(has_text=field).first.click()


def test_a_chinese_file_from_the_drop_to_the_tables(own_shop: Shop, own_url: str, visit: Visit) -> None:
    page = visit.open(own_url, "/data/import", lang="zh")
    expect(page.get_by_text("把文件拖到这里")).to_be_visible()
    drop(page, "三月.csv", (HEAD + "".join(ROWS)).encode("gbk"))
    expect(page.get_by_text("按 gb18030 读取")).to_be_visible()
    expect(page.get_by_role("cell", name="约14.50元")).to_be_visible()
    choose(page, "渠道来源", "渠道", "从哪里下单")
    field = page.get_by_role("combobox", name="“渠道来源”列对应").locator(
        "xpath=ancestor::*[contains(@class, 'ant-select')][last()]"
    )
    expect(field).to_have_text("订单 渠道")
    page.get_by_role("button", name="导入 20 行").click()
    expect(page.get_by_text("每一行都有去处")).to_be_visible()
    expect(page.get_by_role("link", name="去隔离区修正")).to_contain_text("3")
    page.reload()  # it survives
    page.get_by_role("link", name="去隔离区修正").click()
    expect(page.get_by_role("grid")).to_be_visible()
    page.get_by_role("button", name="批量修正……").click()
    expect(page.get_by_text("可补录：0 → 2")).to_be_visible()
    page.get_by_role("button", name="改动 2 个单元格").click()
    page.get_by_role("button", name="第 9 行的“下单时间”").click()
    page.keyboard.type("2026-03-08 10:01")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="补录 3 行").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile(r"^补\s*录$")).click()
    expect(page.get_by_text("这个文件的每一行都已处理")).to_be_visible()
    orders = {row.order_id: row for row in said(own_shop, Order)}
    lines = [row for row in said(own_shop, OrderLine) if row.order_id.startswith("RR")]
    assert (len(lines), orders["RR3"].channel) == (20, "直播间")
    assert sorted(line.price.amount for line in lines) == [n * 100 + 50 for n in range(10, 30)]


@pytest.fixture
def empty_url(pages: Path, tmp_path: Path) -> Iterator[str]:
    """A shop in which nothing has happened yet."""
    shop = Shop(load(tmp_path, {}), worlds=[])
    shop.start()
    try:
        with serving(Desk(shop)) as url:
            yield url
    finally:
        shop.stop()


def test_both_pages_teach_while_nothing_is_there(empty_url: str, visit: Visit) -> None:
    for lang, title, other in (
        ("zh", "没有等待处理的行", "没有失败的内容"),
        ("en", "No row is waiting", "Nothing failed"),
    ):
        page = visit.open(empty_url, "/data/quarantine", lang=lang)  # type: ignore[arg-type]
        expect(page.get_by_text(title)).to_be_visible()
        page.goto(f"{empty_url}/data/dead-letters")
        expect(page.get_by_text(other)).to_be_visible()
