"""Service: conversations with customers, their moods, and what can be done for them."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from linkloop.core.action import Action
from linkloop.core.event import Event
from linkloop.core.money import Money
from linkloop.core.question import Question
from linkloop.core.table import Table
from linkloop.core.text import Text

IntentName = Literal[
    "where_is_parcel", "return", "refund", "cancel", "change_address", "complaint",
    "product_question", "stock_question", "coupon_question", "invoice", "thanks", "other",
]  # fmt: skip
Mood = Literal["angry", "anxious", "neutral", "pleased"]


class Message(Table, frozen=True, kw_only=True, gc=False):
    """One message of a conversation, from the customer or from us."""

    __table__: ClassVar[str] = "messages"
    __key__: ClassVar[tuple[str, ...]] = ("message_id",)
    __index__: ClassVar[tuple[str, ...]] = ("conversation_id", "customer_id")

    message_id: str
    conversation_id: str
    customer_id: str = ""
    author: Literal["customer", "bot", "person"]
    channel: str
    text: str
    sent_at: datetime


class MessageReceived(Event, frozen=True, kw_only=True, gc=False):
    """A customer wrote. `customer_id` comes from a verified session and is empty where there is none."""

    __about__: ClassVar[str] = "conversation_id"
    __deadline_ms__: ClassVar[int] = 300

    message_id: str
    conversation_id: str
    channel: str
    text: str
    customer_id: str = ""
    order_id: str = ""


class Reply(Action, frozen=True, kw_only=True):
    """Send a text into a conversation, in answer to a message."""

    __same__: ClassVar[tuple[str, ...]] = ("conversation_id", "in_reply_to")
    __about__: ClassVar[str] = "conversation_id"
    __customer__: ClassVar[str] = "customer_id"

    conversation_id: str
    in_reply_to: str
    channel: str
    customer_id: str
    text: str


class Compensate(Action, frozen=True, kw_only=True):
    """Give a customer money back for what went wrong with an order; once per order and cause."""

    __same__: ClassVar[tuple[str, ...]] = ("order_id", "cause")
    __about__: ClassVar[str] = "order_id"
    __customer__: ClassVar[str] = "customer_id"
    __undo__: ClassVar[str] = "CancelCompensation"
    __scale__: ClassVar[str] = "amount"

    order_id: str
    customer_id: str
    cause: str
    amount: Money


class CancelCompensation(Action, frozen=True, kw_only=True):
    """Take a compensation back that has not been paid out yet."""

    __same__: ClassVar[tuple[str, ...]] = ("order_id", "cause")
    __about__: ClassVar[str] = "order_id"
    __customer__: ClassVar[str] = "customer_id"

    order_id: str
    customer_id: str
    cause: str


class CustomerStayed(Event, frozen=True, kw_only=True, gc=False):
    """Whether a customer whom something went wrong for bought again within the time that the shop looks at."""

    __about__: ClassVar[str] = "customer_id"

    customer_id: str
    order_id: str
    stayed: bool


class RemedyOutcome(Table, frozen=True, kw_only=True, gc=False):
    """How often customers of one kind stayed after one remedy: the memory that compensation learns from."""

    __table__: ClassVar[str] = "remedy_outcomes"
    __key__: ClassVar[tuple[str, ...]] = ("remedy", "mood")

    remedy: str
    mood: str
    stayed: int = 0
    left: int = 0


class RemedyGiven(Table, frozen=True, kw_only=True, gc=False):
    """The remedy that was chosen for an order, with its propensity (0 to 1), kept until its outcome is known.

    `settled` says that the customer really has it; `learned` that the outcome has been counted.
    """

    __table__: ClassVar[str] = "remedies_given"
    __key__: ClassVar[tuple[str, ...]] = ("order_id",)
    __index__: ClassVar[tuple[str, ...]] = ("customer_id",)

    order_id: str
    customer_id: str
    remedy: str
    mood: str
    cause: str = ""
    amount: Money | None = None
    propensity: float = 1.0
    effect_key: str = ""
    conversation_id: str = ""
    channel: str = ""
    language: str = ""
    settled: bool = False
    learned: bool = False


class DelayTold(Table, frozen=True, kw_only=True, gc=False):
    """That we told a customer of a parcel's delay on our own accord, where, and which day we named."""

    __table__: ClassVar[str] = "delays_told"
    __key__: ClassVar[tuple[str, ...]] = ("parcel_id",)

    parcel_id: str
    customer_id: str
    conversation_id: str
    expected_at: datetime
    told_at: datetime


class IntentAnswer(msgspec.Struct, frozen=True):
    """What a customer wants; `order_id` only as written in the text, never trusted without a lookup."""

    intent: IntentName
    order_id: str = ""


class Intent(Question[IntentAnswer], frozen=True, kw_only=True):
    """What does the writer of this text want?"""

    text: str


class MoodAnswer(msgspec.Struct, frozen=True):
    """A mood and its intensity, 0 to 1."""

    mood: Mood
    intensity: float


class Emotion(Question[MoodAnswer], frozen=True, kw_only=True):
    """How does the writer of this text feel?"""

    text: str


class RemedyAdvice(msgspec.Struct, frozen=True):
    """The most that may be offered, in percent of the order's value and in minor units."""

    percent_cap: float
    amount_cap: int
    apologise: bool = True


class RemedyPolicy(Question[RemedyAdvice], frozen=True, kw_only=True):
    """What may be offered to this customer for this delay? Order value in minor units of the shop's currency."""

    late_days: float
    mood: Mood
    order_value: int
    compensated_before: int


class ServiceNotice(Table, frozen=True, kw_only=True, gc=False):
    """Something that troubles many customers right now, told to those who ask about it, until `until`."""

    __table__: ClassVar[str] = "service_notices"
    __key__: ClassVar[tuple[str, ...]] = ("topic",)

    topic: Literal["payments"]
    text: Text
    since: datetime
    until: datetime
