"""Looks at conversations that the desk's pages need besides the rows: how the customer felt, message by message."""

from __future__ import annotations

from litestar import get

from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWork
from linkloop.faces.api.limits import PathName
from linkloop.faces.desk.service_moods import Felt, moods


@get("/service/conversations/{conversation_id:str}/moods", tags=["service"], opt=may("see"))
async def conversation_moods(desk: TheDesk, work: TheWork, conversation_id: PathName) -> list[Felt]:
    """How the customer felt at each of their messages, oldest first."""
    return await work.quick(moods, desk.shop, conversation_id)


ROUTES = [conversation_moods]
