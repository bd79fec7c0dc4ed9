"""A customer: what they bought, what went wrong, what they were given, and what they wrote."""

from __future__ import annotations

from linkloop.app.shop import Shop
from linkloop.commerce.conversations import Message
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.remedies import RemedyGiven
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.faces.desk.thing_order import parcel_moments
from linkloop.faces.desk.things_rows import (
    Rows,
    decision_moments,
    message_moments,
    of_action,
    order_line,
    said,
    told,
)
from linkloop.faces.desk.things_views import CustomerThing, Moment
from linkloop.store.sql.session import repr_sql

SHOWN = 200


def customer_thing(shop: Shop, customer_id: str) -> CustomerThing:
    """Everything about one customer. Raises NotFound `row.unknown`."""
    currency = shop.settings.currency
    with shop.store.read() as connection:
        rows = Rows(shop, connection)
        customer = rows.must(Customer, customer_id, "customer", "客户")
        orders = sorted(rows.by(Order, "customer_id", customer_id), key=lambda one: one.placed_at, reverse=True)
        parcels = rows.by(Parcel, "customer_id", customer_id)
        messages = said(rows.by(Message, "customer_id", customer_id))
        remedies = rows.by(RemedyGiven, "customer_id", customer_id)
        talks = sorted({one.conversation_id for one in messages})
        about = [f"about IN ({', '.join(repr_sql(key) for key in talks)})"] if talks else []
        decisions = rows.decisions(*about, of_action("customer_id", customer_id))
        moments = [
            *(_order(one) for one in orders[:SHOWN]),
            *(moment for parcel in parcels for moment in parcel_moments(parcel)),
            *message_moments(messages),
            *decision_moments(decisions),
        ]
        where = f"customer_id = {repr_sql(customer_id)}"
        return CustomerThing(
            customer=customer,
            value=Money(sum(o.total.amount for o in orders if o.total and o.total.currency == currency), currency),
            order_count=len(orders),
            first_order_at=orders[-1].placed_at if orders else None,
            last_order_at=orders[0].placed_at if orders else None,
            orders=[order_line(one) for one in orders[:SHOWN]],
            parcels=sorted(parcels, key=lambda one: (one.delivered_at is not None, one.parcel_id)),
            remedies=remedies,
            messages=messages,
            talks=rows.talks(customer_id, messages),
            decisions=decisions,
            timeline=told(moments),
            sql={
                "value": f"SELECT sum(total) / 100 AS value, count(*) AS orders FROM orders\nWHERE {where}",
                "orders": f"SELECT * FROM orders WHERE {where} ORDER BY placed_at DESC",
                "messages": f"SELECT sent_at, author, text FROM messages WHERE {where} ORDER BY sent_at",
            },
        )


def _order(order: Order) -> Moment:
    en, zh = (f", {order.total}", f"，{order.total}") if order.total else ("", "")
    text = Text(en=f"Order {order.order_id} placed{en}", zh=f"下单 {order.order_id}{zh}")
    return Moment(at=order.placed_at, kind="order", about=f"order/{order.order_id}", text=text)
