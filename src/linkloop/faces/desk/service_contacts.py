"""Contacts at the desk: who a sender is, merged and split by people, and what may be one; no message ever moves."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.contacts import (
    Contact,
    ContactConversation,
    ContactLink,
    ContactMerged,
    ContactSplit,
    MergeSuggestion,
)
from linkloop.commerce.conversations import Conversation, Message
from linkloop.commerce.customers import Customer
from linkloop.core.errors import Conflict, NotFound
from linkloop.core.table import Table, join_key
from linkloop.core.text import Text
from linkloop.engine.turn import Turn
from linkloop.faces.desk.reading import bounded
from linkloop.faces.desk.service_saying import say_once
from linkloop.faces.desk.things_rows import Rows
from linkloop.faces.desk.views import Page
from linkloop.store.schema import state

SuggestionStatus = Literal["open", "accepted", "refused"]


class ContactView(msgspec.Struct, frozen=True, kw_only=True):
    """A sender on a channel, whom they are linked to by what, who else they may be, and where they wrote."""

    contact_id: str
    contact: Contact | None
    link: ContactLink | None
    customer: Customer | None
    suggestions: list[MergeSuggestion]
    conversations: list[Conversation]


class Suggested(msgspec.Struct, frozen=True, kw_only=True):
    """A suggestion with both sides, to be judged at a glance."""

    suggestion: MergeSuggestion
    contact: Contact | None
    customer: Customer | None


def contact_view(shop: Shop, contact_id: str) -> ContactView:
    """One contact. Raises NotFound `contact.unknown`."""
    with shop.store.read() as connection:
        rows = Rows(shop, connection)
        contact = rows.one(Contact, contact_id)
        link = rows.one(ContactLink, contact_id)
        talks = rows.by(ContactConversation, "contact_id", contact_id)
        if contact is None and link is None and not talks:
            raise unknown_contact(contact_id)
        return ContactView(
            contact_id=contact_id,
            contact=contact,
            link=link,
            customer=rows.one(Customer, link.customer_id) if link and link.customer_id else None,
            suggestions=rows.by(MergeSuggestion, "contact_id", contact_id),
            conversations=rows.many(Conversation, (talk.conversation_id for talk in talks)),
        )


def suggestions(shop: Shop, status: SuggestionStatus, limit: int, cursor: str) -> Page[Suggested]:
    """What may be one, most probable first."""
    query = sa.select(state.c.body).where(state.c.kind == "merge_suggestions", state.c.ix2 == status)
    with shop.store.read() as connection:
        rows = Rows(shop, connection)
        found = [msgspec.json.decode(body, type=MergeSuggestion) for body in connection.execute(query).scalars()]
        found.sort(key=_rank)
        places = {join_key((one.contact_id, one.customer_id)): n for n, one in enumerate(found)}
        start = places.get(cursor, -1) + 1
        page = found[start : start + bounded(limit)]
        contacts = {one.contact_id: one for one in rows.many(Contact, (one.contact_id for one in page))}
        customers = {one.customer_id: one for one in rows.many(Customer, (one.customer_id for one in page))}
    items = [
        Suggested(suggestion=one, contact=contacts.get(one.contact_id), customer=customers.get(one.customer_id))
        for one in page
    ]
    more = start + len(page) < len(found)
    return Page(items, join_key((page[-1].contact_id, page[-1].customer_id)) if more else "")


def merge(shop: Shop, contact_id: str, customer_id: str, by: str, key: str = "") -> ContactView:
    """Say that a contact is a customer; a suggestion that says so is accepted with it.

    Raises NotFound `contact.unknown` or `customer.unknown`, Conflict `contact.linked` when it is another customer.
    """

    def say(turn: Turn) -> tuple[Table, ...]:
        link = _known(turn, contact_id)
        if turn.w.facts.get(Customer, customer_id)[0] is None:
            raise NotFound(
                "customer.unknown", Text(en="there is no such customer", zh="没有这位客户"), where=customer_id
            )
        if link is not None and link.customer_id not in ("", customer_id):
            raise Conflict(
                "contact.linked",
                Text(en=f"this contact is {link.customer_id}", zh=f"该联系人已关联客户 {link.customer_id}"),
                Text(en="Split it from that customer first.", zh="请先与该客户拆分。"),
                where=contact_id,
            )
        said = turn.w.facts.get(MergeSuggestion, join_key((contact_id, customer_id)))[0]
        suggested = said is not None and said.status == "open"
        event = ContactMerged(
            at=shop.clock.now(),
            contact_id=contact_id,
            customer_id=customer_id,
            how="suggestion" if suggested else "person",
            by=by,
            score=said.score if said is not None and suggested else 1.0,
        )
        return (event,)

    say_once(shop, "service.merge", contact_id, by, key, say, body=customer_id, brief=_brief(contact_id))
    return contact_view(shop, contact_id)


def split(shop: Shop, contact_id: str, by: str, note: str = "", key: str = "") -> ContactView:
    """Say that a contact is not the customer that it is linked to; nothing merges the two again by itself.

    Raises NotFound `contact.unknown`, Conflict `contact.not_linked`.
    """

    def say(turn: Turn) -> tuple[Table, ...]:
        link = _known(turn, contact_id)
        if link is None or not link.customer_id:
            raise Conflict(
                "contact.not_linked",
                Text(en="this contact is no customer's", zh="该联系人未关联任何客户"),
                where=contact_id,
            )
        now = shop.clock.now()
        return (ContactSplit(at=now, contact_id=contact_id, customer_id=link.customer_id, by=by, note=note),)

    say_once(shop, "service.split", contact_id, by, key, say, brief=_brief(contact_id))
    return contact_view(shop, contact_id)


def refuse(shop: Shop, contact_id: str, customer_id: str, by: str, note: str = "", key: str = "") -> ContactView:
    """Say no to a suggestion; it is not made again. Raises NotFound `suggestion.unknown`."""

    def say(turn: Turn) -> tuple[Table, ...]:
        _known(turn, contact_id)
        said = turn.w.facts.get(MergeSuggestion, join_key((contact_id, customer_id)))[0]
        if said is None or said.status != "open":
            raise NotFound(
                "suggestion.unknown",
                Text(en="no such suggestion is open", zh="没有这条待定的合并建议"),
                where=join_key((contact_id, customer_id)),
            )
        now = shop.clock.now()
        return (ContactSplit(at=now, contact_id=contact_id, customer_id=customer_id, by=by, note=note),)

    say_once(shop, "service.refuse", contact_id, by, key, say, body=customer_id, brief=_brief(contact_id))
    return contact_view(shop, contact_id)


def customer_messages(shop: Shop, customer_id: str) -> list[Message]:
    """Everything that a customer and we wrote to each other: all messages of the conversations of linked contacts,
    and of those that a session proved, oldest first."""
    with shop.store.read() as connection:
        rows = Rows(shop, connection)
        talks = {row.conversation_id for row in rows.by(Conversation, "customer_id", customer_id)}
        for link in rows.by(ContactLink, "customer_id", customer_id):
            talks |= {row.conversation_id for row in rows.by(ContactConversation, "contact_id", link.contact_id)}
        found = [line for talk in sorted(talks) for line in rows.by(Message, "conversation_id", talk)]
    return sorted(found, key=lambda line: (line.sent_at, line.message_id))


def unknown_contact(contact_id: str) -> NotFound:
    """There is no such contact."""
    return NotFound(
        "contact.unknown",
        Text(en="no such contact has ever written", zh="没有这个联系人"),
        Text(en="Open a conversation: its contact is shown there.", zh="请打开会话查看其联系人。"),
        where=contact_id,
    )


def _known(turn: Turn, contact_id: str) -> ContactLink | None:
    facts = turn.w.facts
    link = facts.get(ContactLink, contact_id)[0]
    wrote = facts.get(Contact, contact_id)[0] or facts.where(ContactConversation, "contact_id", contact_id)
    if link is None and not wrote:
        raise unknown_contact(contact_id)
    return link


def _brief(contact_id: str) -> Any:
    def brief(turn: Turn) -> dict[str, str]:
        link = turn.w.facts.get(ContactLink, contact_id)[0]
        return {"customer_id": link.customer_id if link else ""}

    return brief


def _rank(one: MergeSuggestion) -> tuple[float, str, str]:
    return -one.score, one.contact_id, one.customer_id
