"""Events: the log by kind, key and case; saying something new; following it live."""

from __future__ import annotations

import asyncio
import uuid
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import JSONBody, QueryParameter
from litestar.response import Stream

from linkloop.core.world import Accepted
from linkloop.faces.api.access import AGAIN, may
from linkloop.faces.api.given import TheDesk, TheWatch, TheWork
from linkloop.faces.api.limits import ITEMS, IdempotencyKey, Limit, Name, Offset
from linkloop.faces.api.work import Work
from linkloop.faces.desk.desk import Desk
from linkloop.faces.desk.saying import delivery, same_as_before
from linkloop.faces.desk.views import LogEntry

Kinds = Annotated[
    str, QueryParameter(max_length=4000, description="SQL names of kinds, separated by commas; empty: all")
]
_NO_STORE = {"cache-control": "no-store", "x-accel-buffering": "no"}


class SayRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rows and events that are taken in together; each item is `{"kind": <SQL name>, …fields}`.

    `external_id` is the source's own id of this delivery; without one the Idempotency-Key is it.
    """

    items: Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1, max_length=ITEMS)]
    source: Annotated[str, msgspec.Meta(min_length=1, max_length=255)] = "api"
    external_id: Annotated[str, msgspec.Meta(max_length=255)] = ""


class Head(msgspec.Struct, frozen=True):
    """The last log offset."""

    head: int


@get("/events", tags=["events"], opt=may("see"))
async def list_events(
    desk: TheDesk,
    work: TheWork,
    after: Offset = 0,
    limit: Limit = 100,
    kind: Name = "",
    key: Annotated[str, QueryParameter(max_length=2000)] = "",
    case_id: Name = "",
    kinds: Kinds = "",
) -> list[LogEntry]:
    """Log entries beyond the offset `after`, oldest first: events, and rows as they changed."""
    return await work.quick(desk.log, after, limit, kind, key, case_id, _names(kinds))


@post("/events", status_code=202, tags=["events"], opt=may("run"))
async def say(
    request: Request[Any, Any, Any], data: JSONBody[SayRequest], idempotency_key: IdempotencyKey = ""
) -> Response[Accepted]:
    """Take rows and events in. The answer comes when they are durable; a retry with the same key adds nothing."""
    # Not as dependencies: two of them cost a task group per request, a third of the message path's CPU.
    desk: Desk = request.app.state.desk
    work: Work = request.app.state.work
    key = data.external_id or idempotency_key or uuid.uuid4().hex
    if desk.shop.loop.started():
        # One hop: the loop's own thread answers, no other waits for it.
        said = delivery(data.source, key, data.items)
        accepted = (await asyncio.wrap_future(desk.shop.loop.submit([said])))[0]
        if accepted.repeated:
            await work.quick(same_as_before, desk.shop, said, accepted)
    else:
        accepted = await work.quick(desk.say, data.source, key, data.items)
    headers = {"idempotency-key": key} if key.isascii() and key.isprintable() else None
    return Response(accepted, headers=headers, status_code=202)


@get("/head", tags=["events"], opt=may("see"))
async def head(
    watch: TheWatch, beyond: Offset = -1, timeout_s: Annotated[float, QueryParameter(ge=0, le=30)] = 0.0
) -> Head:
    """The last log offset, as soon as it is beyond `beyond`, at the latest after `timeout_s`."""
    return Head(await watch.beyond(beyond, timeout_s))


@get(
    "/stream",
    tags=["events"],
    opt=may("see"),
    media_type="text/event-stream",
    raises=[],
    response_description="Server-sent events: `id` is the log offset, `data` one log entry",
)
async def stream(
    request: Request[Any, Any, Any],
    watch: TheWatch,
    work: TheWork,
    after: Annotated[int | None, QueryParameter(ge=-(2**63) + 1, le=2**63 - 1)] = None,
    kinds: Kinds = "",
) -> Stream:
    """Follow the log: every entry once, from `Last-Event-ID`, else `after`, else from now on."""
    watch.check_room()
    last = request.headers.get("last-event-id", "")
    start = min(int(last), 2**63 - 1) if last.isascii() and last.isdigit() and len(last) < 20 else after
    again = request.scope[AGAIN]  # type: ignore[literal-required]

    async def still() -> bool:
        return (await again()).person is not None

    text = watch.follow(work.quick, start, _names(kinds), still)
    return Stream(text, media_type="text/event-stream; charset=utf-8", headers=_NO_STORE)


def _names(kinds: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in kinds.split(",") if name.strip())[:100]


ROUTES = [list_events, say, head, stream]
