"""Holding: who may write into a conversation now, and what a person is told who may not."""

from __future__ import annotations

from datetime import datetime

from linkloop.commerce.conversations import Conversation
from linkloop.core.errors import Conflict, NotFound
from linkloop.core.text import Text
from linkloop.faces.desk.service_views import Turn


def holds(row: Conversation, now: datetime) -> bool:
    """Whether a named person has this conversation now."""
    return bool(row.held_by) and row.lease_until is not None and row.lease_until > now


def turn_of(row: Conversation, by: str, now: datetime) -> Turn:
    """Whose turn it is to write, as `by` sees it."""
    if holds(row, now):
        return "mine" if row.held_by == by else "person"
    return "nobody" if row.status in ("waiting", "with_person") else "bot"


def unknown(conversation_id: str) -> NotFound:
    """There is no such conversation."""
    return NotFound(
        "conversation.unknown",
        Text(en="there is no such conversation", zh="没有这个会话"),
        Text(en="Look in the queue.", zh="请在队列中查找。"),
        where=conversation_id,
    )


def must_be_here(row: Conversation) -> None:
    """Raises Conflict `conversation.moved` (where: the newer one) when the customer goes on elsewhere."""
    if row.continued_by:
        raise Conflict(
            "conversation.moved",
            Text(en=f"the customer goes on in {row.continued_by}", zh=f"客户已转到会话 {row.continued_by} 继续"),
            Text(en="Open that conversation.", zh="请打开该会话。"),
            where=row.continued_by,
        )


def must_be_free(row: Conversation, by: str, now: datetime) -> None:
    """Raises Conflict `conversation.held` that says who has it and until when, or `conversation.moved`."""
    must_be_here(row)
    if holds(row, now) and row.held_by != by:
        assert row.lease_until is not None
        until = row.lease_until.isoformat(timespec="seconds")
        raise Conflict(
            "conversation.held",
            Text(
                en=f"{row.held_by} has this conversation until {until}", zh=f"{row.held_by} 正在处理该会话，至 {until}"
            ),
            Text(en="Ask them, or wait until then.", zh="请联系对方，或等待至该时间。"),
            where=row.conversation_id,
        )


def must_be_mine(row: Conversation, by: str, now: datetime) -> None:
    """Raises Conflict `conversation.not_held`, or as `must_be_free`."""
    must_be_free(row, by, now)
    if not holds(row, now):
        raise Conflict(
            "conversation.not_held",
            Text(en="you do not hold this conversation", zh="你并未接管该会话"),
            Text(en="Take it over first.", zh="请先接管。"),
            where=row.conversation_id,
        )


def must_be_solved(row: Conversation) -> None:
    """Raises Conflict `conversation.not_solved`, or `conversation.moved`."""
    must_be_here(row)
    if row.status != "solved":
        raise Conflict(
            "conversation.not_solved",
            Text(en=f"this conversation is {row.status}, not solved", zh=f"该会话状态为 {row.status}，并未解决"),
            where=row.conversation_id,
        )
