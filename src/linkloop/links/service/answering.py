"""Answering: a message in, one grounded reply out, with what follows from it; or a draft for the person who answers."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import timedelta
from typing import NamedTuple

from linkloop.commerce.conversations import Evidence, MessageReceived, Reply
from linkloop.commerce.flows import FlowState
from linkloop.commerce.understanding import Understanding
from linkloop.core.decision import Decision, decide
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.links.service import draft, lease, polish, promises, wording
from linkloop.links.service.conversation import Answered, Heard
from linkloop.links.service.flows.shape import Deed, Line, Talk, Told
from linkloop.links.service.notice import notice_for
from linkloop.links.service.planning import Part, Plan, plan, standing
from linkloop.links.service.proving import Proof, offered
from linkloop.links.service.reaching import REPLY_LASTS, shown
from linkloop.links.service.talk import talk_of


class Spoken(NamedTuple):
    """All parts of an answer as one."""

    lines: tuple[Line, ...]
    because: Text
    evidence: tuple[Evidence, ...]
    deeds: tuple[Deed, ...]
    person: Text | None
    told: tuple[Told, ...]
    confidence: float


def answer(
    ctx: Context, event: MessageReceived, heard: Heard, read: Understanding, proof: Proof | None = None
) -> Generator[Table, None, Answered]:
    """One reply a message, what was asked next, and what shall be done; a person who holds the pen gets a draft."""
    waiting = standing(ctx, event.conversation_id, heard)
    talk = talk_of(ctx, event, heard, read, waiting.language if waiting else "")
    planned = _planned(ctx, talk, waiting, proof)
    said = spoken(planned, notice_for(ctx, event))
    order = next((told.order for told in said.told if told.order is not None), None)
    outcome = Answered(order=order, why_person=said.person, closed=all(p.flow == "thanks" for p in planned.parts))
    if heard.person_holds:
        text = joined(said.lines).say(talk.language)
        yield draft.drafted(talk, text, said.evidence, said.because, said.deeds, said.confidence)
        return outcome
    lines = said.lines
    minutes = 0
    if said.person is not None:
        yield draft.drafted(talk, joined(lines).say(talk.language), said.evidence, said.person, said.deeds, 0.0)
        if lease.may_hand_over(heard.conversation):
            minutes = draft.minutes_until_person(ctx, read, heard.conversation)
            lines = (*lines, Line(wording.handed_over(minutes)))
    text = joined(lines).say(talk.language)
    if text:
        asks = any(told.asks for told in said.told)
        better = text if asks or said.person else polish.polished(talk, text, said.evidence)
        yield _reply(event, heard.customer_id, better, said, order.total if order else None, ctx, bool(minutes))
    if minutes:
        yield from draft.answer_promised(ctx, talk.conversation_id, talk.message_id, talk.customer_id, minutes)
        outcome = outcome._replace(by=ctx.now() + timedelta(minutes=minutes))
    yield from _follow(planned, event)
    return outcome


def _planned(ctx: Context, talk: Talk, waiting: FlowState | None, proof: Proof | None) -> Plan:
    """What is answered: what a sender who proves who they are must read, else what the message wishes."""
    if proof is None:
        return plan(talk, waiting)
    if proof.told is not None:
        return Plan((Part("other", talk, proof.told),))
    return offered(ctx, plan(talk, waiting), proof)


def spoken(planned: Plan, notice: Text | None) -> Spoken:
    """The sentences of all parts in order, with everything that they rest on and lead to."""
    told = tuple(part.told for part in planned.parts)
    lines = [one for part in told for one in part.lines if one.text.en]
    if notice is not None and all(one.text != notice for one in lines):
        row = Evidence(table="service_notices", key="payments", says=notice)
        lines.insert(0, Line(notice, (row,)))
    evidence = tuple(dict.fromkeys(e for one in lines for e in one.evidence))
    reasons = [part.because for part in told]
    return Spoken(
        lines=tuple(dict.fromkeys(lines)),
        because=Text(en="; ".join(r.en for r in reasons), zh="；".join(r.zh for r in reasons)),
        evidence=evidence,
        deeds=tuple(deed for part in told for deed in part.deeds),
        person=next((part.person for part in told if part.person is not None), None),
        told=told,
        confidence=min((part.confidence for part in told), default=1.0),
    )


def joined(lines: tuple[Line, ...]) -> Text:
    """Sentences as one text; the items of a numbered list, and what follows them, stand on lines of their own."""
    en, zh, listed = "", "", False
    for one in lines:
        item = one.text.en[:1].isdigit() and one.text.en[1:3] == ". "
        gap = "\n" if item or listed else ""
        en += (gap or " ") * bool(en) + one.text.en
        zh += gap * bool(zh) + one.text.zh
        listed = item
    return Text(en=en, zh=zh)


def _follow(planned: Plan, event: MessageReceived) -> Iterator[Table]:
    """What is waited for next, and what shall be done; each deed's facts are taken once more, for it must show them."""
    if planned.state is not None:
        yield planned.state
    yield from planned.over
    for part in planned.parts:
        if part.told.deeds:
            for deed in part.again().deeds:
                yield from promises.requested(part.talk, deed, event.channel)
        yield from promises.arrival_told(part.talk, part.told)


def _reply(
    event: MessageReceived, customer_id: str, text: str, said: Spoken, total: Money | None, ctx: Context, person: bool
) -> Decision:
    action = Reply(
        conversation_id=event.conversation_id,
        in_reply_to=event.message_id,
        channel=event.channel,
        customer_id=customer_id,
        text=text,
        at_risk=Money(0, total.currency if total else "CNY"),
        wants_person=person,
    )
    because = said.because
    if said.person is not None and said.person != because:
        because = Text(en=f"{because.en}; {said.person.en}", zh=f"{because.zh}；{said.person.zh}")
    sure = 1.0 if said.person is not None else said.confidence
    decision = decide(action, because, confidence=round(sure, 6), decide_by=ctx.now() + REPLY_LASTS)
    return shown(decision, said.evidence)
