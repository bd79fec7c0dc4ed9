"""Targets: the commerce tables that a file can feed, and what each needs before it is worth feeding."""

from __future__ import annotations

import msgspec

from linkloop.commerce.catalog import CategoryName, Product, ProductAttribute, ProductRelation, Seller, Supplier
from linkloop.commerce.customers import Customer, PostcodePoint
from linkloop.commerce.orders import Order, OrderLine, Review
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.payments import Payment
from linkloop.commerce.stock import Place, StockLevel
from linkloop.core.table import Table, table_name


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One table: fields that a column must give, fields of which at least one must be there too (`anchors`), the
    key field that may be counted, constants where no column is, and lowest and highest possible numbers."""

    kind: type[Table]
    needs: tuple[str, ...]
    anchors: tuple[str, ...] = ()
    counted: str = ""
    constants: dict[str, str] = {}
    bounds: dict[str, tuple[float, float]] = {}
    nonzero: tuple[str, ...] = ()


_MANY = 1e9
_PLACE = ("name", "postcode", "city", "region", "country")

_LISTED = (
    Target(
        kind=OrderLine,
        needs=("order_id", "product_id", "price"),
        counted="line_no",
        constants={"quantity": "1"},
        bounds={"quantity": (-_MANY, _MANY), "line_no": (0, _MANY), "price": (0, 2**62)},
        nonzero=("quantity",),
    ),
    Target(
        kind=Payment,
        needs=("order_id", "method", "amount"),
        counted="payment_no",
        bounds={"payment_no": (0, _MANY), "instalments": (0, 1000)},
    ),
    Target(kind=Review, needs=("review_id", "order_id", "stars"), bounds={"stars": (1, 5)}),
    Target(kind=Order, needs=("order_id", "placed_at")),
    Target(kind=ProductRelation, needs=("product_id", "other_id", "kind")),
    Target(kind=ProductAttribute, needs=("product_id", "name", "value")),
    Target(
        kind=Parcel,
        needs=("parcel_id", "order_id"),
        anchors=("shipped_at", "promised_at", "delivered_at", "carrier"),
    ),
    Target(
        kind=StockLevel,
        needs=("product_id", "on_hand"),
        constants={"place": "main"},
        bounds=dict.fromkeys(("on_hand", "on_order", "backordered"), (-_MANY, _MANY)),
    ),
    Target(
        kind=PostcodePoint,
        needs=("postcode", "latitude", "longitude"),
        counted="point_no",
        bounds={"latitude": (-90, 90), "longitude": (-180, 180), "point_no": (0, _MANY)},
    ),
    Target(kind=CategoryName, needs=("category", "name")),
    Target(
        kind=Product,
        needs=("product_id",),
        anchors=("title", "category", "brand", "cost", "weight_g"),
        bounds={
            **dict.fromkeys(("weight_g", "length_mm", "width_mm", "height_mm", "photos"), (0, _MANY)),
            **dict.fromkeys(("price", "cost"), (0, 2**62)),
        },
    ),
    Target(kind=Customer, needs=("customer_id",), anchors=(*_PLACE, "person_id", "joined_at")),
    Target(kind=Seller, needs=("seller_id",), anchors=_PLACE),
    Target(
        kind=Supplier,
        needs=("supplier_id",),
        anchors=("name", "lead_time_days", "min_order_units"),
        bounds={"lead_time_days": (0, 3650), "min_order_units": (0, _MANY), "case_pack_units": (0, _MANY)},
    ),
    Target(
        kind=Place,
        needs=("place",),
        anchors=("name", "city", "latitude"),
        bounds={"latitude": (-90, 90), "longitude": (-180, 180)},
    ),
)

TARGETS: dict[str, Target] = {table_name(target.kind): target for target in _LISTED}
"""SQL name → target, the finest grain first: the first that a file can feed gives the meaning of its rows."""
