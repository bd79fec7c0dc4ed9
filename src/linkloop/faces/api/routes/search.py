"""Search: anything in the shop by what a person types."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWork
from linkloop.faces.desk.search import Hits, find

Typed = Annotated[str, QueryParameter(max_length=500, description="An id, a name, pinyin, initials or words")]
Most = Annotated[int, QueryParameter(ge=1, le=50, description="Most hits of one kind")]


@get("/find", tags=["search"], opt=may("see"))
async def find_anything(desk: TheDesk, work: TheWork, q: Typed = "", limit: Most = 6) -> Hits:
    """What the text may mean, exact ids first; without a text: what waits for a person and which alerts are open."""
    return await work.quick(find, desk.shop, q, limit)


ROUTES = [find_anything]
