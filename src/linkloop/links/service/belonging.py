"""Belonging: which customer a sender is, by session or proven key alone; what a sender claims opens nothing."""

from __future__ import annotations

from typing import NamedTuple

from linkloop.commerce.contacts import Contact, ContactLink, CustomerKey, MergeSuggestion, Opens
from linkloop.commerce.conversations import Conversation, MessageReceived
from linkloop.commerce.orders import Order
from linkloop.core.link import Context
from linkloop.core.table import Table, join_key

# A key that more customers share than this says nothing about any of them.
FEW = 5


class Belonging(NamedTuple):
    """Who wrote: `customer_id` may have orders opened, `claimed` may only be looked at; `says` are rows to keep.

    `scope` is the one order that a proof has opened, empty where all of the customer's are; `opens` what of it is.
    """

    contact: Contact | None = None
    customer_id: str = ""
    claimed: str = ""
    says: tuple[Table, ...] = ()
    scope: str = ""
    opens: Opens = "account"


class Owner(NamedTuple):
    """The one customer whom a contact's keys name and the key that names them, or all whom they may mean."""

    customer_id: str = ""
    key: str = ""
    shared: tuple[str, ...] = ()


def belong(ctx: Context, event: MessageReceived) -> Belonging:
    """The customer of a message. A session counts for itself; else the contact's link, or a key, if it is proven."""
    contact = ctx.read(Contact, event.contact_id) if event.contact_id else None
    link = ctx.read(ContactLink, event.contact_id) if event.contact_id else None
    if event.customer_id:
        return Belonging(contact, event.customer_id, "", _by_session(ctx, event, link))
    if contact is None:
        return Belonging()
    if link is not None and link.customer_id:
        trusted = (contact.sole if link.how == "proof" else contact.proven) and holds(ctx, contact, link)
        if trusted and link.how == "proof":
            opens: Opens = "sight" if link.opens == "sight" else "order"
            return Belonging(contact, link.customer_id, "", (), proven_order(link), opens)
        return Belonging(contact, link.customer_id if trusted else "", "" if trusted else link.customer_id)
    owner = owner_of(ctx, contact)
    if not contact.proven:
        return Belonging(contact, "", owner.customer_id)
    if owner.customer_id and not parted(ctx, contact.contact_id, owner.customer_id):
        row = ContactLink(
            contact_id=contact.contact_id,
            customer_id=owner.customer_id,
            how="key",
            key=owner.key,
            since=ctx.now(),
        )
        return Belonging(contact, owner.customer_id, "", (row,))
    return Belonging(contact, "", owner.customer_id, _suggested(ctx, contact, owner))


def owner_of(ctx: Context, contact: Contact) -> Owner:
    """Whom the keys of a contact name: one customer if every key that is one customer's own names the same one.

    A key that several customers have names nobody; keys of two customers name nobody either.
    """
    own: dict[str, str] = {}
    seen: dict[str, None] = {}
    for key in contact.keys:
        customers = [row.customer_id for row in ctx.read(CustomerKey, key=key)]
        seen |= dict.fromkeys(customers)
        if len(customers) == 1:
            own.setdefault(customers[0], key)
    if len(own) == 1:
        ((customer_id, key),) = own.items()
        return Owner(customer_id, key)
    return Owner(shared=tuple(sorted(own or seen)))


def holds(ctx: Context, contact: Contact, link: ContactLink) -> bool:
    """Whether a link is still true: the key that made it is still this contact's and that customer's alone; the order
    that proved it is still that customer's."""
    if link.how == "proof":
        order = ctx.read(Order, proven_order(link))
        return order is not None and order.customer_id == link.customer_id
    if link.how != "key":
        return True
    return link.key in contact.keys and [row.customer_id for row in ctx.read(CustomerKey, key=link.key)] == [
        link.customer_id
    ]


def proven_order(link: ContactLink | None) -> str:
    """The one order that a contact was linked by, where it was by a proof; "" where it may see the whole account."""
    return link.key.removeprefix("order:") if link is not None and link.how == "proof" and link.customer_id else ""


def within(ctx: Context, conversation: Conversation, order_id: str) -> bool:
    """Whether a customer's conversation may be told of an order: not one in which a proof has opened another."""
    link = ctx.read(ContactLink, conversation.contact_id) if conversation.contact_id else None
    return proven_order(link) in ("", order_id)


def parted(ctx: Context, contact_id: str, customer_id: str) -> bool:
    """Whether a person said that this contact is not that customer."""
    said = ctx.read(MergeSuggestion, join_key((contact_id, customer_id)))
    return said is not None and said.status == "refused"


def _by_session(ctx: Context, event: MessageReceived, link: ContactLink | None) -> tuple[Table, ...]:
    """A session links a contact that nobody is yet; one that is somebody else stays so, and a person is asked."""
    contact_id, customer_id = event.contact_id, event.customer_id
    if not contact_id or (link is not None and link.customer_id == customer_id and link.how != "proof"):
        return ()
    if link is not None and link.customer_id == customer_id:  # who had proven one order has signed in
        return (ContactLink(contact_id=contact_id, customer_id=customer_id, how="session", since=ctx.now()),)
    if link is not None and link.customer_id:
        return _ask(ctx, contact_id, (customer_id,), "session")
    if parted(ctx, contact_id, customer_id):
        return ()
    return (ContactLink(contact_id=contact_id, customer_id=customer_id, how="session", since=ctx.now()),)


def _suggested(ctx: Context, contact: Contact, owner: Owner) -> tuple[Table, ...]:
    return _ask(ctx, contact.contact_id, owner.shared, "shared key") if len(owner.shared) <= FEW else ()


def _ask(ctx: Context, contact_id: str, customers: tuple[str, ...], because: str) -> tuple[Table, ...]:
    """Suggestions that are not there yet."""
    return tuple(
        MergeSuggestion(
            contact_id=contact_id, customer_id=customer, score=round(1 / (1 + len(customers)), 4), because=(because,)
        )
        for customer in customers
        if ctx.read(MergeSuggestion, join_key((contact_id, customer))) is None
    )
