"""Decisions: the list, why one was taken, and what a person does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import JSONBody, QueryParameter

from linkloop.core.decision import Decision, Status
from linkloop.engine.replay import Reexecution
from linkloop.faces.api.access import Person, check_link, may
from linkloop.faces.api.given import TheDesk, TheOnce, TheWho, TheWork
from linkloop.faces.api.limits import Cursor, IdempotencyKey, Limit, PathName
from linkloop.faces.desk.desk import Desk
from linkloop.faces.desk.views import Page, Why

Who = Annotated[str, msgspec.Meta(max_length=100, description="Believed only on a shop without accounts")]
Note = Annotated[str, msgspec.Meta(max_length=4000)]


class Spoken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who says it, and why; both go into the ledger."""

    by: Who = ""
    note: Note = ""


class Approval(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who lets it go; `changes` adjusts fields of the action first."""

    by: Who = ""
    note: Note = ""
    changes: dict[str, Any] = {}


class Adjustment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who lets it go, with which fields of the action changed."""

    by: Who = ""
    changes: Annotated[dict[str, Any], msgspec.Meta(min_length=1)]
    note: Note = ""


@get("/decisions", tags=["decisions"], opt=may("see"))
async def list_decisions(
    desk: TheDesk,
    work: TheWork,
    status: Annotated[Status | None, QueryParameter(description="Only those that stand so")] = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[Decision]:
    """Decisions as they stand, latest first."""
    return await work.quick(desk.decisions, status or "", limit, cursor)


@get("/decisions/{decision_id:str}", tags=["decisions"], opt=may("see"))
async def one_decision(desk: TheDesk, work: TheWork, decision_id: PathName) -> Decision:
    """One decision as it stands."""
    return await work.quick(desk.decision, decision_id)


@get("/decisions/{decision_id:str}/why", tags=["decisions"], opt=may("see"))
async def why(desk: TheDesk, work: TheWork, decision_id: PathName) -> Why:
    """The facts, rules, models, limits and people behind a decision."""
    return await work.quick(desk.why, decision_id)


@post("/decisions/{decision_id:str}/approve", status_code=200, tags=["decisions"], opt=may("decide"))
async def approve(
    desk: TheDesk,
    work: TheWork,
    once: TheOnce,
    who: TheWho,
    decision_id: PathName,
    data: JSONBody[Approval],
    idempotency_key: IdempotencyKey = "",
) -> Decision:
    """Let a held decision go."""
    given = (decision_id, who.said(data.by), data.note, data.changes or None)
    call = _verdict(desk, who, decision_id, lambda: desk.approve(*given))
    return await once(f"approve {decision_id} {who.name}", idempotency_key, data, lambda: work.quick(call))


@post("/decisions/{decision_id:str}/adjust", status_code=200, tags=["decisions"], opt=may("decide"))
async def adjust(
    desk: TheDesk,
    work: TheWork,
    once: TheOnce,
    who: TheWho,
    decision_id: PathName,
    data: JSONBody[Adjustment],
    idempotency_key: IdempotencyKey = "",
) -> Decision:
    """Change fields of a held decision's action and let it go."""
    given = (decision_id, who.said(data.by), data.note, data.changes)
    call = _verdict(desk, who, decision_id, lambda: desk.approve(*given))
    return await once(f"adjust {decision_id} {who.name}", idempotency_key, data, lambda: work.quick(call))


@post("/decisions/{decision_id:str}/refuse", status_code=200, tags=["decisions"], opt=may("decide"))
async def refuse(
    desk: TheDesk,
    work: TheWork,
    once: TheOnce,
    who: TheWho,
    decision_id: PathName,
    data: JSONBody[Spoken],
    idempotency_key: IdempotencyKey = "",
) -> Decision:
    """Say no to a held decision."""
    given = (decision_id, who.said(data.by), data.note)
    call = _verdict(desk, who, decision_id, lambda: desk.refuse(*given))
    return await once(f"refuse {decision_id} {who.name}", idempotency_key, data, lambda: work.quick(call))


@post("/decisions/{decision_id:str}/undo", status_code=200, tags=["decisions"], opt=may("decide"))
async def undo(
    desk: TheDesk,
    work: TheWork,
    once: TheOnce,
    who: TheWho,
    decision_id: PathName,
    data: JSONBody[Spoken],
    idempotency_key: IdempotencyKey = "",
) -> Decision:
    """Take back what a decision did."""
    given = (decision_id, who.said(data.by), data.note)
    call = _verdict(desk, who, decision_id, lambda: desk.undo(*given))
    return await once(f"undo {decision_id} {who.name}", idempotency_key, data, lambda: work.quick(call))


@post("/decisions/{decision_id:str}/reexecute", status_code=200, tags=["decisions"], opt=may("see"))
async def reexecute(desk: TheDesk, work: TheWork, decision_id: PathName) -> Reexecution:
    """Decide again with the facts as they then stood; nothing is written and nothing is sent."""
    return await work.long(desk.reexecute, decision_id)


def _verdict(desk: Desk, who: Person, decision_id: str, verdict: Callable[[], Decision]) -> Callable[[], Decision]:
    """The verdict, once it is sure that this person decides for the link that proposed."""

    def run() -> Decision:
        check_link(who, desk.decision(decision_id).link, where=decision_id)
        return verdict()

    return run


ROUTES = [list_decisions, one_decision, why, approve, adjust, refuse, undo, reexecute]
