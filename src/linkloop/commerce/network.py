"""The network: who serves whom today and at best, with a proven gap, what if; and the risk of each product by day."""

from typing import ClassVar, Literal

import msgspec

from linkloop.commerce.lanes import LaneKind, LaneMode
from linkloop.core.action import Action
from linkloop.core.money import Money
from linkloop.core.question import Question
from linkloop.core.table import Table

PlanName = Literal["present", "best"]


class NetworkPlan(Table, frozen=True, kw_only=True, gc=False):
    """The network as it runs (`present`) and the best one that was found (`best`), worked out on the day `made_on`.

    `cost` is of a day; `costs` are its parts in minor units: freight, fixed, inventory, lateness, weather. `bound`
    (minor units a day) is proven: no plan costs less. `gap` is the distance to it as a share of the cost. `on_time` is
    the share of parcels that keep the promise, `promise_days` what 9 of 10 parcels need at most, `mean_days` the mean.
    `saves` is what the best plan saves a day against the present one, `change_cost` what going there costs once.
    """

    __table__: ClassVar[str] = "network_plans"
    __key__: ClassVar[tuple[str, ...]] = ("plan",)

    plan: PlanName
    made_on: str
    cost: Money
    costs: dict[str, int] = {}
    bound: float = 0.0
    gap: float = 0.0
    parcels_per_day: float = 0.0
    on_time: float = 0.0
    mean_days: float = 0.0
    promise_days: float = 0.0
    centres: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    scenarios: int = 1
    demand: dict[str, tuple[float, ...]] = {}
    economy: dict[str, float] = {}
    saves: Money | None = None
    change_cost: Money | None = None


class NetworkArc(Table, frozen=True, kw_only=True, gc=False):
    """What a plan sends over a lane a day. Those of the plan's own `made_on` are the plan; older ones are past.

    `share` is of the destination's parcels. `days` is the median, `promise_days` what 9 of 10 parcels need at most.
    """

    __table__: ClassVar[str] = "network_arcs"
    __key__: ClassVar[tuple[str, ...]] = ("plan", "origin", "destination", "mode")
    __index__: ClassVar[tuple[str, ...]] = ("plan", "origin")

    plan: PlanName
    origin: str
    destination: str
    mode: LaneMode
    made_on: str
    kind: LaneKind = "delivery"
    share: float = 0.0
    parcels_per_day: float = 0.0
    kg_per_day: float = 0.0
    distance_km: float = 0.0
    days: float = 0.0
    promise_days: float = 0.0
    on_time: float = 0.0
    cost: Money | None = None
    capacity_per_day: int = 0


class NetworkCentre(Table, frozen=True, kw_only=True, gc=False):
    """A centre in a plan: open or not, its load and what it can do (parcels a day, 0: no limit known), its stock.

    `safety_units` is the stock against uncertainty that the plan needs there.
    """

    __table__: ClassVar[str] = "network_centres"
    __key__: ClassVar[tuple[str, ...]] = ("plan", "place")
    __index__: ClassVar[tuple[str, ...]] = ("plan",)

    plan: PlanName
    place: str
    made_on: str
    open: bool
    parcels_per_day: float = 0.0
    capacity_per_day: int = 0
    destinations: int = 0
    safety_units: float = 0.0
    fixed: Money | None = None


class NetworkCategory(Table, frozen=True, kw_only=True, gc=False):
    """Which category a plan keeps at which centre, and how many of its units a day leave from there."""

    __table__: ClassVar[str] = "network_categories"
    __key__: ClassVar[tuple[str, ...]] = ("plan", "category", "place")
    __index__: ClassVar[tuple[str, ...]] = ("plan", "category")

    plan: PlanName
    category: str
    place: str
    made_on: str
    kept: bool
    units_per_day: float = 0.0
    safety_units: float = 0.0


class RouteMove(msgspec.Struct, frozen=True):
    """The orders of a destination are first asked at another place."""

    destination: str
    from_place: str
    to_place: str


class Replan(Action, frozen=True, kw_only=True):
    """Send the orders of destinations from other places, open and close places; once a `wave` (ISO week).

    `saves` is what it saves a day; what is at risk is what the change costs once.
    """

    __same__: ClassVar[tuple[str, ...]] = ("wave",)
    __about__: ClassVar[str] = "wave"
    __undo__: ClassVar[str] = "RevertReplan"
    __fixed__: ClassVar[tuple[str, ...]] = ("saves",)

    wave: str
    moves: tuple[RouteMove, ...] = ()
    opens: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()
    saves: Money


class RevertReplan(Action, frozen=True, kw_only=True):
    """Take a change of the network back: destinations, places, as they were."""

    __same__: ClassVar[tuple[str, ...]] = ("wave",)
    __about__: ClassVar[str] = "wave"

    wave: str
    moves: tuple[RouteMove, ...] = ()
    opens: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()


class LaneChange(msgspec.Struct, frozen=True):
    """What if: lanes from `origin` to `destination` by `mode` (empty: any) cost `cost_times` as much and take `days`
    more."""

    origin: str = ""
    destination: str = ""
    mode: str = ""
    cost_times: float = 1.0
    days: float = 0.0


class NewCentre(msgspec.Struct, frozen=True):
    """What if: a place at these WGS 84 degrees is open, at `fixed_per_day` (minor units). Its lanes are worked out from
    what the lanes that exist cost and take by distance."""

    place: str
    latitude: float
    longitude: float
    fixed_per_day: int = 0
    parcels_per_day: int = 0


class NetworkFigures(msgspec.Struct, frozen=True):
    """A network in figures: costs of a day in minor units of `currency`, times in days, loads in parcels a day."""

    cost: int
    costs: dict[str, int]
    currency: str
    on_time: float
    mean_days: float
    promise_days: float
    centres: dict[str, float]
    arcs: tuple[NetworkArc, ...]
    unserved: float = 0.0


class NetworkOutlook(msgspec.Struct, frozen=True):
    """The network before and after a change.

    `kept` is how the present routing does after the change, only what cannot stay is sent otherwise; `after` is the
    best answer to it, proven to `gap` by `bound` (minor units a day). `moved` names destinations whose first place is
    another one in `after`. `made_on` is empty when no plan has been made yet.
    """

    made_on: str
    before: NetworkFigures | None = None
    kept: NetworkFigures | None = None
    after: NetworkFigures | None = None
    bound: float = 0.0
    gap: float = 0.0
    moved: tuple[str, ...] = ()


class NetworkWhatIf(Question[NetworkOutlook], frozen=True, kw_only=True):
    """What becomes of cost, promise time and loads if places close or open, lanes change, or demand grows?

    `closed` names places, `demand_times` multiplies all demand, `typhoon` names regions whose lanes weather holds up.
    """

    closed: tuple[str, ...] = ()
    opened: tuple[NewCentre, ...] = ()
    lanes: tuple[LaneChange, ...] = ()
    demand_times: float = 1.0
    typhoon: tuple[str, ...] = ()


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
