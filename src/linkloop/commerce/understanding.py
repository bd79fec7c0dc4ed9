"""Understanding: what the writer of a text wants, and how they feel."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from linkloop.core.question import Question
from linkloop.core.table import Table

IntentName = Literal[
    "where_is_parcel", "return", "exchange", "refund", "cancel", "change_address", "complaint", "price_protection",
    "size_advice", "compatibility", "product_question", "stock_question", "coupon_question", "invoice",
    "payment_problem", "human", "yes", "no", "greeting", "thanks", "other",
]  # fmt: skip
Mood = Literal["angry", "anxious", "neutral", "pleased"]


class IntentGuess(msgspec.Struct, frozen=True, gc=False):
    """One thing that a message asks for, with a calibrated probability (0 to 1)."""

    intent: IntentName
    confidence: float


class Slots(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What a text names, as written and normalised where it can be; each is a claim until a table confirms it."""

    order_id: str = ""
    product: str = ""
    size: str = ""
    colour: str = ""
    quantity: int = 0
    amount: int = 0
    address: str = ""
    email: str = ""
    phone: str = ""
    coupon: str = ""
    date: str = ""
    title: str = ""


class Understanding(msgspec.Struct, frozen=True):
    """All that a text tells. `intents` by probability, first the main one; `out_of_scope` that it is none of ours.

    `mood` with `intensity`; `language` is a BCP 47 tag, or `mixed`; `urgency` and `churn` (0 to 1) say how soon
    it must be answered, and how near the customer is to leaving.
    """

    intents: tuple[IntentGuess, ...]
    slots: Slots = Slots()
    out_of_scope: float = 0.0
    mood: Mood = "neutral"
    mood_confidence: float = 0.0
    intensity: float = 0.0
    language: str = ""
    urgency: float = 0.0
    churn: float = 0.0


class Understand(Question[Understanding], frozen=True, kw_only=True):
    """What does this text say? `before` are the customer's earlier messages of the conversation, newest last."""

    text: str
    before: tuple[str, ...] = ()


class IntentLabel(Table, frozen=True, kw_only=True, gc=False):
    """What a message really asked for, as a person said: the shop's own models learn from these."""

    __table__: ClassVar[str] = "intent_labels"
    __key__: ClassVar[tuple[str, ...]] = ("message_id",)

    message_id: str
    text: str
    intent: IntentName
    by: str = ""
    labelled_at: datetime | None = None
