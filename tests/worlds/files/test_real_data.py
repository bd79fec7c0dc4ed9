"""The two public data sets whole, against figures that DuckDB and Decimal compute from the same files."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pytest

from linkloop.commerce.catalog import CategoryName, Product, Seller
from linkloop.commerce.customers import Customer, PostcodePoint
from linkloop.commerce.loop import FileImported
from linkloop.commerce.orders import Order, OrderLine, Review
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.payments import Payment
from tests.worlds.files.conftest import Bench, data

LONDON, SAO_PAULO = ZoneInfo("Europe/London"), ZoneInfo("America/Sao_Paulo")


def rows_of(query: str, path: Path) -> list[tuple[Any, ...]]:
    read = "read_parquet('{}')" if path.suffix == ".parquet" else "read_csv('{}', all_varchar=true)"
    with duckdb.connect() as db:
        return db.execute(query.format(f=read.format(path))).fetchall()


def pence(price: float) -> int:
    return int((Decimal(repr(price)) * 100).quantize(Decimal(1), ROUND_HALF_EVEN))


@pytest.mark.slow
def test_online_retail_is_taken_whole(shop: Bench) -> None:
    path = data("supply", "online_retail", "online_retail.parquet")
    [(size,)] = rows_of("SELECT count(*) FROM {f}", path)
    adjusted = rows_of("SELECT InvoiceNo FROM {f} WHERE InvoiceNo LIKE 'A%'", path)
    good = "FROM {f} WHERE InvoiceNo NOT LIKE 'A%'"
    [report] = shop.take(path).files
    assert (report.rows_in, report.rows_quarantined) == (size, len(adjusted))
    assert report.reasons == {"refused.0": len(adjusted), "money.negative": 2}
    assert report.problem is None

    [counts] = rows_of(
        "SELECT count(*), count(DISTINCT InvoiceNo), count(DISTINCT StockCode), count(DISTINCT CustomerID) " + good,
        path,
    )
    assert report.tables == dict(zip(("order_lines", "orders", "products", "customers"), counts, strict=True))

    by_price = rows_of("SELECT UnitPrice, sum(Quantity)::BIGINT " + good + " GROUP BY 1", path)
    value = sum(pence(price) * units for price, units in by_price)
    lines = pl.DataFrame(pl.from_arrow(shop.cold(OrderLine)))
    assert lines.height == counts[0]
    assert lines.select((pl.col("price") * pl.col("quantity")).sum()).item() == value
    assert set(lines["price_currency"]) == {"GBP"}
    [(returned, units)] = rows_of("SELECT count(*), sum(Quantity)::BIGINT " + good + " AND Quantity < 0", path)
    back = lines.filter(pl.col("quantity") < 0)
    assert (back.height, back["quantity"].sum()) == (returned, units)
    [(post,)] = rows_of("SELECT count(*) " + good + " AND StockCode IN ('POST', 'DOT', 'M')", path)
    assert lines["product_id"].is_in(["POST", "DOT", "M"]).sum() == post

    orders = pl.DataFrame(pl.from_arrow(shop.cold(Order)))
    assert orders["total"].sum() == value
    [(cancelled,)] = rows_of("SELECT count(DISTINCT InvoiceNo) " + good + " AND InvoiceNo LIKE 'C%'", path)
    assert (orders["status"] == "returned").sum() == cancelled
    [(nameless,)] = rows_of("SELECT count(DISTINCT InvoiceNo) " + good + " AND CustomerID IS NULL", path)
    assert (orders["customer_id"] == "").sum() == nameless
    held = shop.rows(Order)
    assert len(held) == counts[1]
    [first] = [order for order in held if order.order_id == "536365"]
    assert (first.customer_id, first.country, first.total.currency) == ("17850", "United Kingdom", "GBP")
    assert first.placed_at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M") == "2010-12-01 08:26"
    assert first.total.amount == sum(
        pence(p) * q for p, q in rows_of("SELECT UnitPrice, Quantity FROM {f} WHERE InvoiceNo = '536365'", path)
    )

    rejected = pl.read_csv(report.quarantine, infer_schema=False)
    assert sorted(rejected["InvoiceNo"]) == sorted(no for (no,) in adjusted)
    assert rejected["_reason_en"][0].endswith("an accounting adjustment (such as bad debt), not an order")

    [event] = shop.said(FileImported)
    assert (event.rows_in, event.rows_kept, event.tables) == (size, counts[0], report.tables)


def test_olist_is_recognised_and_taken_whole(shop: Bench) -> None:
    folder = data("supply", "olist_sample")
    reports = {report.file: report for report in shop.take(folder).files}
    assert len(reports) == 9
    for report in reports.values():
        assert (report.rows_in,) == rows_of("SELECT count(*) FROM {f}", folder / report.file)[0]
        assert (report.rows_quarantined, report.problem) == (0, None)

    def file(part: str) -> Path:
        return folder / f"olist_{part}_dataset.csv"

    for kind, part, key in (
        (Customer, "customers", "customer_id"),
        (Order, "orders", "order_id"),
        (Product, "products", "product_id"),
        (Seller, "sellers", "seller_id"),
        (OrderLine, "order_items", "(order_id, order_item_id)"),
        (Payment, "order_payments", "(order_id, payment_sequential)"),
        (Review, "order_reviews", "(review_id, order_id)"),
    ):
        assert (len(shop.rows(kind)),) == rows_of(f"SELECT count(DISTINCT {key}) FROM {{f}}", file(part))[0], part
    assert shop.cold(PostcodePoint).num_rows == reports["olist_geolocation_dataset.csv"].rows_in

    cents = "sum(({})::DECIMAL(18, 2) * 100)::BIGINT"
    [money] = rows_of(
        f"SELECT {cents.format('price')}, {cents.format('freight_value')} FROM {{f}}", file("order_items")
    )
    lines = shop.rows(OrderLine)
    assert (sum(line.price.amount for line in lines), sum(line.freight.amount for line in lines)) == money
    [paid] = rows_of(f"SELECT {cents.format('payment_value')} FROM {{f}}", file("order_payments"))
    payments = shop.rows(Payment)
    assert (sum(payment.amount.amount for payment in payments),) == paid
    assert {payment.amount.currency for payment in payments} == {"BRL"}

    sent = rows_of("SELECT count(*), count(order_delivered_customer_date) FROM {f} "
                   "WHERE order_delivered_carrier_date <> ''", file("orders"))  # fmt: skip
    parcels = shop.rows(Parcel)
    assert [(len(parcels), sum(parcel.delivered_at is not None for parcel in parcels))] == sent
    status = dict(rows_of("SELECT order_status, count(*) FROM {f} GROUP BY 1", file("orders")))
    orders = shop.rows(Order)
    assert sum(order.status == "delivered" for order in orders) == status["delivered"]
    assert sum(order.status == "cancelled" for order in orders) == status["canceled"]
    told = dict(rows_of("SELECT order_id, order_purchase_timestamp FROM {f}", file("orders")))
    assert {o.order_id: o.placed_at.astimezone(SAO_PAULO).strftime("%Y-%m-%d %H:%M:%S") for o in orders} == told

    stars = [(n,) for n in rows_of("SELECT sum(review_score::INT)::BIGINT FROM {f}", file("order_reviews"))[0]]
    assert stars == [(sum(review.stars for review in shop.rows(Review)),)]
    comments = rows_of("SELECT trim(review_comment_message, ' \t\r\n') FROM {f} "
                       "WHERE trim(review_comment_message, ' \t\r\n') <> ''", file("order_reviews"))  # fmt: skip
    assert sorted(review.text for review in shop.rows(Review) if review.text) == sorted(text for (text,) in comments)
    grams = rows_of("SELECT sum(product_weight_g::DOUBLE)::BIGINT, sum(product_length_cm::DOUBLE * 10)::BIGINT "
                    "FROM {f}", file("products"))  # fmt: skip
    products = shop.rows(Product)
    assert [(sum(p.weight_g or 0 for p in products), sum(p.length_mm or 0 for p in products))] == grams
    names = {(c.category, c.name, c.language) for c in shop.rows(CategoryName)}
    assert ("beleza_saude", "health_beauty", "en") in names


def test_recognition_does_not_look_at_file_names(shop: Bench) -> None:
    source = data("supply", "olist_sample", "olist_order_items_dataset.csv")
    report = shop.write("x.csv", source.read_bytes().split(b"\n", 51)[0] + b"\n" + b"\n".join(
        source.read_bytes().split(b"\n")[1:51]) + b"\n", dry_run=True)  # fmt: skip
    assert {guess.table for guess in report.guessed} == {"order_lines"}
    assert {guess.field: guess.source for guess in report.guessed}["freight"] == ("freight_value",)
