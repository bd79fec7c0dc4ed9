"""The desk: what people do with conversations, what they write with, and how well it went."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from linkloop.commerce.understanding import Mood
from linkloop.core.event import Event
from linkloop.core.question import Question
from linkloop.core.table import Table
from linkloop.core.text import Text


class AnswerWritten(Event, frozen=True, kw_only=True, gc=False):
    """A person wrote an answer into a conversation that they hold; it goes out like any other action."""

    __about__: ClassVar[str] = "conversation_id"

    conversation_id: str
    in_reply_to: str
    text: str
    by: str


class ConversationReopened(Event, frozen=True, kw_only=True, gc=False):
    """A person opened a solved conversation again: it waits for a person."""

    __about__: ClassVar[str] = "conversation_id"

    conversation_id: str
    by: str
    note: str = ""


class AnswerDue(msgspec.Struct, frozen=True):
    """Within so many seconds an answer is due."""

    seconds: int


class AnswerTarget(Question[AnswerDue], frozen=True, kw_only=True):
    """How soon must this customer be answered? Urgency and churn are 0 to 1."""

    urgency: float
    mood: Mood
    churn: float
    waits_for_person: bool


class CustomerWait(Table, frozen=True, kw_only=True, gc=False):
    """One wait of a customer: from their message until an answer, and whether that was in time.

    `first` says that it was the first answer since the conversation began or was opened again.
    """

    __table__: ClassVar[str] = "customer_waits"
    __key__: ClassVar[tuple[str, ...]] = ("conversation_id", "since")
    __index__: ClassVar[tuple[str, ...]] = ("conversation_id",)

    conversation_id: str
    since: datetime
    due_at: datetime | None = None
    answered_at: datetime | None = None
    author: Literal["", "bot", "person"] = ""
    by: str = ""
    channel: str = ""
    first: bool = False
    late: bool = False


class Macro(Table, frozen=True, kw_only=True, gc=False):
    """A text that people answer with often; `{name}`, `{order_id}` and the like are filled from tables."""

    __table__: ClassVar[str] = "macros"
    __key__: ClassVar[tuple[str, ...]] = ("macro_id",)

    macro_id: str
    name: Text
    text: Text
    by: str = ""
    updated_at: datetime
    gone: bool = False


class QualityReview(Table, frozen=True, kw_only=True, gc=False):
    """What a person thought of how a conversation was handled; each mark 0 (no), 1 (partly) or 2 (yes)."""

    __table__: ClassVar[str] = "quality_reviews"
    __key__: ClassVar[tuple[str, ...]] = ("conversation_id", "by")
    __index__: ClassVar[tuple[str, ...]] = ("conversation_id",)

    conversation_id: str
    by: str
    at: datetime
    right: int
    grounded: int
    kind: int
    within_policy: int
    note: str = ""
