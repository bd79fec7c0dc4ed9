"""Letters: what could not be heard or done, for a person who looks through many of them."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from litestar import get, post
from litestar.params import JSONBody, QueryParameter

from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWho, TheWork
from linkloop.faces.api.limits import Limit, Name
from linkloop.faces.desk.letters import LetterOutcome, LetterPage, drop_letters, list_letters, retry_letters

LetterStatus = Literal["waiting", "retried", "dropped", "all"]
Ids = Annotated[list[Annotated[str, msgspec.Meta(max_length=200)]], msgspec.Meta(min_length=1, max_length=500)]


class RetryLetters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Letters to be tried again."""

    ids: Ids


class DropLetters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Letters about which nothing is to be done, and why."""

    ids: Ids
    note: Annotated[str, msgspec.Meta(max_length=4000)]


@get("/letters", tags=["actions"], opt=may("run"))
async def read_letters(
    desk: TheDesk,
    work: TheWork,
    status: Annotated[LetterStatus, QueryParameter()] = "waiting",
    consumer: Name = "",
    limit: Limit = 500,
) -> LetterPage:
    """Dead letters in words, latest first, with the case and the decision that they belong to."""
    return await work.quick(list_letters, desk.shop, "" if status == "all" else status, consumer, limit)


@post("/letters/retry", status_code=200, tags=["actions"], opt=may("run"))
async def retry_many(desk: TheDesk, work: TheWork, who: TheWho, data: JSONBody[RetryLetters]) -> list[LetterOutcome]:
    """Hear events again, reconcile and send effects again; says of each what became of it."""
    return await work.long(retry_letters, desk.shop, data.ids, who.name)


@post("/letters/drop", status_code=200, tags=["actions"], opt=may("run"))
async def drop_many(desk: TheDesk, work: TheWork, who: TheWho, data: JSONBody[DropLetters]) -> list[LetterOutcome]:
    """Have nothing done about letters; they stay on record with the reason."""
    return await work.long(drop_letters, desk.shop, data.ids, who.name, data.note)


ROUTES = [read_letters, retry_many, drop_many]
