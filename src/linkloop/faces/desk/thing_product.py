"""A product: how it sells, where it lies and how long that lasts, what comes, and what could be sold instead."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.catalog import CategoryName, Product, Supplier
from linkloop.commerce.orders import Order
from linkloop.commerce.stock import Place, StockLevel
from linkloop.core.money import exponent
from linkloop.core.text import Text
from linkloop.faces.desk.things_rows import Rows, decision_moments, of_action, order_line, told
from linkloop.faces.desk.things_views import (
    Alike,
    Moment,
    ProductComing,
    ProductDay,
    ProductPlace,
    ProductThing,
)
from linkloop.faces.desk.today_frame import Frame, frame, instant
from linkloop.faces.desk.today_night import Brief, held
from linkloop.faces.desk.today_promises import Coming, coming
from linkloop.faces.desk.today_stock import DAYS
from linkloop.store.sql.session import repr_sql

PLOTTED = 42  # days of the sales plot


_SALES = """
SELECT strftime(sold_at, '%Y-%m-%d') AS day, place, sum(quantity)::BIGINT AS units,
  coalesce(sum(quantity * price) FILTER (price_currency = $currency), 0)::BIGINT AS revenue
FROM order_lines WHERE product_id = $product AND sold_at >= $since AND quantity > 0 GROUP BY ALL
"""
_ORDERS = """
SELECT DISTINCT order_id, sold_at FROM order_lines WHERE product_id = $product AND sold_at >= $since
ORDER BY sold_at DESC LIMIT 20
"""


def product_thing(shop: Shop, product_id: str) -> ProductThing:
    """Everything about one product. Raises NotFound `row.unknown`."""
    day = frame(shop.clock.now(), shop.zone)
    with shop.store.read() as connection:
        rows = Rows(shop, connection)
        product = rows.must(Product, product_id, "product", "商品")
        since = day.start(PLOTTED - 1)
        asked = {"product": product_id, "since": since}
        sales = shop.door.query(_SALES, {**asked, "currency": shop.settings.currency}, max_rows=100_000).rows
        latest = [row[0] for row in shop.door.query(_ORDERS, asked).rows]
        goods = [one for one in coming(shop, connection) if one.product_id == product_id]
        waiting = [one for one in held(connection) if one.action.get("product_id") == product_id]
        decisions = rows.decisions(f"about = {repr_sql(product_id)}", of_action("product_id", product_id))
        orders = sorted(rows.many(Order, latest), key=lambda one: one.placed_at, reverse=True)
        return ProductThing(
            product=product,
            category=_category(rows, product.category),
            supplier=rows.one(Supplier, product.supplier_id) if product.supplier_id else None,
            days=_days(sales, day),
            places=_places(rows, product_id, sales, day),
            coming=[*(_goods(one) for one in goods), *(_waiting(one) for one in waiting)],
            alike=_alike(rows, connection, product),
            orders=[order_line(one) for one in orders],
            decisions=decisions,
            timeline=told([*(_promised(one) for one in goods), *decision_moments(decisions)]),
            sql=_sql(product_id, day, shop.settings.currency),
        )


def _days(sales: tuple[tuple[str, str, int, int], ...], day: Frame) -> list[ProductDay]:
    units: dict[str, list[int]] = {}
    for on, _, sold, revenue in sales:
        sums = units.setdefault(on, [0, 0])
        sums[0] += sold
        sums[1] += revenue
    days = [(day.day - timedelta(days=ago)).isoformat() for ago in range(PLOTTED - 1, -1, -1)]
    return [ProductDay(on, *units.get(on, [0, 0])) for on in days]


def _places(
    rows: Rows, product_id: str, sales: tuple[tuple[str, str, int, int], ...], day: Frame
) -> list[ProductPlace]:
    first = (day.day - timedelta(days=DAYS)).isoformat()
    names = {place.place: place.name for place in rows.many(Place, {one[1] for one in sales})}
    found: list[ProductPlace] = []
    for level in rows.by(StockLevel, "product_id", product_id):
        units = sum(sold for on, place, sold, _ in sales
                    if place == level.place and first <= on < day.day.isoformat())  # fmt: skip
        a_day = units / DAYS
        cover = max(level.on_hand, 0) / a_day if a_day else None
        found.append(
            ProductPlace(
                place=level.place, name=names.get(level.place, ""), on_hand=level.on_hand, on_order=level.on_order,
                backordered=level.backordered, counted_at=level.counted_at, units_per_day=a_day, days_of_cover=cover,
                ends_at=day.at + timedelta(days=min(cover, 3650.0)) if cover is not None else None,
            )
        )  # fmt: skip
    return found


def _category(rows: Rows, category: str) -> Text:
    names = {row.language: row.name for row in rows.many(CategoryName, [f"{category}|en", f"{category}|zh"])}
    return Text(en=names.get("en", category), zh=names.get("zh", category))


def _goods(one: Coming) -> ProductComing:
    return ProductComing(
        place=one.place, quantity=one.quantity, arrives_at=one.arrives_at, reference=one.reference, supplier_id="",
        case_id=one.case_id, status="promised",
    )  # fmt: skip


def _waiting(one: Brief) -> ProductComing:
    return ProductComing(
        place=str(one.action.get("place", "")), quantity=int(one.action.get("quantity", 0)), arrives_at=None,
        reference="", supplier_id=str(one.action.get("supplier_id", "")), case_id=one.case_id, decision_id=one.id,
        status="held",
    )  # fmt: skip


def _promised(one: Coming) -> Moment:
    return Moment(
        at=one.arrives_at, kind="stock", case_id=one.case_id,
        text=Text(en=f"{one.quantity} units are promised for {one.place}",
                  zh=f"供应商承诺 {one.quantity} 件到达 {one.place}"),
    )  # fmt: skip


def _alike(rows: Rows, connection: sa.Connection, product: Product) -> list[Alike]:
    """Products of the same category that are in stock somewhere, those nearest in price first."""
    found = rows.shop.door.query(
        "SELECT product_id, title, sum(on_hand)::BIGINT AS on_hand, sum(on_order)::BIGINT AS on_order\n"
        "FROM products JOIN stock_levels USING (product_id)\n"
        "WHERE category = ? AND product_id <> ? AND category <> ''\n"
        "GROUP BY ALL HAVING sum(on_hand) > 0",
        [product.category, product.product_id],
    ).rows
    prices = {row.product_id: row.price for row in rows.many(Product, (one[0] for one in found))}
    own = product.price.amount if product.price else 0

    def far(one: tuple[str, str, int, int]) -> tuple[float, str]:
        price = prices.get(one[0])
        return (abs(price.amount - own) if price else float("inf"), one[0])

    return [
        Alike(product_id=one[0], title=one[1], price=prices.get(one[0]), on_hand=one[2], on_order=one[3])
        for one in sorted(found, key=far)[:6]
    ]


def _sql(product_id: str, day: Frame, currency: str) -> dict[str, str]:
    where = f"product_id = {repr_sql(product_id)}"
    return {
        "days": (
            "SELECT strftime(sold_at, '%Y-%m-%d') AS day, sum(quantity) AS units,\n"
            f"  sum(quantity * price) FILTER (price_currency = '{currency}') / {10 ** exponent(currency)} AS revenue\n"
            f"FROM order_lines\nWHERE {where} AND quantity > 0 AND sold_at >= {instant(day.start(PLOTTED - 1))}\n"
            "GROUP BY day ORDER BY day"
        ),
        "places": f"SELECT * FROM stock_levels WHERE {where} ORDER BY place",
        "orders": f"SELECT * FROM order_lines WHERE {where} ORDER BY sold_at DESC LIMIT 100",
    }
