"""Advice comes from the catalog's rows: the size of a table for a measure, what fits what, named properties."""

from __future__ import annotations

import pytest

from linkloop.commerce.catalog import Product, ProductAttribute, ProductRelation
from linkloop.core.money import Money
from linkloop.links.service.flows.measures import fitting, measured
from tests.links.service.flow_shop import SHOES, FlowShop, replies

CLOTHES = [("S", "155-160 cm, 45-50 kg"), ("M", "160-165 cm, 50-57 kg"), ("L", "165-170 cm, 57-65 kg")]
FEET = [("36", "230 mm"), ("37", "235 mm"), ("38", "240 mm")]
SIZES = [ProductAttribute(product_id="SHOES", name="size", value=size, note=note) for size, note in FEET]
CHARGER = Product(product_id="CHG", title="氮化镓充电器 · GaN charger", price=Money(11_900, "CNY"), weight_g=150)
MONITOR = Product(product_id="MON", title="便携显示器 · Portable monitor", price=Money(89_900, "CNY"))
BEAMER = Product(product_id="PRO", title="投影仪 · Projector", price=Money(199_900, "CNY"))
ROWS = (
    CHARGER, MONITOR, BEAMER, SHOES, *SIZES, ProductAttribute(product_id="CHG", name="connector", value="USB-C"),
    ProductRelation(product_id="CHG", other_id="MON", kind="accessory"),
    ProductRelation(product_id="CHG", other_id="PRO", kind="accessory", fits=False),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("165cm 60公斤", {"cm": 165.0, "kg": 60.0}), ("身高170", {"cm": 170.0}), ("120斤", {"kg": 60.0}),
        ("I am 180 cm", {"cm": 180.0}),
        ("脚长235毫米", {"mm": 235.0}), ("买2个", {}), ("order 123", {}),
    ],
)  # fmt: skip
def test_measures(text: str, given: dict[str, float]) -> None:
    assert measured(text) == given


@pytest.mark.parametrize(
    ("given", "sizes"),
    [
        ({"cm": 158}, ["S"]), ({"cm": 160}, ["M"]), ({"cm": 170}, ["L"]), ({"cm": 171}, []),
        ({"cm": 162, "kg": 60}, []),
        ({"cm": 162, "kg": 55}, ["M"]), ({}, []), ({"mm": 240}, []),
    ],
)  # fmt: skip
def test_a_size_fits_if_it_covers_all_that_was_measured(given: dict[str, float], sizes: list[str]) -> None:
    assert fitting(given, CLOTHES) == sizes


@pytest.mark.parametrize(("mm", "sizes"), [(228, ["36"]), (230, ["36"]), (231, ["37"]), (240, ["38"]), (241, [])])
def test_a_foot_takes_the_next_larger_shoe(mm: float, sizes: list[str]) -> None:
    assert fitting({"mm": mm}, FEET) == sizes


def test_a_size_is_advised_from_the_table_or_the_table_is_told() -> None:
    town = FlowShop(*ROWS)
    assert replies(town.ask("跑步鞋脚长233毫米穿几码", "size_advice")) == ["按“跑步鞋”的尺码表，适合 37（235 mm）。"]
    assert replies(town.ask("which size of the running shoes", "size_advice")) == [
        "The size table of “Running shoes”: 36: 230 mm; 37: 235 mm; 38: 240 mm."
    ]
    (text,) = replies(town.ask("running shoes for a foot of 290 mm please", "size_advice"))
    assert text.startswith("No single size of the table covers all that you named. The size table of “Running shoes”")


def test_what_fits_what_is_told_as_the_catalog_says_it() -> None:
    town = FlowShop(*ROWS)
    assert replies(town.ask("does the GaN charger work with the portable monitor", "compatibility")) == [
        "“GaN charger” fits “Portable monitor”."
    ]
    assert replies(town.ask("氮化镓充电器可以给投影仪用吗", "compatibility")) == ["“氮化镓充电器”不适用于“投影仪”。"]
    assert replies(town.ask("what does the GaN charger fit", "compatibility")) == [
        "By our catalog “GaN charger” fits: Portable monitor."
    ]
    (text,) = replies(FlowShop(*ROWS).ask("does the portable monitor fit the projector", "compatibility"))
    assert text.startswith("This is one for a person")


def test_a_property_that_is_asked_for_by_name_is_told_and_nothing_else() -> None:
    town = FlowShop(*ROWS)
    assert replies(town.ask("氮化镓充电器是什么接口", "product_question")) == ["“氮化镓充电器”是 USB-C 接口。"]
    assert replies(town.ask("how heavy is the GaN charger", "product_question")) == ["“GaN charger” weighs 150 g."]
    assert replies(town.ask("便携显示器多少钱", "product_question")) == ["“便携显示器”售价 ¥899.00。"]
