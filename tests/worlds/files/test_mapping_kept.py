"""A mapping is shown with its reasons, kept, edited by a person, and used for the next file with the same headers."""

from __future__ import annotations

import tomllib
from itertools import islice
from pathlib import Path

import msgspec
import pytest

from linkloop.commerce.loop import FileImported
from linkloop.commerce.orders import Order
from linkloop.core.errors import LinkloopError
from linkloop.core.money import Money
from linkloop.worlds.files.mapping import Mapping, digest_of
from linkloop.worlds.files.mapping_file import read_mapping, to_toml
from tests.worlds.files.conftest import Bench, data

TEXT = "订单号,下单时间,买家会员名,订单金额,订单状态\nD1,2026-03-01 10:00:00,小明,12.50,交易成功\n"
NEXT = "订单号,下单时间,买家会员名,订单金额,订单状态\nD2,2026-03-02 10:00:00,小红,7.00,交易成功\n"


def test_a_dry_run_shows_the_guess_and_keeps_nothing(shop: Bench) -> None:
    report = shop.write("订单.csv", TEXT, dry_run=True)
    guessed = {guess.field: guess for guess in report.guessed if guess.table == "orders"}
    assert {field: guess.source for field, guess in guessed.items()} == {
        "order_id": ("订单号",), "placed_at": ("下单时间",), "customer_id": ("买家会员名",), "total": ("订单金额",),
        "status": ("订单状态",),
    }  # fmt: skip
    assert guessed["order_id"].confidence == 1.0
    assert guessed["order_id"].why.en == "“订单号” is a known name of order_id"
    assert guessed["total"].confidence < 1.0  # nothing in the file tells the currency
    assert "CNY" in guessed["total"].why.zh
    assert (report.dry_run, report.mapping_file) == (True, "")
    assert shop.rows(Order) == []
    assert shop.said(FileImported) == []
    assert not (shop.folder / "mappings").exists()


def test_a_person_edits_the_kept_mapping_and_the_next_file_uses_it(shop: Bench) -> None:
    first = shop.write("一月.csv", TEXT)
    kept = Path(first.mapping_file)
    assert kept.parent == shop.folder / "mappings"
    assert tomllib.loads(kept.read_text())["name"] == first.mapping
    edited = kept.read_text().replace('currency = "CNY"', 'currency = "HKD"')
    kept.write_text(edited)
    second = shop.write("二月.csv", NEXT)
    assert second.mapping == first.mapping
    assert {order.order_id: order.total for order in shop.rows(Order)} == {
        "D1": Money(1250, "CNY"), "D2": Money(700, "HKD")}  # fmt: skip
    assert kept.read_text() == edited


def test_headers_in_another_order_are_the_same_headers(shop: Bench) -> None:
    first = shop.write("一月.csv", TEXT)
    second = shop.write("x.csv", "下单时间,订单号,订单状态,订单金额,买家会员名\n2026-03-02 10:00:00,D2,已发货,7,小红\n")
    assert second.mapping == first.mapping
    assert {order.order_id: order.status for order in shop.rows(Order)} == {"D1": "delivered", "D2": "shipped"}


def test_a_word_that_the_mapping_does_not_have_is_quarantined_until_a_person_adds_it(shop: Bench) -> None:
    text = TEXT + "D2,2026-03-02 10:00:00,小红,7.00,飞走了\n"
    report = shop.write("订单.csv", text)
    assert (report.rows_kept, report.reasons) == (1, {"value.unknown": 1})
    kept = Path(report.mapping_file)
    mapping = read_mapping(kept)
    [target] = [t for t in mapping.targets if t.table == "orders"]
    rule = msgspec.structs.replace(target.columns["status"], values={"飞走了": "cancelled"})
    targets = tuple(
        msgspec.structs.replace(t, columns={**t.columns, "status": rule}) if t is target else t
        for t in mapping.targets
    )  # fmt: skip
    kept.write_text(to_toml(msgspec.structs.replace(mapping, targets=targets)))
    again = shop.write("订单.csv", text)
    assert (again.repeated, again.rows_kept) == (False, 2)
    assert {order.order_id: order.status for order in shop.rows(Order)} == {"D1": "delivered", "D2": "cancelled"}


def test_the_same_file_again_is_repeated_and_doubles_nothing(shop: Bench) -> None:
    first = shop.write("订单.csv", TEXT + "D2,never,小红,7.00,交易成功\n")
    again = shop.write("改名.csv", TEXT + "D2,never,小红,7.00,交易成功\n")
    assert (first.repeated, again.repeated) == (False, True)
    assert (again.rows_in, again.rows_kept, again.rows_quarantined, again.tables) == (2, 1, 1, first.tables)
    same = shop.write("订单.csv", TEXT + "D2,never,小红,7.00,交易成功\n")
    assert (same.repeated, same.quarantine) == (True, first.quarantine)
    assert shop.cold(Order).num_rows == 1
    assert len(shop.said(FileImported)) == 1


@pytest.mark.parametrize("form", ["mapping", "values", "path", "name"])
def test_a_given_mapping_is_used(shop: Bench, form: str) -> None:
    guessed = shop.write("订单.csv", TEXT, keep=True)
    mapping = read_mapping(Path(guessed.mapping_file))
    [orders] = [t for t in mapping.targets if t.table == "orders"]
    own = msgspec.structs.replace(
        mapping, name="mine", targets=(msgspec.structs.replace(
            orders, columns={f: r for f, r in orders.columns.items() if f != "total"}),),
    )  # fmt: skip
    path = shop.folder / "mappings" / "mine.toml"
    path.write_text(to_toml(own))
    given = {"mapping": own, "values": msgspec.to_builtins(own), "path": str(path), "name": "mine"}[form]
    report = shop.write("n.csv", NEXT, mapping=given)
    assert (report.mapping, report.tables) == ("mine", {"orders": 1})
    assert {order.order_id: order.total for order in shop.rows(Order)}["D2"] is None


def test_a_guess_and_its_kept_file_do_the_same(shop: Bench) -> None:
    starts = shop.folder / "starts"
    starts.mkdir()
    for path in data("supply", "olist_sample").glob("*.csv"):
        with path.open(newline="") as stream:
            (starts / path.name).write_text("".join(islice(stream, 100)))
    first = shop.take(starts).files
    assert len(first) == 9
    for report in first:
        mapping = read_mapping(Path(report.mapping_file))
        again = read_mapping_text(to_toml(mapping), shop.folder)
        assert (again, digest_of(again)) == (mapping, digest_of(mapping))
    assert all(report.repeated for report in shop.take(starts).files)


def read_mapping_text(text: str, folder: Path) -> Mapping:
    path = folder / "copy.toml"
    path.write_text(text)
    return read_mapping(path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('transform = "date"', 'transform = "magic"'), "magic"),
        (('source = ["订单号"]', 'source = ["没有"]'), "没有"),
        (('table = "orders"', 'table = "secrets"'), "secrets"),
        (('timezone = "Asia/Shanghai"', 'timezone = "Mars"'), "Mars"),
        (('name = "', 'name = "../'), "name"),
        (("[[targets]]", "[[targets"), ""),
    ],
)
def test_a_mapping_that_cannot_be_used_says_what_is_wrong(shop: Bench, change: tuple[str, str], says: str) -> None:
    kept = Path(shop.write("订单.csv", TEXT).mapping_file)
    bad = shop.folder / "bad.toml"
    bad.write_text(kept.read_text().replace(*change))
    with pytest.raises(LinkloopError) as error:
        shop.write("n.csv", NEXT, mapping=str(bad))
    assert error.value.code == "mapping.invalid"
    assert says in error.value.text.en
    assert [order.order_id for order in shop.rows(Order)] == ["D1"]


def test_a_mapping_for_other_headers_is_refused(shop: Bench) -> None:
    kept = shop.write("订单.csv", TEXT).mapping_file
    report = shop.write("x.csv", "sku,title,cost\nA,b,1\n", mapping=kept)
    assert report.problem is not None
    assert (report.problem.code, report.rows_kept) == ("mapping.headers", 0)
