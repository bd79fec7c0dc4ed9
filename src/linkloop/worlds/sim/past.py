"""The town's past: the sales of some weeks before it opens, at once and as rows, so that a fresh shop has a history."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np

from linkloop.commerce.contacts import CustomerKey
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.plans import LiveShow, Promotion
from linkloop.commerce.weather import Weather
from linkloop.core.clock import from_micros
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.worlds.sim.agenda import DAY, MINUTE
from linkloop.worlds.sim.catalog import Catalog
from linkloop.worlds.sim.draws import Draws, running
from linkloop.worlds.sim.festival import festival_factor
from linkloop.worlds.sim.identities import keys_of
from linkloop.worlds.sim.market import PastMarket
from linkloop.worlds.sim.people import People, Person
from linkloop.worlds.sim.places import CITIES, NEAREST, WAREHOUSES
from linkloop.worlds.sim.season import hour_shares, weekday_factor
from linkloop.worlds.sim.shoppers import (
    CHANNEL_SHARES,
    CHANNELS,
    FREE_FREIGHT,
    FREIGHT,
    MORE_LINES,
    MOST_LINES,
    REGULAR_ORDERS,
    UNITS,
    Shoppers,
    somebody_of,
)

History = dict[type[Table], list[Table]]
_MARKET: tuple[type[Table], ...] = (Promotion, LiveShow, Weather)


def live_through(days: int, opens: int, orders_per_day: float, festivals: bool, catalog: Catalog, people: People,
                 shoppers: Shoppers, zone: ZoneInfo, seed: int,
                 market: PastMarket | None = None) -> History:  # fmt: skip
    """Customers, orders and lines of the `days` before `opens` (microseconds), oldest first, all delivered.

    Same rates as the living town. Every order ships from the nearest warehouse: in the past shelves were full.
    """
    draws = Draws(seed, "past")
    rng = draws.rng
    shares = np.cumsum(hour_shares())
    customers: list[Table] = []
    orders: list[Table] = []
    lines: list[Table] = []
    around: dict[type[Table], list[Table]] = {kind: [] for kind in _MARKET}
    cumulative, discounts, regions = catalog.cumulative, dict[int, float](), dict[str, float]()
    for day in range(days, 0, -1):
        begin = opens - day * DAY
        local = from_micros(begin).astimezone(zone)
        lift = festival_factor(local.date()) if festivals else 1.0
        if market is not None:
            weights, discounts, regions, rows = market.day(local.date(), begin)
            cumulative = running(weights)
            lift *= sum(weights) * market.people(regions)
            for row in rows:
                around[type(row)].append(row)
        count = int(rng.poisson(orders_per_day * lift * weekday_factor(local.weekday())))
        first_minute = local.hour * 60 + local.minute
        minutes = (shares.searchsorted(rng.random(count) * shares[-1]) - first_minute) % 1440
        moments = np.sort(begin + minutes * MINUTE + rng.integers(0, MINUTE, count)).tolist()
        many = np.minimum(rng.geometric(1 - MORE_LINES, count), MOST_LINES).tolist()
        products = _spread(cumulative, sum(many), rng)
        units = _spread(UNITS, sum(many), rng)
        channels = _spread(CHANNEL_SHARES, count, rng)
        at = 0
        for moment, n, channel in zip(moments, many, channels, strict=True):
            person = _somebody(people, draws, moment, customers, regions)
            wanted: dict[int, int] = {}
            for product, quantity in zip(products[at : at + n], units[at : at + n], strict=True):
                wanted[product] = wanted.get(product, 0) + 1 + quantity
            at += n
            shoppers.orders += 1
            _book(f"LL{shoppers.orders:08d}", person, moment, wanted, CHANNELS[channel], catalog, orders, lines,
                  discounts)  # fmt: skip
    keys: list[Table] = [key for row in customers if isinstance(row, Customer) for key in keys_of(row.customer_id)]
    told = {kind: rows for kind, rows in around.items() if rows}
    return {Customer: customers, CustomerKey: keys, Order: orders, OrderLine: lines, **told}


def _spread(cumulative: list[float], count: int, rng: np.random.Generator) -> list[int]:
    """`count` indexes by cumulative weights."""
    spots = np.array(cumulative).searchsorted(rng.random(count) * cumulative[-1], "right")
    found: list[int] = np.minimum(spots, len(cumulative) - 1).tolist()
    return found


def _somebody(people: People, draws: Draws, moment: int, customers: list[Table], regions: dict[str, float]) -> Person:
    if draws.happens(REGULAR_ORDERS * min(1.0, len(people.regulars) / 500)):
        return somebody_of(people.regulars, regions, draws)
    person = people.newcomer(moment, regions)
    people.welcome(person)
    customers.append(person.row())
    return person


def _book(order_id: str, person: Person, moment: int, wanted: dict[int, int], channel: str, catalog: Catalog,
          orders: list[Table], lines: list[Table], discounts: dict[int, float]) -> None:  # fmt: skip
    place, at = WAREHOUSES[NEAREST[person.home][0]].place, from_micros(moment)
    fen = {product: max(1, round(catalog.fen[product] * (1 - discounts.get(product, 0.0)))) for product in wanted}
    goods = sum(fen[product] * quantity for product, quantity in wanted.items())
    freight = 0 if goods >= FREE_FREIGHT else FREIGHT
    orders.append(
        Order(order_id=order_id, customer_id=person.customer_id, status="delivered", placed_at=at, approved_at=at,
              total=Money(goods + freight, "CNY"), channel=channel, region=CITIES[person.home].region, country="CN")
    )  # fmt: skip
    for n, (product, quantity) in enumerate(wanted.items(), 1):
        lines.append(
            OrderLine(order_id=order_id, line_no=n, product_id=catalog.products[product].product_id, quantity=quantity,
                      price=Money(fen[product], "CNY"), freight=Money(freight if n == 1 else 0, "CNY"),
                      place=place, sold_at=at)
        )  # fmt: skip
