"""Guess: headers in two languages, values and needs tell which tables a file feeds, and the report says why."""

from __future__ import annotations

import pytest

from linkloop.worlds.files.names import known, plain, scores
from tests.worlds.files.conftest import Bench


def guessed(shop: Bench, text: str, name: str = "f.csv", **options):
    """table → field → (source columns, transform) of a file that is not taken in."""
    report = shop.write(name, text, dry_run=True, **options)
    found: dict[str, dict[str, tuple[tuple[str, ...], str]]] = {}
    for one in report.guessed:
        assert one.why.en
        assert one.why.zh
        assert 0 < one.confidence <= 1
        found.setdefault(one.table, {})[one.field] = (one.source, one.transform)
    return found, report


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("InvoiceNo", "invoice no"),
        ("order_purchase_timestamp", "order purchase timestamp"),
        ("CustomerID", "customer id"),
        ("  Unit  Price ($) ", "unit price"),
        ("单价（元）", "单价"),
        ("订单 编号", "订单编号"),
        ("ＳＫＵ编码", "sku编码"),
        ("", ""),
    ],
)
def test_headers_are_compared_as_plain_words(header, expected):
    assert plain(header) == expected


def test_a_foreign_entity_in_a_header_is_not_ours():
    assert "city" in scores("customers", "customer_city")
    assert "city" not in scores("sellers", "customer_city")
    assert "placed_at" not in scores("orders", "shipping_limit_date")
    assert scores("customers", "Custommer ID")["customer_id"] == 0.7
    assert known("订单编号")
    assert not known("hello")


def test_a_taobao_export_of_order_lines(shop: Bench):
    found, report = guessed(
        shop,
        "主订单编号,标题,商家编码,数量,单价,订单状态,订单创建时间,买家会员名,收货人姓名,收货省份,物流单号,物流公司,发货时间\n"
        "10001,连衣裙,S1,1,59.9,交易成功,2024-01-05 08:03:09,u1,小王,浙江,SF1,顺丰,2024-01-06 09:00:00\n"
        "10001,耳机,S2,2,88,交易成功,2024-01-05 08:03:09,u1,小王,浙江,SF1,顺丰,2024-01-06 09:00:00\n"
        "10002,耳机,S2,1,88,交易关闭,2024-01-05 09:03:09,u2,小李,上海,,,\n",
    )
    assert set(found) == {"order_lines", "orders", "products", "customers", "parcels"}
    assert found["order_lines"]["order_id"] == (("主订单编号",), "id")
    assert found["order_lines"]["product_id"] == (("商家编码",), "id")
    assert found["order_lines"]["price"] == (("单价",), "money")
    assert found["orders"]["status"] == (("订单状态",), "word")
    assert found["orders"]["total"] == (("单价", "数量"), "product")
    assert found["parcels"]["parcel_id"] == (("物流单号",), "id")
    assert found["customers"]["name"] == (("收货人姓名",), "text")
    assert report.ignored == ()


def test_the_rows_of_that_export_are_taken_in(shop: Bench):
    from linkloop.commerce.orders import Order
    from linkloop.commerce.parcels import Parcel

    report = shop.write(
        "orders.csv",
        "主订单编号,商家编码,数量,单价,订单状态,订单创建时间,物流单号,物流公司\n"
        "10001,S1,1,59.9,交易成功,2024-01-05 08:03:09,SF1,顺丰\n"
        "10002,S2,1,88,交易关闭,2024-01-05 09:03:09,,\n",
    )
    assert (report.rows_kept, report.tables) == (2, {"order_lines": 2, "orders": 2, "parcels": 1})
    assert {order.order_id: order.status for order in shop.rows(Order)} == {"10001": "delivered", "10002": "cancelled"}
    assert [(parcel.parcel_id, parcel.order_id, parcel.carrier) for parcel in shop.rows(Parcel)] == [
        ("SF1", "10001", "顺丰")
    ]


def test_an_order_list_without_lines(shop: Bench):
    found, _ = guessed(
        shop,
        "Order Number;Order Date;Grand Total;Customer ID;City\n"
        "1;05.01.2024;1.299,50 €;c1;Köln\n2;13.01.2024;5,00 €;c2;Ulm\n",
    )
    assert found["orders"]["total"] == (("Grand Total",), "money")
    assert found["orders"]["placed_at"] == (("Order Date",), "date")
    assert set(found) == {"orders", "customers"}


def test_line_amounts_become_unit_prices(shop: Bench):
    from linkloop.commerce.orders import Order, OrderLine

    found, _ = guessed(shop, "订单号,商品编码,数量,金额,下单时间\n1,A,4,10.00,2024-01-05\n")
    assert found["order_lines"]["price"] == (("金额", "数量"), "per_unit")
    shop.write("f.csv", "订单号,商品编码,数量,金额,下单时间\n1,A,4,10.00,2024-01-05\n1,B,1,2.5,2024-01-05\n")
    assert [line.price.amount for line in shop.rows(OrderLine)] == [250, 250]
    assert [order.total.amount for order in shop.rows(Order)] == [1250]


def test_stock_products_and_suppliers(shop: Bench):
    found, _ = guessed(shop, "商品编码,商品名称,仓库,库存数量,在途数量\nA,杯子,杭州仓,5,2\nA,杯子,上海仓,6,0\n")
    assert found["stock_levels"]["on_hand"] == (("库存数量",), "int")
    assert found["stock_levels"]["place"] == (("仓库",), "id")
    assert found["products"]["title"] == (("商品名称",), "text")
    found, _ = guessed(shop, "SKU,Title,Weight (kg),Cost (USD)\nA,Cup,0.35,2.5\n", "g.csv")
    assert found == {
        "products": {
            "product_id": (("SKU",), "id"),
            "title": (("Title",), "text"),
            "weight_g": (("Weight (kg)",), "int"),
            "cost": (("Cost (USD)",), "money"),
        }
    }
    found, _ = guessed(shop, "供应商编号,供应商名称,交期,起订量\nV1,甲,7,10\n", "h.csv")
    assert set(found["suppliers"]) == {"supplier_id", "name", "lead_time_days", "min_order_units"}


def test_a_column_that_no_name_tells_is_found_by_its_values(shop: Bench):
    found, report = guessed(shop, "order no,moment\nx1,2024-01-05 08:03:09\nx2-2,2024-01-06 08:03:09\n")
    assert found == {"orders": {"order_id": (("order no",), "id"), "placed_at": (("moment",), "date")}}
    assert report.confidence == 0.4
    [moment] = [one for one in report.guessed if one.field == "placed_at"]
    assert moment.why.en == "“moment” is the only column with such values, 100% dates"


def test_a_file_of_something_else_is_not_guessed_at(shop: Bench):
    found, report = guessed(shop, "planet,moons\nMars,2\n")
    assert (found, report.mapping, report.confidence) == ({}, "", 0.0)


@pytest.mark.parametrize(
    ("header", "cell", "options", "expected"),
    [
        ("price", "£2.50", {}, "GBP"),
        ("price", "R$ 2,50", {}, "BRL"),
        ("price(元)", "2.50", {}, "CNY"),
        ("price (USD)", "2.50", {}, "USD"),
        ("price", "2.50", {}, "CNY"),
        ("price", "2.50", {"shop_currency": "EUR"}, "EUR"),
        ("price", "£2.50", {"currency": "eur"}, "EUR"),
    ],
)
def test_the_currency_is_told_by_signs_headers_or_a_person(shop: Bench, header, cell, options, expected):
    from linkloop.commerce.catalog import Product

    shop.write("f.csv", f'sku;title;{header}\nA;Cup;"{cell}"\n', **options)
    [product] = shop.rows(Product)
    assert (product.price.amount, product.price.currency) == (250, expected)


def test_a_currency_column_tells_each_row(shop: Bench):
    from linkloop.commerce.catalog import Product

    report = shop.write("f.csv", "sku,title,price,币种\nA,Cup,2.5,USD\nB,Pot,250,JPY\nC,Pan,1,florins\n")
    assert [(p.price.amount, p.price.currency) for p in shop.rows(Product)] == [(250, "USD"), (250, "JPY")]
    assert report.reasons == {"currency.unknown": 1}


def test_the_time_zone_is_the_shops_unless_the_file_or_a_person_tells(shop: Bench):
    from linkloop.commerce.orders import Order

    text = "order no,order date,country\n{},2024-07-05 08:00:00,{}\n"
    for number, country, options in (
        ("1", "x", {}),
        ("2", "x", {"shop_timezone": "Asia/Tokyo"}),
        ("3", "United Kingdom", {}),
        ("4", "United Kingdom", {"timezone": "Europe/Paris"}),
    ):
        shop.write(f"{number}.csv", text.format(number, country), keep=False, **options)
    assert [order.placed_at.hour for order in shop.rows(Order)] == [0, 23, 7, 6]
