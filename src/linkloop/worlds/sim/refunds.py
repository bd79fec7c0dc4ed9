"""Money that goes back to a shopper, as a row of payment."""

from __future__ import annotations

from linkloop.commerce.payments import Payment
from linkloop.core.money import Money
from linkloop.worlds.sim.agenda import Agenda
from linkloop.worlds.sim.purchase import Purchase


def refund(agenda: Agenda, purchase: Purchase, amount: int, method: str) -> Payment:
    """The Payment row of money that goes back to the shopper, `amount` in fen, numbered after what was paid."""
    purchase.payments += 1
    purchase.refunded += amount if method != "compensation" else 0
    return Payment(
        order_id=purchase.order_id, payment_no=purchase.payments, method=method, provider=purchase.provider,
        amount=Money(amount, "CNY"), status="refunded", paid_at=agenda.today(),
    )  # fmt: skip
