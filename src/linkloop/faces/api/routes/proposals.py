"""Proposals: what an assistant or a program may ask for; the gate looks, and a person decides."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from linkloop.core.decision import Decision
from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWho, TheWork
from linkloop.faces.api.limits import IdempotencyKey, Limit
from linkloop.faces.desk.proposing import LONGEST_REASON, Simulation
from linkloop.faces.desk.waiting import Waiting

Kind = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An action by its name, with its fields."""

    action: Kind
    fields: dict[str, Any] = {}


class Proposed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An action, why, and a key of the proposer's own: the same key again is the same proposal."""

    action: Kind
    fields: dict[str, Any] = {}
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_REASON)]
    key: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    by: Annotated[str, msgspec.Meta(max_length=100, description="Believed only on a shop without accounts")] = ""
    case_id: Annotated[str, msgspec.Meta(max_length=100)] = ""


@post("/simulate", status_code=200, tags=["proposals"], opt=may("see"))
async def simulate(desk: TheDesk, work: TheWork, data: JSONBody[Wish]) -> Simulation:
    """What the gate would say of an action now; nothing is written."""
    return await work.quick(desk.simulate, data.action, data.fields)


@post("/proposals", status_code=200, tags=["proposals"], opt=may("decide"))
async def propose(
    desk: TheDesk, work: TheWork, who: TheWho, data: JSONBody[Proposed], idempotency_key: IdempotencyKey = ""
) -> Decision:
    """Ask for an action. It is held for a person, or refused by the gate; it never goes out by itself."""
    given = (data.action, data.fields, data.reason, who.said(data.by), data.key, data.case_id)
    return await work.quick(desk.propose, *given)


@get("/waiting", tags=["proposals"], opt=may("see"))
async def waiting(desk: TheDesk, work: TheWork, limit: Limit = 50) -> Waiting:
    """What waits for a person: decisions that are held, and conversations that ask for one."""
    return await work.quick(desk.waiting, limit)


ROUTES = [simulate, propose, waiting]
