"""Conversation: who wrote, which conversation it belongs to, who holds the pen, and the row that is kept of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from linkloop.commerce.contacts import Contact, ContactConversation, Opens
from linkloop.commerce.conversations import Conversation, MessageReceived
from linkloop.commerce.desk import AnswerTarget
from linkloop.commerce.orders import Order
from linkloop.commerce.understanding import Mood, Understanding
from linkloop.core.link import Context
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.links.service import lease, moving
from linkloop.links.service.belonging import belong
from linkloop.links.service.leanings import asked_for

# So many earlier messages of the customer say what the last one is about.
BEFORE = 4
LONGEST = 500  # characters of each that are kept
# Below this a further intent of a message is not worth a word to the person who reads the row.
SECOND = 0.3


class Heard(NamedTuple):
    """A message in its place. `customer_id` is trusted or empty: only it opens orders; `claimed_customer_id` never.

    `conversation` is the row before this message, with this message counted; `person_holds` says that the bot only
    drafts; `before` are the customer's earlier texts, newest last; `moved_from` is the conversation that this one
    goes on from, at its first message only; `says` are rows to yield. `scope` is the one order that a proof
    has opened (empty: all of the customer's), `opens` what of it may be done.
    """

    conversation: Conversation
    contact: Contact | None = None
    customer_id: str = ""
    claimed_customer_id: str = ""
    person_holds: bool = False
    before: tuple[str, ...] = ()
    moved_from: str = ""
    says: tuple[Table, ...] = ()
    scope: str = ""
    opens: Opens = "account"


class Answered(NamedTuple):
    """What came of a message. `order` is the trusted customer's own that it was about; `why_person` asks for a person.

    `people_only` says that the bot keeps silent until one comes; `closed` that nothing is left to answer, as after a
    "thank you"; `by` is the moment that the customer was told a person answers by.
    """

    order: Order | None = None
    why_person: Text | None = None
    people_only: bool = False
    closed: bool = False
    by: datetime | None = None


def hear(ctx: Context, event: MessageReceived) -> Heard:
    """The conversation that a message belongs to, its customer as far as that is proven, and who may answer."""
    who = belong(ctx, event)
    known = ctx.read(Conversation, event.conversation_id)
    # Who has proven one order goes on with nothing that its customer began elsewhere.
    moved = None if who.scope else moving.find(ctx, event.conversation_id, known, who.customer_id)
    row = known or Conversation(conversation_id=event.conversation_id, channel=event.channel, opened_at=event.at)
    says: list[Table] = list(who.says)
    if event.contact_id and (known is None or known.contact_id != event.contact_id):
        says.append(ContactConversation(contact_id=event.contact_id, conversation_id=event.conversation_id))
    if moved is not None:
        row, left = moving.take_over(ctx, row, moved)
        says += left
    if who.customer_id and row.customer_id and row.customer_id != who.customer_id:
        row = replace(row, order_id="", order_value=None)  # another customer in the same chat: nothing is inherited
    if who.scope and row.order_id != who.scope:
        row = replace(row, order_id="", order_value=None)
    row = lease.settled(row, event.at)
    row = replace(
        row,
        contact_id=event.contact_id or row.contact_id,
        customer_id=who.customer_id or row.customer_id,
        last_message_id=event.message_id,
        case_id=event.case_id,
        messages=row.messages + 1,
        recent=(*row.recent, event.text[:LONGEST])[-BEFORE - 1 :],
        last_customer_at=event.at,
    )
    return Heard(
        conversation=row,
        contact=who.contact,
        customer_id=who.customer_id,
        claimed_customer_id=who.claimed,
        person_holds=lease.held(row, event.at),
        before=row.recent[:-1],
        moved_from=moved.conversation_id if moved else "",
        says=tuple(says),
        scope=who.scope,
        opens=who.opens,
    )


def kept(ctx: Context, heard: Heard, read: Understanding, answered: Answered) -> Conversation:
    """The conversation after a message: its mood, intents and scores, whose turn it is, and by when."""
    row, now = heard.conversation, ctx.now()
    batch = row.unanswered_since is not None  # earlier messages still wait: the worst of all of them counts
    angrier = badness(read.mood, read.intensity) >= badness(row.mood, row.intensity)
    felt = (read.mood, read.intensity) if angrier or not batch else (row.mood, row.intensity)
    intents = tuple(g.intent for n, g in enumerate(read.intents) if n == 0 or g.confidence >= SECOND)
    worth = answered.order.total if answered.order else None
    row = replace(
        row,
        language=read.language or row.language,
        intents=tuple(dict.fromkeys(intents + (row.intents if batch else ()))),
        mood=felt[0],
        intensity=felt[1],
        trend=trend(row, read),
        urgency=max(read.urgency, row.urgency) if batch else read.urgency,
        churn=max(read.churn, row.churn) if batch else read.churn,
        order_id=answered.order.order_id if answered.order else row.order_id,
        order_value=worth if answered.order else row.order_value,
        unanswered_since=row.unanswered_since or now,
        solved_at=None,
        stars=0 if row.status == "solved" else row.stars,
    )
    if row.status == "solved":
        row = replace(
            row,
            status="open",
            opened_at=now,
            holder="bot",
            held_by="",
            handed_over=0,
            handed_back_at=None,
            why_person=None,
        )
    if answered.why_person is not None:
        asked_for_one = (
            bool(read.intents)
            and read.intents[0].intent == "human"
            and asked_for("human", heard.conversation.recent[-1])
        )
        row = lease.hand_over(row, answered.why_person, people_only=answered.people_only or asked_for_one)
    if answered.closed and not batch and row.status == "open":
        return replace(row, unanswered_since=None, answer_by=None)
    # What the customer was told is what the desk counts down.
    return replace(row, answer_by=answered.by or _due(ctx, row))


def badness(mood: Mood, intensity: float) -> float:
    """How bad a mood is, -1 (delighted) to 1 (furious)."""
    return {"angry": intensity, "anxious": 0.6 * intensity, "neutral": 0.0, "pleased": -intensity}[mood]


def trend(row: Conversation, read: Understanding) -> float:
    """How much angrier (above 0) or calmer the customer grows: half of what it was, and what this message adds."""
    if row.messages <= 1:
        return 0.0
    step = badness(read.mood, read.intensity) - badness(row.mood, row.intensity)
    return round(max(-1.0, min(1.0, row.trend / 2 + step)), 4)


def _due(ctx: Context, row: Conversation) -> datetime:
    asked = AnswerTarget(urgency=row.urgency, mood=row.mood, churn=row.churn, waits_for_person=row.status != "open")
    assert row.unanswered_since is not None
    return row.unanswered_since + timedelta(seconds=ctx.ask(asked).value.seconds)
