"""The simulated town: how it is doing, and its controls."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from linkloop.faces.api.given import TheDesk, TheWork
from linkloop.faces.desk.town import Order
from linkloop.worlds.sim.town import TownStatus


class TownOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`speed` for "speed" (simulated seconds per second, 0: as fast as possible), `fault` for "inject"."""

    do: Order
    speed: Annotated[float, msgspec.Meta(ge=0, le=1e9)] | None = None
    fault: dict[str, Any] | None = None


@get("/town", tags=["town"])
async def town(desk: TheDesk, work: TheWork) -> TownStatus:
    """The town at a glance."""
    return await work.quick(desk.town)


@post("/town", status_code=200, tags=["town"])
async def order(desk: TheDesk, work: TheWork, data: JSONBody[TownOrder]) -> TownStatus:
    """Pause, resume, speed up, or bring trouble."""
    return await work.quick(desk.town_do, data.do, speed=data.speed, fault=data.fault)


ROUTES = [town, order]
