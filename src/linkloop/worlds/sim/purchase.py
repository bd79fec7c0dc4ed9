"""A purchase as the town's actors share it: the order from the checkout to the last thing that came of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from linkloop.commerce.orders import LineSold, Order, OrderLine, OrderStatus
from linkloop.commerce.understanding import Mood
from linkloop.core.clock import from_micros
from linkloop.core.money import Money
from linkloop.worlds.sim.people import Person
from linkloop.worlds.sim.places import CITIES, WAREHOUSES


@dataclass(slots=True, eq=False)
class Purchase:
    """One order. Moments are microseconds since 1970; `wanted` pairs product indexes with units.

    `delayed` is when it became known to be late (0: it is not); `remedy` is what was paid for that in fen, and
    `answered` whether somebody wrote back. `story` is the case and decision of the last errand about it. `home` and
    `address` are set, and `moves` counted, when it was redirected; `refunded` is what went back for the goods, in fen;
    `came_back` the products that came back or are about to.
    """

    order_id: str
    person: Person
    place: int
    wanted: list[tuple[int, int]]
    lines: tuple[LineSold, ...]
    total: int
    channel: str
    placed: int
    status: OrderStatus = "placed"
    approved: int = 0
    payments: int = 0
    provider: str = ""
    parcel_id: str = ""
    promised: int = 0
    delayed: int = 0
    late_days: float = 0.0
    mood: Mood = "neutral"
    answered: bool = False
    remedy: int = 0
    coupon: int = 0
    free_shipping: bool = False
    story: tuple[str, str] = ("", "")
    conversation: str = ""
    home: int = -1
    address: str = ""
    moves: int = 0
    refunded: int = 0
    came_back: list[str] = field(default_factory=list)
    invoice: str = ""

    def goes_to(self) -> int:
        """The index of the city that it goes to: the shopper's own, unless the shop was asked for another address."""
        return self.home if self.home >= 0 else self.person.home

    def line(self, product_id: str) -> LineSold | None:
        """The line of a product, or None."""
        return next((line for line in self.lines if line.product_id == product_id), None)

    def freight(self) -> int:
        """What was paid for the way out, in fen."""
        return self.total - sum(line.price.amount * line.quantity for line in self.lines)

    def row(self) -> Order:
        """The Order row as it stands."""
        return Order(
            order_id=self.order_id,
            customer_id=self.person.customer_id,
            status=self.status,
            placed_at=from_micros(self.placed),
            approved_at=from_micros(self.approved) if self.approved else None,
            total=Money(self.total, "CNY"),
            channel=self.channel,
            region=CITIES[self.goes_to()].region,
            country="CN",
        )

    def line_rows(self, freight: int) -> list[OrderLine]:
        """The OrderLine rows; all the freight is booked on the first line."""
        sold = from_micros(self.placed)
        return [
            OrderLine(
                order_id=self.order_id, line_no=n, product_id=line.product_id, quantity=line.quantity,
                price=line.price, freight=Money(freight if n == 1 else 0, "CNY"),
                place=WAREHOUSES[self.place].place, sold_at=sold,
            )
            for n, line in enumerate(self.lines, 1)
        ]  # fmt: skip
