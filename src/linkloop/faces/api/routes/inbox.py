"""The inbox: decisions in the order of their urgency, one in full, what-otherwise, and one word on many at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import JSONBody, QueryParameter

from linkloop.core.decision import Decision, Status
from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.faces.api.access import Person, check_link, may
from linkloop.faces.api.given import TheDesk, TheOnce, TheWho, TheWork
from linkloop.faces.api.limits import Cursor, IdempotencyKey, Key, Limit, Name, PathName
from linkloop.faces.desk import verdict_bulk
from linkloop.faces.desk.adjusting import Preview, preview
from linkloop.faces.desk.dossier import dossier
from linkloop.faces.desk.dossier_views import Dossier
from linkloop.faces.desk.inbox import counts, list_inbox
from linkloop.faces.desk.inbox_views import InboxAsk, InboxCounts, InboxPage, Sort
from linkloop.faces.desk.otherwise import otherwise
from linkloop.faces.desk.otherwise_views import Otherwise

Ids = Annotated[list[Annotated[str, msgspec.Meta(max_length=200)]], msgspec.Meta(min_length=1, max_length=200)]
Moment = Annotated[datetime | None, QueryParameter(description="Moment with its offset, ISO 8601")]


class Changes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fields of the action that would change."""

    changes: dict[str, Any] = {}


class BulkRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which decisions, and one word on all of them; a refusal needs its reason in `note`."""

    do: verdict_bulk.Deed
    ids: Ids
    note: Annotated[str, msgspec.Meta(max_length=4000)] = ""


@get("/inbox", tags=["decisions"], opt=may("see"))
async def inbox(
    desk: TheDesk,
    work: TheWork,
    status: Annotated[list[Status] | None, QueryParameter(description="Those that stand so; default: held")] = None,
    everything: Annotated[bool, QueryParameter(description="Whatever they stand like")] = False,
    sort: Annotated[Sort, QueryParameter(description="What stands first")] = "urgency",
    kind: Name = "",
    link: Name = "",
    about: Key = "",
    case_id: Name = "",
    text: Annotated[str, QueryParameter(max_length=200, description="Words of what a person reads")] = "",
    since: Moment = None,
    until: Moment = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> InboxPage:
    """Decisions in lines. `urgency` is (money at risk + 10) ÷ hours left: what waiting costs; `due` the next to lapse;
    `risk` the most money. The order is total and fixed by the first page, whatever comes and goes meanwhile."""
    ask = InboxAsk(
        statuses=() if everything else tuple(status or ("held",)),
        sort=sort, kind=kind, link=link, about=about, case_id=case_id, text=text,
        since=_aware(since, "since"), until=_aware(until, "until"), limit=limit, cursor=cursor,
    )  # fmt: skip
    return await work.quick(list_inbox, desk.shop, ask)


@get("/inbox/counts", tags=["decisions"], opt=may("see"))
async def inbox_counts(desk: TheDesk, work: TheWork) -> InboxCounts:
    """How many decisions stand how, and what is held by kind."""
    return await work.quick(counts, desk.shop)


@get("/decisions/{decision_id:str}/dossier", tags=["decisions"], opt=may("see"))
async def one_dossier(desk: TheDesk, work: TheWork, decision_id: PathName) -> Dossier:
    """Everything about one decision: cause, facts as they then stood, judgements, outbox, history."""
    return await work.quick(dossier, desk.shop, decision_id)


@get("/decisions/{decision_id:str}/otherwise", tags=["decisions"], opt=may("see"))
async def what_otherwise(desk: TheDesk, work: TheWork, decision_id: PathName) -> Otherwise:
    """What the alternatives would have meant, and which single change would have led to another verdict."""
    return await work.long(otherwise, desk.shop, decision_id)


@post("/decisions/{decision_id:str}/preview", status_code=200, tags=["decisions"], opt=may("see"))
async def preview_change(desk: TheDesk, work: TheWork, decision_id: PathName, data: JSONBody[Changes]) -> Preview:
    """What an approval with these changes would put at risk, and the gate's word on it; nothing is written."""
    return await work.quick(preview, desk.shop, decision_id, data.changes)


@post("/decisions/bulk", status_code=200, tags=["decisions"], opt=may("decide"))
async def bulk(
    desk: TheDesk,
    work: TheWork,
    once: TheOnce,
    who: TheWho,
    data: JSONBody[BulkRequest],
    idempotency_key: IdempotencyKey = "",
) -> verdict_bulk.BulkResult:
    """Approve or refuse many decisions; each gets an answer of its own, and one that fails stops no other."""
    _reasoned(data)
    call = (verdict_bulk.bulk, desk.shop, data.do, data.ids, who.name, data.note, _bound(who))
    return await once(f"bulk {who.name}", idempotency_key, data, lambda: work.quick(*call))


@post("/decisions/bulk/preview", status_code=200, tags=["decisions"], opt=may("decide"))
async def preview_bulk(
    desk: TheDesk, work: TheWork, who: TheWho, data: JSONBody[BulkRequest]
) -> verdict_bulk.BulkResult:
    """How a bulk word would be answered now: how many, how much money, what the gate would refuse."""
    return await work.quick(verdict_bulk.bulk_preview, desk.shop, data.do, data.ids, _bound(who))


def _bound(who: Person) -> Callable[[Decision], None]:
    return lambda decision: check_link(who, decision.link, decision.id)


def _reasoned(data: BulkRequest) -> None:
    if data.do == "refuse" and not data.note.strip():
        raise LinkloopError(
            "decision.reason",
            Text(en="a refusal needs a reason", zh="拒绝须填写原因"),
            Text(en="Write it into `note`.", zh="请填写 `note`。"),
            where="note",
        )


def _aware(moment: datetime | None, where: str) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise LinkloopError(
            "input.invalid",
            Text(en="a moment needs its offset from UTC", zh="时间须带时区偏移"),
            Text(en="For example 2026-11-24T08:00:00+08:00.", zh="例如 2026-11-24T08:00:00+08:00。"),
            where=where,
        )
    return moment


ROUTES = [inbox, inbox_counts, one_dossier, what_otherwise, preview_change, bulk, preview_bulk]
