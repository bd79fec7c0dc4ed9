"""Quarantined rows are mended a few or many at once, taken in once, and every row stays accounted for."""

from __future__ import annotations

import csv
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkloop.commerce.loop import FileImported
from linkloop.commerce.orders import Order, OrderLine
from linkloop.core.errors import LinkloopError
from linkloop.worlds.files import admitting
from linkloop.worlds.files.admitting import Going, Into, Record, admit, dismiss, finish, records
from linkloop.worlds.files.fixes import Fix, fixed
from linkloop.worlds.files.handing import hand_out, take_back
from linkloop.worlds.files.quarantine import read_slip
from linkloop.worlds.files.ward import Ward
from tests.worlds.files.conftest import Bench

HEAD = "order_id,order_date,sku,quantity,unit_price,customer_id\n"
CLEAN = [
    f"{1000 + n // 2},2026-03-0{n % 9 + 1} 10:00:00,A{n % 4},{n % 3 + 1},9.{n % 90 + 10},c{n % 7}\n" for n in range(20)
]
AT = datetime(2026, 3, 20, tzinfo=UTC)


def spoilt() -> list[str]:
    """Rows 5, 7, 9 and 11 of the file are bad: a date, a price, a quantity, and too few cells."""
    rows = list(CLEAN)
    rows[3] = rows[3].replace("2026-03-04 10:00:00", "4 March")
    rows[5] = rows[5].replace("9.15", "about 9.15")
    rows[7] = rows[7].replace("A3,2,", "A3,two,")
    rows[9] = "1004,2026-03-01 10:00:00\n"
    return rows


def opened(shop: Bench, rows: list[str]) -> Ward:
    report = shop.write("lines.csv", HEAD + "".join(rows), currency="CNY")
    return Ward(Path(report.quarantine))


def into(shop: Bench, told: list[tuple[Going, list[Record]]] | None = None) -> Into:
    heard = (lambda going, done: None) if told is None else (lambda going, done: told.append((going, done)))
    return Into(engine=shop.store.engine, lake=shop.lake, folder=shop.folder, told=heard)


def account(path: Path) -> tuple[int, int, int, int, int]:
    """rows_in, kept, waiting, readmitted, dismissed; their sum is checked here, every time."""
    done = path.with_name(f"{path.stem}.done.csv")
    slip = read_slip(path if path.exists() else done)
    parts = (slip.rows_kept, len(slip.waiting), slip.readmitted, slip.dropped)
    assert slip.rows_in == sum(parts)
    return slip.rows_in, *parts


def test_each_row_says_what_is_wrong_and_where(shop: Bench) -> None:
    ward = opened(shop, spoilt())
    assert ward.rows == [5, 7, 9, 11]
    assert ward.reasons[5] == [("date.invalid", "order_date")]
    assert ward.reasons[7] == [("money.invalid", "unit_price")]
    assert ward.reasons[9] == [("number.invalid", "quantity")]
    assert ("row.short", "") in ward.reasons[11]
    assert ward.matching("money.invalid", "unit_price", "all") == [7]
    assert ward.matching("", None, "ready") == []


def test_mended_rows_end_as_if_the_file_had_been_clean(shop: Bench, tmp_path: Path) -> None:
    ward = opened(shop, spoilt())
    ward.change([(5, "order_date", "2026-03-04 10:00"), (7, "unit_price", "9.15"), (9, "quantity", "2")])
    ward.recheck()
    ward.save()
    assert ward.matching("", None, "ready") == [5, 7, 9]
    told: list[tuple[Going, list[Record]]] = []
    assert admit(ward, ward.rows, into(shop, told), by="小明", note="改好了", at=AT) == {11: ward.reasons[11]}
    assert account(ward.path) == (20, 16, 1, 3, 0)
    rest = Ward(ward.path)
    dismiss(rest, [11], into(shop, told), by="小明", note="合计行", at=AT)
    assert account(ward.path) == (20, 16, 0, 3, 1)
    (tmp_path / "clean").mkdir()
    clean = Bench(tmp_path / "clean")
    clean.write("lines.csv", HEAD + "".join(row for n, row in enumerate(CLEAN) if n != 9), currency="CNY")
    for kind in (OrderLine, Order):
        assert sorted(map(repr, shop.rows(kind))) != []
    assert {(x.order_id, x.product_id, x.price.amount) for x in shop.rows(OrderLine)} == {
        (x.order_id, x.product_id, x.price.amount) for x in clean.rows(OrderLine)}  # fmt: skip
    assert {o.order_id: o.total for o in shop.rows(Order)} == {o.order_id: o.total for o in clean.rows(Order)}
    clean.store.close()
    [(going, three), (_, one)] = told
    assert (going.by, going.note, [r.row for r in three]) == ("小明", "改好了", [5, 7, 9])
    assert (three[1].before["unit_price"], three[1].changed) == ("about 9.15", {"unit_price": "9.15"})
    assert (one[0].what, one[0].note) == ("dismissed", "合计行")
    done = ward.path.with_name(f"{ward.path.stem}.done.csv")
    assert [(r.what, r.row) for r in records(done)] == [
        ("readmitted", 5), ("readmitted", 7), ("readmitted", 9), ("dismissed", 11)]  # fmt: skip


@pytest.mark.parametrize("moment", ["load", "record", "slip", "cut"])
def test_a_crash_at_any_step_ends_as_if_there_had_been_none(
    shop: Bench, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    ward = opened(shop, spoilt())
    ward.change([(7, "unit_price", "9.15")])
    ward.recheck()
    ward.save()

    class Crash(BaseException):
        pass

    def crash(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as broken:
        place = {"load": "load_mended", "record": "_account", "slip": "write_slip", "cut": "cut_rows"}[moment]
        broken.setattr(admitting, place, crash)
        with pytest.raises(Crash):
            admit(ward, [7], into(shop), by="a", note="", at=AT)
    assert finish(ward.path, into(shop))
    assert account(ward.path) == (20, 16, 3, 1, 0)
    assert [(x.order_id, x.line_no) for x in shop.rows(OrderLine)].count(("1002", 2)) == 1
    assert [r.row for r in records(ward.path)] == [7]
    assert len(shop.said(FileImported)) == 2
    assert not finish(ward.path, into(shop))


def test_rows_that_are_not_good_are_refused_and_nothing_happens(shop: Bench) -> None:
    ward = opened(shop, spoilt())
    with pytest.raises(LinkloopError) as error:
        admit(ward, ward.rows, into(shop), by="a", note="", at=AT)
    assert error.value.code == "quarantine.none"
    assert account(ward.path) == (20, 16, 4, 0, 0)
    assert len(shop.rows(OrderLine)) == 16
    assert len(shop.said(FileImported)) == 1


def test_a_short_row_waits_until_somebody_has_looked_at_it(shop: Bench) -> None:
    rows = [f"P{n},cup {n},1.5\n" for n in range(6)]
    rows[2] = "P2,cup 2\n"
    report = shop.write("p.csv", "sku,title,cost\n" + "".join(rows))
    ward = Ward(Path(report.quarantine))
    assert ward.reasons == {4: [("row.short", "")]}
    ward.draft.accepted = [4]
    ward.recheck()
    assert ward.reasons == {4: []}
    admit(ward, [4], into(shop), by="a", note="no cost is known", at=AT)
    assert account(ward.path) == (6, 5, 0, 1, 0)


def test_handed_out_as_excel_mended_there_and_taken_back(shop: Bench) -> None:
    rows = spoilt()
    rows[5] = rows[5].replace("c5", "=cmd()")
    ward = opened(shop, rows)
    out = shop.folder / "out.xlsx"
    hand_out(ward, ward.rows, out, "xlsx")
    book = openpyxl.load_workbook(out)
    sheet = book.active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][:2] == ["order_id", "order_date"]
    formula = sheet.cell(3, 6)
    assert (formula.value, formula.data_type) == ("=cmd()", "s")  # text: nothing is ever run
    sheet.cell(3, 5).value = "9.15"
    book.save(out)
    back = take_back(ward, out)
    assert (back.cells, back.known, back.unknown) == ([(7, "unit_price", "9.15")], [5, 7, 9, 11], 0)


def test_handed_out_as_csv_no_cell_is_a_formula_and_it_comes_back_the_same(shop: Bench) -> None:
    rows = spoilt()
    rows[5] = rows[5].replace("c5", "@SUM(A1)")
    ward = opened(shop, rows)
    out = shop.folder / "out.csv"
    hand_out(ward, ward.rows, out, "csv")
    with out.open(encoding="utf-8-sig", newline="") as stream:
        cells = [row[5] for row in csv.reader(stream)]
    assert cells[2] == "'@SUM(A1)"
    assert take_back(ward, out) == ([], [5, 7, 9, 11], 0)


FIXES = [
    ("number", "¥1,234.50元", "1234.50"),
    ("number", "1,000元5角", "1000.5"),
    ("number", "12 or 13", "12 or 13"),
    ("number", "none", "none"),
    ("number", "-3.5 kg", "-3.5"),
    ("thousands", "1,234,567.50", "1234567.50"),
    ("thousands", "a,b", "a,b"),
    ("trim", " \u3000红  色\u00a0 ", "红 色"),
    ("narrow", "１２，３Ａ", "12,3A"),
    ("positive", "-5", "5"),
    ("positive", "¥-5.20", "¥5.20"),
    ("positive", "A-5", "A5"),
    ("date", "2026年3月5日", "2026-03-05"),
    ("date", "2026/3/5 8:30", "2026-03-05 08:30:00"),
    ("date", "05/03/2026", "2026-03-05"),
    ("date", "20260305", "2026-03-05"),
    ("date", "soon", "soon"),
]


@pytest.mark.parametrize(("how", "before", "after"), FIXES)
def test_a_fix_does_what_it_says_and_leaves_what_it_does_not_fit(how: str, before: str, after: str) -> None:
    fix = Fix(how=how, column="x")  # type: ignore[arg-type]
    assert fixed(fix, pl.Series([before])).to_list() == [after]


def test_month_first_dates_are_read_so_when_asked() -> None:
    fix = Fix(how="date", column="x", month_first=True)
    assert fixed(fix, pl.Series(["03/05/2026", "2026-03-05"])).to_list() == ["2026-03-05", "2026-03-05"]


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_whatever_a_person_does_every_row_is_somewhere(drawn: st.DataObject) -> None:
    """Random edits, admissions and dismissals; rows_in = kept + waiting + readmitted + dismissed after each."""
    with tempfile.TemporaryDirectory() as name:
        shop = Bench(Path(name))
        rows = [
            row.replace("A", drawn.draw(st.sampled_from(["A", "A"]))) if n % 2 else row.replace(",9.", ",x.")
            for n, row in enumerate(CLEAN)
        ]
        path = opened(shop, rows).path
        kept = len(shop.rows(OrderLine))
        for _ in range(drawn.draw(st.integers(1, 4))):
            if not path.exists():
                break
            ward = Ward(path)
            some = drawn.draw(st.lists(st.sampled_from(ward.rows), min_size=1, unique=True))
            what = drawn.draw(st.sampled_from(["mend", "spoil", "dismiss", "admit"]))
            others = {row: ward.current([row]).row(0) for row in ward.rows if row not in some}
            if what == "dismiss":
                dismiss(ward, some, into(shop), by="a", note="n", at=AT)
            elif what == "admit":
                good = [row for row in some if not ward.reasons[row]]
                if good:
                    admit(ward, some, into(shop), by="a", note="", at=AT)
            else:
                text = "9.50" if what == "mend" else "y"
                ward.change((row, "unit_price", text) for row in some)
                ward.save()
            _, now_kept, _, readmitted, _ = account(path)
            assert now_kept == kept
            assert len(shop.rows(OrderLine)) == kept + readmitted
            if path.exists():
                after = Ward(path)
                assert {row: after.current([row]).row(0) for row in others} == others
        shop.store.close()
