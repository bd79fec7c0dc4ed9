"""Deeds: what people do with a conversation, as the link hears it: who holds it, what they write, what is solved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from msgspec.structs import replace

from linkloop.commerce.conversations import (
    Conversation,
    ConversationHandedBack,
    ConversationRated,
    ConversationSolved,
    ConversationTaken,
    Reply,
)
from linkloop.commerce.desk import AnswerWritten, ConversationReopened
from linkloop.commerce.time import Alarm, AlarmRang, DayClosed
from linkloop.core.decision import decide
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.links.service import lease, moving

# The name of the alarm that rings when a person's time with a conversation is over.
LEASE = "lease"
# What was answered and not written about again for so long is solved.
QUIET = timedelta(hours=24)
# So many are closed in one night at most, the longest quiet first: a night's work must fit into one transaction.
MOST_CLOSED = 5_000


def take(ctx: Context, event: ConversationTaken) -> Iterator[Table]:
    """A person holds the pen until the time that they were given; an alarm rings when it is over."""
    row = ctx.read(Conversation, event.conversation_id)
    if row is None:
        return
    yield lease.taken(row, event.by, event.until)
    yield Alarm(about=event.conversation_id, name=LEASE, due=event.until)


def rang(ctx: Context, event: AlarmRang) -> Iterator[Table]:
    """A person's time is over, unless they have taken more of it meanwhile."""
    row = ctx.read(Conversation, event.about) if event.name == LEASE else None
    if row is not None and row.holder == "person" and lease.lapsed(row, ctx.now()):
        yield lease.let_go(row)


def hand_back(ctx: Context, event: ConversationHandedBack) -> Iterator[Table]:
    """A person gives the pen back."""
    row = ctx.read(Conversation, event.conversation_id)
    if row is not None and row.status != "solved":
        yield lease.handed_back(row, event.at)
        yield _off(event.conversation_id, event)


def solve(ctx: Context, event: ConversationSolved) -> Iterator[Table]:
    """Nothing is left to do."""
    row = ctx.read(Conversation, event.conversation_id)
    if row is not None and row.status != "solved":
        yield solved(row, event)
        yield _off(event.conversation_id, event)


def reopen(ctx: Context, event: ConversationReopened) -> Iterator[Table]:
    """It was not solved after all: a person is needed, and a new wait begins."""
    row = ctx.read(Conversation, event.conversation_id)
    if row is None or row.status != "solved" or row.continued_by:
        return
    why = Text(en=f"opened again by {event.by}", zh=f"由 {event.by} 重新打开")
    yield replace(
        row, status="waiting", holder="person", held_by="", why_person=why, opened_at=event.at, solved_at=None
    )


def rate(ctx: Context, event: ConversationRated) -> Iterator[Table]:
    """A customer says how content they are; the last word counts."""
    row = ctx.read(Conversation, event.conversation_id)
    if row is not None and 1 <= event.stars <= 5:
        yield replace(row, stars=event.stars)


def answer(ctx: Context, event: AnswerWritten) -> Iterator[Table]:
    """What a person wrote goes out like any other reply: through the gate, once."""
    row = ctx.read(Conversation, event.conversation_id)
    if row is None:
        return
    reply = Reply(
        conversation_id=row.conversation_id,
        in_reply_to=event.in_reply_to,
        channel=row.channel,
        customer_id=row.customer_id,
        text=event.text,
        author="person",
        by=event.by,
        at_risk=Money(0, row.order_value.currency if row.order_value else "CNY"),
    )
    yield decide(reply, Text(en=f"{event.by} answers", zh=f"{event.by} 答复"))


def close_quiet(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """What the bot answered and nobody wrote about again is solved."""
    quiet = [
        row
        for row in ctx.read(Conversation, status="open")
        if row.unanswered_since is None and event.at - moving.last_touched(row) > QUIET
    ]
    quiet.sort(key=lambda row: (moving.last_touched(row), row.conversation_id))
    for row in quiet[:MOST_CLOSED]:
        yield solved(row, event)


def solved(row: Conversation, event: ConversationSolved | DayClosed) -> Conversation:
    """The row of a conversation that is over."""
    return replace(
        row,
        status="solved",
        holder="bot",
        held_by="",
        lease_until=None,
        why_person=None,
        unanswered_since=None,
        answer_by=None,
        solved_at=event.at,
    )


def _off(conversation_id: str, event: ConversationHandedBack | ConversationSolved) -> Alarm:
    return Alarm(about=conversation_id, name=LEASE, due=event.at, off=True)
