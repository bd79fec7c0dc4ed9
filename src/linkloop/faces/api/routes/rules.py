"""Rules: decision tables as people edit them, from a draft to a version that is live, and back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import delete, get, post, put
from litestar.params import JSONBody, QueryParameter

from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWho, TheWork
from linkloop.faces.api.limits import Name, PathName
from linkloop.faces.api.work import Lane, Work
from linkloop.faces.desk.rules import checking, drafts, hits, living, reading
from linkloop.faces.desk.rules.views import (
    RuleAsked,
    RuleCheck,
    RuleDetail,
    RuleDiff,
    RuleDraft,
    RuleMerge,
    RuleSheet,
    RuleSummary,
    RuleTrial,
    RuleVersion,
)
from linkloop.faces.desk.rules.whatif import period, what_ifs
from linkloop.faces.desk.rules.whatif_views import RulePeriod, RuleWhatIf

Days = Annotated[int, QueryParameter(ge=1, le=hits.MOST_DAYS, description="Count decisions of the last days")]
When = Annotated[datetime | None, QueryParameter(description="RFC 3339 with an offset; none: open")]
Version = Annotated[str, msgspec.Meta(max_length=40)]
Note = Annotated[str, msgspec.Meta(max_length=2000)]


class RuleCheckRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A draft to look at."""

    sheet: RuleSheet


class RuleTrialRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A draft, and the fields of a question to ask it."""

    sheet: RuleSheet
    given: dict[str, Any]


class RuleSaveRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A draft to keep: the version that it began from, and the revision that was seen last (0: none)."""

    sheet: RuleSheet
    based_on: Version
    revision: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0


class RuleMergeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A draft to bring onto the live version."""

    sheet: RuleSheet
    based_on: Version


class RuleLiveRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A draft to make live in place of the version that it began from, and why."""

    sheet: RuleSheet
    based_on: Version
    note: Note


class RuleBackRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version to make live again in place of the one that is live now, and why."""

    version: Version
    based_on: Version
    note: Note


class RuleWhatIfRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A draft to try on a period of the shop's past (open ends allowed)."""

    sheet: RuleSheet
    start: datetime | None = None
    end: datetime | None = None


class RuleGone(msgspec.Struct, frozen=True):
    """A draft was given up."""

    name: str
    gone: bool = True


@get("/rules", tags=["rules"], opt=may("see"))
async def list_tables(desk: TheDesk, work: TheWork, days: Days = 30) -> list[RuleSummary]:
    """Every decision table, with how often each of its rows fired lately."""
    return await work.quick(reading.list_tables, desk.shop, days)


@get("/rules/{name:str}", tags=["rules"], opt=may("see"))
async def one_table(desk: TheDesk, work: TheWork, who: TheWho, name: PathName, days: Days = 30) -> RuleDetail:
    """One table: its grid, the fields it may use, and your draft of it."""
    return await work.quick(reading.one_table, desk.shop, name, days, who.name)


@post("/rules/{name:str}/check", status_code=200, tags=["rules"], opt=may("see"))
async def check_draft(desk: TheDesk, work: TheWork, name: PathName, data: JSONBody[RuleCheckRequest]) -> RuleCheck:
    """Everything that keeps a draft from going live; nothing is written."""
    return await _lane(work, data.sheet)(checking.check, desk.shop, name, data.sheet)


@post("/rules/{name:str}/try", status_code=200, tags=["rules"], opt=may("see"))
async def try_draft(desk: TheDesk, work: TheWork, name: PathName, data: JSONBody[RuleTrialRequest]) -> RuleTrial:
    """Which row of a draft answers a question, and why the others do not; nothing is written."""
    return await _lane(work, data.sheet)(checking.trial, desk.shop, name, data.sheet, data.given)


@get("/rules/{name:str}/asked", tags=["rules"], opt=may("see"))
async def list_asked(
    desk: TheDesk,
    work: TheWork,
    name: PathName,
    row: Name = "",
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
) -> list[RuleAsked]:
    """Questions that the table was really asked lately, latest first."""
    return await work.quick(hits.asked, desk.shop, name, row, limit)


@put("/rules/{name:str}/draft", tags=["rules"], opt=may("rules"))
async def save_draft(
    desk: TheDesk, work: TheWork, who: TheWho, name: PathName, data: JSONBody[RuleSaveRequest]
) -> RuleDraft:
    """Keep your draft; one that was saved from elsewhere meanwhile is not overwritten."""
    return await work.quick(drafts.save, desk.shop, name, who.name, data.sheet, data.based_on, data.revision)


@delete("/rules/{name:str}/draft", status_code=200, tags=["rules"], opt=may("rules"))
async def discard_draft(desk: TheDesk, work: TheWork, who: TheWho, name: PathName) -> RuleGone:
    """Give your draft up."""
    await work.quick(drafts.discard, desk.shop, name, who.name)
    return RuleGone(name)


@get("/rules/{name:str}/drafts/{person:str}", tags=["rules"], opt=may("see"))
async def one_draft(desk: TheDesk, work: TheWork, name: PathName, person: PathName) -> RuleDraft:
    """Another person's draft, to look at or to copy."""
    return await work.quick(drafts.draft_of, desk.shop, name, person)


@post("/rules/{name:str}/merge", status_code=200, tags=["rules"], opt=may("see"))
async def merge_draft(desk: TheDesk, work: TheWork, name: PathName, data: JSONBody[RuleMergeRequest]) -> RuleMerge:
    """A draft's changes on top of the version that is live now; nothing is written."""
    return await work.quick(drafts.merged, desk.shop, name, data.sheet, data.based_on)


@post("/rules/{name:str}/live", status_code=200, tags=["rules"], opt=may("rules"))
async def go_live(
    desk: TheDesk, work: TheWork, who: TheWho, name: PathName, data: JSONBody[RuleLiveRequest]
) -> RuleVersion:
    """Make a draft live; refused, and nothing changed, unless it is proven and its tests pass."""
    return await _lane(work, data.sheet)(
        living.go_live, desk.shop, name, data.sheet, data.based_on, data.note, who.name
    )


@post("/rules/{name:str}/back", status_code=200, tags=["rules"], opt=may("rules"))
async def bring_back(
    desk: TheDesk, work: TheWork, who: TheWho, name: PathName, data: JSONBody[RuleBackRequest]
) -> RuleVersion:
    """Make an older version live again, or the one that ships."""
    return await work.quick(living.bring_back, desk.shop, name, data.version, data.based_on, data.note, who.name)


@get("/rules/{name:str}/versions", tags=["rules"], opt=may("see"))
async def list_versions(desk: TheDesk, work: TheWork, name: PathName) -> list[RuleVersion]:
    """Every time that a version went live, latest first, down to the one that ships."""
    return await work.quick(living.versions, desk.shop, name)


@get("/rules/{name:str}/versions/{version:str}", tags=["rules"], opt=may("see"))
async def one_version(desk: TheDesk, work: TheWork, name: PathName, version: PathName) -> RuleSheet:
    """One version as a sheet."""
    return await work.quick(living.version_sheet, desk.shop, name, version)


@get("/rules/{name:str}/diff", tags=["rules"], opt=may("see"))
async def difference(desk: TheDesk, work: TheWork, name: PathName, before: Name, after: Name) -> RuleDiff:
    """What changed from one version to another, by row and cell."""
    return await work.quick(living.difference, desk.shop, name, before, after)


@get("/rules/{name:str}/period", tags=["rules"], opt=may("see"))
async def one_period(desk: TheDesk, work: TheWork, name: PathName, start: When = None, end: When = None) -> RulePeriod:
    """How many events a what-if of the period would hear, and about how long it would take."""
    return await work.quick(period, desk.shop, start, end)


@post("/rules/{name:str}/what-ifs", status_code=202, tags=["rules"], opt=may("rules"))
async def start_what_if(
    desk: TheDesk, work: TheWork, who: TheWho, name: PathName, data: JSONBody[RuleWhatIfRequest]
) -> RuleWhatIf:
    """Try a draft on the past: begun now, asked for later; nothing is written and nothing is sent."""
    jobs = what_ifs(desk.shop)
    return await _lane(work, data.sheet)(jobs.start, name, data.sheet, data.start, data.end, who.name)


@get("/rules/{name:str}/what-ifs", tags=["rules"], opt=may("see"))
async def list_what_ifs(desk: TheDesk, work: TheWork, name: PathName) -> list[RuleWhatIf]:
    """What-ifs of a table, latest first, without their results."""
    return await work.quick(what_ifs(desk.shop).all, name)


@get("/rules/{name:str}/what-ifs/{job:str}", tags=["rules"], opt=may("see"))
async def one_what_if(desk: TheDesk, work: TheWork, name: PathName, job: PathName) -> RuleWhatIf:
    """One what-if: how far it is, and what it found."""
    return await work.quick(what_ifs(desk.shop).one, name, job)


@delete("/rules/{name:str}/what-ifs/{job:str}", status_code=200, tags=["rules"], opt=may("rules"))
async def cancel_what_if(desk: TheDesk, work: TheWork, name: PathName, job: PathName) -> RuleWhatIf:
    """Give a what-if up."""
    return await work.quick(what_ifs(desk.shop).cancel, name, job)


def _lane(work: Work, sheet: RuleSheet) -> Lane:
    return work.quick if len(sheet.rows) <= checking.LARGE else work.long


ROUTES = [
    list_tables,
    one_table,
    check_draft,
    try_draft,
    list_asked,
    save_draft,
    discard_draft,
    one_draft,
    merge_draft,
    go_live,
    bring_back,
    list_versions,
    one_version,
    difference,
    one_period,
    start_what_if,
    list_what_ifs,
    one_what_if,
    cancel_what_if,
]
