"""The town: its actors put together, one queue of simulated time, and everything that it says, in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from linkloop.commerce.time import DayClosed, MinutePassed
from linkloop.core.action import Errand, Receipt
from linkloop.core.clock import micros, minute_of
from linkloop.core.errors import Refused
from linkloop.core.text import Text
from linkloop.core.world import Delivery
from linkloop.worlds.sim.aftersales import Aftersales
from linkloop.worlds.sim.agenda import DAY, MINUTE, Agenda
from linkloop.worlds.sim.belongings import belongings, told
from linkloop.worlds.sim.catalog import Catalog
from linkloop.worlds.sim.couriers import Couriers
from linkloop.worlds.sim.errands import Errands
from linkloop.worlds.sim.faults import Fault
from linkloop.worlds.sim.festival import Demand
from linkloop.worlds.sim.lanes import Lanes
from linkloop.worlds.sim.lorries import Lorries
from linkloop.worlds.sim.market import Market, PastMarket
from linkloop.worlds.sim.messages import Messages
from linkloop.worlds.sim.orderdesk import OrderDesk
from linkloop.worlds.sim.past import History, live_through
from linkloop.worlds.sim.payments import Payments
from linkloop.worlds.sim.people import People
from linkloop.worlds.sim.places import WAREHOUSES
from linkloop.worlds.sim.plans import Plans
from linkloop.worlds.sim.remedies import Remedies
from linkloop.worlds.sim.retention import Retention
from linkloop.worlds.sim.returns import Returns
from linkloop.worlds.sim.shelves import Shelves
from linkloop.worlds.sim.shoppers import Shoppers
from linkloop.worlds.sim.suppliers import Suppliers
from linkloop.worlds.sim.troubles import Trouble, Troubles
from linkloop.worlds.sim.weather import Sky, Weather

A_MONDAY = datetime(2026, 3, 1, 16, tzinfo=UTC)  # midnight in Shanghai, no festival near
REMEMBERS_ORDERS = 45 * DAY


class TownStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The town at a glance; counts are since it opened. `speed` is simulated seconds per second, 0 is unbounded.

    A town that is `stepping_to` a moment goes there as fast as it can and then pauses. `troubles` are on, the last
    ones of `troubles_over` were.
    """

    at: datetime
    speed: float = 0.0
    paused: bool = False
    stepping_to: datetime | None = None
    problem: str = ""
    sessions: int
    orders: int
    lost_sales: int
    lost_units: int
    payments_tried: int
    payments_paid: int
    parcels_open: int
    parcels_delivered: int
    parcels_late: int
    returned: int
    messages: int
    customers: int
    stayed: int
    left: int
    errands_done: int
    weather: dict[str, Sky]
    troubles: tuple[Trouble, ...]
    troubles_over: tuple[Trouble, ...] = ()


class Town:
    """A shop's outside, as a function of its seed and of what it is asked to do.

    `start` is cut to the minute; `orders_per_day` is the mean of a usual week with full shelves. Same arguments,
    same errands and faults at the same simulated moments: the same deliveries, byte for byte. Not thread-safe.
    """

    def __init__(
        self,
        seed: int = 7,
        orders_per_day: float = 1000.0,
        start: datetime = A_MONDAY,
        zone: str = "Asia/Shanghai",
        shop: str = "town",
        festivals: bool = True,
        market: bool = False,
    ) -> None:
        self.seed, self.orders_per_day, self.zone, self.shop = seed, orders_per_day, ZoneInfo(zone), shop
        self._festivals = festivals
        self._priced = 0
        self._opened = micros(minute_of(start))
        agenda = self._agenda = Agenda(self._opened)
        self.catalog = Catalog(seed)
        self.people = People(seed)
        self.weather = Weather(agenda, seed, self.zone)
        self.shelves = Shelves(agenda, self.catalog, orders_per_day, seed)
        self.messages = Messages(agenda, self.catalog, seed)
        self.retention = Retention(agenda, self.people, seed)
        self.returns = Returns(agenda, self.catalog, self.shelves, seed)
        self.couriers = Couriers(agenda, self.weather, self.messages, self.retention, self.returns, seed)
        self.payments = Payments(agenda, self.shelves, self.couriers, self.messages, self.people, seed)
        self.demand = Demand(self.catalog.weights, festivals)
        self.shoppers = Shoppers(agenda, self.catalog, self.people, self.shelves, self.payments, self.messages,
                                 self.demand, orders_per_day, self.zone, seed)  # fmt: skip
        self.retention.visit = self.shoppers.visit
        self.suppliers = Suppliers(agenda, self.catalog, self.shelves, seed)
        self.lorries = Lorries(agenda, self.catalog, self.shelves, seed)
        self.lanes = Lanes(agenda, self.shelves, orders_per_day)
        self.remedies = Remedies(agenda, self.shoppers.book, self.messages, seed)
        self.orderdesk = OrderDesk(agenda, self.catalog, self.shoppers.book, self.couriers, self.shelves, seed)
        self.aftersales = Aftersales(agenda, self.catalog, self.orderdesk, self.shelves, seed)
        self.errands = Errands(agenda, self.suppliers, self.remedies, self.messages, self.orderdesk, self.aftersales,
                               self.lorries, self.lanes, seed)  # fmt: skip
        self.plans = Plans(seed, [product.product_id for product in self.catalog.products])
        self.market = Market(agenda, self.plans, self.demand, self.weather, self.zone, seed) if market else None
        self.troubles = Troubles(agenda, self.catalog, self.demand, self.payments, self.weather, self.suppliers,
                                 self.errands)  # fmt: skip
        agenda.say("town", "opening", *WAREHOUSES, *self.lanes.rows(), *self.catalog.rows(),
                   *(self.shelves.row(product, place)
                     for product in range(len(self.catalog.products)) for place in range(len(WAREHOUSES))))  # fmt: skip
        agenda.say("town", "knowledge", *belongings(self.catalog.products, self.catalog.titles), *told(self._opened))
        self.shoppers.plan_minute()
        agenda.after(MINUTE, self._minute)

    def now(self) -> datetime:
        """The simulated moment, aware, in UTC."""
        return self._agenda.today()

    def run_until(self, moment: datetime) -> Iterator[Delivery]:
        """Live on until `moment` (included) and say what happens; the opening comes first of all."""
        until = micros(moment)
        while (said := self._agenda.step(until)) is not None:
            yield from said

    def perform(self, errand: Errand) -> Receipt:
        """Carry out an errand now; the same key is done once, whatever comes."""
        return self.errands.perform(errand)

    def settled(self, key: str) -> Receipt | None:
        """What became of an errand's key, or None when it never arrived."""
        return self.errands.settled(key)

    def inject(self, fault: Fault) -> datetime:
        """Begin a fault now; returns when it ends. Raises Refused `sim.fault` when it makes no sense."""
        return self.troubles.inject(fault)

    def reprice(self, product_id: str, fen: int) -> None:
        """The merchant changes a price. Raises Refused `sim.price` for an unknown product or no sensible price."""
        product = self.catalog.number.get(product_id)
        if product is None or not 0 < fen <= 100_000_000:
            raise Refused(
                "sim.price",
                Text(en="the town has no such product, or that is no price", zh="小镇没有这件商品，或价格无效"),
                Text(
                    en="Give SKU-001 … SKU-120 and a price above 0 in fen.",
                    zh="请填写 SKU-001 … SKU-120 与大于 0 的价格（分）。",
                ),
                where="product_id",
            )
        self._priced += 1
        self._agenda.say("town", f"price:{product_id}:{self._priced}", self.catalog.reprice(product, fen))

    def end(self, number: int) -> None:
        """End a trouble before its time. Raises Refused `sim.trouble` when none with this number is on."""
        self.troubles.end(number)

    def warm_up(self, days: int) -> History:
        """The sales of the `days` before the opening as rows by class, oldest first; once, before time moves.

        Raises Refused `sim.past` when the town already lives.
        """
        if self._agenda.now != self._opened or self.shoppers.orders or not 0 <= days <= 3660:
            raise Refused(
                "sim.past",
                Text(
                    en="a past can only be given to a town that has not begun to live",
                    zh="只能在小镇开始运转之前补充历史",
                ),
                Text(
                    en="Call warm_up once, first of all, with 0 to 3660 days.",
                    zh="请最先调用一次 warm_up，天数为 0 到 3660。",
                ),
            )
        market = PastMarket(self.plans, self.catalog.weights, self.zone, self.seed) if self.market else None
        return live_through(days, self._opened, self.orders_per_day, self._festivals, self.catalog, self.people,
                            self.shoppers, self.zone, self.seed, market)  # fmt: skip

    def status(self) -> TownStatus:
        """The town at a glance."""
        return TownStatus(
            at=self.now(), sessions=self.shoppers.sessions, orders=self.shoppers.orders,
            lost_sales=self.shoppers.lost, lost_units=self.shelves.lost_units,
            payments_tried=self.payments.tried, payments_paid=self.payments.paid,
            parcels_open=len(self.couriers.travelling), parcels_delivered=self.couriers.delivered,
            parcels_late=self.couriers.late, returned=self.returns.returned, messages=self.messages.written,
            customers=self.people.count, stayed=self.retention.stayed, left=self.retention.left,
            errands_done=self.errands.effects, weather=dict(self.weather.sky), troubles=self.troubles.on(),
            troubles_over=self.troubles.over(),
        )  # fmt: skip

    def _minute(self) -> None:
        """A minute ended: say its visits and the time, then plan the next."""
        agenda = self._agenda
        at = agenda.today()
        self.shoppers.close_minute()
        agenda.say("clock", f"minute:{agenda.now // MINUTE}", MinutePassed(at=at, shop=self.shop))
        before, after = (at - timedelta(minutes=1)).astimezone(self.zone).date(), at.astimezone(self.zone).date()
        if before != after:
            day = before.isoformat()
            if self.market is not None:
                self.market.day_closed(before)
            agenda.say("clock", f"day:{day}", DayClosed(at=at, shop=self.shop, day=day))
            self._forget()
        self.shoppers.plan_minute()
        agenda.after(MINUTE, self._minute)

    def _forget(self) -> None:
        """Orders of six weeks ago are over; the town must not grow for ever."""
        book, old = self.shoppers.book, self._agenda.now - REMEMBERS_ORDERS
        for order_id in [order_id for order_id, purchase in book.items() if purchase.placed < old]:
            del book[order_id]
