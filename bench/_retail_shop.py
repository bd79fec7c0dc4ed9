"""tau_retail's shop (1,000 orders, 500 customers, 50 products) as our tables, and a world that carries requests out.

The world is strict: it refuses whatever its own books do not allow, and it keeps every effect that it did.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from linkloop.commerce.aftersales import DeliveryAddress, Invoice, ReturnCase, StockHold
from linkloop.commerce.catalog import Product
from linkloop.commerce.contacts import CustomerKey
from linkloop.commerce.conversations import Message, MessageReceived, Reply
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order, OrderLine, OrderStatus
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.payments import Payment
from linkloop.commerce.requests import (
    CancelOrder,
    ChangeAddress,
    IssueInvoice,
    OpenExchange,
    OpenReturn,
    ReleaseStock,
    ReserveStock,
    SendReplacement,
)
from linkloop.core.action import Action, Errand, Receipt
from linkloop.core.clock import Clock
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.vocabulary import actions
from linkloop.core.world import Delivery, Inlet

STATUS: dict[str, OrderStatus] = {"pending": "paid", "processed": "shipped", "delivered": "delivered"}


def usd(amount: float) -> Money:
    """Dollars as money."""
    return Money(round(amount * 100), "USD")


def number(*parts: str) -> int:
    """A number that is a function of the parts alone."""
    return int.from_bytes(blake2b("|".join(parts).encode(), digest_size=6).digest(), "big")


def slug(name: str) -> str:
    """A category's name as our tables write it."""
    return name.lower().replace(" ", "_")


class RetailOrder:
    """One order of the set with the days that it lacks: placed, and delivered `days` ago."""

    def __init__(self, key: str, told: dict[str, Any], now: datetime) -> None:
        self.order_id = key.lstrip("#")
        self.customer_id: str = told["user_id"]
        self.status: OrderStatus = STATUS.get(told["status"], "cancelled")
        self.items: list[dict[str, Any]] = told["items"]
        self.total = usd(sum(item["price"] for item in self.items))
        self.days = 1 + number("delivered", self.order_id) % 40  # since delivery
        self._now = now
        address = told["address"]
        self.address = (
            f"{address['address1']}, {address['address2']}, {address['city']}, {address['state']} {address['zip']}"
        )
        self.tracking = [one for sent in told.get("fulfillments", []) for one in sent["tracking_id"]]

    @property
    def placed_at(self) -> datetime:
        return self._now - timedelta(days=self.days + 6 if self.status == "delivered" else 3)

    def price(self, item_id: str) -> Money:
        return next(usd(item["price"]) for item in self.items if item["item_id"] == item_id)

    def count(self, item_id: str) -> int:
        return sum(item["item_id"] == item_id for item in self.items)


class RetailShop:
    """The whole set, read from its folder; `products` holds every variant by its item id."""

    def __init__(self, folder: Path, now: datetime) -> None:
        def read(name: str) -> dict[str, Any]:
            return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))

        self.now = now
        self.gone: set[str] = set()  # what a script wants out of stock
        self.users = read("users")
        self.orders = {o.order_id: o for o in (RetailOrder(k, v, now) for k, v in read("orders").items())}
        self.products = {
            variant["item_id"]: {**variant, "name": kind["name"]}
            for kind in read("products").values()
            for variant in kind["variants"].values()
        }

    def available(self, item_id: str) -> bool:
        """Whether the variant is on the shelf."""
        return bool(self.products.get(item_id, {}).get("available")) and item_id not in self.gone

    def title(self, item_id: str) -> str:
        """What a variant is called."""
        found = self.products[item_id]
        return f"{found['name']} ({', '.join(str(v) for v in found['options'].values())})"

    def rows(self) -> Iterator[Table]:
        """Everything as rows of fact."""
        from linkloop.commerce.stock import StockLevel

        for user_id, user in self.users.items():
            name, home = user["name"], user["address"]
            yield Customer(customer_id=user_id, name=f"{name['first_name']} {name['last_name']}", language="en",
                           city=home["city"], region=home["state"], country="US", postcode=home["zip"])  # fmt: skip
            yield CustomerKey(key=f"email:{user['email'].lower()}", customer_id=user_id)
        for item_id, found in self.products.items():
            yield Product(product_id=item_id, title=self.title(item_id), category=slug(found["name"]),
                          price=usd(found["price"]))  # fmt: skip
            yield StockLevel(product_id=item_id, place="main", on_hand=50 if self.available(item_id) else 0)
        for order in self.orders.values():
            yield from self.order_rows(order)

    def order_rows(self, order: RetailOrder) -> Iterator[Table]:
        """One order with its lines, payment, parcels and address."""
        yield Order(order_id=order.order_id, customer_id=order.customer_id, status=order.status,
                    placed_at=order.placed_at, approved_at=order.placed_at, total=order.total)  # fmt: skip
        for n, item_id in enumerate(dict.fromkeys(item["item_id"] for item in order.items), 1):
            yield OrderLine(order_id=order.order_id, line_no=n, product_id=item_id, quantity=order.count(item_id),
                            price=order.price(item_id))  # fmt: skip
        yield Payment(order_id=order.order_id, payment_no=1, method="card", amount=order.total, paid_at=order.placed_at)
        yield DeliveryAddress(order_id=order.order_id, address=order.address)
        shipped = order.placed_at + timedelta(days=1)
        for parcel_id in order.tracking if order.status in ("shipped", "delivered") else ():
            came = self.now - timedelta(days=order.days) if order.status == "delivered" else None
            yield Parcel(
                parcel_id=parcel_id, order_id=order.order_id, customer_id=order.customer_id, carrier="ups",
                status="delivered" if came else "shipped", shipped_at=shipped, delivered_at=came,
                promised_at=came or self.now + timedelta(days=2), expected_at=came or self.now + timedelta(days=2),
            )  # fmt: skip


class RetailWorld:
    """The shop's outside: sends replies, does what its books allow, and says what came of it."""

    name = "retail"
    says: tuple[type[Table], ...] = (Message, MessageReceived, Order, DeliveryAddress, ReturnCase, StockHold, Invoice)

    def __init__(self, shop: RetailShop) -> None:
        self.shop = shop
        self.performs = frozenset(actions())
        self.replies: dict[str, list[str]] = {}
        self.done: list[Action] = []
        self._settled: dict[str, Receipt] = {}
        self._returned: set[tuple[str, str]] = set()
        self._kept: dict[tuple[str, str], StockHold] = {}
        self._status: dict[str, OrderStatus] = {order.order_id: order.status for order in shop.orders.values()}
        self._guard = threading.Lock()
        self._inlet: Inlet | None = None

    def start(self, inlet: Inlet, clock: Clock) -> None:
        self._inlet, self._clock = inlet, clock

    def stop(self) -> None:
        """Nothing runs here by itself."""

    def takes(self, action: Action) -> bool:
        return True

    def settled(self, key: str) -> Receipt | None:
        return self._settled.get(key)

    def perform(self, errand: Errand) -> Receipt:
        with self._guard:
            if errand.key not in self._settled:
                problem, rows = self._do(errand)
                self._settled[errand.key] = Receipt(
                    status="refused" if problem else "done", reference=errand.key[:8].upper(), detail=problem
                )
                if not problem and not isinstance(errand.action, Reply):
                    self.done.append(errand.action)
                if rows and not problem and self._inlet is not None:
                    self._inlet.post([Delivery(source="retail", external_id=errand.key, said=tuple(rows))])
            return self._settled[errand.key]

    def _do(self, errand: Errand) -> tuple[str, list[Table]]:
        action, now = errand.action, self._clock.now()
        if isinstance(action, Reply):
            self.replies.setdefault(action.conversation_id, []).append(action.text)
            return "", []
        order = self.shop.orders.get(getattr(action, "order_id", ""))
        if order is None or order.customer_id != getattr(action, "customer_id", ""):
            return "no such order of this customer", []
        status = self._status[order.order_id]
        match action:
            case CancelOrder():
                if status != "paid":
                    return f"the order is {status}", []
                self._status[order.order_id] = "cancelled"
                row = next(r for r in self.shop.order_rows(order) if isinstance(r, Order))
                return "", [replace(row, status="cancelled")]
            case ChangeAddress():
                row = DeliveryAddress(order_id=order.order_id, address=action.address, changes=1, since=now)
                return ("", [row]) if status == "paid" else (f"the order is {status}", [])
            case OpenReturn() | OpenExchange() | SendReplacement():
                return self._back(action, order, status, errand.key, now)
            case ReserveStock():
                if not self.shop.available(action.product_id):
                    return "not on the shelves", []
                kept = StockHold(order_id=order.order_id, product_id=action.product_id, wave=action.wave, place="main",
                                 quantity=action.quantity, until=action.until)  # fmt: skip
                self._kept[order.order_id, action.product_id] = kept
                return "", [kept]
            case ReleaseStock():
                kept = self._kept.pop((order.order_id, action.product_id), None)
                return ("", [replace(kept, state="released")]) if kept else ("nothing is kept", [])
            case IssueInvoice():
                if status == "cancelled":
                    return "the order is cancelled", []
                return "", [Invoice(order_id=order.order_id, invoice_no=errand.key[:8], title=action.title,
                                    amount=action.amount, issued_at=now)]  # fmt: skip
        return "", []

    def _back(
        self,
        action: OpenReturn | OpenExchange | SendReplacement,
        order: RetailOrder,
        status: str,
        key: str,
        now: datetime,
    ) -> tuple[str, list[Table]]:
        place = (order.order_id, action.product_id)
        if (
            status != "delivered"
            or not 0 < action.quantity <= order.count(action.product_id)
            or place in self._returned
        ):
            return "these goods cannot come back", []
        rows: list[Table] = []
        if not isinstance(action, OpenReturn):
            kept = self._kept.get(place)
            if kept is None or kept.wave != action.wave:
                return "nothing is kept for it", []
            rows.append(replace(kept, state="used"))
        self._returned.add(place)
        kind = {"OpenReturn": "return", "OpenExchange": "exchange", "SendReplacement": "replacement"}
        rows.append(
            ReturnCase(order_id=order.order_id, product_id=action.product_id, customer_id=order.customer_id,
                       kind=kind[type(action).__name__], quantity=action.quantity, label=f"RL{key[:6].upper()}",  # type: ignore[arg-type]
                       opened_at=now, amount=action.amount if isinstance(action, OpenReturn) else None)
        )  # fmt: skip
        return "", rows
