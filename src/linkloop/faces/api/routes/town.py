"""The simulated town: how it is doing, its map, its controls, and what the shop makes of a trouble."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post
from litestar.params import JSONBody, PathParameter

from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWho, TheWork
from linkloop.faces.desk.echo import Echo, echo
from linkloop.faces.desk.town import TownOrder, town_do
from linkloop.faces.desk.town_faults import FaultInfo, fault_forms
from linkloop.faces.desk.townmap import town_map
from linkloop.faces.desk.townmap_views import TownMap
from linkloop.worlds.sim.town import TownStatus

Number = Annotated[int, PathParameter(ge=1, description="The number of a trouble")]


@get("/town", tags=["town"], opt=may("see"))
async def town(desk: TheDesk, work: TheWork) -> TownStatus:
    """The town at a glance."""
    return await work.quick(desk.town)


@post("/town", status_code=200, tags=["town"], opt=may("run"))
async def order(desk: TheDesk, work: TheWork, who: TheWho, data: JSONBody[TownOrder]) -> TownStatus:
    """Pause, resume, set the speed, step to the next hour or day, bring trouble, or end it."""
    return await work.quick(town_do, desk.shop, data, who.name)


@get("/town/map", tags=["town"], opt=may("see"))
async def map_of_town(desk: TheDesk, work: TheWork) -> TownMap:
    """Warehouses, cities, parcels on their way, and the weather."""
    return await work.quick(town_map, desk.shop)


@get("/town/faults", tags=["town"], opt=may("see"))
async def faults(desk: TheDesk, work: TheWork) -> list[FaultInfo]:
    """Every kind of trouble that can be brought, with its fields, bounds, defaults and choices."""
    return await work.quick(fault_forms, desk.shop)


@get("/town/troubles/{number:int}/echo", tags=["town"], opt=may("see"))
async def echo_of(desk: TheDesk, work: TheWork, number: Number) -> Echo:
    """What the shop noticed and decided since a trouble began."""
    return await work.quick(echo, desk.shop, number)


ROUTES = [town, order, map_of_town, faults, echo_of]
