"""Actions on their way: the outbox, and dead letters that a person retries or drops."""

from __future__ import annotations

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheOnce, TheWho, TheWork
from linkloop.faces.api.limits import IdempotencyKey, Limit, Name, PathName
from linkloop.faces.api.routes.decisions import Who
from linkloop.faces.desk.views import DeadLetter, Effect


class By(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who does it."""

    by: Who = ""


class LetterDone(msgspec.Struct, frozen=True):
    """It was done."""

    id: str
    done: bool = True


@get("/effects", tags=["actions"], opt=may("see"))
async def list_effects(desk: TheDesk, work: TheWork, status: Name = "", limit: Limit = 50) -> list[Effect]:
    """Effects of the outbox, latest first."""
    return await work.quick(desk.effects, status, limit)


@get("/dead-letters", tags=["actions"], opt=may("see"))
async def list_dead_letters(
    desk: TheDesk, work: TheWork, status: Name = "waiting", limit: Limit = 50
) -> list[DeadLetter]:
    """What could not be heard or done, latest first; an empty status lists all."""
    return await work.quick(desk.dead_letters, status, limit)


@post("/dead-letters/{letter_id:str}/retry", status_code=200, tags=["actions"], opt=may("run"))
async def retry(
    desk: TheDesk,
    work: TheWork,
    once: TheOnce,
    who: TheWho,
    letter_id: PathName,
    data: JSONBody[By],
    idempotency_key: IdempotencyKey = "",
) -> LetterDone:
    """Hear a dead event again, or reconcile a dead effect and send it again."""

    async def run() -> LetterDone:
        await work.quick(desk.retry, letter_id, who.said(data.by))
        return LetterDone(letter_id)

    return await once(f"retry {letter_id} {who.name}", idempotency_key, data, run)


@post("/dead-letters/{letter_id:str}/drop", status_code=200, tags=["actions"], opt=may("run"))
async def drop(
    desk: TheDesk,
    work: TheWork,
    once: TheOnce,
    who: TheWho,
    letter_id: PathName,
    data: JSONBody[By],
    idempotency_key: IdempotencyKey = "",
) -> LetterDone:
    """Have nothing done about a dead letter; it stays on record."""

    async def run() -> LetterDone:
        await work.quick(desk.drop, letter_id, who.said(data.by))
        return LetterDone(letter_id)

    return await once(f"drop {letter_id} {who.name}", idempotency_key, data, run)


ROUTES = [list_effects, list_dead_letters, retry, drop]
