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
from linkloop.links.service.plainly import deed as deed_name

# What a flow has learned that helps a person; the rest is its own bookkeeping.
_KNOWN = {
    "order_id": Text(en="order", zh="订单"),
    "product_id": Text(en="product", zh="商品"),
    "wanted": Text(en="wanted instead", zh="想换成"),
    "address": Text(en="address", zh="地址"),
    "title": Text(en="invoice title", zh="发票抬头"),
    "tax_number": Text(en="tax number", zh="税号"),
    "size": Text(en="size", zh="尺码"),
    "colour": Text(en="colour", zh="颜色"),
}


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
    deed = [(deed_name(type(d.action).__name__), d.action.at_risk) for d in deeds]
    known = [(_KNOWN[name], value) for name, value in sorted(talk.slots.items()) if value and name in _KNOWN]
    known_en = ", ".join(f"{what.en} {value}" for what, value in known)
    known_zh = "，".join(f"{what.zh} {value}" for what, value in known)
    deed_en = "; ".join(f"{what.en} ({risk})" for what, risk in deed)
    deed_zh = "；".join(f"{what.zh}（{risk}）" for what, risk in deed)
    undone = Text(
        en="Nothing was requested yet: do that before you send this text.", zh="尚未提交申请：请先办理，再发送此文字。"
    )
    parts_en = [f"Why: {because.en}.", f"Facts: {facts.en}." if evidence else "",
                f"Known: {known_en}." if known else "",
                f"Suggested: {deed_en}. {undone.en}" if deed else ""]  # fmt: skip
    parts_zh = [f"原因：{because.zh}。", f"事实：{facts.zh}。" if evidence else "",
                f"已了解：{known_zh}。" if known else "", f"建议：{deed_zh}。{undone.zh}" if deed else ""]  # fmt: skip
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
