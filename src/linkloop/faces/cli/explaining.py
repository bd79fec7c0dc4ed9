"""Explaining: one decision told to a person, from its reason to what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from linkloop.faces.cli.session import Session
from linkloop.faces.cli.table import cell
from linkloop.faces.cli.words import language, say

if TYPE_CHECKING:
    from linkloop.core.decision import Decision
    from linkloop.faces.desk.views import Why


def moment(at: datetime | None, zone: ZoneInfo) -> str:
    """A moment in the shop's time zone, to the second."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def show_decision(session: Session, one: Decision, zone: ZoneInfo) -> None:
    """The facts of a decision, field by field."""
    shown = {
        "id": one.id,
        "at": moment(one.at, zone),
        "status": say(f"status.{one.status}"),
        "link": one.link,
        "action": one.action_kind,
        "about": one.about,
        "risk": str(one.at_risk),
        "confidence": f"{one.confidence:.2f}",
        "reason": one.reason.say(language()),
        "cause": f"{one.cause_kind} {one.cause_id}",
        "case": one.case_id,
        "decide_by": moment(one.decide_by, zone),
        "by": one.by,
        "note": one.note,
        "reference": one.reference,
    }
    session.table(
        [say("field"), say("value")], [[say(f"decisions.{name}"), value] for name, value in shown.items() if value]
    )
    session.line()
    session.table([say("decisions.action_field"), say("value")], [[name, value] for name, value in one.action.items()])


def show_why(session: Session, why: Why, zone: ZoneInfo) -> None:
    """Everything behind a decision: sentences, the event that caused it, facts as they were seen, and its history."""
    show_decision(session, why.decision, zone)
    session.line()
    session.line(say("why.because"))
    for sentence in why.sentences:
        session.line(f"  · {cell(sentence.say(language()))}")
    if why.cause is not None:
        session.line()
        session.line(say("why.cause", kind=why.cause.kind, offset=why.cause.offset, at=moment(why.cause.at, zone)))
        session.line(f"  {cell(why.cause.body)}")
    if why.facts:
        session.line()
        session.line(say("why.facts"))
        session.table(
            [say("why.offset"), say("why.table"), say("why.key"), say("why.row")],
            [[fact.offset, fact.kind, fact.key, fact.body] for fact in why.facts],
        )
    session.line()
    session.line(say("why.history"))
    session.table(
        [say(f"why.{name}") for name in ("seq", "at", "entry", "status", "by", "note", "hash")],
        [
            [
                one.seq,
                moment(one.at, zone),
                say(f"entry.{one.entry}"),
                say(f"status.{one.status}"),
                one.by,
                one.note,
                one.hash[:16],
            ]
            for one in why.history
        ],
    )
