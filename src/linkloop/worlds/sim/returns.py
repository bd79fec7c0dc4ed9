"""Returns: some of what was delivered comes back, and its price goes back to the shopper."""

from __future__ import annotations

from linkloop.commerce.orders import OrderReturned
from linkloop.worlds.sim.agenda import DAY, Agenda
from linkloop.worlds.sim.catalog import Catalog
from linkloop.worlds.sim.draws import Draws, running
from linkloop.worlds.sim.places import WAREHOUSES
from linkloop.worlds.sim.purchase import Purchase
from linkloop.worlds.sim.refunds import refund
from linkloop.worlds.sim.shelves import Shelves

# Retailers estimated that 16.9 % of their annual sales of 2024 would be returned (National Retail Federation and
# Happy Returns, "2024 Consumer Returns in the Retail Industry"). How it spreads over categories is stated in goods.
RETURN_SHARE = 0.169
WHOLE_ORDER = 0.6
AFTER_DAYS, AFTER_SD = 6.0, 2.5
CAUSES = (("size_or_fit", 0.34), ("changed_mind", 0.30), ("not_as_described", 0.20), ("defective", 0.16))
_CAUSES = running([share for _, share in CAUSES])


class Returns:
    """Decides at delivery what comes back, and brings it back to the warehouse that it came from."""

    def __init__(self, agenda: Agenda, catalog: Catalog, shelves: Shelves, seed: int) -> None:
        self._agenda, self._catalog, self._shelves = agenda, catalog, shelves
        self._draws = Draws(seed, "returns")
        self.returned = 0

    def consider(self, purchase: Purchase) -> None:
        """Will any of this come back? The chance follows the goods: clothes often, food hardly ever."""
        eager = self._catalog.return_eagerness
        mean = sum(eager[product] for product, _ in purchase.wanted) / len(purchase.wanted)
        if self._draws.happens(RETURN_SHARE * mean):
            self._agenda.after(self._draws.gamma(AFTER_DAYS, AFTER_SD) * DAY, self._arrive, purchase)

    def _arrive(self, purchase: Purchase) -> None:
        draws = self._draws
        if purchase.came_back:  # it was arranged with the shop: it comes with its label
            return
        whole = len(purchase.lines) == 1 or draws.happens(WHOLE_ORDER)
        chosen = range(len(purchase.lines)) if whole else [int(draws.uniform() * len(purchase.lines))]
        lines = tuple(purchase.lines[n] for n in chosen)
        goods = [purchase.wanted[n] for n in chosen]
        self._shelves.put(purchase.place, goods)
        self.returned += 1
        purchase.came_back += [line.product_id for line in lines]
        if whole:
            purchase.status = "returned"
        amount = sum(line.price.amount * line.quantity for line in lines)
        self._agenda.say(
            "returns", f"return:{purchase.order_id}", purchase.row(),
            refund(self._agenda, purchase, amount, "refund"),
            *self._shelves.rows(purchase.place, goods),
            OrderReturned(
                at=self._agenda.today(), order_id=purchase.order_id, customer_id=purchase.person.customer_id,
                place=WAREHOUSES[purchase.place].place, lines=lines, cause=CAUSES[draws.weighted(_CAUSES)][0],
            ),
        )  # fmt: skip
