"""Moving: a customer who changes the channel goes on with the same matter; the older conversation points on."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from linkloop.commerce.conversations import Conversation
from linkloop.core.link import Context
from linkloop.links.service.belonging import within
from linkloop.links.service.lease import held

# Within this time a new conversation of the same customer is about the same matter.
SAME_MATTER = timedelta(hours=24)
LONGEST_CHAIN = 50


def find(ctx: Context, conversation_id: str, known: Conversation | None, customer_id: str) -> Conversation | None:
    """The conversation that a trusted customer comes from with this message, or None."""
    if not customer_id:
        return None
    if known is not None and known.customer_id == customer_id and not known.continued_by:
        return None
    others = [
        row
        for row in ctx.read(Conversation, customer_id=customer_id)
        if row.conversation_id != conversation_id
        and not row.continued_by
        and within(ctx, row, "")
        and ctx.now() - last_touched(row) <= SAME_MATTER
    ]
    return max(others, key=lambda row: (last_touched(row), row.conversation_id), default=None)


def last_touched(row: Conversation) -> datetime:
    """When anybody last wrote in a conversation."""
    return max(moment for moment in (row.opened_at, row.last_customer_at, row.last_reply_at) if moment is not None)


def take_over(ctx: Context, row: Conversation, old: Conversation) -> tuple[Conversation, list[Conversation]]:
    """The newer conversation with what the older one was about, and the older ones as they are from now on."""
    left = _cut(ctx, row, old)
    new = replace(
        row,
        continues=old.conversation_id,
        continued_by="",
        order_id=old.order_id or row.order_id,
        order_value=old.order_value if old.order_id else row.order_value,
        recent=old.recent,
    )
    if old.status != "solved":
        # People who have this very conversation, or were asked into it, keep it, whatever was written elsewhere.
        goes = [field for field in _MATTER if field not in _PEN or not held(row, ctx.now())]
        new = replace(new, **{field: getattr(old, field) for field in goes})
    old = left.pop(old.conversation_id, old)
    closed = replace(
        old,
        continued_by=row.conversation_id,
        status="solved",
        holder="bot",
        held_by="",
        lease_until=None,
        unanswered_since=None,
        answer_by=None,
    )
    return new, [closed, *left.values()]


# What goes along with an open matter: how the customer feels, whose turn it is, and who has it.
_MATTER = (
    "status", "holder", "held_by", "lease_until", "handed_over", "handed_back_at", "why_person", "language", "intents",
    "mood", "intensity", "trend", "urgency", "churn", "unanswered_since", "answer_by",
)  # fmt: skip

_PEN = frozenset({"status", "holder", "held_by", "lease_until", "handed_over", "handed_back_at", "why_person"})


def _cut(ctx: Context, row: Conversation, old: Conversation) -> dict[str, Conversation]:
    """Whoever comes back to an earlier conversation takes it out of the chain, which stays a chain: rows to change."""
    changed: dict[str, Conversation] = {}
    one: Conversation | None = old
    for _ in range(LONGEST_CHAIN):
        if one is None or not one.continues:
            return changed
        if one.continues == row.conversation_id:
            changed[one.conversation_id] = replace(one, continues=row.continues)
            before = ctx.read(Conversation, row.continues) if row.continues else None
            if before is not None:
                changed[before.conversation_id] = replace(before, continued_by=one.conversation_id)
            return changed
        one = ctx.read(Conversation, one.continues)
    return changed
