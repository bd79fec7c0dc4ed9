"""Risks: the supply-chain risk of a day by region and product, with the three actions, their costs and reasons."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from linkloop.commerce.network import RiskAction
from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWork
from linkloop.faces.api.limits import Cursor, Limit, Name
from linkloop.faces.desk.risks import Judged, Risks

Day = Annotated[str, QueryParameter(max_length=10, description="Shop day, YYYY-MM-DD; empty: the day that is open")]
Wanted = Annotated[RiskAction | None, QueryParameter(description="Rows with this action only")]
By = Annotated[
    Judged, QueryParameter(description="Whose action: of demand against stock (`ratio`), or of the least cost (`cost`)")
]


@get("/risks", tags=["stock"], opt=may("see"))
async def list_risks(
    desk: TheDesk,
    work: TheWork,
    date: Day = "",
    region: Name = "",
    action: Wanted = None,
    judged: By = "ratio",
    product_id: Name = "",
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Risks:
    """The risk of a day: every region in sum, and rows by what the best action saves, a page at a time."""
    return await work.sql(desk.risks, date, region, action or "", judged, product_id, limit, cursor)


ROUTES = [list_risks]
