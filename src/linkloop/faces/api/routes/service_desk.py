"""The service desk's own things: macros, quality review, figures, breaches of the time to answer."""

from __future__ import annotations

from typing import Annotated

from litestar import delete, get, post, put
from litestar.params import JSONBody, PathParameter, QueryParameter

from linkloop.commerce.desk import Macro, QualityReview
from linkloop.core.text import Text
from linkloop.faces.api.access import for_link, may
from linkloop.faces.api.given import TheDesk, TheWho, TheWork
from linkloop.faces.api.limits import PathName
from linkloop.faces.desk import service_figures, service_macros, service_quality
from linkloop.faces.desk.service_figures import Breach, ServiceFigures
from linkloop.faces.desk.service_macros import Filled, MacroBody
from linkloop.faces.desk.service_quality import Marks, QualityReport, QualitySample

LINK = "service"
MacroId = Annotated[
    str, PathParameter(max_length=60, pattern=r"^[a-z0-9][a-z0-9_-]*$", description="a-z, 0-9, - and _")
]


@get("/service/macros", tags=["service"], opt=may("see"))
async def list_macros(desk: TheDesk, work: TheWork) -> list[Macro]:
    """Texts that people answer with often."""
    return await work.quick(service_macros.macros, desk.shop)


@get("/service/macros/blanks", tags=["service"], opt=may("see"))
async def list_blanks(desk: TheDesk, work: TheWork) -> dict[str, Text]:
    """The blanks that a macro may have, and what fills them."""
    return service_macros.BLANKS


@put("/service/macros/{macro_id:str}", tags=["service"], opt=may("decide"))
async def keep_macro(desk: TheDesk, work: TheWork, who: TheWho, macro_id: MacroId, data: JSONBody[MacroBody]) -> Macro:
    """Write a macro, new or in place of the version that it was made from."""
    call = for_link(who, LINK, macro_id, lambda: service_macros.keep(desk.shop, macro_id, data, who.name))
    return await work.quick(call)


@delete("/service/macros/{macro_id:str}", status_code=200, tags=["service"], opt=may("decide"))
async def forget_macro(desk: TheDesk, work: TheWork, who: TheWho, macro_id: MacroId) -> Macro:
    """Take a macro off the list."""
    return await work.quick(for_link(who, LINK, macro_id, lambda: service_macros.forget(desk.shop, macro_id, who.name)))


@get("/service/conversations/{conversation_id:str}/macros/{macro_id:str}", tags=["service"], opt=may("see"))
async def fill_macro(desk: TheDesk, work: TheWork, who: TheWho, conversation_id: PathName, macro_id: MacroId) -> Filled:
    """A macro with its blanks filled for a conversation."""
    return await work.quick(service_macros.filled, desk.shop, macro_id, conversation_id, who.name)


@get("/service/quality/sample", tags=["service"], opt=may("see"))
async def quality_sample(
    desk: TheDesk,
    work: TheWork,
    who: TheWho,
    size: Annotated[int, QueryParameter(ge=1, le=100, description="How many")] = 10,
    seed: Annotated[str, QueryParameter(max_length=60, description="The same draws the same; default: today")] = "",
) -> QualitySample:
    """Solved conversations to look at, drawn evenly, without those that you have marked."""
    return await work.quick(service_quality.sample, desk.shop, who.name, size, seed)


@get("/service/quality", tags=["service"], opt=may("see"))
async def quality_report(desk: TheDesk, work: TheWork) -> QualityReport:
    """What people thought of the conversations of the last 30 days."""
    return await work.quick(service_quality.report, desk.shop)


@post("/service/conversations/{conversation_id:str}/review", status_code=200, tags=["service"], opt=may("decide"))
async def review(
    desk: TheDesk, work: TheWork, who: TheWho, conversation_id: PathName, data: JSONBody[Marks]
) -> QualityReview:
    """Mark how a conversation was handled; your last marks count."""
    given = (desk.shop, conversation_id, who.name, data)
    return await work.quick(for_link(who, LINK, conversation_id, lambda: service_quality.review(*given)))


@get("/service/figures", tags=["service"], opt=may("see"))
async def figures(
    desk: TheDesk, work: TheWork, days: Annotated[int, QueryParameter(ge=1, le=366, description="Days back")] = 14
) -> ServiceFigures:
    """Answer times, hand-overs, lateness and contentment by day."""
    return await work.sql(service_figures.figures, desk.shop, days)


@get("/service/breaches", tags=["service"], opt=may("see"))
async def breaches(
    desk: TheDesk, work: TheWork, limit: Annotated[int, QueryParameter(ge=1, le=1000, description="Most")] = 100
) -> list[Breach]:
    """Waits that took longer than they may: those of now first."""
    return await work.sql(service_figures.breaches, desk.shop, limit)


ROUTES = [
    list_macros, list_blanks, keep_macro, forget_macro, fill_macro, quality_sample, quality_report, review, figures,
    breaches,
]  # fmt: skip
