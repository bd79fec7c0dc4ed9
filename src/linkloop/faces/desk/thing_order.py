"""An order and a parcel, with their people, payments, messages and the decisions about them."""

from __future__ import annotations

from collections.abc import Iterator

from linkloop.app.shop import Shop
from linkloop.commerce.conversations import Message
from linkloop.commerce.customers import Customer
from linkloop.commerce.notices import DelayTold
from linkloop.commerce.orders import Order, Review
from linkloop.commerce.parcels import CarrierTransit, Parcel
from linkloop.commerce.payments import Payment
from linkloop.commerce.remedies import RemedyGiven
from linkloop.core.table import table_name
from linkloop.core.text import Text
from linkloop.faces.desk.things_rows import Rows, decision_moments, message_moments, of_action, said, told
from linkloop.faces.desk.things_views import Moment, OrderThing, ParcelThing
from linkloop.store.sql.session import repr_sql


def order_thing(shop: Shop, order_id: str) -> OrderThing:
    """Everything about one order. Raises NotFound `row.unknown`."""
    with shop.store.read() as connection:
        rows = Rows(shop, connection)
        order = rows.must(Order, order_id, "order", "订单")
        payments = sorted(rows.by(Payment, "order_id", order_id), key=lambda one: one.payment_no)
        parcels = rows.by(Parcel, "order_id", order_id)
        remedy = rows.one(RemedyGiven, order_id)
        delays = rows.many(DelayTold, (parcel.parcel_id for parcel in parcels))
        messages = _messages(rows, order.customer_id, [order_id, *(p.parcel_id for p in parcels)], delays, remedy)
        talks = {one.conversation_id for one in messages}
        decisions = rows.decisions(
            f"about IN ({', '.join(repr_sql(key) for key in sorted({order_id, *talks}))})",
            of_action("order_id", order_id),
        )
        moments = [
            *_order_moments(order),
            *_payment_moments(payments),
            *(moment for parcel in parcels for moment in parcel_moments(parcel)),
            *(_told_moment(delay) for delay in delays),
            *message_moments(messages),
            *decision_moments(decisions),
        ]
        where = f"order_id = {repr_sql(order_id)}"
        return OrderThing(
            order=order,
            customer=rows.one(Customer, order.customer_id),
            lines=rows.lines(order_id),
            payments=payments,
            parcels=parcels,
            remedies=[remedy] if remedy else [],
            messages=messages,
            talks=rows.talks(order.customer_id, messages, order_id),
            reviews=_reviews(shop, order_id),
            decisions=decisions,
            timeline=told(moments),
            sql={
                "order": f"SELECT * FROM orders WHERE {where}",
                "lines": f"SELECT * FROM order_lines LEFT JOIN products USING (product_id)\nWHERE {where}",
                "payments": f'SELECT * FROM payment_tried WHERE {where}\nORDER BY "at"',
                "parcels": f"SELECT * FROM parcels WHERE {where}",
            },
        )


def parcel_thing(shop: Shop, parcel_id: str) -> ParcelThing:
    """Everything about one parcel. Raises NotFound `row.unknown`."""
    with shop.store.read() as connection:
        rows = Rows(shop, connection)
        parcel = rows.must(Parcel, parcel_id, "parcel", "包裹")
        order = rows.one(Order, parcel.order_id)
        delay = rows.one(DelayTold, parcel_id)
        transit = rows.one(CarrierTransit, parcel.carrier)
        messages = _messages(rows, parcel.customer_id, [parcel_id, parcel.order_id], [delay] if delay else [], None)
        talks = {one.conversation_id for one in messages}
        decisions = rows.decisions(
            f"about IN ({', '.join(repr_sql(key) for key in sorted({parcel_id, parcel.order_id, *talks}))})",
            of_action("order_id", parcel.order_id),
        )
        moments = [
            *parcel_moments(parcel),
            _told_moment(delay) if delay else None,
            *message_moments(messages),
            *decision_moments(decisions),
        ]
        return ParcelThing(
            parcel=parcel,
            order=order,
            customer=rows.one(Customer, parcel.customer_id),
            lines=rows.lines(parcel.order_id),
            told=delay,
            carrier_days=list(transit.days) if transit else [],
            carrier_late=transit.late if transit else 0,
            carrier_delivered=transit.delivered if transit else 0,
            messages=messages,
            talks=rows.talks(parcel.customer_id, messages, parcel.order_id),
            decisions=decisions,
            timeline=told(moments),
            sql={
                "parcel": f"SELECT * FROM parcels WHERE parcel_id = {repr_sql(parcel_id)}",
                "carrier": f"SELECT * FROM carrier_transits WHERE carrier = {repr_sql(parcel.carrier)}",
            },
        )


def parcel_moments(parcel: Parcel) -> Iterator[Moment]:
    """The way of a parcel as far as it is known."""
    about = f"parcel/{parcel.parcel_id}"
    if parcel.shipped_at:
        yield Moment(
            at=parcel.shipped_at, kind="parcel", about=about,
            text=Text(en=f"Parcel {parcel.parcel_id} left {parcel.origin} with {parcel.carrier}",
                      zh=f"包裹 {parcel.parcel_id} 由 {parcel.carrier} 从 {parcel.origin} 发出"),
        )  # fmt: skip
    if parcel.delivered_at:
        late = bool(parcel.promised_at and parcel.delivered_at > parcel.promised_at)
        en, zh = (", later than promised", "，晚于承诺时间") if late else (", as promised", "，按时送达")
        yield Moment(
            at=parcel.delivered_at, kind="parcel", about=about, trouble=late,
            text=Text(en=f"Parcel {parcel.parcel_id} reached {parcel.destination or 'the customer'}{en}",
                      zh=f"包裹 {parcel.parcel_id} 送达{parcel.destination or '客户'}{zh}"),
        )  # fmt: skip


def _order_moments(order: Order) -> Iterator[Moment]:
    by_en, by_zh = (f" by {order.channel}", f"（{order.channel}）") if order.channel else ("", "")
    amount_en, amount_zh = (f", {order.total}", f"，{order.total}") if order.total else ("", "")
    yield Moment(
        at=order.placed_at, kind="order", about=f"order/{order.order_id}",
        text=Text(en=f"Order placed{by_en}{amount_en}", zh=f"客户下单{by_zh}{amount_zh}"),
    )  # fmt: skip


def _payment_moments(payments: list[Payment]) -> Iterator[Moment]:
    words = {
        "paid": ("Paid {amount} by {by}", "通过 {by} 支付 {amount} 成功"),
        "failed": ("Payment of {amount} by {by} failed", "通过 {by} 支付 {amount} 失败"),
        "refunded": ("Refunded {amount} by {by}", "通过 {by} 退款 {amount}"),
    }
    for one in payments:
        if one.paid_at is None:
            continue
        en, zh = (text.format(amount=one.amount, by=one.provider or one.method) for text in words[one.status])
        yield Moment(at=one.paid_at, kind="payment", text=Text(en=en, zh=zh), trouble=one.status == "failed")


def _told_moment(delay: DelayTold) -> Moment:
    return Moment(
        at=delay.told_at, kind="promise", about=f"parcel/{delay.parcel_id}",
        text=Text(en=f"The customer was told that parcel {delay.parcel_id} comes late",
                  zh=f"已主动告知客户：包裹 {delay.parcel_id} 将延误"),
    )  # fmt: skip


def _messages(
    rows: Rows, customer_id: str, keys: list[str], delays: list[DelayTold], remedy: RemedyGiven | None
) -> list[Message]:
    """Messages of the conversations that name one of the keys, or in which a delay or a remedy was told of."""
    if not customer_id:
        return []
    known = {delay.conversation_id for delay in delays} | ({remedy.conversation_id} if remedy else set())
    return said(
        [
            one
            for one in rows.by(Message, "customer_id", customer_id)
            if one.conversation_id in known or any(key in one.conversation_id for key in keys)
        ]
    )


def _reviews(shop: Shop, order_id: str) -> list[Review]:
    found = shop.door.query(f"SELECT * FROM {table_name(Review)} WHERE order_id = ?", [order_id]).dicts()
    return [
        Review(review_id=r["review_id"], order_id=r["order_id"], stars=r["stars"], title=r["title"] or "",
               text=r["text"] or "", written_at=r["written_at"], answered_at=r["answered_at"])
        for r in found
    ]  # fmt: skip
