"""Wires and models: who hears what and how often, one link in full, and how models did today."""

from __future__ import annotations

from litestar import get

from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWork
from linkloop.faces.api.limits import PathName
from linkloop.faces.desk.modelcards import ModelToday, models_today
from linkloop.faces.desk.wires import link_card, wire_map
from linkloop.faces.desk.wires_views import LinkCard, WireMap


@get("/map/wires", tags=["map"], opt=may("see"))
async def list_wires(desk: TheDesk, work: TheWork) -> WireMap:
    """Who says what and who hears it, with how often it happened today."""
    return await work.quick(wire_map, desk.shop)


@get("/map/links/{name:str}", tags=["map"], opt=may("see"))
async def one_link(desk: TheDesk, work: TheWork, name: PathName) -> LinkCard:
    """What a link hears, says, asks and decides, its tables, and its figures of the day."""
    return await work.quick(link_card, desk.shop, name)


@get("/models/today", tags=["questions"], opt=may("see"))
async def list_models_today(desk: TheDesk, work: TheWork) -> list[ModelToday]:
    """Every model's card with its day: how often asked, how sure, how fast."""
    return await work.quick(models_today, desk.shop)


ROUTES = [list_wires, one_link, list_models_today]
