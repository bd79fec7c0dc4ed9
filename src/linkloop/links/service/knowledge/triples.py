"""Triples: rows of the catalog, articles, orders and parcels in the terms of schema.org."""

from __future__ import annotations

from datetime import datetime
from functools import singledispatch
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Quad

from linkloop.commerce.catalog import CategoryName, Product, ProductAttribute, ProductRelation, Supplier
from linkloop.commerce.customers import Customer
from linkloop.commerce.knowledge import Article
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.parcels import Parcel
from linkloop.core.table import Table, key_of

SCHEMA = "http://schema.org/"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_TIME = NamedNode("http://www.w3.org/2001/XMLSchema#dateTime")
_RELATION = {
    "accessory": "isAccessoryOrSparePartFor",
    "spare_part": "isAccessoryOrSparePartFor",
    "consumable": "isConsumableFor",
    "similar": "isSimilarTo",
    "related": "isRelatedTo",
}


def node(noun: str, key: str) -> NamedNode:
    """The IRI of a thing: `urn:linkloop:<noun>:<key>`, with every sign that an IRI must not hold escaped."""
    return NamedNode(f"urn:linkloop:{noun}:{quote(key, safe='-._~')}")


def term(name: str) -> NamedNode:
    """A term of schema.org; what schema.org lacks is under `urn:linkloop:term:`."""
    return NamedNode(SCHEMA + name)


def _about(subject: NamedNode, kind: str, **said: str | int | datetime | NamedNode | None) -> list[Quad]:
    """Triples of one thing; what is empty is not said."""
    quads = [Quad(subject, TYPE, term(kind))]
    for name, value in said.items():
        if isinstance(value, datetime):
            quads.append(Quad(subject, term(name), Literal(value.isoformat(), datatype=_TIME)))
        elif isinstance(value, NamedNode):
            quads.append(Quad(subject, term(name), value))
        elif value not in (None, ""):
            quads.append(Quad(subject, term(name), Literal(value)))
    return quads


@singledispatch
def triples(row: Table) -> list[Quad]:
    """What a row says; nothing for tables that the graph does not know."""
    return []


@triples.register
def _(row: Product) -> list[Quad]:
    maker = node("supplier", row.supplier_id) if row.supplier_id else None
    kind = node("category", row.category) if row.category else None
    price = f"{row.price.amount}" if row.price else ""
    return _about(
        node("product", row.product_id), "Product", sku=row.product_id, name=row.title, category=kind, brand=row.brand,
        price=price, priceCurrency=row.price.currency if row.price else "", manufacturer=maker,
    )  # fmt: skip


@triples.register
def _(row: CategoryName) -> list[Quad]:
    subject = node("category", row.category)
    named = Literal(row.name, language=row.language) if row.language else Literal(row.name)
    return [Quad(subject, TYPE, term("CategoryCode")), Quad(subject, term("name"), named)]


@triples.register
def _(row: Supplier) -> list[Quad]:
    return _about(node("supplier", row.supplier_id), "Organization", name=row.name, location=row.city)


@triples.register
def _(row: ProductRelation) -> list[Quad]:
    one, other = node("product", row.product_id), node("product", row.other_id)
    if not row.fits:
        return [Quad(one, NamedNode("urn:linkloop:term:doesNotFit"), other)]
    quads = [Quad(one, term(_RELATION[row.kind]), other)]
    if row.kind == "similar":
        quads.append(Quad(other, term("isSimilarTo"), one))
    if row.note:
        rule = node("relation", key_of(row))
        quads += _about(rule, "PropertyValue", subjectOf=one, about=other, description=row.note)
    return quads


@triples.register
def _(row: ProductAttribute) -> list[Quad]:
    subject, value = node("product", row.product_id), node("attribute", key_of(row))
    quads = _about(value, "PropertyValue", name=row.name, value=row.value, description=row.note)
    quads.append(Quad(subject, term("additionalProperty"), value))
    if row.name == "size":
        quads.append(Quad(subject, term("size"), Literal(row.value)))
    return quads


@triples.register
def _(row: Article) -> list[Quad]:
    if row.withdrawn:
        return []
    kind = "MerchantReturnPolicy" if row.kind == "policy" and "return" in row.topic else "Article"
    return _about(
        node("article", row.article_id), kind, name=row.title, about=row.topic, inLanguage=row.language, url=row.url,
        genre=row.kind, expires=row.valid_until,
    )  # fmt: skip


@triples.register
def _(row: Customer) -> list[Quad]:
    return _about(node("customer", row.customer_id), "Person", identifier=row.customer_id)


@triples.register
def _(row: Order) -> list[Quad]:
    buyer = node("customer", row.customer_id) if row.customer_id else None
    return _about(
        node("order", row.order_id), "Order", orderNumber=row.order_id, customer=buyer, orderStatus=row.status,
        orderDate=row.placed_at,
    )  # fmt: skip


@triples.register
def _(row: OrderLine) -> list[Quad]:
    line = node("line", key_of(row))
    quads = _about(line, "OrderItem", orderQuantity=row.quantity, orderedItem=node("product", row.product_id))
    return [*quads, Quad(node("order", row.order_id), term("orderedItem"), line)]


@triples.register
def _(row: Parcel) -> list[Quad]:
    return _about(
        node("parcel", row.parcel_id), "ParcelDelivery", identifier=row.parcel_id, deliveryStatus=row.status,
        partOfOrder=node("order", row.order_id), provider=row.carrier,
        expectedArrivalUntil=row.expected_at or row.promised_at,
    )  # fmt: skip
