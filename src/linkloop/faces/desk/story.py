"""Stories: the log, the ledger and the outbox of one case as steps that a person can read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros
from linkloop.core.decision import Decision
from linkloop.core.errors import NotFound
from linkloop.core.text import Text
from linkloop.faces.desk import plain
from linkloop.faces.desk.dossier import OUTBOX, QUESTIONS, entry_text
from linkloop.faces.desk.inbox import namer, sums
from linkloop.faces.desk.story_facts import Line, with_facts
from linkloop.faces.desk.story_views import Span, Step, StepKind, Story, Tone
from linkloop.faces.desk.telling import Teller, action_name, event_text
from linkloop.faces.desk.telling_rows import row_kind, row_text
from linkloop.store.ledger import LedgerEntry
from linkloop.store.schema import ledger_entries, log, outbox

PAGE = 1000  # log lines of one call
_ABOUT = ("customer_id", "order_id", "product_id", "parcel_id", "conversation_id", "provider")


class _Ledger(NamedTuple):
    """The entries of each decision of a case, oldest first; log lines of a decision come in the same order."""

    entries: dict[str, list[LedgerEntry]]

    def of(self, decision_id: str, nth: int) -> LedgerEntry | None:
        found = self.entries.get(decision_id, [])
        return found[nth] if nth < len(found) else None


def story(shop: Shop, case_id: str, after: int = 0, limit: int = PAGE) -> Story:
    """A case from cause to outcome, from the log offset `after` on. Raises NotFound `case.unknown`."""
    with shop.store.read() as connection:
        whole = sa.select(sa.func.count(), sa.func.min(log.c.offset), sa.func.max(log.c.offset)).where(
            log.c.case_id == case_id, log.c.case_id != ""
        )
        count, first, last = connection.execute(whole).one()
        if not count:
            raise NotFound("case.unknown", Text(en="there is no such case", zh="没有这个事项"), where=case_id)
        query = sa.select(log).where(log.c.case_id == case_id, log.c.case_id != "", log.c.offset > after)
        lines = [_line(row) for row in connection.execute(query.order_by(log.c.offset).limit(limit))]
        teller = Teller(shop.zone, namer(connection))
        book = _Ledger(_entries(connection, case_id))
        told = list(_steps(with_facts(connection, lines), book, teller, after))
        more = len(lines) == limit and lines[-1].offset < last
        standing = [] if more else list(_standing(connection, case_id, told))
        ends = {row.offset: row for row in connection.execute(sa.select(log).where(log.c.offset.in_([first, last])))}
        latest = [entries[-1].decision for entries in book.entries.values()]
        return Story(
            case_id=case_id,
            title=_title(_line(ends[first]), teller),
            started=from_micros(ends[first].at),
            ended=max([from_micros(ends[last].at), *(step.at for step in told)]),
            now=shop.clock.now(),
            entries=int(count),
            lanes=list(dict.fromkeys(step.lane for step in told)),
            about=_about(lines, latest),
            at_risk=sums(d.at_risk for d in latest if d.status != "repeated"),
            steps=told + standing,
            spans=[_span(entries, teller) for entries in book.entries.values()],
            next=lines[-1].offset if more else 0,
        )


def _line(row: Any) -> Line:
    return Line(row.offset, row.id, row.at, row.kind, row.key, row.source, bool(row.is_event), row.body)


def _title(first: Line, teller: Teller) -> Text:
    body = msgspec.json.decode(first.body)
    if first.is_event:
        return event_text(first.kind, body, teller)
    if first.kind == "decisions":
        return plain.proposal(str(body["action_kind"]), body["action"], teller.names)
    return row_text(first.kind, body, teller)


def _entries(connection: sa.Connection, case_id: str) -> dict[str, list[LedgerEntry]]:
    mine = sa.select(log.c.key).where(log.c.case_id == case_id, log.c.case_id != "", log.c.kind == "decisions")
    found: dict[str, list[LedgerEntry]] = {}
    query = sa.select(ledger_entries).where(ledger_entries.c.decision_id.in_(mine))
    for row in connection.execute(query.order_by(ledger_entries.c.seq)):
        decision = msgspec.json.decode(row.body, type=Decision)
        entry = LedgerEntry(row.seq, row.at, row.decision_id, row.entry, decision, row.hash.hex())
        found.setdefault(row.decision_id, []).append(entry)
    return found


def _steps(lines: list[Line], book: _Ledger, teller: Teller, after: int) -> Iterator[Step]:
    offsets = {line.id: line.offset for line in lines if line.is_event}
    nth: dict[str, int] = {}
    if after:  # versions of decisions that the pages before have told
        for decision_id, entries in book.entries.items():
            here = sum(line.kind == "decisions" and line.key == decision_id for line in lines)
            nth[decision_id] = max(0, len(entries) - here)
    for line in lines:
        body: dict[str, Any] = msgspec.json.decode(line.body)
        if line.kind == "decisions" and not line.is_event:
            entry = book.of(line.key, nth.get(line.key, 0))
            nth[line.key] = nth.get(line.key, 0) + 1
            if entry is not None:
                yield from _decision(line, entry, teller, offsets)
        elif line.is_event:
            yield _event(line, body, teller, offsets)
        else:
            yield Step(
                kind=row_kind(line.kind),
                at=from_micros(line.at),
                text=row_text(line.kind, body, teller),
                lane=line.source or "loop",
                word=line.kind,
                offset=line.offset,
                causes=line.causes,
            )


def _event(line: Line, body: dict[str, Any], teller: Teller, offsets: dict[str, int]) -> Step:
    kind: StepKind = "said" if line.source.startswith("link:") else "event"
    tone: Tone = "plain"
    if line.kind == "action_settled":
        kind, tone = "settled", "good" if body.get("status") == "done" else "bad"
    return Step(
        kind=kind,
        at=from_micros(line.at),
        text=event_text(line.kind, body, teller),
        lane=line.source or "loop",
        tone=tone,
        word=line.kind,
        offset=line.offset,
        id=line.id,
        causes=offsets.get(str(body.get("cause_id") or ""), 0),
        decision_id=str(body.get("decision_id") or ""),
    )


def _decision(line: Line, entry: LedgerEntry, teller: Teller, offsets: dict[str, int]) -> Iterator[Step]:
    decision, at = entry.decision, from_micros(line.at)
    cause = offsets.get(decision.cause_id, 0)
    title = plain.proposal(decision.action_kind, decision.action, teller.names)
    if entry.entry in ("decided", "repeated"):
        for asked in decision.asked:
            yield Step(
                kind="asked",
                at=at,
                text=_asked(asked.question, asked.model, asked.answered, asked.confidence),
                lane=line.source or "loop",
                word=asked.question,
                causes=cause,
                decision_id=decision.id,
            )
        ruling = entry_text(entry.entry, decision)
        yield Step(
            kind="decided",
            at=at,
            text=Text(en=f"{title.en}. {ruling.en}", zh=f"{title.zh}。{ruling.zh}"),
            lane=line.source or "loop",
            tone=_DECIDED.get(decision.status, "plain"),
            word=decision.action_kind,
            offset=line.offset,
            causes=cause,
            decision_id=decision.id,
            at_risk=decision.at_risk,
            note=decision.note if decision.undoes else "",
        )
        return
    words = entry_text(entry.entry, decision)
    kind: StepKind = "person" if line.source.startswith("person:") else "lapsed" if entry.entry == "lapsed" else "sent"
    if entry.entry == "settled":
        return  # the event that the loop says of it stands right behind
    yield Step(
        kind=kind,
        at=at,
        text=Text(en=f"{words.en}: {title.en}", zh=f"{words.zh}：{title.zh}"),
        lane=(line.source or "loop") if kind == "person" else "gate" if kind == "lapsed" else "outbox",
        tone=_ENTRIES.get(entry.entry, "plain"),
        word=entry.entry,
        offset=line.offset,
        decision_id=decision.id,
        at_risk=decision.at_risk,
        note=decision.note,
    )


def _asked(question: str, model: str, answered: dict[str, Any], confidence: float) -> Text:
    about = QUESTIONS.get(question, Text(en=question, zh=question))
    said = ", ".join(f"{field} = {plain.money(value)}" for field, value in answered.items() if value not in ("", None))
    return Text(
        en=f"{about.en} {model}: {said} ({confidence:.0%} sure)",
        zh=f"{about.zh}{model}：{said}（置信度 {confidence:.0%}）",
    )


def _standing(connection: sa.Connection, case_id: str, told: list[Step]) -> Iterator[Step]:
    """Effects that the world has not answered: where they stand in the outbox now."""
    if not told:
        return
    at = max(step.at for step in told)
    query = sa.select(outbox).where(
        outbox.c.case_id == case_id, outbox.c.status.in_(("waiting", "sending", "unclear", "dead"))
    )
    for row in connection.execute(query):
        words, what = OUTBOX[row.status], action_name(row.action_kind)
        tries = (
            Text(en=f" ({row.attempt} tries)", zh=f"（已尝试 {row.attempt} 次）") if row.attempt else Text(en="", zh="")
        )
        yield Step(
            kind="sent",
            at=at,
            text=Text(en=f"{what.en}: {words.en}{tries.en}", zh=f"{what.zh}：{words.zh}{tries.zh}"),
            lane="outbox",
            tone="bad" if row.status == "dead" else "wait",
            word=row.status,
            decision_id=row.decision_id,
            note=row.problem,
        )


def _span(entries: list[LedgerEntry], teller: Teller) -> Span:
    first, latest = entries[0], entries[-1].decision
    released = next((e for e in entries if e.entry in ("approved", "adjusted") or e.decision.status == "allowed"), None)
    settled = next((e for e in entries if e.entry == "settled"), None)
    decided = from_micros(first.at)
    return Span(
        decision_id=latest.id,
        title=plain.proposal(latest.action_kind, latest.action, teller.names),
        status=latest.status,
        heard=first.decision.at,
        decided=decided,
        released=from_micros(released.at) if released else None,
        settled=from_micros(settled.at) if settled else None,
        by=latest.by,
    )


def _about(lines: list[Line], latest: list[Decision]) -> dict[str, list[str]]:
    """Which customers, orders, products the case is about, by field, most named first."""
    seen: dict[str, dict[str, int]] = {}
    bodies = [msgspec.json.decode(line.body) for line in lines if line.is_event] + [d.action for d in latest]
    for body in bodies:
        for field in _ABOUT:
            if value := body.get(field):
                counts = seen.setdefault(field, {})
                counts[str(value)] = counts.get(str(value), 0) + 1
    return {
        field: sorted(counts, key=lambda value: (-counts[value], value))[:20] for field, counts in sorted(seen.items())
    }


_DECIDED: dict[str, Tone] = {"allowed": "good", "held": "wait", "refused": "bad", "repeated": "plain"}
_ENTRIES: dict[str, Tone] = {
    "approved": "good",
    "adjusted": "good",
    "refused": "bad",
    "lapsed": "bad",
    "undone": "bad",
    "unclear": "wait",
}
