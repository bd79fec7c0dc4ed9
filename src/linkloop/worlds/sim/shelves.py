"""The shelves of the three warehouses: what lies there, what is on order, what could not be sold."""

from __future__ import annotations

from linkloop.commerce.stock import StockLevel
from linkloop.worlds.sim.agenda import Agenda
from linkloop.worlds.sim.catalog import Catalog
from linkloop.worlds.sim.draws import Draws
from linkloop.worlds.sim.places import NEAREST, WAREHOUSES, share_of

# Mean units of an order: 1.43 lines (geometric) of 1.20 units each; stated, see shoppers.
UNITS_PER_ORDER = 1.71
COVER_DAYS = (10.0, 18.0)

Wanted = list[tuple[int, int]]


class Shelves:
    """Units by product and warehouse index. A sale that finds the shelf empty is lost: nothing is backordered.

    Invariant: opening + arrived − taken + put back = on hand, and on hand is never negative.
    """

    def __init__(self, agenda: Agenda, catalog: Catalog, orders_per_day: float, seed: int) -> None:
        draws = Draws(seed, "shelves")
        self._agenda = agenda
        self._catalog = catalog
        shares = [share_of(place) for place in range(len(WAREHOUSES))]
        self.on_hand = [
            [
                round(orders_per_day * UNITS_PER_ORDER * weight * share * draws.between(*COVER_DAYS)) + 3
                for share in shares
            ]
            for weight in catalog.weights
        ]
        self.on_order = [[0] * len(WAREHOUSES) for _ in catalog.weights]
        self.lost_units = 0
        self._asked = [list(order) for order in NEAREST]

    def ask(self, order: list[list[int]]) -> None:
        """By city: the warehouses that are asked for goods, one after the other."""
        self._asked = order

    def take(self, home: int, wanted: Wanted) -> tuple[int, Wanted]:
        """Take goods for a shopper in city `home` from the first warehouse asked that has all of them.

        Where none has all, the one that can give most units gives what it has; the rest is a lost sale.
        Returns the warehouse and what was taken (possibly nothing).
        """
        best, most, given = self._asked[home][0], 0, []
        asked = sum(units for _, units in wanted)
        for place in self._asked[home]:
            has = [(p, min(units, self.on_hand[p][place])) for p, units in wanted if self.on_hand[p][place] > 0]
            units = sum(n for _, n in has)
            if units > most:
                best, most, given = place, units, has
            if units == asked:
                break
        for product, units in given:
            self.on_hand[product][best] -= units
        self.lost_units += asked - most
        return best, given

    def put(self, place: int, goods: Wanted) -> None:
        """Put units back, or units that arrived, on the shelf."""
        for product, units in goods:
            self.on_hand[product][place] += units

    def row(self, product: int, place: int) -> StockLevel:
        """The StockLevel row as it stands."""
        return StockLevel(
            product_id=self._catalog.products[product].product_id,
            place=WAREHOUSES[place].place,
            on_hand=self.on_hand[product][place],
            on_order=self.on_order[product][place],
            counted_at=self._agenda.today(),
        )

    def rows(self, place: int, goods: Wanted) -> list[StockLevel]:
        """The StockLevel rows of some goods."""
        return [self.row(product, place) for product, _ in goods]
