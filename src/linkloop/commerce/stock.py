"""Stock: where goods lie, what is on its way, what to order."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from linkloop.core.action import Action
from linkloop.core.event import Event
from linkloop.core.money import Money
from linkloop.core.question import Question
from linkloop.core.table import Table


class Place(Table, frozen=True, kw_only=True, gc=False):
    """A warehouse or a shop where stock lies.

    `centre` is the place that supplies this one, as a regional centre (RDC) supplies its fronts (FDC); empty: its
    suppliers deliver here. `inbound_units` is the most that it takes in from the centre a day; 0: no limit.
    """

    __table__: ClassVar[str] = "places"
    __key__: ClassVar[tuple[str, ...]] = ("place",)

    place: str
    name: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    centre: str = ""
    inbound_units: int = 0


class StockLevel(Table, frozen=True, kw_only=True, gc=False):
    """Units of one product at one place. Stock position = on_hand + on_order − backordered."""

    __table__: ClassVar[str] = "stock_levels"
    __key__: ClassVar[tuple[str, ...]] = ("product_id", "place")
    __index__: ClassVar[tuple[str, ...]] = ("product_id",)

    product_id: str
    place: str
    on_hand: int
    on_order: int = 0
    backordered: int = 0
    counted_at: datetime | None = None


class DemandDay(Table, frozen=True, kw_only=True, gc=False):
    """Units of one product sold at one place on one calendar day of the shop, and those that came back that day."""

    __table__: ClassVar[str] = "demand_days"
    __key__: ClassVar[tuple[str, ...]] = ("product_id", "place", "day")

    product_id: str
    place: str
    day: str
    units: int = 0
    orders: int = 0
    returned: int = 0


class ShopDay(Table, frozen=True, kw_only=True, gc=False):
    """Where the shop's calendar stands: the day that is open, the minutes that its midnight is ahead of UTC, and the
    IANA name of its time zone where it is known, which tells summer from winter."""

    __table__: ClassVar[str] = "shop_days"
    __key__: ClassVar[tuple[str, ...]] = ("shop",)

    shop: str
    day: str
    ahead_minutes: int = 0
    zone: str = ""


class LeadTime(Table, frozen=True, kw_only=True, gc=False):
    """How long a supplier really takes, in days: mean and sum of squared deviations of its arrivals (Welford).

    `promised_days` is the mean of what it promised in `promises` answers.
    """

    __table__: ClassVar[str] = "lead_times"
    __key__: ClassVar[tuple[str, ...]] = ("supplier_id",)

    supplier_id: str
    arrivals: int = 0
    mean_days: float = 0.0
    squares_days: float = 0.0
    promises: int = 0
    promised_days: float = 0.0


class StockArrived(Event, frozen=True, kw_only=True, gc=False):
    """Goods that were ordered arrived at `place`."""

    __about__: ClassVar[str] = "product_id"

    product_id: str
    place: str
    quantity: int
    supplier_id: str
    ordered_at: datetime
    reference: str = ""


class StockPromised(Event, frozen=True, kw_only=True, gc=False):
    """A supplier promises goods for a date, in answer to an order."""

    __about__: ClassVar[str] = "product_id"

    product_id: str
    place: str
    quantity: int
    supplier_id: str
    arrives_at: datetime
    reference: str = ""


class DemandSpiked(Event, frozen=True, kw_only=True, gc=False):
    """More of a product (or of everything: empty product_id) was sold in a window than its season explains."""

    __about__: ClassVar[str] = "product_id"

    product_id: str
    place: str
    observed: int
    expected: float
    window_minutes: int
    p_value: float


class Replenish(Action, frozen=True, kw_only=True):
    """Order `quantity` units of a product from a supplier to a place; one order per product, place and `wave`."""

    __same__: ClassVar[tuple[str, ...]] = ("product_id", "place", "wave")
    __about__: ClassVar[str] = "product_id"
    __undo__: ClassVar[str] = "CancelReplenish"
    __scale__: ClassVar[str] = "quantity"

    product_id: str
    place: str
    wave: str
    quantity: int
    supplier_id: str
    expedite: bool = False


class CancelReplenish(Action, frozen=True, kw_only=True):
    """Take an order to a supplier back, as long as it has not left."""

    __same__: ClassVar[tuple[str, ...]] = ("product_id", "place", "wave")
    __about__: ClassVar[str] = "product_id"

    product_id: str
    place: str
    wave: str


class Transfer(Action, frozen=True, kw_only=True):
    """Move `quantity` units of a product between two of our own places; one per product, pair and `wave`.

    What is at risk is the value of the goods on the way.
    """

    __same__: ClassVar[tuple[str, ...]] = ("product_id", "from_place", "to_place", "wave")
    __about__: ClassVar[str] = "product_id"
    __undo__: ClassVar[str] = "CancelTransfer"
    __scale__: ClassVar[str] = "quantity"

    product_id: str
    from_place: str
    to_place: str
    wave: str
    quantity: int


class CancelTransfer(Action, frozen=True, kw_only=True):
    """Keep goods where they are, as long as they have not left."""

    __same__: ClassVar[tuple[str, ...]] = ("product_id", "from_place", "to_place", "wave")
    __about__: ClassVar[str] = "product_id"

    product_id: str
    from_place: str
    to_place: str
    wave: str


class PromotionAdvice(Table, frozen=True, kw_only=True, gc=False):
    """What will not sell in time: `surplus` units that `days` days are not likely to need, and the discount that would.

    `units_per_day` is what is expected without one; `discount` (0 to 1; 0: the advice is over) rests on an elasticity
    that is assumed. `saves` is what it costs less to give the discount than to keep the surplus.
    """

    __table__: ClassVar[str] = "promotion_advice"
    __key__: ClassVar[tuple[str, ...]] = ("product_id", "place")
    __index__: ClassVar[tuple[str, ...]] = ("product_id",)

    product_id: str
    place: str
    day: str
    surplus: int
    days: int
    units_per_day: float
    discount: float
    saves: Money


class OrderTuning(Table, frozen=True, kw_only=True, gc=False):
    """How a segment's products are ordered, as the night of `day` found by rolling simulation on the shop's past.

    `level` (0 to 1) is the quantile of demand that an order covers, `cover_days` the days it should last beyond the
    lead time. `stockout` (share of units) and `turnover` (a year) are of the past days that `level` was not chosen on.
    `policy` says who orders: the quantile, or the learned net, which does only where it is cheaper for sure over those
    days: `learned_cost` against `quantile_cost`, both of a product and day in the shop's median unit cost, `won` the
    standard errors of the mean difference between products.
    """

    __table__: ClassVar[str] = "order_tunings"
    __key__: ClassVar[tuple[str, ...]] = ("segment",)

    segment: str
    day: str
    series: int
    level: float
    cover_days: int
    stockout: float
    turnover: float
    policy: Literal["quantile", "learned"] = "quantile"
    quantile_cost: float = 0.0
    learned_cost: float = 0.0
    won: float = 0.0


class StockFrontier(Table, frozen=True, kw_only=True, gc=False):
    """A point of the shop's own frontier, as the night of `day` simulated it on the joint futures of its forecasts.

    `scope` is a segment, or `shop` for all. Were `service_level` (0 to 1) held for all of it, the coming `days` days
    would turn stock over `turnover` times a year and leave `stockout` of the units asked for unsold; `held_units` lie
    on the shelves on average. The point `today` is what is ordered by now; its service level is the mean over segments.
    """

    __table__: ClassVar[str] = "stock_frontiers"
    __key__: ClassVar[tuple[str, ...]] = ("scope", "point")
    __index__: ClassVar[tuple[str, ...]] = ("scope",)

    scope: str
    point: str
    day: str
    service_level: float
    stockout: float
    turnover: float
    held_units: float
    days: int
    series: int
    today: bool = False


class ReplenishAdvice(msgspec.Struct, frozen=True):
    """Which service level to hold (0 to 1), whether to order at all, and whether to pay for speed.

    Where the nights have tuned a level for the product's segment, that one is held, unless `fixed`.
    """

    order: bool
    service_level: float
    expedite: bool = False
    fixed: bool = False


class ReplenishPolicy(Question[ReplenishAdvice], frozen=True, kw_only=True):
    """How well should this product be stocked? Margin 0 to 1; volatility is the coefficient of variation."""

    days_of_cover: float
    lead_time_days: float
    units_per_day: float
    volatility: float
    margin: float
    spiking: bool
