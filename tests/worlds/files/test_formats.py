"""One table in every format, encoding and delimiter gives the same rows; what only pretends to be one is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order, OrderLine
from linkloop.core.errors import LinkloopError
from linkloop.core.money import Money
from tests.worlds.files.conftest import Bench

HEADER = ["订单号", "下单时间", "商品编码", "商品名称", "数量", "单价", "买家会员名"]
ROWS = [
    ["20260301001", "2026-03-01 10:00:00", "SKU-1", "保温杯，大号", "2", "39.90", "小明"],
    ["20260301001", "2026-03-01 10:00:00", "SKU-2", "雨伞", "1", "25.00", "小明"],
    ["20260301002", "2026-03-01 23:30:00", "SKU-1", "保温杯，大号", "-1", "39.90", "小红"],
]


def text(delimiter: str) -> str:
    return "".join(delimiter.join(row) + "\r\n" for row in [HEADER, *ROWS])


def workbook(rows: Sequence[Sequence[object]], sheet: str = "订单明细") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def typed_workbook() -> bytes:
    rows = [[r[0], datetime.fromisoformat(r[1]), r[2], r[3], int(r[4]), float(r[5]), r[6]] for r in ROWS]
    return workbook([HEADER, *rows])


def parquet() -> bytes:
    frame = pl.DataFrame(ROWS, schema=HEADER, orient="row").with_columns(
        pl.col("数量").cast(pl.Int32), pl.col("单价").cast(pl.Decimal(10, 2)), pl.col("下单时间").str.to_datetime()
    )
    held = io.BytesIO()
    frame.write_parquet(held)
    return held.getvalue()


FORMS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "utf-8": ("a.csv", lambda: text(",").encode(), "utf-8"),
    "utf-8 with a mark": ("a.csv", lambda: text(",").encode("utf-8-sig"), "utf-8-sig"),
    "gbk": ("a.csv", lambda: text(",").encode("gbk"), "gb18030"),
    "gb18030": ("a.csv", lambda: text(",").replace("小红", "小红㐂").replace("㐂", "").encode("gb18030"), "gb18030"),
    "utf-16": ("a.csv", lambda: text("\t").encode("utf-16"), "utf-16"),
    "utf-16 without a mark": ("a.csv", lambda: text(",").encode("utf-16-le"), "utf-16-le"),
    "semicolons": ("a.csv", lambda: text(";").encode(), "utf-8"),
    "tabs, another suffix": ("a.txt", lambda: text("\t").encode("gbk"), "gb18030"),
    "bars": ("a.csv", lambda: text("|").encode(), "utf-8"),
    "excel, text": ("a.xlsx", lambda: workbook([HEADER, *ROWS]), "excel"),
    "excel, typed": ("a.xlsx", typed_workbook, "excel"),
    "parquet, typed": ("a.parquet", parquet, "parquet"),
    "excel called csv": ("a.csv", typed_workbook, "excel"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_rows(shop: Bench, form: str) -> None:
    name, make, encoding = FORMS[form]
    report = shop.write(name, make())
    assert (report.encoding, report.rows_in, report.rows_quarantined, report.problem) == (encoding, 3, 0, None)
    lines = [(x.order_id, x.line_no, x.product_id, x.quantity, x.price) for x in shop.rows(OrderLine)]
    assert lines == [
        ("20260301001", 1, "SKU-1", 2, Money(3990, "CNY")),
        ("20260301001", 2, "SKU-2", 1, Money(2500, "CNY")),
        ("20260301002", 1, "SKU-1", -1, Money(3990, "CNY")),
    ]
    first, second = shop.rows(Order)
    assert (first.customer_id, first.total, first.placed_at) == (
        "小明", Money(10480, "CNY"), datetime(2026, 3, 1, 2, tzinfo=UTC))  # fmt: skip
    assert (second.total, second.placed_at) == (Money(-3990, "CNY"), datetime(2026, 3, 1, 15, 30, tzinfo=UTC))


def test_every_sheet_is_a_table(shop: Bench) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([HEADER, *ROWS])))
    people = book.create_sheet("客户")
    for row in (["客户资料", None], ["会员名", "城市"], ["小明", "东莞"], ["小红", "上海"]):
        people.append(row)
    book.create_sheet("空")
    held = io.BytesIO()
    book.save(held)
    path = shop.folder / "店铺.xlsx"
    path.write_bytes(held.getvalue())
    reports = {report.sheet: report for report in shop.take(path).files}
    assert {name: (r.rows_in, r.rows_kept) for name, r in reports.items()} == {"订单明细": (3, 3), "客户": (3, 2)}
    assert reports["客户"].reasons == {"row.preamble": 1}
    assert {c.customer_id: c.city for c in shop.rows(Customer)} == {"小明": "东莞", "小红": "上海"}


def test_a_formula_gives_its_value_and_never_runs(shop: Bench) -> None:
    report = shop.write("a.xlsx", workbook([["sku", "title", "category"], ["A1", "=1+1", "x"], ["A2", "b", "x"]]))
    assert (report.rows_in, report.rows_kept) == (2, 2)


def test_a_zip_bomb_is_refused(shop: Bench) -> None:
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["sku", "title", "cost"]]))) as real,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for member in real.namelist():
            bomb.writestr(member, real.read(member))
        with bomb.open("xl/worksheets/sheet2.xml", "w", force_zip64=True) as page:
            for _ in range(64):
                page.write(bytes(1 << 20))
    report = shop.write("a.xlsx", held.getvalue())
    assert report.problem is not None
    assert (report.problem.code, report.rows_in) == ("file.bomb", 0)


@pytest.mark.parametrize("content", [b"PAR1 is not enough", b"PK\x03\x04 neither", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_file_that_its_reader_refuses_is_told_of(shop: Bench, content: bytes) -> None:
    report = shop.write("a.csv", content)
    assert report.problem is not None
    assert (report.problem.code, report.rows_in) == ("file.unreadable", 0)


def test_one_bad_file_does_not_keep_the_others_out(shop: Bench) -> None:
    folder = shop.folder / "in"
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(b"PK\x03\x04")
    (folder / "b.csv").write_text(text(","))
    (folder / "logo.png").write_bytes(b"\x89PNG")
    report = shop.take(folder)
    assert [(each.file, each.rows_kept) for each in report.files] == [("a.xlsx", 0), ("b.csv", 3)]
    assert report.skipped == ("logo.png",)


def test_what_is_not_there_is_an_error(shop: Bench) -> None:
    with pytest.raises(LinkloopError) as error:
        shop.take(Path("/nowhere/a.csv"))
    assert error.value.code == "file.missing"


@pytest.mark.parametrize(
    ("written", "minor"),
    [("1.234,50", 123450), ("R$ 1.234,50", 123450), ("12,5", 1250), ("(3,10)", -310)],
)
def test_a_decimal_comma_is_read_as_one(shop: Bench, written: str, minor: int) -> None:
    rest = "".join(f"{n};2026-03-01;{n},95\n" for n in range(2, 30))
    report = shop.write("o.csv", f"order id;order date;order total\n1;2026-03-01;{written}\n" + rest, currency="BRL")
    assert report.rows_quarantined == 0
    assert {order.order_id: order.total for order in shop.rows(Order)}["1"] == Money(minor, "BRL")
