"""Draft and hand-over: what the person who takes a conversation finds, and what the customer is told of it, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from linkloop.commerce.conversations import Conversation, Draft, Evidence
from linkloop.commerce.desk import AnswerTarget
from linkloop.commerce.promises import Promise
from linkloop.commerce.time import Alarm
from linkloop.commerce.understanding import Understanding
from linkloop.core.link import Context
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.links.service import lease
from linkloop.links.service.conversation import badness
from linkloop.links.service.flows.shape import Deed, Talk


def minutes_until_person(ctx: Context, read: Understanding, row: Conversation) -> int:
    """Within how many minutes a person answers, by the same table that sorts the desk's queue; of messages that wait
    together the worst counts, as it does there."""
    waits = row.unanswered_since is not None
    worse = waits and badness(row.mood, row.intensity) > badness(read.mood, read.intensity)
    asked = AnswerTarget(
        urgency=max(read.urgency, row.urgency) if waits else read.urgency,
        mood=row.mood if worse else read.mood,
        churn=max(read.churn, row.churn) if waits else read.churn,
        waits_for_person=True,
    )
    return max(1, -(-ctx.ask(asked).value.seconds // 60))


def answer_promised(
    ctx: Context, conversation_id: str, message_id: str, customer_id: str, minutes: int
) -> Iterator[Table]:
    """A colleague's answer was promised: kept when one writes, found broken when none does."""
    due = ctx.now() + timedelta(minutes=minutes)
    promise_id = f"answer:{conversation_id}:{message_id}"
    yield Promise(
        promise_id=promise_id, kind="answer", customer_id=customer_id, conversation_id=conversation_id,
        basis=f"conversations/{conversation_id}", made_at=ctx.now(), due_at=due,
    )  # fmt: skip
    yield Alarm(about=promise_id, name="promise", due=due)


def drafted(
    talk: Talk, text: str, evidence: tuple[Evidence, ...], because: Text, deeds: tuple[Deed, ...], confidence: float
) -> Draft:
    """What the bot would answer, on what it rests, and what it suggests to do."""
    facts = Text(en="; ".join(e.says.en for e in evidence[:8]), zh="；".join(e.says.zh for e in evidence[:8]))
    deed = "; ".join(f"{type(d.action).__name__} ({d.action.at_risk})" for d in deeds)
    tried = ", ".join(f"{name}={value}" for name, value in sorted(talk.slots.items()) if value)
    parts_en = [f"Why: {because.en}.", f"Facts: {facts.en}." if evidence else "", f"Tried: {tried}." if tried else "",
                f"Suggested: {deed}." if deed else ""]  # fmt: skip
    parts_zh = [f"原因：{because.zh}。"
                f"", f"事实：{facts.zh}。" if evidence else "", f"已了解：{tried}。" if tried else "",
                f"建议：{deed}。" if deed else ""]  # fmt: skip
    return Draft(
        conversation_id=talk.conversation_id,
        in_reply_to=talk.message_id,
        text=text,
        confidence=round(confidence, 6),
        evidence=evidence,
        summary=Text(en=" ".join(p for p in parts_en if p), zh="".join(p for p in parts_zh if p)),
    )


def to_person(ctx: Context, conversation_id: str, why: Text, due: datetime) -> Iterator[Table]:
    """Something went wrong outside a message: the conversation waits for a person, if it does not already."""
    row = ctx.read(Conversation, conversation_id)
    if row is not None and row.status not in ("waiting", "with_person"):
        since = row.unanswered_since or ctx.now()
        yield lease.hand_over(replace(row, unanswered_since=since, answer_by=due, solved_at=None), why)
