"""Every kind of dirt: what cannot be true is quarantined with its reason, what is odd but true is kept."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from linkloop.commerce.catalog import Product
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order, OrderLine
from linkloop.core.money import Money
from tests.worlds.files.conftest import Bench

HEAD = "order_id,order_date,sku,quantity,unit_price,customer_id\n"
GOOD = "1001,2026-03-01 10:00:00,A1,2,9.90,c1\n"


def quarantined(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ("1002,2026-03-01 10:00:00,A1,2,9.90,c1,more\n", "row.long", ""),
        ("1002,2026-03-01 10:00:00,A1,2\n", "row.short", ""),
        ('1002,"2026-03-01 10:00:00,A1,2,9.90,c1\n', "row.quotes", ""),
        ("1002,2026-03-01 10:00:00,A\0,2,9.90,c1\n", "row.nul", ""),
        (",2026-03-01 10:00:00,A1,2,9.90,c1\n", "key.missing", "order_id"),
        ("1002,2026-03-01 10:00:00,,2,9.90,c1\n", "value.missing", "sku"),
        ("1002,yesterday,A1,2,9.90,c1\n", "date.invalid", "order_date"),
        ("1002,1899-03-01 10:00:00,A1,2,9.90,c1\n", "date.range", "order_date"),
        ("1002,2026-03-01 10:00:00,A1,two,9.90,c1\n", "number.invalid", "quantity"),
        ("1002,2026-03-01 10:00:00,A1,2.5,9.90,c1\n", "number.fraction", "quantity"),
        ("1002,2026-03-01 10:00:00,A1,99999999999,9.90,c1\n", "number.range", "quantity"),
        ("1002,2026-03-01 10:00:00,A1,0,9.90,c1\n", "quantity.zero", "quantity"),
        ("1002,2026-03-01 10:00:00,A1,2,free,c1\n", "money.invalid", "unit_price"),
        ("1002,2026-03-01 10:00:00,A1,2,-9.90,c1\n", "money.negative", "unit_price"),
        ("1002,2026-03-01 10:00:00,A1,2,99999999999999999,c1\n", "money.range", "unit_price"),
        ("1.23457E+15,2026-03-01 10:00:00,A1,2,9.90,c1\n", "id.imprecise", "order_id"),
    ],
)
def test_a_bad_row_is_quarantined_with_its_reason(shop: Bench, row: str, code: str, field: str) -> None:
    report = shop.write("lines.csv", HEAD + GOOD * 3 + row + GOOD, currency="CNY")
    assert (report.rows_in, report.rows_kept, report.rows_quarantined) == (5, 4, 1)
    assert code in report.reasons
    [told] = quarantined(report.quarantine)
    assert told["_row"] == "5"
    if field:
        assert f"{field}: " in told["_reason_en"]
        assert f"{field}：" in told["_reason_zh"]
    assert [line.line_no for line in shop.rows(OrderLine)] == [1, 2, 3, 4]


def test_bytes_that_the_encoding_does_not_have_spoil_their_row_only(shop: Bench) -> None:
    rows = [f"A{n},保温杯第{n}号,杯具\n".encode() for n in range(20)]
    rows[3] = b"A3,\xff\xfe" + "保温杯,杯具\n".encode()
    report = shop.write("p.csv", b"sku,title,category\n" + b"".join(rows))
    assert (report.encoding, report.rows_kept, report.reasons) == ("utf-8", 19, {"row.bytes": 1})
    assert quarantined(report.quarantine)[0]["title"] == "\\xff\\xfe保温杯"


def test_a_line_without_end_is_quarantined_in_pieces(shop: Bench) -> None:
    text = HEAD + GOOD + f"1002,2026-03-01 10:00:00,{'A' * 1_100_000},2,9.90,c1\n" + GOOD
    report = shop.write("lines.csv", text, currency="CNY")
    assert (report.rows_kept, report.rows_quarantined, report.reasons) == (2, 2, {"row.huge": 2})
    csv.field_size_limit(1 << 21)
    pieces = ["".join(row[name] for name in HEAD.strip().split(",")) for row in quarantined(report.quarantine)]
    assert "".join(pieces).count("A") == 1_100_000


def test_a_quote_that_is_never_closed_does_not_swallow_the_rows_after_it(shop: Bench) -> None:
    text = HEAD + GOOD + '1002,"2026-03-01 10:00:00,A1,2,9.90,c1\n' + GOOD * 400
    report = shop.write("lines.csv", text, currency="CNY")
    assert (report.rows_kept, report.reasons) == (401, {"row.quotes": 1})


def test_the_original_cells_stand_in_quarantine(shop: Bench) -> None:
    bad = '1002,yesterday,"A,""1",x,-1,c9\n'
    report = shop.write("lines.csv", HEAD + GOOD + bad, currency="CNY")
    [told] = quarantined(report.quarantine)
    assert [told[name] for name in HEAD.strip().split(",")] == ["1002", "yesterday", 'A,"1', "x", "-1", "c9"]
    assert told["_reason_en"] == (
        "quantity: not a number; unit_price: a price below zero; book it as a return (quantity below zero); "
        "order_date: not a date"
    )
    assert Path(report.quarantine).is_relative_to(shop.folder / "quarantine")


def test_what_is_odd_but_true_is_kept(shop: Bench) -> None:
    text = HEAD + GOOD + (
        "C1002,2026-03-02 10:00:00,A1,-2,9.90,c1\n"
        "1003,2026-03-02 11:00:00,POST,1,18.00,\n"
        "1003,2026-03-02 11:00:00,M,1,0,\n"
        + "".join(f"{n},2026-03-03 11:00:00,A1,1,1.00,c2\n" for n in range(1004, 1050))
    )  # fmt: skip
    report = shop.write("lines.csv", text, currency="CNY")
    assert (report.rows_kept, report.rows_quarantined, report.quarantine) == (50, 0, "")
    orders = {order.order_id: order for order in shop.rows(Order)}
    assert (orders["C1002"].status, orders["C1002"].total) == ("returned", Money(-1980, "CNY"))
    assert (orders["1003"].customer_id, orders["1003"].total) == ("", Money(1800, "CNY"))
    assert [(line.product_id, line.price.amount) for line in shop.rows(OrderLine) if line.order_id == "1003"] == [
        ("POST", 1800), ("M", 0)]  # fmt: skip


def test_the_same_row_twice_is_one_and_another_content_is_a_conflict(shop: Bench) -> None:
    text = "customer_id,city\n" + "".join(f"c{n},东莞\n" for n in range(20)) + "c1,东莞\nc2,上海\n"
    report = shop.write("customers.csv", text)
    assert (report.rows_in, report.rows_kept, report.tables) == (22, 21, {"customers": 20})
    assert report.reasons == {"key.conflict": 1}
    assert {row.customer_id: row.city for row in shop.rows(Customer)}["c2"] == "东莞"


@pytest.mark.parametrize("content", ["", "\n\n", "order_id,order_date,sku,quantity,unit_price\n"])
def test_nothing_in_a_file_is_no_row(shop: Bench, content: str) -> None:
    report = shop.write("empty.csv", content)
    assert (report.rows_in, report.rows_kept, report.rows_quarantined, report.quarantine) == (0, 0, 0, "")


def test_headers_that_stand_twice_are_told_apart(shop: Bench) -> None:
    report = shop.write("p.csv", "sku,title,title,\nA1,one,two,\nA2,three,four,\n")
    assert report.rows_kept == 2
    assert [(p.product_id, p.title) for p in shop.rows(Product)] == [("A1", "one"), ("A2", "three")]
    assert "title (2)" in report.ignored


def test_rows_above_the_header_are_not_lost(shop: Bench) -> None:
    report = shop.write("p.csv", "店铺销售报表\n导出时间：2026-03-01,,\nsku,title,category\nA1,one,x\n")
    assert (report.rows_in, report.rows_kept, report.reasons) == (3, 1, {"row.preamble": 2})


def test_a_formula_stays_text_and_is_no_formula_in_quarantine(shop: Bench) -> None:
    text = "sku,title,cost\nA1,=1+1,1.00\nA2,@SUM(A1),2.00\nA3,=cmd|' /C calc'!A0,bad\nA4,-5,bad\n"
    report = shop.write("p.csv", text)
    assert [p.title for p in shop.rows(Product)] == ["=1+1", "@SUM(A1)"]
    assert [row["title"] for row in quarantined(report.quarantine)] == ["'=cmd|' /C calc'!A0", "-5"]


def test_a_file_of_something_else_is_kept_whole_in_quarantine(shop: Bench) -> None:
    report = shop.write("poem.txt", "the sea\nis blue\nand deep\n")
    assert (report.rows_kept, report.rows_quarantined) == (0, report.rows_in)
    assert report.problem is not None
    assert report.problem.code == "mapping.none"
    assert [row["the sea"] for row in quarantined(report.quarantine)] == ["is blue", "and deep"]


CELL = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["1001", "2026-03-01 10:00:00", "9.90", "-3", "=1", '"', '""', "a,b", "\n", "\0", "\r\n", "；", "1e400", "NULL"]
)
TABLE = st.lists(st.lists(CELL, max_size=7).map(",".join), max_size=8).map("\n".join)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(content=st.binary(max_size=300) | TABLE.map(str.encode) | TABLE.map(lambda text: HEAD.encode() + text.encode()))
@example(content=b"\xff\xfeA\0")
@example(content=b"\xef\xbb\xbf")
@example(content=HEAD.encode() + b'"' * 9)
@example(content=HEAD.encode() + b"\r1001\r\r\n")
@example(content=HEAD.encode("utf-16") + GOOD.encode("utf-16-le") + b"\x00\xd8")
def test_any_bytes_are_accounted_for(shop: Bench, content: bytes) -> None:
    path = shop.folder / "any.csv"
    path.write_bytes(content)
    for report in shop.take(path, keep=False).files:  # the account is checked by `take`
        if report.rows_quarantined and not report.repeated:
            assert len(quarantined(report.quarantine)) == report.rows_quarantined
