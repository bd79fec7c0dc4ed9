"""Conversations: what customers and we write to each other, and who holds the pen."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from linkloop.commerce.understanding import Mood
from linkloop.core.action import Action
from linkloop.core.event import Event
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text


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
    """A customer wrote. `customer_id` comes from a verified session and is empty where there is none.

    `contact_id` is who wrote on that channel (see contacts.py); `media` names what came beside the text.
    """

    __about__: ClassVar[str] = "conversation_id"
    __deadline_ms__: ClassVar[int] = 300

    message_id: str
    conversation_id: str
    channel: str
    text: str
    customer_id: str = ""
    order_id: str = ""
    contact_id: str = ""
    media: tuple[str, ...] = ()


class Reply(Action, frozen=True, kw_only=True):
    """Send a text into a conversation, in answer to a message; `by` names the person who wrote it, if one did.

    `wants_person`: the bot hands the conversation over with it; a platform with a queue of its own may move it there.
    """

    __same__: ClassVar[tuple[str, ...]] = ("conversation_id", "in_reply_to")
    __about__: ClassVar[str] = "conversation_id"
    __customer__: ClassVar[str] = "customer_id"
    __fixed__: ClassVar[tuple[str, ...]] = ("author", "by", "wants_person")

    conversation_id: str
    in_reply_to: str
    channel: str
    customer_id: str
    text: str
    author: Literal["bot", "person"] = "bot"
    by: str = ""
    wants_person: bool = False


ConversationStatus = Literal["open", "waiting", "with_person", "solved"]


class Conversation(Table, frozen=True, kw_only=True, gc=False):
    """One conversation as it stands. `customer_id` is verified or empty; mood and scores are of the last messages.

    `status`: the bot answers (open), a person is needed (waiting), a person has it (with_person), nothing is left to do
    (solved). `holder` may write until `lease_until`; the other keeps silent. `unanswered_since` is when the oldest
    message came that nobody has answered, `answer_by` when the answer is due. Scores are 0 to 1; `trend` is how much
    angrier (above 0) or calmer (below 0) the customer grows, -1 to 1. `continues` is the conversation that the customer
    left for this one, `continued_by` the one that they went on to: what is open is there. `holder` "person" with an
    empty `held_by` means that only a person may answer and none has taken it yet. `recent` are the customer's last
    texts, `last_message_id` and `case_id` the last of them and its story. `opened_at` is when it was last opened: after
    it was solved, by the message that came then.
    """

    __table__: ClassVar[str] = "conversations"
    __key__: ClassVar[tuple[str, ...]] = ("conversation_id",)
    __index__: ClassVar[tuple[str, ...]] = ("customer_id", "status")

    conversation_id: str
    channel: str
    contact_id: str = ""
    customer_id: str = ""
    order_id: str = ""
    status: ConversationStatus = "open"
    holder: Literal["bot", "person"] = "bot"
    held_by: str = ""
    lease_until: datetime | None = None
    handed_over: int = 0
    handed_back_at: datetime | None = None
    why_person: Text | None = None
    language: str = ""
    intents: tuple[str, ...] = ()
    mood: Mood = "neutral"
    intensity: float = 0.0
    trend: float = 0.0
    urgency: float = 0.0
    churn: float = 0.0
    order_value: Money | None = None
    last_message_id: str = ""
    case_id: str = ""
    messages: int = 0
    recent: tuple[str, ...] = ()
    opened_at: datetime
    last_customer_at: datetime | None = None
    last_reply_at: datetime | None = None
    unanswered_since: datetime | None = None
    answer_by: datetime | None = None
    solved_at: datetime | None = None
    stars: int = 0
    continues: str = ""
    continued_by: str = ""


class ConversationTaken(Event, frozen=True, kw_only=True, gc=False):
    """A person took a conversation over: until `until` only they write into it."""

    __about__: ClassVar[str] = "conversation_id"

    conversation_id: str
    by: str
    until: datetime


class ConversationHandedBack(Event, frozen=True, kw_only=True, gc=False):
    """A person gave a conversation back to the bot."""

    __about__: ClassVar[str] = "conversation_id"

    conversation_id: str
    by: str
    note: str = ""


class ConversationSolved(Event, frozen=True, kw_only=True, gc=False):
    """Nothing is left to do in a conversation; a new message opens it again."""

    __about__: ClassVar[str] = "conversation_id"

    conversation_id: str
    by: str = ""


class ConversationRated(Event, frozen=True, kw_only=True, gc=False):
    """A customer said how content they are with a conversation, 1 to 5."""

    __about__: ClassVar[str] = "conversation_id"

    conversation_id: str
    stars: int
    text: str = ""


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """What a sentence of an answer rests on: a row (`table` and `key`) or a passage of an article, in words."""

    table: str
    key: str
    says: Text


class Draft(Table, frozen=True, kw_only=True, gc=False):
    """What the bot would answer to the last message, for the person who has the conversation."""

    __table__: ClassVar[str] = "drafts"
    __key__: ClassVar[tuple[str, ...]] = ("conversation_id",)

    conversation_id: str
    in_reply_to: str
    text: str
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    summary: Text | None = None
