"""Cases: stories from cause to outcome, and replays of a period with something changed."""

from __future__ import annotations

from litestar import get, post
from litestar.params import JSONBody

from linkloop.engine.whatif import ReplayReport
from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWork
from linkloop.faces.api.limits import Cursor, Limit, PathName
from linkloop.faces.desk.replaying import ReplayRequest
from linkloop.faces.desk.views import Case, CaseSummary, Page


@get("/cases", tags=["cases"], opt=may("see"))
async def list_cases(desk: TheDesk, work: TheWork, limit: Limit = 50, cursor: Cursor = "") -> Page[CaseSummary]:
    """Cases in which something was decided, latest first."""
    return await work.quick(desk.cases, limit, cursor)


@get("/cases/{case_id:str}", tags=["cases"], opt=may("see"))
async def one_case(desk: TheDesk, work: TheWork, case_id: PathName) -> Case:
    """One timeline, from cause to outcome."""
    return await work.quick(desk.case, case_id)


@post("/replay", status_code=200, tags=["cases"], opt=may("rules"))
async def replay(desk: TheDesk, work: TheWork, data: JSONBody[ReplayRequest]) -> ReplayReport:
    """What a changed rule or policy would have decided; nothing is written and nothing is sent."""
    return await work.long(desk.replay, data)


ROUTES = [list_cases, one_case, replay]
