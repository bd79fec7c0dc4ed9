"""Compensation: money for what went wrong with an order, paid out after a day, taken back only before that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from linkloop.commerce.remedies import CancelCompensation, CancelCoupon, Compensate, IssueCoupon
from linkloop.core.action import Errand, Receipt
from linkloop.core.money import Money
from linkloop.worlds.sim.agenda import HOUR, Agenda
from linkloop.worlds.sim.draws import once
from linkloop.worlds.sim.messages import Messages
from linkloop.worlds.sim.purchase import Purchase
from linkloop.worlds.sim.refunds import refund

PAYOUT_HOURS, THANKS = 24.0, 0.25


@dataclass(slots=True, eq=False)
class Remedy:
    """One compensation, `amount` in fen."""

    purchase: Purchase
    amount: int
    cause: str
    reference: str
    state: Literal["promised", "cancelled", "paid out", "coupon"] = "promised"


class Remedies:
    """Carries out Compensate, IssueCoupon and what takes them back."""

    def __init__(self, agenda: Agenda, book: dict[str, Purchase], messages: Messages, seed: int) -> None:
        self._agenda, self._book, self._messages, self._seed = agenda, book, messages, seed
        self._given: dict[tuple[str, str], Remedy] = {}
        self.paid_out = 0

    def bought(self, conversation_id: str) -> Purchase | None:
        """The purchase whose parcel a conversation `parcel:<parcel id>` is about, or None."""
        return self._book.get(conversation_id.removeprefix("parcel:P")) if conversation_id[:8] == "parcel:P" else None

    def compensate(self, errand: Errand, action: Compensate) -> Receipt:
        """Promise money. Refused: an unknown order or shopper, no sensible amount, a second time for one cause."""
        purchase = self._book.get(action.order_id)
        if purchase is None or purchase.person.customer_id != action.customer_id:
            return Receipt(status="refused", detail="no such order of this customer")
        if action.amount.currency != "CNY" or not 0 < action.amount.amount <= purchase.total:
            return Receipt(status="refused", detail=f"amount must be above 0 and at most {purchase.total} fen (CNY)")
        before = self._given.get((action.order_id, action.cause))
        if before is not None and before.state != "cancelled":
            return Receipt(status="refused", detail="already compensated for this cause")
        remedy = Remedy(purchase, action.amount.amount, action.cause, f"CP-{errand.key[:12]}")
        self._given[action.order_id, action.cause] = remedy
        purchase.remedy += remedy.amount
        purchase.story = (errand.case_id, errand.decision_id)
        draws = once(self._seed, "remedy", errand.key)
        self._agenda.after((PAYOUT_HOURS + draws.uniform()) * HOUR, self._pay_out, remedy)
        if draws.happens(THANKS):
            self._messages.answer_later(purchase, "thanks", "pleased", draws.between(0.02, 2.0) * HOUR)
        return Receipt(status="done", reference=remedy.reference, cost=action.amount)

    def cancel(self, errand: Errand, action: CancelCompensation) -> Receipt:
        """Take a compensation back. Refused when there is none, or when it has been paid out."""
        remedy = self._given.get((action.order_id, action.cause))
        if remedy is None or remedy.purchase.person.customer_id != action.customer_id:
            return Receipt(status="refused", detail="no such compensation")
        if remedy.state != "promised":
            return Receipt(status="refused", detail=f"compensation is {remedy.state}")
        remedy.state = "cancelled"
        remedy.purchase.remedy -= remedy.amount
        return Receipt(status="done", reference=remedy.reference, cost=Money(-remedy.amount, "CNY"))

    def issue(self, errand: Errand, action: IssueCoupon) -> Receipt:
        """Give a coupon for the next order. Refused as `compensate` refuses; an order has one remedy for a cause."""
        purchase = self._book.get(action.order_id)
        if purchase is None or purchase.person.customer_id != action.customer_id:
            return Receipt(status="refused", detail="no such order of this customer")
        if action.amount.currency != "CNY" or action.amount.amount <= 0:
            return Receipt(status="refused", detail="amount must be above 0 fen (CNY)")
        before = self._given.get((action.order_id, action.cause))
        if before is not None and before.state != "cancelled":
            return Receipt(status="refused", detail="already compensated for this cause")
        remedy = Remedy(purchase, action.amount.amount, action.cause, f"CN-{errand.key[:12]}", state="coupon")
        self._given[action.order_id, action.cause] = remedy
        if action.kind == "free_shipping":
            purchase.free_shipping = True
        else:
            purchase.coupon += remedy.amount
        purchase.story = (errand.case_id, errand.decision_id)
        return Receipt(status="done", reference=remedy.reference)

    def withdraw(self, action: CancelCoupon) -> Receipt:
        """Take a coupon back. Refused when there is none."""
        remedy = self._given.get((action.order_id, action.cause))
        if remedy is None or remedy.state != "coupon" or remedy.purchase.person.customer_id != action.customer_id:
            return Receipt(status="refused", detail="no such coupon")
        remedy.state = "cancelled"
        remedy.purchase.coupon = max(0, remedy.purchase.coupon - remedy.amount)
        remedy.purchase.free_shipping = False
        return Receipt(status="done", reference=remedy.reference)

    def _pay_out(self, remedy: Remedy) -> None:
        if remedy.state != "promised":
            return
        remedy.state = "paid out"
        self.paid_out += remedy.amount
        row = refund(self._agenda, remedy.purchase, remedy.amount, "compensation")
        self._agenda.say("remedies", f"payout:{remedy.reference}", row)
