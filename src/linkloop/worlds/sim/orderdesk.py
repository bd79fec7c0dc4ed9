"""The order desk: cancels, redirects, invoices and pays back what customers ask for, where it is true and in time."""

from __future__ import annotations

from linkloop.commerce.aftersales import DeliveryAddress, Invoice
from linkloop.commerce.requests import CancelOrder, ChangeAddress, IssueInvoice, ProtectPrice, RefundOrder
from linkloop.core.action import Errand, Receipt
from linkloop.core.table import Table
from linkloop.worlds.sim.agenda import HOUR, SECOND, Agenda
from linkloop.worlds.sim.catalog import Catalog
from linkloop.worlds.sim.couriers import Couriers
from linkloop.worlds.sim.draws import once
from linkloop.worlds.sim.places import CITIES
from linkloop.worlds.sim.purchase import Purchase
from linkloop.worlds.sim.refunds import refund
from linkloop.worlds.sim.shelves import Shelves

# A bank gives money back within a day of an order's cancellation.
REFUND_HOURS = (1.0, 24.0)


class OrderDesk:
    """Carries out CancelOrder, ChangeAddress, IssueInvoice, RefundOrder and ProtectPrice."""

    def __init__(
        self,
        agenda: Agenda,
        catalog: Catalog,
        book: dict[str, Purchase],
        couriers: Couriers,
        shelves: Shelves,
        seed: int,
    ) -> None:
        self._agenda, self._catalog, self._book, self._seed = agenda, catalog, book, seed
        self._couriers, self._shelves = couriers, shelves
        self._protected: dict[tuple[str, str], int] = {}
        self.cancelled = 0

    def owned(self, order_id: str, customer_id: str) -> Purchase | None:
        """The purchase with this number if it is this customer's."""
        purchase = self._book.get(order_id)
        return purchase if purchase is not None and purchase.person.customer_id == customer_id else None

    def cancel(self, errand: Errand, action: CancelOrder) -> Receipt:
        """Cancel before pick-up: the goods go back on the shelf, what was paid goes back. Refused afterwards."""
        purchase = self.owned(action.order_id, action.customer_id)
        if purchase is None:
            return _NOBODYS
        if purchase.status not in ("placed", "paid"):
            return Receipt(status="refused", detail=f"the order is {purchase.status}")
        paid = purchase.status == "paid"
        parcel = self._couriers.call_back(purchase) if paid else None
        if paid and parcel is None:
            return Receipt(status="refused", detail="the parcel has been picked up")
        purchase.status, purchase.story = "cancelled", (errand.case_id, errand.decision_id)
        self._shelves.put(purchase.place, purchase.wanted)
        self.cancelled += 1
        said: list[Table] = [purchase.row(), *self._shelves.rows(purchase.place, purchase.wanted)]
        self._agenda.say("orderdesk", f"cancel:{action.order_id}", *said, *([parcel] if parcel else []))
        if paid:
            wait = once(self._seed, "cancel", errand.key).between(*REFUND_HOURS) * HOUR
            self._agenda.after(wait, self._pay_back, purchase, purchase.total, "cancelled")
        return Receipt(status="done", reference=f"CX-{errand.key[:10]}")

    def redirect(self, errand: Errand, action: ChangeAddress) -> Receipt:
        """Send to another address, until pick-up. A city that the address names is where the parcel goes."""
        purchase = self.owned(action.order_id, action.customer_id)
        if purchase is None:
            return _NOBODYS
        if len(action.address.strip()) < 6:
            return Receipt(status="refused", detail="that is no address")
        if purchase.status not in ("placed", "paid") or (purchase.parcel_id and not self._couriers.waits(purchase)):
            return Receipt(status="refused", detail="the parcel has been picked up")
        told = action.address.lower()
        cities = enumerate(CITIES)
        named = next((n for n, city in cities if city.name in told or city.english.lower() in told), -1)
        purchase.address, purchase.moves = action.address, purchase.moves + 1
        purchase.home = named if named >= 0 else purchase.goes_to()
        said: list[Table] = [
            purchase.row(),
            DeliveryAddress(order_id=purchase.order_id, address=action.address, city=CITIES[purchase.home].name,
                            changes=purchase.moves, since=self._agenda.today()),
        ]  # fmt: skip
        if purchase.parcel_id:
            said.append(self._couriers.redirect(purchase))
        self._agenda.say("orderdesk", f"address:{purchase.order_id}:{purchase.moves}", *said)
        return Receipt(status="done", reference=f"AD-{errand.key[:10]}")

    def invoice(self, errand: Errand, action: IssueInvoice) -> Receipt:
        """Write the one invoice of a paid order, over at most what was paid and kept."""
        purchase = self.owned(action.order_id, action.customer_id)
        if purchase is None:
            return _NOBODYS
        if not purchase.approved or purchase.status in ("cancelled", "unavailable"):
            return Receipt(status="refused", detail="only a paid order has an invoice")
        if purchase.invoice:
            return Receipt(status="refused", detail=f"invoice {purchase.invoice} is issued already")
        most = purchase.total - purchase.refunded
        if not action.title.strip() or action.amount.currency != "CNY" or not 0 < action.amount.amount <= most:
            return Receipt(status="refused", detail=f"a title, and an amount of at most {most} fen (CNY), are needed")
        purchase.invoice = f"INV{errand.key[:10].upper()}"
        wait = once(self._seed, "invoice", errand.key).between(2, 30) * SECOND
        row = Invoice(order_id=purchase.order_id, invoice_no=purchase.invoice, title=action.title,
                      tax_number=action.tax_number, amount=action.amount, issued_at=self._agenda.today())  # fmt: skip
        self._agenda.after(wait, self._issue, row)
        return Receipt(status="done", reference=purchase.invoice)

    def pay_back(self, errand: Errand, action: RefundOrder) -> Receipt:
        """Give money back now: for a cancelled order or for goods that came back, and never more than was paid."""
        purchase = self.owned(action.order_id, action.customer_id)
        if purchase is None:
            return _NOBODYS
        left = purchase.total - purchase.refunded if purchase.approved else 0
        if purchase.status not in ("cancelled", "returned", "unavailable") and not purchase.came_back:
            return Receipt(status="refused", detail="nothing came back and nothing was cancelled")
        if action.amount.currency != "CNY" or not 0 < action.amount.amount <= left:
            return Receipt(status="refused", detail=f"at most {left} fen (CNY) can go back")
        self._say_back(purchase, action.amount.amount, "refund", f"refund:{errand.key}")
        return Receipt(status="done", reference=f"RF-{errand.key[:10]}", cost=action.amount)

    def protect(self, errand: Errand, action: ProtectPrice) -> Receipt:
        """Give the difference to today's price back, once. Refused where it is not cheaper by that much."""
        purchase = self.owned(action.order_id, action.customer_id)
        line = purchase.line(action.product_id) if purchase is not None else None
        if purchase is None or line is None:
            return _NOBODYS
        if (action.order_id, action.product_id) in self._protected:
            return Receipt(status="refused", detail="the difference went back already")
        today = self._catalog.fen[self._catalog.number[action.product_id]]
        most = (line.price.amount - today) * line.quantity
        if not purchase.approved or purchase.status in ("cancelled", "returned"):
            return Receipt(status="refused", detail=f"the order is {purchase.status}")
        if action.amount.currency != "CNY" or not 0 < action.amount.amount <= most:
            return Receipt(status="refused", detail=f"today's price is lower by {max(0, most)} fen (CNY)")
        self._protected[action.order_id, action.product_id] = action.amount.amount
        self._say_back(purchase, action.amount.amount, "price_protection", f"protect:{errand.key}")
        return Receipt(status="done", reference=f"PP-{errand.key[:10]}", cost=action.amount)

    def _issue(self, row: Invoice) -> None:
        self._agenda.say("orderdesk", f"invoice:{row.order_id}", row)

    def _pay_back(self, purchase: Purchase, amount: int, why: str) -> None:
        """What a cancellation promised, less what went back meanwhile."""
        left = min(amount, purchase.total - purchase.refunded)
        if left > 0:
            self._say_back(purchase, left, "refund", f"{why}:{purchase.order_id}")

    def _say_back(self, purchase: Purchase, amount: int, method: str, about: str) -> None:
        self._agenda.say("orderdesk", about, refund(self._agenda, purchase, amount, method))


_NOBODYS = Receipt(status="refused", detail="no such order of this customer")
