"""The shoppers: they arrive as a non-homogeneous Poisson process, look around, and some of them order."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np

from linkloop.commerce.customers import Browsed
from linkloop.commerce.orders import LineSold, OrderPlaced
from linkloop.core.clock import from_micros
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.worlds.sim.agenda import MINUTE, Agenda
from linkloop.worlds.sim.catalog import Catalog
from linkloop.worlds.sim.draws import Draws, running
from linkloop.worlds.sim.festival import Demand
from linkloop.worlds.sim.identities import keys_of
from linkloop.worlds.sim.messages import Messages
from linkloop.worlds.sim.payments import Payments
from linkloop.worlds.sim.people import People, Person
from linkloop.worlds.sim.places import CITIES, WAREHOUSES
from linkloop.worlds.sim.purchase import Purchase
from linkloop.worlds.sim.season import season
from linkloop.worlds.sim.shelves import Shelves, Wanted

# Stated: 3 % of visits order, 10 % fill a cart. 70 % of carts are left behind, as in Baymard Institute's mean of
# about 50 studies (70.2 %, "Cart abandonment rate statistics").
CONVERSION, CARTS = 0.03, 0.10
ASKS_BEFORE, ASKS_WHEN_OUT = 0.004, 0.15
REGULAR_ORDERS, KNOWN_VISITORS = 0.35, 0.40
MORE_LINES, UNITS = 0.30, running((0.85, 0.11, 0.03, 0.01))
MOST_LINES = 6
FREE_FREIGHT, FREIGHT = 9900, 800
CHANNELS, CHANNEL_SHARES = ("app", "mini_program", "web", "live"), running((0.45, 0.30, 0.15, 0.10))


class Shoppers:
    """Visits and orders. One numpy batch a simulated minute, so that what is injected counts from the next minute."""

    def __init__(
        self, agenda: Agenda, catalog: Catalog, people: People, shelves: Shelves, payments: Payments,
        messages: Messages, demand: Demand, orders_per_day: float, zone: ZoneInfo, seed: int,
    ) -> None:  # fmt: skip
        self._agenda, self._catalog, self._people, self._shelves = agenda, catalog, people, shelves
        self._payments, self._messages, self._demand, self._zone = payments, messages, demand, zone
        self._draws = Draws(seed, "shoppers")
        self._per_minute = orders_per_day / CONVERSION / 1440
        self._ids = [product.product_id for product in catalog.products]
        self._browsed: list[Browsed] = []
        self.book: dict[str, Purchase] = {}
        self.sessions = 0
        self.orders = 0
        self.lost = 0

    def plan_minute(self) -> None:
        """Draw the visits of the minute that begins now; those that order will check out within it."""
        begin, draws = self._agenda.now, self._draws
        local = from_micros(begin).astimezone(self._zone)
        visits = int(draws.rng.poisson(self._per_minute * season(local) * self._demand.factor(local.date())))
        if not visits:
            return
        rng = draws.rng
        ends = np.sort(rng.integers(0, MINUTE, visits)).tolist()
        fates = rng.random(visits).tolist()
        looks = np.minimum(rng.geometric(0.25, visits), 20)
        seconds = (rng.lognormal(3.0, 0.7, visits) * looks).astype(np.int64).tolist()
        cumulative = np.cumsum(self._demand.weights)
        spots = cumulative.searchsorted(rng.random(int(looks.sum())) * cumulative[-1], "right")
        seen = np.minimum(spots, len(self._ids) - 1).tolist()
        ids, first = self._ids, 0
        for end, fate, many, spent in zip(ends, fates, looks.tolist(), seconds, strict=True):
            viewed = tuple([ids[product] for product in seen[first : first + many]])
            first += many
            self.sessions += 1
            moment, carted, customer = begin + end, (), ""
            if fate < CONVERSION:
                person, wanted = self._somebody(moment), self._basket()
                carted, customer = tuple([ids[product] for product, _ in wanted]), person.customer_id
                viewed = tuple(dict.fromkeys((*viewed, *carted)))
                self._agenda.at(moment, self._checkout, person, wanted)
            else:
                if fate < CARTS:
                    carted = viewed[-1 - (many > 3) :]
                regulars = self._people.regulars
                known = draws.pick(regulars) if regulars and draws.happens(KNOWN_VISITORS) else None
                customer = known.customer_id if known else ""
                if fate > 1 - ASKS_BEFORE:
                    self._messages.before_order(known, seen[first - 1])
            self._browsed.append(
                Browsed(at=from_micros(moment), session_id=f"V{self.sessions}", customer_id=customer,
                        viewed=viewed, carted=carted, seconds=spent)
            )  # fmt: skip

    def close_minute(self) -> None:
        """Say the visits that ended in the last minute, as a tracker's batch."""
        if self._browsed:
            self._agenda.say("shoppers", f"visits:{self._agenda.now // MINUTE}", *self._browsed)
            self._browsed = []

    def visit(self, person: Person) -> bool:
        """Somebody comes for one purpose: to order. Returns whether there was something to be had."""
        return self._checkout(person, self._basket())

    def _somebody(self, moment: int) -> Person:
        regulars = self._people.regulars
        # While hardly anybody knows the shop, it must not live off the same few.
        if self._draws.happens(REGULAR_ORDERS * min(1.0, len(regulars) / 500)):
            return somebody_of(regulars, self._demand.regions, self._draws)
        return self._people.newcomer(moment, self._demand.regions)

    def _basket(self) -> Wanted:
        draws, weights = self._draws, running(self._demand.weights)
        wanted: dict[int, int] = {}
        while True:
            product = draws.weighted(weights)
            wanted[product] = wanted.get(product, 0) + 1 + draws.weighted(UNITS)
            if len(wanted) >= MOST_LINES or not draws.happens(MORE_LINES):
                return list(wanted.items())

    def _checkout(self, person: Person, wanted: Wanted) -> bool:
        place, taken = self._shelves.take(person.home, wanted)
        if len(taken) < len(wanted) and self._draws.happens(ASKS_WHEN_OUT):
            had = {product for product, _ in taken}
            self._messages.when_out(person, next(product for product, _ in wanted if product not in had))
        if not taken:
            self.lost += 1
            return False
        self.orders += 1
        catalog = self._catalog
        paid = self._demand.paid
        lines = tuple([LineSold(self._ids[p], units, Money(paid(p, catalog.fen[p]), "CNY")) for p, units in taken])
        goods = sum(line.price.amount * line.quantity for line in lines)
        freight = 0 if goods >= FREE_FREIGHT else FREIGHT
        purchase = Purchase(
            order_id=f"LL{self.orders:08d}", person=person, place=place, wanted=taken, lines=lines,
            total=goods + freight, channel=CHANNELS[self._draws.weighted(CHANNEL_SHARES)], placed=self._agenda.now,
        )  # fmt: skip
        self.book[purchase.order_id] = purchase
        newcomer = person.joined == self._agenda.now
        said: list[Table] = [person.row(), *keys_of(person.customer_id)] if newcomer else []
        said += [purchase.row(), *purchase.line_rows(freight), *self._shelves.rows(place, taken)]
        said.append(
            OrderPlaced(
                at=from_micros(purchase.placed), order_id=purchase.order_id, customer_id=person.customer_id,
                place=WAREHOUSES[place].place, lines=lines, total=Money(purchase.total, "CNY"),
                channel=purchase.channel, region=CITIES[person.home].region,
            )
        )  # fmt: skip
        self._agenda.say("shoppers", f"order:{purchase.order_id}", *said)
        self._payments.expect(purchase)
        return True


def somebody_of(regulars: list[Person], regions: dict[str, float], draws: Draws) -> Person:
    """One of them; where regions have factors, of each as many times (by rejection, cut after eight)."""
    person = draws.pick(regulars)
    if regions:
        most = max(regions.values())
        for _ in range(8):
            if draws.happens(regions[CITIES[person.home].region] / most):
                break
            person = draws.pick(regulars)
    return person
