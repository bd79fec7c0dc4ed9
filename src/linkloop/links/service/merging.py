"""Merging: a person says which customer a contact is, or is not; no message is moved, so none can be lost."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from linkloop.commerce.contacts import (
    ContactConversation,
    ContactLink,
    ContactMerged,
    ContactSplit,
    MergeSuggestion,
)
from linkloop.commerce.conversations import Conversation
from linkloop.core.link import Context
from linkloop.core.table import Table, join_key


def merge(ctx: Context, event: ContactMerged) -> Iterator[Table]:
    """The contact is this customer from now on; a suggestion that said so is accepted."""
    yield ContactLink(
        contact_id=event.contact_id,
        customer_id=event.customer_id,
        how=event.how,
        key=event.key,
        by=event.by,
        opens=event.opens,
        since=event.at,
    )
    said = ctx.read(MergeSuggestion, join_key((event.contact_id, event.customer_id)))
    if said is not None:
        yield replace(said, status="accepted")
    for row in _conversations(ctx, event.contact_id):
        if not row.customer_id:
            yield replace(row, customer_id=event.customer_id)


def split(ctx: Context, event: ContactSplit) -> Iterator[Table]:
    """The contact is not this customer: its conversations are nobody's again, and nothing merges the two by itself."""
    link = ctx.read(ContactLink, event.contact_id)
    if link is not None and link.customer_id == event.customer_id:
        yield replace(link, customer_id="", by=event.by, since=event.at)
    said = ctx.read(MergeSuggestion, join_key((event.contact_id, event.customer_id)))
    if said is None:
        said = MergeSuggestion(contact_id=event.contact_id, customer_id=event.customer_id, score=0.0)
    yield replace(said, status="refused")
    for row in _conversations(ctx, event.contact_id):
        if row.customer_id == event.customer_id:
            yield replace(row, customer_id="", order_id="", order_value=None)


def _conversations(ctx: Context, contact_id: str) -> list[Conversation]:
    rows = (
        ctx.read(Conversation, kept.conversation_id) for kept in ctx.read(ContactConversation, contact_id=contact_id)
    )
    return [row for row in rows if row is not None]
