"""Mapping files: what is written is read again, what a person edits is used, and what is wrong is named."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkloop.commerce.catalog import Product
from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.worlds.files.mapping import ColumnRule, Mapping, Refusal, TableMapping, digest_of, signature_of
from linkloop.worlds.files.mapping_file import from_builtins, keep, kept, name_for, named, read_mapping, to_toml
from tests.worlds.files.conftest import Bench

words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8)


@st.composite
def mappings(draw) -> Mapping:
    headers = tuple(draw(st.lists(words, min_size=3, max_size=5, unique=True)))
    column = st.sampled_from(headers)
    why = st.builds(Text, en=words, zh=words)
    text = st.builds(
        ColumnRule, source=st.tuples(column), why=why, confidence=st.floats(0, 1).map(lambda x: round(x, 3))
    )
    status = st.builds(
        ColumnRule,
        source=st.tuples(column),
        transform=st.just("word"),
        values=st.dictionaries(words, st.sampled_from(["paid", "shipped"]), max_size=3),
    )
    money = st.builds(
        ColumnRule,
        source=st.tuples(column),
        transform=st.just("money"),
        currency=st.sampled_from(["CNY", "GBP"]),
        decimal=st.sampled_from(".,"),
    )
    date = st.builds(
        ColumnRule,
        source=st.tuples(column),
        transform=st.just("date"),
        format=st.just(("%Y-%m-%d", "%d/%m/%Y %H:%M")),
        timezone=st.just("Asia/Shanghai"),
    )
    orders = TableMapping(
        table="orders",
        rows="each",
        where=draw(column),
        columns={"order_id": draw(text), "placed_at": draw(date), "status": draw(status), "total": draw(money)},
    )
    customers = TableMapping(table="customers", rows="key", columns={"customer_id": draw(text), "city": draw(text)})
    refusal = Refusal(column=draw(column), matches="^A\\d+$", why=draw(why))
    return Mapping(
        name="m",
        signature=signature_of(headers),
        headers=headers,
        targets=draw(st.sampled_from([(orders,), (orders, customers)])),
        refuse=draw(st.sampled_from([(), (refusal,), (refusal, refusal)])),
        ignored=draw(st.sampled_from([(), headers[:1]])),
    )


@settings(deadline=None, max_examples=40)
@given(mappings())
def test_what_is_written_is_read_again(tmp_path_factory, mapping):
    folder = tmp_path_factory.mktemp("mappings")
    path = keep(mapping, folder)
    assert read_mapping(path) == mapping
    assert kept(folder, mapping.signature, "") == mapping
    assert named(folder, "m") == named(folder, str(path)) == mapping
    assert from_builtins(msgspec.json.decode(msgspec.json.encode(mapping)), "x") == mapping


def test_a_signature_does_not_care_for_order_case_and_punctuation():
    assert signature_of(("Order ID", "Qty")) == signature_of(("qty", "order_id"))
    assert signature_of(("Order ID", "Qty")) != signature_of(("Order ID",))
    assert name_for("2024-01 订单 export.csv", "Sheet1", "0123456789") == "订单-export-sheet-01234567"
    assert name_for("2024.csv", "", "0123456789") == "file-01234567"


def test_reasons_and_names_do_not_make_another_mapping():
    rule = ColumnRule(source=("sku",), transform="id")
    mapping = Mapping(
        name="a",
        signature="s",
        headers=("sku",),
        targets=(TableMapping(table="products", rows="each", columns={"product_id": rule}),),
    )
    told = msgspec.structs.replace(rule, confidence=0.5, why=Text(en="x", zh="y"))
    target = msgspec.structs.replace(mapping.targets[0], columns={"product_id": told})
    assert digest_of(msgspec.structs.replace(mapping, name="b", targets=(target,))) == digest_of(mapping)
    other = msgspec.structs.replace(mapping.targets[0], rows="key")
    assert digest_of(msgspec.structs.replace(mapping, targets=(other,))) != digest_of(mapping)


def test_an_edited_mapping_is_kept_and_used_for_the_next_file(shop: Bench):
    report = shop.write("a.csv", "sku,title,note\nA,Cup,red\n")
    path = Path(report.mapping_file)
    assert path == shop.folder / "mappings" / f"{report.mapping}.toml"
    assert report.ignored == ("note",)
    edited = path.read_text(encoding="utf-8") + '\n[targets.columns.brand]\nsource = ["note"]\n'
    path.write_text(edited, encoding="utf-8")
    again = shop.write("a.csv", "sku,title,note\nA,Cup,red\n")
    assert again.repeated is False  # the same file by another mapping is another import
    [product] = shop.rows(Product)
    assert (product.title, product.brand) == ("Cup", "red")
    shop.write("b.csv", "sku,title,note\nB,Pot,blue\n")
    assert shop.rows(Product)[1].brand == "blue"
    assert path.read_text(encoding="utf-8") == edited


def test_a_mapping_can_be_given_by_name_as_values_or_for_headers_that_nothing_knows(shop: Bench):
    text = "x1,x2\nA,Cup\n"
    assert shop.write("a.csv", text).problem.code == "mapping.none"
    columns = {"product_id": {"source": ["x1"], "transform": "id"}, "title": {"source": ["x2"]}}
    values = {
        "name": "mine",
        "signature": signature_of(("x1", "x2")),
        "headers": ["x1", "x2"],
        "targets": [{"table": "products", "rows": "each", "columns": columns}],
    }
    report = shop.write("a.csv", text, mapping=values)
    assert (report.rows_kept, report.mapping) == (1, "mine")
    assert shop.write("a.csv", text, mapping="mine").repeated
    assert shop.write("c.csv", "x2,x1\nPot,B\n").mapping == "mine"
    assert [(p.product_id, p.title) for p in shop.rows(Product)] == [("A", "Cup"), ("B", "Pot")]
    other = shop.write("d.csv", "x1,x3\nA,Cup\n", mapping="mine")
    assert (other.problem.code, other.rows_in) == ("mapping.headers", 0)


GOOD = """
name = "m"
signature = "s"
headers = ["a", "b"]
[[targets]]
table = "orders"
rows = "each"
[targets.columns.order_id]
source = ["a"]
transform = "id"
[targets.columns.placed_at]
source = ["b"]
transform = "date"
timezone = "UTC"
"""


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('name = "m"', 'name = "../m"', "name is no file name"),
        ('rows = "each"', 'rows = "some"', "Invalid enum value 'some'"),
        ('table = "orders"', 'table = "planets"', "planets is none of"),
        ('source = ["a"]', 'source = ["z"]', "orders.order_id: the headers have no “z”"),
        ('source = ["a"]', "source = []", "orders.order_id: id takes 1 columns as source"),
        ('timezone = "UTC"', 'timezone = "Mars/Base"', "'Mars/Base' is no time zone"),
        ('transform = "id"', 'transform = "magic"', "Invalid enum value 'magic'"),
        ('transform = "id"', 'transform = "money"\ncurrency = "XYZ"', "'XYZ' is no currency"),
        ('transform = "id"', 'transform = "count"', "count takes 0 columns as source"),
        ('source = ["a"]\ntransform = "id"', 'transform = "count"', "only no field is counted"),
        ("[targets.columns.placed_at]", "[targets.columns.order]", "orders.order: there is no such field"),
        ("[[targets]]", '[[refuse]]\ncolumn = "a"\nmatches = "("\nwhy = {en="", zh=""}\n[[targets]]', "refuse: ("),
        (
            'timezone = "UTC"',
            'timezone = "UTC"\n[targets.columns.status]\ntransform = "constant"\nconstant = "lost"',
            "'lost'",
        ),
        ('headers = ["a", "b"]', "headers = [", "Invalid"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_named(tmp_path, before, after, told):
    path = tmp_path / "m.toml"
    path.write_text(GOOD)
    assert read_mapping(path).targets[0].table == "orders"
    assert before in GOOD
    path.write_text(GOOD.replace(before, after, 1))
    with pytest.raises(LinkloopError) as refused:
        read_mapping(path)
    assert (refused.value.code, refused.value.where) == ("mapping.invalid", "m.toml")
    assert told in refused.value.text.en


def test_a_kept_mapping_that_was_spoilt_is_told_of_and_the_file_is_not_taken_in(shop: Bench):
    report = shop.write("a.csv", "sku,title\nA,Cup\n", dry_run=True)
    folder = shop.folder / "mappings"
    folder.mkdir()
    spoilt = folder / "mine.toml"
    spoilt.write_text(f'signature = "{signature_of(("sku", "title"))}"\nname = [')
    report = shop.write("a.csv", "sku,title\nA,Cup\n")
    assert (report.problem.code, report.rows_in) == ("mapping.invalid", 0)
    assert shop.rows(Product) == []
    assert shop.write("b.csv", "sku,brand\nA,X\n").rows_kept == 1


def test_toml_is_for_people():
    rule = ColumnRule(source=("订单号",), transform="id", why=Text(en="“订单号” is known", zh="常用名"))
    mapping = Mapping(
        name="m",
        signature="s",
        headers=("订单号",),
        targets=(TableMapping(table="products", rows="each", columns={"product_id": rule}),),
    )
    assert to_toml(mapping).split("\n\n", 1)[1] == (
        'name = "m"\nsignature = "s"\nheaders = ["订单号"]\n\n'
        '[[targets]]\ntable = "products"\nrows = "each"\n\n'
        '[targets.columns.product_id]\nsource = ["订单号"]\ntransform = "id"\n'
        'why = {en = "“订单号” is known", zh = "常用名"}\n'
    )
