"""Contacts: who a sender is; people merge, split, and judge suggestions."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import JSONBody, QueryParameter

from linkloop.commerce.conversations import Message
from linkloop.faces.api.access import for_link, may
from linkloop.faces.api.given import TheDesk, TheWho, TheWork
from linkloop.faces.api.limits import Cursor, IdempotencyKey, Limit, PathName
from linkloop.faces.desk import service_contacts as contacts
from linkloop.faces.desk.service_contacts import ContactView, Suggested, SuggestionStatus
from linkloop.faces.desk.service_identity import IdentityReport, suggest
from linkloop.faces.desk.views import Page

LINK = "service"
CustomerId = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Note = Annotated[str, msgspec.Meta(max_length=2000)]


class MergeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which customer the contact is."""

    customer_id: CustomerId


class SplitRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why, for colleagues."""

    note: Note = ""


class RefuseRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which customer the contact is not, and why."""

    customer_id: CustomerId
    note: Note = ""


@get("/service/suggestions", tags=["service"], opt=may("see"))
async def list_suggestions(
    desk: TheDesk,
    work: TheWork,
    status: Annotated[SuggestionStatus, QueryParameter(description="Which ones")] = "open",
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[Suggested]:
    """Contacts that may be customers, most probable first."""
    return await work.quick(contacts.suggestions, desk.shop, status, limit, cursor)


@get("/service/contacts/{contact_id:str}", tags=["service"], opt=may("see"))
async def one_contact(desk: TheDesk, work: TheWork, contact_id: PathName) -> ContactView:
    """A sender, whom they are linked to and by what, and where they wrote."""
    return await work.quick(contacts.contact_view, desk.shop, contact_id)


@get("/service/customers/{customer_id:str}/messages", tags=["service"], opt=may("see"))
async def all_messages(desk: TheDesk, work: TheWork, customer_id: PathName) -> list[Message]:
    """Everything that a customer and we wrote to each other, on every channel, oldest first."""
    return await work.quick(contacts.customer_messages, desk.shop, customer_id)


@post("/service/contacts/{contact_id:str}/merge", status_code=200, tags=["service"], opt=may("decide"))
async def merge(
    desk: TheDesk,
    work: TheWork,
    who: TheWho,
    contact_id: PathName,
    data: JSONBody[MergeRequest],
    idempotency_key: IdempotencyKey = "",
) -> ContactView:
    """Say which customer a contact is; an open suggestion that says so is accepted with it."""
    given = (desk.shop, contact_id, data.customer_id, who.name, idempotency_key)
    return await work.quick(for_link(who, LINK, contact_id, lambda: contacts.merge(*given)))


@post("/service/contacts/{contact_id:str}/split", status_code=200, tags=["service"], opt=may("decide"))
async def split(
    desk: TheDesk,
    work: TheWork,
    who: TheWho,
    contact_id: PathName,
    data: JSONBody[SplitRequest],
    idempotency_key: IdempotencyKey = "",
) -> ContactView:
    """Say that a contact is not the customer that it is linked to; no message is lost by it."""
    given = (desk.shop, contact_id, who.name, data.note, idempotency_key)
    return await work.quick(for_link(who, LINK, contact_id, lambda: contacts.split(*given)))


@post("/service/contacts/{contact_id:str}/refuse", status_code=200, tags=["service"], opt=may("decide"))
async def refuse(
    desk: TheDesk,
    work: TheWork,
    who: TheWho,
    contact_id: PathName,
    data: JSONBody[RefuseRequest],
    idempotency_key: IdempotencyKey = "",
) -> ContactView:
    """Say no to a suggestion; it is not made again."""
    given = (desk.shop, contact_id, data.customer_id, who.name, data.note, idempotency_key)
    return await work.quick(for_link(who, LINK, contact_id, lambda: contacts.refuse(*given)))


@post("/service/suggestions/find", status_code=200, tags=["service"], opt=may("decide"))
async def find_suggestions(desk: TheDesk, work: TheWork, who: TheWho) -> IdentityReport:
    """Compare senders who are nobody yet with the customers; it takes seconds and only suggests."""
    return await work.long(for_link(who, LINK, "suggestions", lambda: suggest(desk.shop, who.name)))


ROUTES = [find_suggestions, list_suggestions, one_contact, all_messages, merge, split, refuse]
