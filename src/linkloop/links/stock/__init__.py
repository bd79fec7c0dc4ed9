"""stock: counts demand, learns lead times, and orders up to what the service level needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from linkloop.commerce.demand import DemandPaths, ForecastChanged
from linkloop.commerce.network import SupplyRisk, SupplyRiskDay
from linkloop.commerce.orders import OrderPlaced, OrderReturned
from linkloop.commerce.risks import RiskCalibration
from linkloop.commerce.stock import (
    DemandDay,
    DemandSpiked,
    LeadTime,
    OrderTuning,
    PromotionAdvice,
    Replenish,
    ReplenishPolicy,
    ShopDay,
    StockArrived,
    StockFrontier,
    StockPromised,
    Transfer,
)
from linkloop.commerce.time import DayClosed
from linkloop.core.link import Context, Link
from linkloop.core.table import Table
from linkloop.links.stock import counting, policy, risks, surplus

link = Link(
    "stock",
    title=("Stock: what to order, and when", "库存：何时补多少货"),
    says=(
        DemandDay,
        ShopDay,
        LeadTime,
        PromotionAdvice,
        OrderTuning,
        StockFrontier,
        SupplyRisk,
        SupplyRiskDay,
        RiskCalibration,
    ),
    decides=(Replenish, Transfer),
    asks=(ReplenishPolicy, DemandPaths),
    rules=Path(__file__).parent,
)


@link.hears(OrderPlaced)
def order_placed(ctx: Context, event: OrderPlaced) -> Iterator[Table]:
    """Count what was sold."""
    yield from counting.count_order(ctx, event)


@link.hears(OrderReturned)
def order_returned(ctx: Context, event: OrderReturned) -> Iterator[Table]:
    """Count what came back."""
    yield from counting.count_return(ctx, event)


@link.hears(StockArrived)
def stock_arrived(ctx: Context, event: StockArrived) -> Iterator[Table]:
    """Learn how long the supplier took."""
    yield counting.arrived(ctx, event)


@link.hears(StockPromised)
def stock_promised(ctx: Context, event: StockPromised) -> Iterator[Table]:
    """Learn how long the supplier says it takes."""
    yield counting.promised(ctx, event)


@link.hears(DemandSpiked)
def demand_spiked(ctx: Context, event: DemandSpiked) -> Iterator[Table]:
    """Order for a product that spikes, before the shelf is empty."""
    yield from policy.answer_spike(ctx, event)


@link.hears(ForecastChanged)
def forecast_changed(ctx: Context, event: ForecastChanged) -> Iterator[Table]:
    """What sells by itself again is not advised any more."""
    yield from surplus.reconsider(ctx, event)


@link.hears(DayClosed, slow=True)
def day_closed(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """Move and order what is needed, product by product, say what will not sell, and write the coming risk down."""
    yield from policy.close_day(ctx, event)
    yield from risks.write_down(ctx, event)
