"""Facts of an order that several flows read: its parcels, its payments, since when it is with the customer."""

from __future__ import annotations

from datetime import timedelta

from linkloop.commerce.aftersales import ReturnCase
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.payments import Payment
from linkloop.commerce.policies import ParcelPlace
from linkloop.commerce.stock import StockLevel
from linkloop.links.service.flows.shape import Talk

_FARTHEST: tuple[ParcelPlace, ...] = ("none", "packed", "shipped", "delayed", "delivered", "returned")


def parcels_of(talk: Talk, order_id: str) -> list[Parcel]:
    """The parcels of an order."""
    return talk.ctx.read(Parcel, order_id=order_id)


def farthest(parcels: list[Parcel]) -> ParcelPlace:
    """How far the parcel is that got farthest: what has left cannot be called back."""
    places: list[ParcelPlace] = [parcel.status for parcel in parcels]
    return max(places, key=_FARTHEST.index) if places else "none"


def days_since_delivery(talk: Talk, order: Order, parcels: list[Parcel]) -> float:
    """Days (two decimals) since the last parcel came; −1 while the order is not with the customer."""
    if order.status not in ("delivered", "returned") or not parcels:
        return -1.0
    came = [parcel.delivered_at for parcel in parcels if parcel.delivered_at is not None]
    return round(max(0.0, (talk.now() - max(came)) / timedelta(days=1)), 2) if came else -1.0


def payments_of(talk: Talk, order_id: str) -> list[Payment]:
    """The payments of an order, money that went back included."""
    return talk.ctx.read(Payment, order_id=order_id)


def paid_and_refunded(payments: list[Payment], order: Order) -> tuple[int, int]:
    """Minor units of the order's currency that were paid, and that went back for the goods (no compensation)."""
    currency = order.total.currency if order.total else ""
    paid = sum(p.amount.amount for p in payments if p.status == "paid" and p.amount.currency == currency)
    back = sum(
        p.amount.amount
        for p in payments
        if p.status == "refunded" and p.method != "compensation" and p.amount.currency == currency
    )
    return paid, back


def returns_of(talk: Talk, order_id: str) -> list[ReturnCase]:
    """What of an order is coming back, or came."""
    return talk.ctx.read(ReturnCase, order_id=order_id)


def on_hand(talk: Talk, product_id: str) -> tuple[int, int, list[StockLevel]]:
    """Units of a product that lie ready in all places, units on order, and the rows that say so."""
    levels = talk.ctx.read(StockLevel, product_id=product_id)
    return sum(max(0, level.on_hand) for level in levels), sum(level.on_order for level in levels), levels
