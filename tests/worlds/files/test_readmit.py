"""Rows that a person has mended come back in as if they had been good from the start, and the account stays whole."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from linkloop.commerce.catalog import Product
from linkloop.commerce.orders import Order, OrderLine
from linkloop.core.errors import LinkloopError
from linkloop.worlds.files.quarantine import read_slip
from linkloop.worlds.files.readmit import readmit
from linkloop.worlds.files.report import FileReport
from tests.worlds.files.conftest import Bench

HEAD = "order_id,order_date,sku,quantity,unit_price,customer_id\n"
CLEAN = [
    "1001,2026-03-01 10:00:00,A1,2,9.90,c1\n",
    "1001,2026-03-01 10:00:00,A2,1,5.00,c1\n",
    "1001,2026-03-01 10:00:00,A3,3,1.00,c1\n",
    "1002,2026-03-02 10:00:00,A1,1,9.90,c2\n",
]
DIRTY = [CLEAN[0], CLEAN[1].replace("5.00", "five"), CLEAN[2], CLEAN[3].replace("2026-03-02", "2 days ago")]


def mend(path: str, *changes: tuple[str, str], encoding: str = "utf-8-sig") -> None:
    text = Path(path).read_text(encoding="utf-8-sig")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    Path(path).write_text(text, encoding=encoding)


def done(path: str) -> Path:
    """The quarantined file after its last row came in."""
    [found] = Path(path).parent.glob("*.done.csv")
    return found


def again(shop: Bench, path: str, **options: Any) -> FileReport:
    [report] = readmit(path, shop.store.engine, shop.lake, folder=shop.folder, **options).files
    assert report.rows_in == report.rows_kept + report.rows_quarantined
    return report


def test_mended_rows_end_as_if_the_file_had_been_clean(shop: Bench, tmp_path: Path) -> None:
    report = shop.write("lines.csv", HEAD + "".join(DIRTY), currency="CNY")
    assert (report.rows_kept, report.rows_quarantined) == (2, 2)
    mend(report.quarantine, ("five", "5.00"), ("2 days ago", "2026-03-02"))
    mended = again(shop, report.quarantine)
    assert (mended.rows_in, mended.rows_kept, mended.quarantine) == (2, 2, "")
    (tmp_path / "clean").mkdir()
    clean = Bench(tmp_path / "clean")
    clean.write("lines.csv", HEAD + "".join(CLEAN), currency="CNY")
    for kind in (OrderLine, Order, Product):
        assert shop.rows(kind) == clean.rows(kind)
    clean.store.close()
    slip = read_slip(done(report.quarantine))
    assert (slip.rows_in, slip.rows_kept, slip.rows_quarantined, slip.readmitted, slip.dropped) == (4, 2, 2, 2, 0)
    assert not Path(report.quarantine).exists()


def test_what_is_still_bad_stays_with_a_fresh_reason(shop: Bench) -> None:
    report = shop.write("lines.csv", HEAD + "".join(DIRTY), currency="CNY")
    mend(report.quarantine, ("five", "5.00"), ("2 days ago", "soon"))
    first = again(shop, report.quarantine)
    assert (first.rows_kept, first.reasons) == (1, {"date.invalid": 1})
    with Path(report.quarantine).open(encoding="utf-8-sig", newline="") as stream:
        [left] = csv.DictReader(stream)
    assert (left["_row"], left["order_date"]) == ("5", "soon 10:00:00")
    mend(report.quarantine, ("soon", "2026-03-02"))
    assert again(shop, report.quarantine).rows_kept == 1
    assert [(x.order_id, x.line_no, x.product_id) for x in shop.rows(OrderLine)] == [
        ("1001", 1, "A1"), ("1001", 2, "A2"), ("1001", 3, "A3"), ("1002", 1, "A1")]  # fmt: skip
    assert {order.order_id: order.total.amount for order in shop.rows(Order)} == {"1001": 2780, "1002": 990}


def test_a_row_that_a_person_deletes_is_dropped_and_counted(shop: Bench) -> None:
    report = shop.write("lines.csv", HEAD + "".join(DIRTY), currency="CNY")
    path = Path(report.quarantine)
    kept = [line for line in path.read_text(encoding="utf-8-sig").splitlines(keepends=True) if "five" not in line]
    path.write_text("".join(kept).replace("2 days ago", "2026-03-02"))
    again(shop, report.quarantine)
    slip = read_slip(done(report.quarantine))
    assert (slip.readmitted, slip.dropped) == (1, 1)


def test_saved_by_a_spreadsheet_in_gbk_with_semicolons_it_is_still_read(shop: Bench) -> None:
    text = "sku,商品名称,cost\n" + "".join(f"A{n},保温杯{n},1.00\n" for n in range(5)) + "B1,=雨伞,1元5\n"
    report = shop.write("p.csv", text)
    assert report.rows_quarantined == 1
    with Path(report.quarantine).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    rows[1][2] = "1.50"
    with Path(report.quarantine).open("w", encoding="gbk", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows(rows)
    assert again(shop, report.quarantine).rows_kept == 1
    assert [(p.title, p.cost.amount) for p in shop.rows(Product) if p.product_id == "B1"] == [("=雨伞", 150)]


def test_readmitted_twice_it_is_taken_once(shop: Bench) -> None:
    report = shop.write("lines.csv", HEAD + "".join(DIRTY), currency="CNY")
    mend(report.quarantine, ("five", "5.00"))
    mended = Path(report.quarantine).read_bytes()
    slip = Path(report.quarantine).with_suffix(".json").read_bytes()
    again(shop, report.quarantine)
    Path(report.quarantine).write_bytes(mended)  # as after a crash before the file was replaced
    Path(report.quarantine).with_suffix(".json").write_bytes(slip)
    again(shop, report.quarantine)
    assert len(shop.rows(OrderLine)) == 3
    assert shop.cold(OrderLine).num_rows == 3


def test_without_its_slip_a_file_is_refused(shop: Bench) -> None:
    path = shop.folder / "x.csv"
    path.write_text(HEAD + CLEAN[0])
    with pytest.raises(LinkloopError) as error:
        again(shop, str(path))
    assert error.value.code == "quarantine.slip"


def test_a_column_that_was_taken_away_is_named(shop: Bench) -> None:
    report = shop.write("lines.csv", HEAD + "".join(DIRTY), currency="CNY")
    mend(report.quarantine, ("sku", "other"))
    with pytest.raises(LinkloopError) as error:
        again(shop, report.quarantine)
    assert (error.value.code, "sku" in error.value.text.en) == ("quarantine.columns", True)
    assert len(shop.rows(OrderLine)) == 2


def test_an_unrecognised_file_comes_in_with_a_mapping(shop: Bench) -> None:
    lost = shop.write("lost.csv", "a,b\nA1,cup\nA2,hat\n")
    assert (lost.rows_kept, lost.rows_quarantined) == (0, 2)
    known = shop.write("known.csv", "sku,title\nA9,mug\n", dry_run=True)
    assert known.problem is None
    own = {
        "name": "lost", "signature": "x", "headers": ["a", "b"],
        "targets": [{"table": "products", "rows": "each", "columns": {
            "product_id": {"source": ["a"], "transform": "id"}, "title": {"source": ["b"]}}}],
    }  # fmt: skip
    assert again(shop, lost.quarantine, mapping=own).rows_kept == 2
    assert {p.product_id: p.title for p in shop.rows(Product)} == {"A1": "cup", "A2": "hat"}
