"""Looks at conversations that the desk's pages need besides the rows: moods, and what people were needed for."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWork
from linkloop.faces.api.limits import PathName
from linkloop.faces.desk.service_moods import Felt, moods
from linkloop.faces.desk.service_unanswered import UnansweredPage, unanswered


@get("/service/conversations/{conversation_id:str}/moods", tags=["service"], opt=may("see"))
async def conversation_moods(desk: TheDesk, work: TheWork, conversation_id: PathName) -> list[Felt]:
    """How the customer felt at each of their messages, oldest first."""
    return await work.quick(moods, desk.shop, conversation_id)


@get("/service/unanswered", tags=["service"], opt=may("see"))
async def list_unanswered(
    desk: TheDesk, work: TheWork, days: Annotated[int, QueryParameter(ge=1, le=366, description="Days back")] = 14
) -> UnansweredPage:
    """What the bot could not answer, by what was asked and why a person was needed."""
    return await work.sql(unanswered, desk.shop, days)


ROUTES = [conversation_moods, list_unanswered]
