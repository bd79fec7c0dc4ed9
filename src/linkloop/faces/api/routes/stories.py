"""Stories: cases in lines, one told in steps from cause to outcome, and the cases that share something with it."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from linkloop.core.decision import Status
from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWork
from linkloop.faces.api.limits import Cursor, Limit, Name, Offset, PathName
from linkloop.faces.desk.case_lines import list_case_lines, related_cases
from linkloop.faces.desk.story import story
from linkloop.faces.desk.story_views import CaseLines, RelatedCase, Story


@get("/stories", tags=["cases"], opt=may("see"))
async def list_stories(
    desk: TheDesk,
    work: TheWork,
    link: Name = "",
    status: Annotated[Status | None, QueryParameter(description="Cases with a decision that stands so")] = None,
    text: Annotated[str, QueryParameter(max_length=200, description="Words of what a person reads")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
) -> CaseLines:
    """Cases in which something was decided, in words, latest decision first."""
    return await work.long(
        list_case_lines, desk.shop, link=link, status=status or "", text=text, limit=limit, cursor=cursor
    )


@get("/cases/{case_id:str}/story", tags=["cases"], opt=may("see"))
async def one_story(desk: TheDesk, work: TheWork, case_id: PathName, after: Offset = 0, limit: Limit = 1000) -> Story:
    """One case told in steps, from the log offset `after` on."""
    return await work.quick(story, desk.shop, case_id, max(0, after), limit)


@get("/cases/{case_id:str}/related", tags=["cases"], opt=may("see"))
async def related(desk: TheDesk, work: TheWork, case_id: PathName) -> list[RelatedCase]:
    """Other cases about the same order, product or customer."""
    found = await work.quick(story, desk.shop, case_id)
    return await work.long(related_cases, desk.shop, found.about, case_id)


ROUTES = [list_stories, one_story, related]
