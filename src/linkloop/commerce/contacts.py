"""Contacts: who writes on which channel, and which customer that is."""

from datetime import datetime
from typing import ClassVar, Literal

from linkloop.core.event import Event
from linkloop.core.table import Table

How = Literal["session", "key", "person", "suggestion", "proof"]
Opens = Literal["account", "order", "sight"]


class Contact(Table, frozen=True, kw_only=True, gc=False):
    """One sender on one channel, as the channel knows them; `contact_id` is `channel:address`.

    `keys` say who that is, normalised: `phone:+8613800138000`, `email:ann@example.com`, `unionid:…`, `telegram:4711`.
    `proven` says that the platform vouches for the keys: what a sender only claims never opens an order. `sole` says
    that nobody else can write as this contact: only such a one can prove who they are by what they know.
    """

    __table__: ClassVar[str] = "contacts"
    __key__: ClassVar[tuple[str, ...]] = ("contact_id",)

    contact_id: str
    channel: str
    address: str = ""
    name: str = ""
    language: str = ""
    keys: tuple[str, ...] = ()
    proven: bool = False
    sole: bool = False
    seen_at: datetime | None = None


class CustomerKey(Table, frozen=True, kw_only=True, gc=False):
    """A key that a customer is known by in the shop, normalised as in Contact; two customers may share one."""

    __table__: ClassVar[str] = "customer_keys"
    __key__: ClassVar[tuple[str, ...]] = ("key", "customer_id")
    __index__: ClassVar[tuple[str, ...]] = ("key", "customer_id")

    key: str
    customer_id: str


class ContactLink(Table, frozen=True, kw_only=True, gc=False):
    """Which customer a contact is, by what, since when; an empty `customer_id` after a split.

    `opens` is what it may see: the customer's account, the one order that a proof named (`key`), or that order to look
    at and not to change anything of it.
    """

    __table__: ClassVar[str] = "contact_links"
    __key__: ClassVar[tuple[str, ...]] = ("contact_id",)
    __index__: ClassVar[tuple[str, ...]] = ("customer_id",)

    contact_id: str
    customer_id: str = ""
    how: How = "key"
    key: str = ""
    by: str = ""
    opens: Opens = "account"
    since: datetime


class ContactConversation(Table, frozen=True, kw_only=True, gc=False):
    """That a contact wrote in a conversation; kept whatever contacts are merged or split."""

    __table__: ClassVar[str] = "contact_conversations"
    __key__: ClassVar[tuple[str, ...]] = ("contact_id", "conversation_id")
    __index__: ClassVar[tuple[str, ...]] = ("contact_id",)

    contact_id: str
    conversation_id: str


class ContactMerged(Event, frozen=True, kw_only=True, gc=False):
    """A person said which customer a contact is, as suggested or not.

    What a session, a proven key or a proof tells by itself needs no person: it is a new version of the ContactLink row.
    With `how` "proof" the sender named an order (`key`) and a second fact of it (see proofs.py), and `by` is empty.
    """

    __about__: ClassVar[str] = "contact_id"

    contact_id: str
    customer_id: str
    how: How
    key: str = ""
    by: str = ""
    opens: Opens = "account"
    score: float = 1.0


class ContactSplit(Event, frozen=True, kw_only=True, gc=False):
    """A contact turned out not to be that customer; its messages stay where they are, and it is not merged again."""

    __about__: ClassVar[str] = "contact_id"

    contact_id: str
    customer_id: str
    by: str
    note: str = ""


class MergeSuggestion(Table, frozen=True, kw_only=True, gc=False):
    """That two may be one, with how probable it is (0 to 1) and what speaks for it; a person says yes or no."""

    __table__: ClassVar[str] = "merge_suggestions"
    __key__: ClassVar[tuple[str, ...]] = ("contact_id", "customer_id")
    __index__: ClassVar[tuple[str, ...]] = ("contact_id", "status")

    contact_id: str
    customer_id: str
    score: float
    because: tuple[str, ...] = ()
    status: Literal["open", "accepted", "refused"] = "open"
