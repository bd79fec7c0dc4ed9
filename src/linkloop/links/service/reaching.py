"""Reaching: where a customer is told something that they did not just ask: in the channel that they used last."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from linkloop.commerce.conversations import Conversation, Evidence, Reply
from linkloop.commerce.customers import Customer
from linkloop.core.decision import Decision, decide
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.links.service.belonging import within

# An answer that waits longer for an approval tells stale facts.
REPLY_LASTS = timedelta(minutes=30)


class Reach(NamedTuple):
    """A conversation, its channel, and the language to write."""

    conversation_id: str
    channel: str
    language: str


def reach(
    ctx: Context, customer_id: str, conversation_id: str = "", language: str = "", channel: str = "", order_id: str = ""
) -> Reach:
    """Where a customer is: the given conversation, the one that they went on to since, or the last they wrote in; none
    in which a proof has opened another order than the one that is spoken of."""
    row = ctx.read(Conversation, conversation_id) if conversation_id else None
    for _ in range(20):
        if row is None or not row.continued_by:
            break
        row = ctx.read(Conversation, row.continued_by)
    if row is None and not conversation_id and customer_id:
        theirs = [r for r in ctx.read(Conversation, customer_id=customer_id) if within(ctx, r, order_id)]
        mine = [r for r in theirs if not r.continued_by and r.last_customer_at]
        row = max(mine, key=lambda r: (r.last_customer_at or r.opened_at, r.conversation_id), default=None)
    if not language:
        customer = ctx.read(Customer, customer_id) if customer_id else None
        spoken = (row.language if row else "") or (customer.language if customer else "")
        language = "zh" if spoken.lower().startswith("zh") or spoken == "mixed" else "en"
    if row is not None:
        return Reach(row.conversation_id, row.channel, language)
    return Reach(conversation_id, channel, language)


def tell(
    ctx: Context, to: Reach, customer_id: str, about: str, text: Text, why: Text, currency: str = "CNY",
    evidence: tuple[Evidence, ...] = (),
) -> Decision:  # fmt: skip
    """A reply that answers no message; `about` is what makes it one and the same reply."""
    action = Reply(
        conversation_id=to.conversation_id,
        in_reply_to=about,
        channel=to.channel,
        customer_id=customer_id,
        text=text.say(to.language),
        at_risk=Money(0, currency),
    )
    return shown(decide(action, why, decide_by=ctx.now() + REPLY_LASTS), evidence)


def shown(decision: Decision, evidence: tuple[Evidence, ...]) -> Decision:
    """A decision that carries what its text rests on."""
    if not evidence:
        return decision
    return replace(decision, outcome={"evidence": [msgspec.to_builtins(e) for e in evidence]})
