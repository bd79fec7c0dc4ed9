"""network: which centres serve whom, over which lanes, when a parcel will be there, and the risk of every region."""

from __future__ import annotations

from collections.abc import Iterator

from linkloop.commerce.network import Lane, LaneTimes, NetworkFlow, NetworkPlan, SupplyRisk, SupplyRiskDay
from linkloop.commerce.parcels import ParcelDelivered
from linkloop.commerce.time import DayClosed
from linkloop.core.link import Context, Link
from linkloop.core.table import Table
from linkloop.links.network import learning, policy
from linkloop.links.network.arrival import ArrivalModel

link = Link(
    "network",
    title=("Network: who serves whom, and by when", "仓网：谁发给谁，何时送到"),
    says=(LaneTimes, Lane, NetworkPlan, NetworkFlow, SupplyRisk, SupplyRiskDay),
    models=(ArrivalModel,),
)


@link.hears(ParcelDelivered)
def parcel_delivered(ctx: Context, event: ParcelDelivered) -> Iterator[Table]:
    """Count how long a parcel was on its way."""
    yield from learning.arrive(ctx, event)


@link.hears(DayClosed, slow=True)
def day_closed(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """Write the risk of the new day down, measure the lanes, plan anew."""
    yield from policy.close_day(ctx, event)
