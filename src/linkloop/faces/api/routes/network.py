"""The network: the map of places, lanes and plans, and what if."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from linkloop.commerce.network import LaneChange, NetworkOutlook, NetworkWhatIf, NewCentre
from linkloop.engine.asking import ask_now
from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWork
from linkloop.faces.desk.network_map import network_map
from linkloop.faces.desk.network_views import NetworkMap

Key = Annotated[str, msgspec.Meta(max_length=200)]


class NetworkChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What if: places close or open, lanes change, demand grows, a typhoon holds up the lanes of regions."""

    closed: Annotated[tuple[Key, ...], msgspec.Meta(max_length=100)] = ()
    opened: Annotated[tuple[NewCentre, ...], msgspec.Meta(max_length=20)] = ()
    lanes: Annotated[tuple[LaneChange, ...], msgspec.Meta(max_length=200)] = ()
    demand_times: Annotated[float, msgspec.Meta(ge=0.01, le=100.0)] = 1.0
    typhoon: Annotated[tuple[Key, ...], msgspec.Meta(max_length=40)] = ()


@get("/network", tags=["network"], opt=may("see"))
async def network(desk: TheDesk, work: TheWork) -> NetworkMap:
    """Places, destinations, and who serves whom: now, and in the best plan that was found."""
    return await work.quick(network_map, desk.shop)


@post("/network/what-if", status_code=200, tags=["network"], opt=may("see"))
async def network_what_if(desk: TheDesk, work: TheWork, data: JSONBody[NetworkChanges]) -> NetworkOutlook:
    """Cost, promise times and loads before and after a change; nothing is written."""
    asked = NetworkWhatIf(
        closed=data.closed, opened=data.opened, lanes=data.lanes, demand_times=data.demand_times, typhoon=data.typhoon
    )
    answer = await work.long(ask_now, desk.shop.store, desk.shop.matrix, asked)
    return answer.value


ROUTES = [network, network_what_if]
