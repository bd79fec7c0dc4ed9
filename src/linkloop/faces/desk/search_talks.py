"""Search of conversations: by the beginning of their id, and of the customers, senders and orders that were found."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from linkloop.commerce.contacts import Contact, ContactConversation
from linkloop.commerce.conversations import Conversation
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.faces.desk.things_rows import Rows


class FoundTalk:
    """A conversation with whom it is with, and where it is shown."""

    def __init__(self, row: Conversation, name: str) -> None:
        self.row = row
        self.name = name
        self.to = f"/service/{quote(row.conversation_id, safe='')}"


def talks(
    rows: Rows, begun: Iterable[str], customers: Iterable[str], senders: Iterable[str], orders: Iterable[str], most: int
) -> list[FoundTalk]:
    """At most `most` conversations: those whose id begins so, then who waits for an answer, then the latest.

    A conversation that the customer went on from elsewhere is found only by its id: what is open is in the other.
    """
    first = rows.many(Conversation, begun)
    wanted = set(orders)
    buyers = {one.customer_id for one in rows.many(Order, wanted) if one.customer_id}
    named = set(customers)
    found: dict[str, Conversation] = {}
    for customer_id in sorted(named | buyers):
        for row in rows.by(Conversation, "customer_id", customer_id):
            if customer_id in named or row.order_id in wanted:
                found[row.conversation_id] = row
    wrote = [link.conversation_id for one in senders for link in rows.by(ContactConversation, "contact_id", one)]
    found |= {row.conversation_id: row for row in rows.many(Conversation, wrote)}
    known = {row.conversation_id for row in first}
    others = [row for key, row in found.items() if key not in known and not row.continued_by]
    kept = [*first, *sorted(others, key=_pressing)][:most]
    names = {one.customer_id: one.name for one in rows.many(Customer, (row.customer_id for row in kept))}
    called = {one.contact_id: one.name for one in rows.many(Contact, (row.contact_id for row in kept))}
    return [
        FoundTalk(row, names.get(row.customer_id) or called.get(row.contact_id) or row.conversation_id) for row in kept
    ]


def _pressing(row: Conversation) -> tuple[bool, bool, float, str]:
    last = row.last_customer_at or row.opened_at
    return row.status == "solved", row.unanswered_since is None, -last.timestamp(), row.conversation_id
