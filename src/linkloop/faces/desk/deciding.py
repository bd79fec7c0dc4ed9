"""Deciding: the list of decisions, why one was taken, and what a person does with it."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros
from linkloop.core.decision import Decision
from linkloop.core.errors import NotFound
from linkloop.core.event import Event
from linkloop.core.text import Text
from linkloop.engine.effects import retry as retry_effect
from linkloop.engine.turn import Turn
from linkloop.faces.desk.reading import bounded, entry
from linkloop.faces.desk.views import HistoryEntry, LogEntry, Page, Why
from linkloop.store.audit import Entry
from linkloop.store.codec import decode, kind_of
from linkloop.store.ledger import entries
from linkloop.store.schema import dead_letters, log, state


def list_decisions(shop: Shop, status: str, limit: int, cursor: str) -> Page[Decision]:
    """Decisions as they stand, latest first (ids sort by time); `cursor` is the last id of the page before."""
    query = sa.select(state.c.key, state.c.body).where(state.c.kind == "decisions")
    if status:
        query = query.where(state.c.ix1 == status)
    if cursor:
        query = query.where(state.c.key < cursor)
    with shop.store.read() as connection:
        found = connection.execute(query.order_by(state.c.key.desc()).limit(bounded(limit))).all()
    items = [msgspec.json.decode(row.body, type=Decision) for row in found]
    return Page(items, items[-1].id if len(items) == bounded(limit) else "")


def decision(shop: Shop, decision_id: str) -> Decision:
    """One decision as it stands. Raises NotFound `decision.unknown`."""
    query = sa.select(state.c.body).where(state.c.kind == "decisions", state.c.key == decision_id)
    with shop.store.read() as connection:
        body = connection.execute(query).scalar()
    if body is None:
        raise NotFound(
            "decision.unknown",
            Text(en="there is no such decision", zh="没有这条决策"),
            Text(en="List them with `linkloop decisions`.", zh="可用 `linkloop decisions` 查看。"),
            where=decision_id,
        )
    return msgspec.json.decode(body, type=Decision)


def why(shop: Shop, decision_id: str) -> Why:
    """Everything behind one decision."""
    found = decision(shop, decision_id)
    with shop.store.read() as connection:
        line = connection.execute(
            sa.select(log).where(log.c.case_id == found.case_id, log.c.id == found.cause_id)
        ).first()
        history = [
            HistoryEntry(e.seq, from_micros(e.at), e.entry, e.decision.status, e.decision.by, e.decision.note, e.hash)
            for e in entries(connection, decision_id)
        ]
        facts = _facts(connection, found)
    return Why(found, sentences(found), entry(line) if line else None, facts, history)


def _facts(connection: sa.Connection, found: Decision) -> list[LogEntry]:
    offsets = sorted({read.offset for read in found.reads if read.offset})[:100]
    return [
        entry(row) for row in connection.execute(sa.select(log).where(log.c.offset.in_(offsets)).order_by(log.c.offset))
    ]


def sentences(found: Decision) -> list[Text]:
    """The story of a decision in plain sentences."""
    told = [
        found.reason,
        Text(
            en=f"Heard: {found.cause_kind} (link {found.link}).", zh=f"起因：{found.cause_kind}（环节 {found.link}）。"
        ),
    ]
    for asked in found.asked:
        answer = ", ".join(f"{k} = {v}" for k, v in asked.answered.items())
        told.append(
            Text(
                en=f"{asked.model} {asked.version} answered {asked.question}: {answer} "
                f"(confidence {asked.confidence:.2f}).",
                zh=f"{asked.model} {asked.version} 回答 {asked.question}：{answer}（置信度 {asked.confidence:.2f}）。",
            )
        )
        for hit in asked.hits:
            told.append(Text(en=f"Rule hit: {hit.rule} {hit.text}", zh=f"命中规则：{hit.rule} {hit.text}"))
        for near in asked.near:
            text = f"{near.rule} {near.text} ({near.missed})"
            told.append(Text(en=f"Rule nearly hit: {text}", zh=f"差一个条件的规则：{text}"))
    told += [
        Text(en=f"Gate: {c.text.en}: {c.verdict}.", zh=f"闸门：{c.text.zh}：{_ZH[c.verdict]}。") for c in found.checks
    ]
    others = [a for a in found.alternatives if not a.chosen]
    if others:
        listed = ", ".join(f"{a.name} ({a.score:,.2f})" for a in others[:5])
        told.append(Text(en=f"Also weighed: {listed}.", zh=f"也考虑过：{listed}。"))
    return told


_ZH = {"allow": "放行", "hold": "待人审批", "refuse": "拒绝"}


def retry(shop: Shop, letter_id: str, by: str) -> None:
    """Hear a dead event again, or reconcile and send a dead effect again. Raises NotFound `letter.unknown`."""

    def work(turn: Turn) -> None:
        row = _letter(turn.w.connection, letter_id)
        turn.w.dead.append((*row[:7], "retried"))
        turn.w.audit.append(Entry(by=by, what="letters.retry", about=letter_id, before={"status": row.status}))
        if row.what == "effect":
            retry_effect(turn, row.ref, by)
            return
        line = turn.w.connection.execute(sa.select(log.c.kind).where(log.c.id == row.ref, log.c.is_event == 1)).scalar()
        event = decode(kind_of(line or ""), row.body)
        assert isinstance(event, Event)
        turn.hear_one(row.consumer, event)

    shop.loop.do(work)


def drop(shop: Shop, letter_id: str, by: str, note: str = "") -> None:
    """A person has looked at a dead letter and wants nothing done; it stays on record."""

    def work(turn: Turn) -> None:
        row = _letter(turn.w.connection, letter_id)
        turn.w.dead.append((*row[:7], f"dropped by {by}"))
        said = {"note": note} if note else None
        turn.w.audit.append(
            Entry(by=by, what="letters.drop", about=letter_id, before={"status": row.status}, after=said)
        )

    shop.loop.do(work)


def _letter(connection: sa.Connection, letter_id: str) -> Any:
    row = connection.execute(
        sa.select(dead_letters).where(dead_letters.c.id == letter_id, dead_letters.c.status == "waiting")
    ).first()
    if row is None:
        raise NotFound(
            "letter.unknown",
            Text(en="no dead letter with this id is waiting", zh="没有等待处理的此编号死信"),
            Text(en="List them with `linkloop decisions --dead`.", zh="可用 `linkloop decisions --dead` 查看。"),
            where=letter_id,
        )
    return row
