"""Waiting: what a person is needed for right now, in one list of decisions and one of conversations."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.conversations import Conversation
from linkloop.core.decision import Decision
from linkloop.core.money import Money
from linkloop.core.table import table_name
from linkloop.core.text import Text
from linkloop.faces.desk.reading import bounded
from linkloop.store.schema import state


class HeldDecision(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that waits: what for, what is at risk, and until when it can be decided."""

    id: str
    action_kind: str
    about: str
    reason: Text
    at_risk: Money
    confidence: float
    decide_by: datetime | None
    case_id: str


class WaitingConversation(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation that waits for a person: why, since when, and when an answer is due."""

    conversation_id: str
    channel: str
    customer_id: str
    order_id: str
    why: Text | None
    mood: str
    since: datetime | None
    answer_by: datetime | None


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What waits, the most pressing first; `now` is the shop's clock."""

    now: datetime
    decisions: tuple[HeldDecision, ...]
    conversations: tuple[WaitingConversation, ...]


def waiting(shop: Shop, limit: int) -> Waiting:
    """Decisions by what is at risk, conversations by when their answer is due; at most `limit` of each."""
    held = sa.select(state.c.body).where(state.c.kind == table_name(Decision), state.c.ix1 == "held")
    talks = sa.select(state.c.body).where(
        state.c.kind == table_name(Conversation),
        state.c[f"ix{Conversation.__index__.index('status') + 1}"] == "waiting",
    )
    with shop.store.read() as connection:
        decisions = [msgspec.json.decode(body, type=Decision) for body in connection.execute(held).scalars()]
        found = [msgspec.json.decode(body, type=Conversation) for body in connection.execute(talks).scalars()]
    decisions.sort(key=lambda one: (-one.at_risk.amount, one.id))
    found.sort(key=lambda one: (one.answer_by is None, one.answer_by or one.opened_at, one.conversation_id))
    return Waiting(
        now=shop.clock.now(),
        decisions=tuple(
            HeldDecision(
                id=one.id,
                action_kind=one.action_kind,
                about=one.about,
                reason=one.reason,
                at_risk=one.at_risk,
                confidence=one.confidence,
                decide_by=one.decide_by,
                case_id=one.case_id,
            )
            for one in decisions[: bounded(limit)]
        ),
        conversations=tuple(
            WaitingConversation(
                conversation_id=one.conversation_id,
                channel=one.channel,
                customer_id=one.customer_id,
                order_id=one.order_id,
                why=one.why_person,
                mood=one.mood,
                since=one.unanswered_since,
                answer_by=one.answer_by,
            )
            for one in found[: bounded(limit)]
        ),
    )
