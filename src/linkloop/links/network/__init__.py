"""network: how long parcels take, who serves whom, and what becomes of both if something changes."""

from __future__ import annotations

from collections.abc import Iterator

from linkloop.commerce.time import DayClosed
from linkloop.commerce.transit import TransitEffect, TransitErrors
from linkloop.core.link import Context, Link
from linkloop.core.table import Table
from linkloop.links.network import learning
from linkloop.links.network.arriving import ArrivalModel

link = Link(
    "network",
    title=("Network: who serves whom, and how long it takes", "仓网：谁服务谁、多久送达"),
    says=(TransitEffect, TransitErrors),
    models=(ArrivalModel,),
)


@link.hears(DayClosed, slow=True)
def day_closed(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """Learn from the parcels that arrived."""
    yield from learning.close_day(ctx, event)
