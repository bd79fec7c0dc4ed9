"""Deeds on a conversation: take over, answer, hand back, solve, reopen, rate; each once, and on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.conversations import (
    Conversation,
    ConversationHandedBack,
    ConversationRated,
    ConversationSolved,
    ConversationTaken,
    Message,
    Reply,
)
from linkloop.commerce.desk import AnswerWritten, ConversationReopened
from linkloop.core.action import Action, effect_key
from linkloop.core.errors import LinkloopError
from linkloop.core.event import Event
from linkloop.core.ids import child_id
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.engine.turn import Turn
from linkloop.engine.withdrawing import withdraw_about
from linkloop.faces.desk import deciding
from linkloop.faces.desk.service_holding import must_be_free, must_be_mine, must_be_solved, unknown
from linkloop.faces.desk.service_saying import say_once
from linkloop.faces.desk.service_views import Answered, Done
from linkloop.store.outbox import find
from linkloop.store.schema import log

LINK = "service"
LEASE = timedelta(minutes=10)
LONGEST = 4_000  # characters of an answer
Check = Callable[[Conversation, datetime], None]
Say = Callable[[Turn, Conversation, datetime], tuple[Event, ...]]


class _Outcome(NamedTuple):
    """A deed and the log offsets of what was said for it."""

    done: Done
    first: int
    last: int


def take(shop: Shop, conversation_id: str, by: str, key: str = "", lease: timedelta = LEASE) -> Done:
    """Take a conversation over, or keep it for longer; what the bot had not sent yet is withdrawn.

    Raises NotFound `conversation.unknown`, Conflict `conversation.held` (who, until when) or `conversation.moved`.
    """
    return _deed(
        shop, "take", conversation_id, by, key,
        lambda row, now: must_be_free(row, by, now),
        lambda turn, row, now: (_taken(row, by, now + lease, now),),
        withdraws=True,
    ).done  # fmt: skip


def renew(shop: Shop, conversation_id: str, by: str, key: str = "", lease: timedelta = LEASE) -> Done:
    """Keep a conversation that is held for longer. Raises Conflict `conversation.not_held` where it is not."""
    return _deed(
        shop, "renew", conversation_id, by, key,
        lambda row, now: must_be_mine(row, by, now),
        lambda turn, row, now: (_taken(row, by, now + lease, now),),
    ).done  # fmt: skip


def answer(shop: Shop, conversation_id: str, by: str, text: str, key: str = "") -> Answered:
    """Send an answer, through the gate, once per `key`; who answers holds the conversation from then on.

    Raises as `take`, and LinkloopError `answer.empty`.
    """
    if not (text := text.strip()):
        raise LinkloopError("answer.empty", Text(en="an answer needs words", zh="答复不能为空"), where="text")
    key = key or uuid4().hex

    def say(turn: Turn, row: Conversation, now: datetime) -> tuple[Event, ...]:
        to = _replies_to(turn, row, key)
        written = AnswerWritten(at=now, conversation_id=conversation_id, in_reply_to=to, text=text, by=by)
        return _taken(row, by, now + LEASE, now), written

    done, first, last = _deed(
        shop, "answer", conversation_id, by, key,
        lambda row, now: must_be_free(row, by, now), say, withdraws=True, body=text,
    )  # fmt: skip
    decision = deciding.decision(shop, _decided(shop, first, last))
    return Answered(
        conversation=done.conversation,
        decision_id=decision.id,
        status=decision.status,
        withdrawn=done.withdrawn,
        repeated=done.repeated,
    )


def hand_back(shop: Shop, conversation_id: str, by: str, note: str = "", key: str = "") -> Done:
    """Give a conversation back to the bot. Raises Conflict `conversation.not_held`."""
    return _deed(
        shop, "hand_back", conversation_id, by, key,
        lambda row, now: must_be_mine(row, by, now),
        lambda turn, row, now: (
            ConversationHandedBack(at=now, conversation_id=conversation_id, by=by, note=note),
        ),
    ).done  # fmt: skip


def solve(shop: Shop, conversation_id: str, by: str, key: str = "") -> Done:
    """Nothing is left to do. Raises Conflict `conversation.held` when somebody else has it."""
    return _deed(
        shop, "solve", conversation_id, by, key,
        lambda row, now: must_be_free(row, by, now),
        lambda turn, row, now: (ConversationSolved(at=now, conversation_id=conversation_id, by=by),),
    ).done  # fmt: skip


def reopen(shop: Shop, conversation_id: str, by: str, note: str = "", key: str = "") -> Done:
    """It was not solved after all. Raises Conflict `conversation.not_solved`."""
    return _deed(
        shop, "reopen", conversation_id, by, key,
        lambda row, now: must_be_solved(row),
        lambda turn, row, now: (
            ConversationReopened(at=now, conversation_id=conversation_id, by=by, note=note),
        ),
    ).done  # fmt: skip


def rate(shop: Shop, conversation_id: str, by: str, stars: int, text: str = "", key: str = "") -> Done:
    """Note how content the customer said they are, 1 to 5."""
    return _deed(
        shop, "rate", conversation_id, by, key,
        lambda row, now: None,
        lambda turn, row, now: (
            ConversationRated(at=now, conversation_id=conversation_id, stars=stars, text=text),
        ),
    ).done  # fmt: skip


def _deed(
    shop: Shop,
    what: str,
    conversation_id: str,
    by: str,
    key: str,
    check: Check,
    say: Say,
    *,
    withdraws: bool = False,
    body: str = "",
) -> _Outcome:
    """Check, withdraw, say and note it in one transaction; the same key again gives what is there now."""
    found: list[Conversation] = []
    gone: list[str] = []

    def standing(turn: Turn) -> Conversation:
        row = turn.w.facts.get(Conversation, conversation_id)[0]
        if row is None:
            raise unknown(conversation_id)
        return row

    def brief(turn: Turn) -> dict[str, Any]:
        found[:] = [standing(turn)]
        return {"status": found[0].status, "held_by": found[0].held_by, "stars": found[0].stars}

    def told(turn: Turn) -> tuple[Event, ...]:
        row, now = standing(turn), shop.clock.now()
        check(row, now)
        gone.extend(withdrawn(turn, conversation_id, by) if withdraws else [])
        return tuple(_in_story(event, row) for event in say(turn, row, now))

    done = say_once(shop, f"service.{what}", conversation_id, by, key, told, body=body, brief=brief)
    row = found[0] if found else shop.loop.do(standing)
    return _Outcome(Done(conversation=row, withdrawn=gone, repeated=done.repeated), done.first, done.last)


def withdrawn(turn: Turn, conversation_id: str, by: str) -> list[str]:
    """Answers of the bot that have not gone out yet are kept back, now that a person writes; news of ours is not."""

    def answers(action: Action) -> bool:
        return (
            isinstance(action, Reply)
            and action.author == "bot"
            and turn.w.facts.get(Message, action.in_reply_to)[0] is not None
        )

    note = f"{by} took the conversation over · {by} 已接管会话"
    return withdraw_about(turn, Reply, conversation_id, answers, by, note)


def _taken(row: Conversation, by: str, until: datetime, now: datetime) -> ConversationTaken:
    return ConversationTaken(at=now, conversation_id=row.conversation_id, by=by, until=until)


def _replies_to(turn: Turn, row: Conversation, key: str) -> str:
    """The message that an answer answers, with a mark behind `#` where another answer to it was decided before."""
    mark = blake2b(key.encode(), digest_size=6).hexdigest()
    if not row.last_message_id:
        return f"person#{mark}"
    plain = Reply(
        conversation_id=row.conversation_id,
        in_reply_to=row.last_message_id,
        channel=row.channel,
        customer_id=row.customer_id,
        text="",
        at_risk=Money(0, "CNY"),
    )
    taken = find(turn.w, effect_key(plain)) is not None
    return f"{row.last_message_id}#{mark}" if taken else row.last_message_id


def _decided(shop: Shop, first: int, last: int) -> str:
    """The id of the decision that an answer became: it follows from that of what was said."""
    query = sa.select(log.c.body).where(log.c.offset.between(first, last), log.c.kind == "answer_written")
    with shop.store.read() as connection:
        written = msgspec.json.decode(connection.execute(query).scalar_one(), type=AnswerWritten)
    return child_id(written.at, written.id, LINK, "0")


def _in_story(event: Event, row: Conversation) -> Event:
    """A deed belongs to the story of the customer's last message."""
    return msgspec.structs.replace(event, case_id=row.case_id) if row.case_id else event
