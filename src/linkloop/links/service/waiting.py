"""Waiting: a reply that really went out ends a customer's wait, and how long it was is kept."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from linkloop.commerce.conversations import Conversation
from linkloop.commerce.desk import CustomerWait
from linkloop.commerce.loop import ActionSettled
from linkloop.core.decision import Decision
from linkloop.core.link import Context
from linkloop.core.table import Table

# What answers a customer; other replies are news of ours, such as a delay or a compensation.
ANSWERS = ("MessageReceived", "AnswerWritten")


def sent(ctx: Context, event: ActionSettled) -> Iterator[Table]:
    """A reply reached its channel. The bot's ends the wait only where no person was asked for."""
    if event.action_kind != "Reply" or event.status != "done":
        return
    decision = ctx.read(Decision, event.decision_id)
    if decision is None or decision.at is None:
        return
    row = ctx.read(Conversation, event.about)
    if row is None:
        yield Conversation(
            conversation_id=event.about,
            channel=str(decision.action.get("channel", "")),
            customer_id=str(decision.action.get("customer_id", "")),
            opened_at=event.at,
            last_reply_at=event.at,
        )
        return
    author = "person" if decision.action.get("author") == "person" else "bot"
    ends = (
        row.unanswered_since is not None
        and decision.cause_kind in ANSWERS
        and (author == "person" or row.status == "open")
        and (row.last_customer_at is None or decision.at >= row.last_customer_at)
    )
    if not ends or row.unanswered_since is None:
        yield replace(row, last_reply_at=event.at)
        return
    yield CustomerWait(
        conversation_id=row.conversation_id,
        since=row.unanswered_since,
        due_at=row.answer_by,
        answered_at=event.at,
        author=author,
        by=str(decision.action.get("by", "")),
        channel=row.channel,
        first=row.last_reply_at is None or row.last_reply_at < row.opened_at,
        late=row.answer_by is not None and event.at > row.answer_by,
    )
    yield replace(row, last_reply_at=event.at, unanswered_since=None, answer_by=None)
