"""The network: lanes and centres, plans of who serves whom, arrival times, and the risk of each region by day."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from linkloop.core.question import Question
from linkloop.core.table import Table

RiskAction = Literal["紧急补货", "促销建议", "维持现状"]


class SupplyRisk(Table, frozen=True, kw_only=True, gc=False):
    """What was known of a product in a region as the shop day `date` began.

    `predicted_demand` (units, standard deviation `demand_sd`) is of the 7 days from `date` on. Costs are expected ones
    in minor units of `currency` over the lead time and 7 days more, for leaving it, ordering `order_units`, promoting.
    """

    __table__: ClassVar[str] = "supply_risks"
    __key__: ClassVar[tuple[str, ...]] = ("product_id", "region", "date")

    product_id: str
    region: str
    date: str
    predicted_demand: float
    current_stock: int
    demand_sd: float = 0.0
    coming: int = 0
    p_stockout: float = 0.0
    lead_days: float = 0.0
    action_by_cost: RiskAction | None = None
    order_units: int = 0
    hold_cost: float | None = None
    order_cost: float | None = None
    promote_cost: float | None = None
    currency: str | None = None
    forecast: Literal["model", "baseline"] = "baseline"


class SupplyRiskDay(Table, frozen=True, kw_only=True, gc=False):
    """The risk of all products in all regions has been written down for this shop day; `rows` is how many."""

    __table__: ClassVar[str] = "supply_risk_days"
    __key__: ClassVar[tuple[str, ...]] = ("date",)

    date: str
    rows: int = 0


class Warehouse(Table, frozen=True, kw_only=True, gc=False):
    """What a centre can do and costs: units a day that it can send, and its cost a day, open, in minor units.

    `closed` takes it out of every plan, whatever the reason.
    """

    __table__: ClassVar[str] = "warehouses"
    __key__: ClassVar[tuple[str, ...]] = ("place",)

    place: str
    units_per_day: float
    cost_per_day: float = 0.0
    currency: str = "CNY"
    closed: bool = False


class Lane(Table, frozen=True, kw_only=True, gc=False):
    """A lane from a place to a destination (a region or city) by one carrier.

    `cost_per_unit` in minor units, `days` is how long parcels of the last weeks were on their way (mean), `late` the
    share that came after its promise, `units` how many parcels that rests on.
    """

    __table__: ClassVar[str] = "lanes"
    __key__: ClassVar[tuple[str, ...]] = ("origin", "destination", "carrier")
    __index__: ClassVar[tuple[str, ...]] = ("origin",)

    origin: str
    destination: str
    carrier: str = ""
    kilometres: float = 0.0
    cost_per_unit: float = 0.0
    currency: str = "CNY"
    days: float = 0.0
    late: float = 0.0
    units: int = 0


class LaneTimes(Table, frozen=True, kw_only=True, gc=False):
    """How long a carrier's parcels were on their way on a lane: `counts[n]` of them between n and n + 1 steps of a
    quarter of a day. An empty destination is all of the carrier's lanes from anywhere. `weather`: of those that left
    or went through rain or a storm."""

    __table__: ClassVar[str] = "lane_times"
    __key__: ClassVar[tuple[str, ...]] = ("carrier", "origin", "destination", "weather")

    carrier: str
    origin: str = ""
    destination: str = ""
    weather: bool = False
    parcels: int = 0
    counts: tuple[int, ...] = ()
    updated_at: datetime | None = None


class NetworkPlan(Table, frozen=True, kw_only=True, gc=False):
    """A plan of who serves whom: its cost a day in minor units and the bound below which no plan can be.

    `gap` is their distance as a share of the cost. `scenario` is empty for the network as it is.
    """

    __table__: ClassVar[str] = "network_plans"
    __key__: ClassVar[tuple[str, ...]] = ("plan_id",)

    plan_id: str
    made_at: datetime
    scenario: str = ""
    cost: float
    bound: float
    gap: float
    before: float
    moves: int = 0
    currency: str = "CNY"


class NetworkFlow(Table, frozen=True, kw_only=True, gc=False):
    """In a plan: `place` serves `share` of a destination, `units` a day, over `days` on the way (mean)."""

    __table__: ClassVar[str] = "network_flows"
    __key__: ClassVar[tuple[str, ...]] = ("plan_id", "place", "destination")
    __index__: ClassVar[tuple[str, ...]] = ("plan_id",)

    plan_id: str
    place: str
    destination: str
    share: float
    units: float
    cost: float
    days: float = 0.0


class Arrival(msgspec.Struct, frozen=True):
    """Days from leaving to arriving: the mean, and `days[k]` is the quantile at `levels[k]`; `parcels` is how many
    past ones this rests on, `basis` on which: the lane, the carrier, all, or the distance alone."""

    mean: float
    levels: tuple[float, ...]
    days: tuple[float, ...]
    parcels: int = 0
    basis: Literal["lane", "carrier", "all", "guess"] = "guess"


class ArrivalTime(Question[Arrival], frozen=True, kw_only=True):
    """How long will a parcel be on its way? `rough_weather`: rain or a storm at either end."""

    carrier: str
    origin: str = ""
    destination: str = ""
    rough_weather: bool = False
