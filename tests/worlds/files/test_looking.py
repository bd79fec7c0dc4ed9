"""What is in a file is shown before a row of it is taken in, and a person's mapping is tried before it counts."""

from __future__ import annotations

import os
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkloop.commerce.catalog import Product
from linkloop.commerce.loop import FileImported
from linkloop.commerce.orders import Order, OrderLine
from linkloop.core.errors import LinkloopError
from linkloop.worlds.files.choosing import Options
from linkloop.worlds.files.editing import assign
from linkloop.worlds.files.looking import Sample, look_into
from linkloop.worlds.files.mapping import digest_of
from linkloop.worlds.files.mapping_check import problems
from linkloop.worlds.files.mapping_file import from_builtins, keep
from linkloop.worlds.files.meanings import meanings
from linkloop.worlds.files.region import Evidence
from linkloop.worlds.files.targets import TARGETS
from linkloop.worlds.files.trying import try_sample, try_whole
from tests.worlds.files.conftest import Bench, data

HEAD = "订单号,下单时间,商品编码,数量,单价,会员\n"
ROWS = [f"D{n // 2},2026-03-0{n % 9 + 1} 10:00:00,A{n % 4},{n % 3 + 1},9.{n % 90 + 10},c{n % 7}\n" for n in range(40)]


def looked(folder: Path, content: str | bytes, name: str = "a.csv") -> Sample:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    [sample] = look_into(path, folder / "mappings", Options(), Evidence())
    return sample


def field(sample: Sample, table: str, name: str) -> str:
    assert sample.look.mapping is not None
    [target] = [t for t in sample.look.mapping.targets if t.table == table]
    return target.columns[name].source[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le"])
def test_a_chinese_file_in_any_encoding_is_shown_with_its_guess(tmp_path: Path, encoding: str) -> None:
    sample = looked(tmp_path, (HEAD + "".join(ROWS)).encode(encoding))
    assert sample.look.header == ("订单号", "下单时间", "商品编码", "数量", "单价", "会员")
    assert sample.look.told == "guess"
    assert field(sample, "order_lines", "price") == "单价"
    assert sample.look.first[0].cells == ("D0", "2026-03-01 10:00:00", "A0", "1", "9.10", "c0")
    assert sample.look.first[0].row == 2
    assert sample.look.columns[2].samples == ("A0", "A1", "A2", "A3")


def test_nothing_is_kept_by_looking_and_trying(shop: Bench) -> None:
    sample = looked(shop.folder, HEAD + "".join(ROWS))
    assert sample.look.mapping is not None
    report = try_whole(shop.folder / "a.csv", "", sample.look.mapping, lambda: False)
    assert report is not None
    assert (report.rows, report.kept, report.tables) == (40, 40, {"order_lines": 40, "orders": 20})
    assert shop.said(FileImported) == []
    assert not (shop.folder / "mappings").exists()
    assert not (shop.folder / "quarantine").exists()


def test_a_trial_of_all_rows_says_what_the_import_then_does(shop: Bench) -> None:
    rows = list(ROWS)
    rows[3] = rows[3].replace("2026-03-04", "someday")
    rows[5] = rows[5].replace(",9.15,", ",nine,")
    rows[7] = "D3,short\n"
    sample = looked(shop.folder, HEAD + "".join(rows))
    assert sample.look.mapping is not None
    tried = try_sample(sample, sample.look.mapping)
    [report] = shop.take(shop.folder / "a.csv", mapping=sample.look.mapping).files
    assert (tried.rows, tried.kept, tried.quarantined) == (report.rows_in, report.rows_kept, report.rows_quarantined)
    assert {r.code: r.rows for r in tried.reasons} == report.reasons
    assert tried.tables == report.tables
    assert tried.tables == {"order_lines": len(shop.rows(OrderLine)), "orders": len(shop.rows(Order))}
    assert {(m.row, m.column, m.code) for m in tried.marks} == {
        (5, "下单时间", "date.invalid"),
        (7, "单价", "money.invalid"),
        (9, "", "row.short"),
    }


def test_cells_are_shown_as_they_will_be_kept(shop: Bench) -> None:
    sample = looked(shop.folder, HEAD + "".join(ROWS))
    assert sample.look.mapping is not None
    tried = try_sample(sample, sample.look.mapping)
    shop.take(shop.folder / "a.csv", mapping=sample.look.mapping)
    line = shop.rows(OrderLine)[0]
    first = tried.understood[0].values
    assert (first["order_lines.order_id"], first["order_lines.line_no"]) == (line.order_id, line.line_no)
    assert first["order_lines.price"] == f"{line.price.amount / 100:.2f} {line.price.currency}"
    there = datetime(2026, 3, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert datetime.fromisoformat(str(first["order_lines.sold_at"])) == line.sold_at == there


def test_a_column_chosen_instead_gives_nothing_else(tmp_path: Path) -> None:
    sample = looked(tmp_path, HEAD + "".join(ROWS))
    mapping = assign(sample.look.mapping, sample, "a.csv", "products", "title", "会员", instead=True)
    given = {(t.table, f) for t in mapping.targets for f, r in t.columns.items() if "会员" in r.source}
    assert given == {("products", "title")}
    assert mapping.ignored == ()
    none = assign(mapping, sample, "a.csv", "", "", "会员", instead=True)
    assert [t.table for t in none.targets] == ["order_lines", "orders"]
    assert none.ignored == ("会员",)


def test_an_unknown_file_is_mapped_by_hand_from_nothing(shop: Bench) -> None:
    sample = looked(shop.folder, "甲,乙,丙\nX1,2026-03-01,帽子\nX2,2026-03-02,围巾\n")
    assert (sample.look.mapping, sample.look.told) == (None, "none")
    first = assign(None, sample, "a.csv", "orders", "order_id", "甲")
    assert [p.en for p in problems(first)] == ["orders: placed_at is needed"]
    assert try_sample(sample, first).rows == 0
    both = assign(first, sample, "a.csv", "orders", "placed_at", "乙")
    assert problems(both) == ()
    whole = assign(both, sample, "a.csv", "orders", "channel", "", "门店")
    [report] = shop.take(shop.folder / "a.csv", mapping=whole).files
    assert (report.rows_kept, report.tables) == (2, {"orders": 2})
    assert [(o.order_id, o.channel) for o in shop.rows(Order)] == [("X1", "门店"), ("X2", "门店")]


def test_what_was_looked_for_is_told_where_nothing_was_recognised(tmp_path: Path) -> None:
    sample = looked(tmp_path, "品类,月份,库存量\n手机,2026-01,20\n")
    nearest = sample.look.near[0]
    assert (nearest.table, nearest.found, nearest.missing) == ("stock_levels", {"on_hand": "库存量"}, ("product_id",))


def test_a_split_cell_gives_its_part(shop: Bench) -> None:
    sample = looked(shop.folder, "编号,混合\nP1,红色/L码\nP2,蓝色/M码\nP3,绿色\n", "p.csv")
    mapping = assign(None, sample, "p.csv", "products", "product_id", "编号")
    mapping = assign(mapping, sample, "p.csv", "products", "title", "混合")
    plain = digest_of(mapping)
    [target] = mapping.targets
    split = from_builtins(
        {
            "name": "p",
            "signature": mapping.signature,
            "headers": list(mapping.headers),
            "targets": [
                {
                    "table": "products",
                    "rows": target.rows,
                    "columns": {
                        "product_id": {"source": ["编号"], "transform": "id"},
                        "title": {"source": ["混合"], "separator": "/", "part": 0},
                        "brand": {"source": ["混合"], "separator": "/", "part": 1},
                    },
                }
            ],
        },
        "p",
    )
    assert digest_of(split) != plain
    shop.take(shop.folder / "p.csv", mapping=split)
    assert [(p.product_id, p.title, p.brand) for p in shop.rows(Product)] == [
        ("P1", "红色", "L码"), ("P2", "蓝色", "M码"), ("P3", "绿色", "")]  # fmt: skip


def test_the_mapping_kept_last_is_used(tmp_path: Path) -> None:
    sample = looked(tmp_path, HEAD + "".join(ROWS))
    assert sample.look.mapping is not None
    for n, name in enumerate(("zz-older", "aa-newer")):
        kept = keep(msgspec.structs.replace(sample.look.mapping, name=name), tmp_path / "mappings")
        os.utime(kept, (n + 1, n + 1))
    again = looked(tmp_path, HEAD + "".join(ROWS))
    assert again.look.mapping is not None
    assert (again.look.told, again.look.mapping.name) == ("kept", "aa-newer")
    assert again.look.kept == ("aa-newer", "zz-older")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "file.empty"),
        ("a.csv", b"\n\n  \n", "file.empty"),
        ("a.csv", b"%PDF-1.7 nothing", "file.kind"),
        ("a.xlsx", b"\x89PNG\r\n\x1a\n0000", "file.kind"),
        ("a.csv", b"\x1f\x8b\x08\x00aaaa", "file.kind"),
        ("a.xlsx", b"PK\x03\x04broken", "file.unreadable"),
        ("a.parquet", b"PAR1 broken PAR1", "file.unreadable"),
    ],
)
def test_what_is_no_table_is_refused_with_what_it_is(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    with pytest.raises(LinkloopError) as error:
        looked(tmp_path, content, name)
    assert error.value.code == code


def test_a_zip_bomb_is_refused_before_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (64 << 20))
    with pytest.raises(LinkloopError) as error:
        look_into(path, tmp_path / "mappings", Options(), Evidence())
    assert error.value.code == "file.bomb"


def test_a_wrong_suffix_does_not_matter(tmp_path: Path) -> None:
    frame = pl.DataFrame({"order_id": ["a"], "order_date": ["2026-01-01"], "total": [1.5]})
    frame.write_parquet(tmp_path / "really.csv")
    [sample] = look_into(tmp_path / "really.csv", tmp_path / "m", Options(), Evidence())
    assert (sample.look.encoding, sample.look.rows) == ("parquet", 1)


def test_the_large_real_file_is_tried_whole() -> None:
    path = data("supply", "online_retail", "online_retail.parquet")
    [sample] = look_into(path, path.parent / "none", Options(), Evidence())
    assert sample.look.mapping is not None
    report = try_whole(path, "", sample.look.mapping, lambda: False)
    assert report is not None
    raw = pl.read_parquet(path)
    adjustments = raw.filter(pl.col("InvoiceNo").str.starts_with("A")).height
    negative = raw.filter(pl.col("UnitPrice") < 0).height
    assert (report.rows, {r.code: r.rows for r in report.reasons}) == (
        raw.height, {"refused.0": adjustments, "money.negative": negative})  # fmt: skip
    assert report.tables["orders"] == raw.filter(~pl.col("InvoiceNo").str.starts_with("A"))["InvoiceNo"].n_unique()


def test_a_trial_stops_when_it_is_told_to() -> None:
    path = data("supply", "online_retail", "online_retail.parquet")
    [sample] = look_into(path, path.parent / "none", Options(), Evidence())
    assert sample.look.mapping is not None
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 2

    assert try_whole(path, "", sample.look.mapping, stop) is None
    assert len(asked) == 3


def test_every_field_that_a_file_can_feed_has_its_meaning_in_both_languages() -> None:
    told = {meaning.table: meaning for meaning in meanings()}
    assert list(told) == list(TARGETS)
    for name, target in TARGETS.items():
        assert [field.field for field in told[name].fields] == list(target.kind.__struct_fields__)
        for field_ in told[name].fields:
            assert "" not in (field_.title.en, field_.title.zh, field_.text.en, field_.text.zh)
            assert any("\u4e00" <= letter <= "\u9fff" for letter in field_.title.zh)
            assert not any("\u4e00" <= letter <= "\u9fff" for letter in field_.title.en)
        assert set(target.needs) - {target.counted} <= {f.field for f in told[name].fields if f.needed}


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["o1", "o2", "", "o3"]),
            st.sampled_from(["2026-03-01", "never", "", "2026/3/2"]),
            st.sampled_from(["1", "x", "", "0"]),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_rows_are_kept_or_quarantined_whatever_stands_in_them(rows: list[tuple[str, str, str]]) -> None:
    text = "order_id,order_date,sku,quantity,unit_price\n" + "".join(f"{o},{d},s,{q},1.5\n" for o, d, q in rows)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a.csv"
        path.write_text(text)
        [sample] = look_into(path, Path(name) / "m", Options(currency="CNY"), Evidence())
        if sample.look.mapping is None:
            return
        report = try_sample(sample, sample.look.mapping)
        assert report.rows == len(rows)
        assert report.rows == report.kept + report.quarantined
        marked = {mark.row for mark in report.marks}
        assert len(marked) == report.quarantined
