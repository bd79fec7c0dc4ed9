"""What the service desk shows: the queue, one conversation in full, and what came of a person's deed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from linkloop.commerce.contacts import Contact, ContactLink, MergeSuggestion
from linkloop.commerce.conversations import Conversation, Draft
from linkloop.commerce.customers import Customer
from linkloop.commerce.desk import QualityReview
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.promises import Promise
from linkloop.commerce.remedies import RemedyGiven
from linkloop.core.decision import Status
from linkloop.core.money import Money

Turn = Literal["bot", "person", "mine", "nobody"]


class QueueItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the queue. `seconds_left` until the answer is due, negative when it is late, None when none is.

    `turn`: whose turn it is to write: the bot's, another person's, mine, or any person's (nobody has it yet).
    """

    conversation: Conversation
    customer_name: str = ""
    last_text: str = ""
    seconds_left: int | None = None
    turn: Turn = "bot"
    trusted: bool = False


class QueueCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many conversations stand how, whatever is filtered; `late` are those whose answer is overdue."""

    open: int = 0
    waiting: int = 0
    with_person: int = 0
    solved: int = 0
    mine: int = 0
    late: int = 0
    channels: dict[str, int] = {}
    moods: dict[str, int] = {}


class QueuePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the queue, most pressing first, and the shop's moment that it was made at."""

    items: list[QueueItem]
    counts: QueueCounts
    now: datetime
    next: str = ""


Delivery = Literal["", "sent", "on_its_way", "held", "refused", "failed", "unclear", "withdrawn"]


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One message. `by` names the person who wrote it; `delivery` is empty for the customer's own."""

    message_id: str
    conversation_id: str
    channel: str
    author: Literal["customer", "bot", "person"]
    by: str = ""
    text: str
    at: datetime
    delivery: Delivery = ""
    decision_id: str = ""


class CustomerNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer is to the shop. `remedies` were really given; `stars` of the conversations that were rated."""

    orders: int = 0
    spent: Money | None = None
    first_order_at: datetime | None = None
    last_order_at: datetime | None = None
    late_parcels: int = 0
    remedies: int = 0
    conversations: int = 0
    stars: float | None = None


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Who a conversation is with. `trusted` customers are proven; `claimed` is what an unproven sender's keys say."""

    customer: Customer | None = None
    trusted: bool = False
    claimed: str = ""
    contact: Contact | None = None
    contacts: list[Contact] = []
    links: list[ContactLink] = []
    suggestions: list[MergeSuggestion] = []
    orders: list[Order] = []
    parcels: list[Parcel] = []
    promises: list[Promise] = []
    remedies: list[RemedyGiven] = []
    numbers: CustomerNumbers = CustomerNumbers()


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation in full, with those that it continues (`chain`, newest first)."""

    conversation: Conversation
    chain: list[Conversation]
    messages: list[Said]
    draft: Draft | None
    known: Known
    reviews: list[QualityReview]
    seconds_left: int | None
    turn: Turn
    now: datetime


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a deed: the conversation as it is now, and what the bot had decided that was withdrawn for it."""

    conversation: Conversation
    withdrawn: list[str] = []
    repeated: bool = False


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a person's answer: its decision, and how the gate ruled on it."""

    conversation: Conversation
    decision_id: str
    status: Status
    withdrawn: list[str] = []
    repeated: bool = False
