"""One conversation in full: its messages with author and delivery, the draft, what is known of the customer."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.contacts import Contact, ContactLink, CustomerKey, MergeSuggestion
from linkloop.commerce.conversations import Conversation, Draft, Message, Reply
from linkloop.commerce.customers import Customer
from linkloop.commerce.desk import QualityReview
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.promises import Promise
from linkloop.commerce.remedies import RemedyGiven
from linkloop.core.clock import from_micros
from linkloop.core.decision import Decision
from linkloop.core.money import Money
from linkloop.faces.desk.service_holding import turn_of, unknown
from linkloop.faces.desk.service_queue import seconds_left
from linkloop.faces.desk.service_views import CustomerNumbers, Delivery, Known, Said, Talk
from linkloop.faces.desk.things_rows import Rows
from linkloop.store.outbox import Effect
from linkloop.store.outbox import about as effects_about

CHAIN = 20
SHOWN = 50
MESSAGES = 1000
_DELIVERY: dict[str, Delivery] = {
    "held": "held", "refused": "refused", "allowed": "on_its_way", "done": "sent", "failed": "failed",
    "unclear": "unclear", "undone": "withdrawn", "repeated": "withdrawn",
}  # fmt: skip


def talk(shop: Shop, conversation_id: str, by: str) -> Talk:
    """One conversation with those that it continues. Raises NotFound `conversation.unknown`."""
    now = shop.clock.now()
    with shop.store.read() as connection:
        rows = Rows(shop, connection)
        row = rows.one(Conversation, conversation_id)
        if row is None:
            raise unknown(conversation_id)
        chain = _chain(rows, row)
        messages = [said for one in (row, *chain) for said in _said(rows, connection, one)]
        return Talk(
            conversation=row,
            chain=chain,
            messages=sorted(messages, key=lambda said: (said.at, said.author != "customer", said.message_id))[
                -MESSAGES:
            ],
            draft=rows.one(Draft, conversation_id),
            known=known(rows, row, shop.settings.currency),
            reviews=rows.by(QualityReview, "conversation_id", conversation_id),
            seconds_left=seconds_left(row, now),
            turn=turn_of(row, by, now),
            now=now,
        )


def _chain(rows: Rows, row: Conversation) -> list[Conversation]:
    """What a conversation continues, and what that continued, newest first."""
    found: list[Conversation] = []
    seen = {row.conversation_id}
    before = row.continues
    while before and before not in seen and len(found) < CHAIN:
        seen.add(before)
        one = rows.one(Conversation, before)
        if one is None:
            break
        found.append(one)
        before = one.continues
    return found


def _said(rows: Rows, connection: sa.Connection, row: Conversation) -> list[Said]:
    """The messages of one conversation, and the replies that have not become one (yet)."""
    found: dict[str, Said] = {
        m.message_id: Said(
            message_id=m.message_id, conversation_id=m.conversation_id, channel=m.channel, author=m.author,
            text=m.text, at=m.sent_at, delivery="" if m.author == "customer" else "sent",
        )
        for m in rows.by(Message, "conversation_id", row.conversation_id)
    }  # fmt: skip
    for effect, decision in _replies(rows, connection, row.conversation_id):
        reply = msgspec.json.decode(effect.body, type=Reply)
        message_id = decision.reference or f"reply:{effect.effect_key}"
        at = found[message_id].at if message_id in found else decision.at or from_micros(0)
        found[message_id] = Said(
            message_id=message_id, conversation_id=row.conversation_id, channel=reply.channel, author=reply.author,
            by=reply.by, text=reply.text, at=at, delivery=_DELIVERY.get(decision.status, "unclear"),
            decision_id=decision.id,
        )  # fmt: skip
    return list(found.values())


def _replies(rows: Rows, connection: sa.Connection, conversation_id: str) -> list[tuple[Effect, Decision]]:
    effects = effects_about(connection, conversation_id, Reply.__name__)
    decisions = {d.id: d for d in rows.many(Decision, (e.decision_id for e in effects))}
    return [(effect, decisions[effect.decision_id]) for effect in effects if effect.decision_id in decisions]


class _Who(NamedTuple):
    customer_id: str
    trusted: bool
    claimed: str


def known(rows: Rows, row: Conversation, currency: str) -> Known:
    """What the tables know of the customer of a conversation, or of whom an unproven sender's keys name."""
    contact = rows.one(Contact, row.contact_id) if row.contact_id else None
    link = rows.one(ContactLink, row.contact_id) if row.contact_id else None
    claimed = "" if row.customer_id else (link.customer_id if link else "") or _claimed(rows, contact)
    customer_id = row.customer_id or claimed
    asked = rows.by(MergeSuggestion, "contact_id", row.contact_id) if row.contact_id else []
    suggestions = [one for one in asked if one.status == "open"]
    if not customer_id:
        return Known(contact=contact, links=[link] if link else [], suggestions=suggestions)
    links = rows.by(ContactLink, "customer_id", customer_id)
    orders = sorted(rows.by(Order, "customer_id", customer_id), key=lambda o: o.placed_at, reverse=True)
    parcels = rows.by(Parcel, "customer_id", customer_id)
    remedies = rows.by(RemedyGiven, "customer_id", customer_id)
    talks = rows.by(Conversation, "customer_id", customer_id)
    return Known(
        customer=rows.one(Customer, customer_id),
        trusted=bool(row.customer_id),
        claimed=claimed,
        contact=contact,
        contacts=rows.many(Contact, (one.contact_id for one in links)),
        links=links,
        suggestions=suggestions,
        orders=orders[:SHOWN],
        parcels=sorted(parcels, key=lambda p: (p.delivered_at is not None, p.parcel_id))[:SHOWN],
        promises=sorted(rows.by(Promise, "customer_id", customer_id), key=lambda p: p.due_at, reverse=True)[:SHOWN],
        remedies=remedies[:SHOWN],
        numbers=_numbers(orders, parcels, remedies, talks, currency),
    )


def _claimed(rows: Rows, contact: Contact | None) -> str:
    """The one customer whom an unproven contact's keys name, or an empty string."""
    named = {row.customer_id for key in (contact.keys if contact else ()) for row in rows.by(CustomerKey, "key", key)}
    return named.pop() if len(named) == 1 else ""


def _numbers(
    orders: list[Order], parcels: list[Parcel], remedies: list[RemedyGiven], talks: list[Conversation], currency: str
) -> CustomerNumbers:
    stars = [one.stars for one in talks if one.stars]
    return CustomerNumbers(
        orders=len(orders),
        spent=Money(sum(o.total.amount for o in orders if o.total and o.total.currency == currency), currency),
        first_order_at=orders[-1].placed_at if orders else None,
        last_order_at=orders[0].placed_at if orders else None,
        late_parcels=sum(
            p.promised_at is not None and (p.delivered_at or p.expected_at or p.promised_at) > p.promised_at
            for p in parcels
        ),
        remedies=sum(one.settled and one.remedy != "none" for one in remedies),
        conversations=len(talks),
        stars=round(sum(stars) / len(stars), 2) if stars else None,
    )
