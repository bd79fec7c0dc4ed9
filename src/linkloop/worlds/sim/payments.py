"""The payment providers: most attempts succeed, shoppers try again, and a provider can break down."""

from __future__ import annotations

from dataclasses import dataclass

from linkloop.commerce.payments import Payment, PaymentTried
from linkloop.core.money import Money
from linkloop.worlds.sim.agenda import SECOND, Agenda
from linkloop.worlds.sim.couriers import Couriers
from linkloop.worlds.sim.draws import Draws, running
from linkloop.worlds.sim.messages import Messages
from linkloop.worlds.sim.people import People
from linkloop.worlds.sim.purchase import Purchase
from linkloop.worlds.sim.shelves import Shelves

# provider → (share of first attempts, success rate of one attempt). Stated: wallets confirm with a fingerprint
# on the phone and fail little, cards fail more.
PROVIDERS: dict[str, tuple[float, float]] = {
    "wechat_pay": (0.50, 0.975),
    "alipay": (0.40, 0.970),
    "card": (0.10, 0.930),
}
SUCCESS_RATE = sum(share * rate for share, rate in PROVIDERS.values())
ERRORS = ("insufficient_funds", "timeout", "risk_refused", "user_cancelled")
TRIES_AGAIN, TRIES, CHANGES_PROVIDER = 0.80, 3, 0.5


@dataclass(slots=True)
class Breakdown:
    """A provider that is ill until a moment, with the success rate and the error that it has instead."""

    until: int
    success_rate: float
    error: str


class Payments:
    """Takes a purchase to `paid` or `cancelled`."""

    def __init__(
        self, agenda: Agenda, shelves: Shelves, couriers: Couriers, messages: Messages, people: People, seed: int
    ) -> None:
        self._agenda, self._shelves, self._couriers = agenda, shelves, couriers
        self._messages, self._people = messages, people
        self._draws = Draws(seed, "payments")
        self._names = list(PROVIDERS)
        self._shares = running([share for share, _ in PROVIDERS.values()])
        self.breakdowns: dict[str, Breakdown] = {}
        self.tried = 0
        self.paid = 0

    def expect(self, purchase: Purchase) -> None:
        """A shopper goes to pay; the median takes 25 seconds."""
        purchase.provider = self._names[self._draws.weighted(self._shares)]
        self._agenda.after(self._draws.lognormal(25.0, 0.6) * SECOND, self._try, purchase)

    def _try(self, purchase: Purchase) -> None:
        if purchase.status == "cancelled":
            return
        self.tried += 1
        purchase.payments += 1
        rate, error = PROVIDERS[purchase.provider][1], self._draws.pick(ERRORS)
        ill = self.breakdowns.get(purchase.provider)
        if ill and ill.until > self._agenda.now:
            rate, error = ill.success_rate, ill.error
        if self._draws.happens(rate):
            self._succeed(purchase)
        else:
            self._fail(purchase, error)

    def _succeed(self, purchase: Purchase) -> None:
        self.paid += 1
        purchase.status = "paid"
        purchase.approved = self._agenda.now
        self._people.welcome(purchase.person)
        self._agenda.say(
            "payments", f"pay:{purchase.order_id}:{purchase.payments}",
            self._payment(purchase, "paid"), purchase.row(), self._couriers.pack(purchase),
            _tried(self._agenda, purchase, ""),
        )  # fmt: skip
        self._messages.after_checkout(purchase)

    def _fail(self, purchase: Purchase, error: str) -> None:
        draws = self._draws
        again = purchase.payments < TRIES and draws.happens(TRIES_AGAIN)
        said = [self._payment(purchase, "failed"), _tried(self._agenda, purchase, error)]
        if not again:
            purchase.status = "cancelled"
            self._shelves.put(purchase.place, purchase.wanted)
            said = [said[0], purchase.row(), *self._shelves.rows(purchase.place, purchase.wanted), said[1]]
        self._agenda.say("payments", f"pay:{purchase.order_id}:{purchase.payments}", *said)
        self._messages.after_failed_payment(purchase)
        if again:
            if draws.happens(CHANGES_PROVIDER):
                purchase.provider = draws.pick([name for name in self._names if name != purchase.provider])
            self._agenda.after(draws.lognormal(40.0, 0.5) * SECOND, self._try, purchase)

    def _payment(self, purchase: Purchase, status: str) -> Payment:
        return Payment(
            order_id=purchase.order_id, payment_no=purchase.payments, method=purchase.provider,
            provider=purchase.provider, amount=Money(purchase.total, "CNY"),
            status="paid" if status == "paid" else "failed",
            paid_at=self._agenda.today() if status == "paid" else None,
        )  # fmt: skip


def _tried(agenda: Agenda, purchase: Purchase, error: str) -> PaymentTried:
    return PaymentTried(
        at=agenda.today(), order_id=purchase.order_id, provider=purchase.provider,
        amount=Money(purchase.total, "CNY"), succeeded=not error, error=error,
    )  # fmt: skip
