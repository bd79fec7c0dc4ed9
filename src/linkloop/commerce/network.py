"""The network: the risk of each product in each region by day."""

from typing import ClassVar, Literal

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
