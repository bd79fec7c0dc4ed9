"""demand: forecasts what will sell, product by product and place by place, with how sure that is and what moves it."""

from __future__ import annotations

from collections.abc import Iterator

from linkloop.commerce.demand import EmptyShelf, Forecast, ForecastChanged, ForecastState, ForecastValue, TrafficDay
from linkloop.commerce.stock import DemandSpiked
from linkloop.commerce.time import DayClosed
from linkloop.commerce.watching import Alert
from linkloop.core.link import Context, Link
from linkloop.core.table import Table
from linkloop.links.demand import policy, spike
from linkloop.links.demand.model import DemandModel, PathsModel

link = Link(
    "demand",
    title=("Demand: what will sell, and how sure that is", "需求：将售出多少，把握多大"),
    says=(Forecast, ForecastState, EmptyShelf, ForecastValue, TrafficDay, ForecastChanged, Alert),
    models=(DemandModel, PathsModel),
)


@link.hears(DemandSpiked)
def demand_spiked(ctx: Context, event: DemandSpiked) -> Iterator[Table]:
    """Lift the coming days of a product that spikes, and only them."""
    yield from spike.spiked(ctx, event)


@link.hears(DayClosed, slow=True)
def day_closed(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """Forecast every series anew."""
    yield from policy.close_day(ctx, event)
