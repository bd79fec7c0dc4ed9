"""Today: the home page's figures in one answer, and what happens now."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWork
from linkloop.faces.desk.happening import Happening, happening
from linkloop.faces.desk.today import today
from linkloop.faces.desk.today_views import Today

Hours = Annotated[
    int, QueryParameter(ge=0, le=168, description="How far the loop's doings go back; 0: since the last midnight")
]
Newest = Annotated[int, QueryParameter(ge=1, le=60, description="How many of the latest things")]


@get("/today", tags=["today"], opt=may("see"))
async def the_day(desk: TheDesk, work: TheWork, hours: Hours = 0) -> Today:
    """Figures, what the loop did, what is due: each with its time and its SQL."""
    return await work.quick(today, desk.shop, hours)


@get("/happening", tags=["today"], opt=may("see"))
async def happening_now(desk: TheDesk, work: TheWork, limit: Newest = 30) -> list[Happening]:
    """What the shop heard and decided last, in sentences, latest first."""
    return await work.quick(happening, desk.shop, limit)


ROUTES = [the_day, happening_now]
