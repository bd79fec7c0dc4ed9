"""network: how long parcels take, who serves whom, and what becomes of both if something changes."""

from __future__ import annotations

from collections.abc import Iterator

from linkloop.commerce.network import NetworkArc, NetworkCategory, NetworkCentre, NetworkPlan, Replan
from linkloop.commerce.time import DayClosed
from linkloop.commerce.transit import TransitEffect, TransitErrors
from linkloop.core.link import Context, Link
from linkloop.core.table import Table
from linkloop.links.network import learning, policy
from linkloop.links.network.arriving import ArrivalModel
from linkloop.links.network.whatif import WhatIfModel

link = Link(
    "network",
    title=("Network: who serves whom, and how long it takes", "仓网：谁服务谁、多久送达"),
    says=(TransitEffect, TransitErrors, NetworkPlan, NetworkCentre, NetworkArc, NetworkCategory),
    decides=(Replan,),
    models=(ArrivalModel, WhatIfModel),
)


@link.hears(DayClosed, slow=True)
def day_closed(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """Learn from the parcels that arrived, and say the network as it runs and at best."""
    yield from learning.close_day(ctx, event)
    yield from policy.close_day(ctx, event)
