"""Reading: tables, rows, the log, cases, effects and dead letters."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros
from linkloop.core.errors import LinkloopError, NotFound
from linkloop.core.event import Event
from linkloop.core.text import Text
from linkloop.core.vocabulary import tables
from linkloop.faces.desk.views import Case, CaseSummary, DeadLetter, Effect, LogEntry, Page, TableInfo
from linkloop.store.codec import kind_of
from linkloop.store.columns import arrow_schema
from linkloop.store.schema import dead_letters, log, outbox, state

MOST = 1000


def list_tables() -> list[TableInfo]:
    """Every table and event of the vocabulary."""
    return [
        TableInfo(
            name=name,
            noun="event" if issubclass(kind, Event) else "table",
            doc=(kind.__doc__ or "").strip(),
            key=kind.__key__,
            columns={field.name: str(field.type) for field in arrow_schema(kind)},
        )
        for name, kind in sorted(tables().items())
    ]


def rows(shop: Shop, table: str, limit: int, cursor: str) -> Page[dict[str, Any]]:
    """The present rows of a table by key, after the key `cursor`; events are read from the log instead."""
    kind = kind_of(table)
    if issubclass(kind, Event):
        found = entries(shop, after=int(cursor or 0), limit=limit, kind=table)
        return Page([entry.body for entry in found], str(found[-1].offset) if len(found) == limit else "")
    query = sa.select(state.c.key, state.c.body).where(state.c.kind == table, state.c.key > cursor)
    with shop.store.read() as connection:
        got = connection.execute(query.order_by(state.c.key).limit(bounded(limit))).all()
    return Page([msgspec.json.decode(row.body) for row in got], got[-1].key if len(got) == bounded(limit) else "")


def row(shop: Shop, table: str, key: str) -> dict[str, Any]:
    """One row. Raises NotFound `row.unknown`."""
    kind_of(table)
    with shop.store.read() as connection:
        body = connection.execute(sa.select(state.c.body).where(state.c.kind == table, state.c.key == key)).scalar()
    if body is None:
        raise NotFound(
            "row.unknown",
            Text(en=f"{table} has no row {key}", zh=f"{table} 没有键为 {key} 的行"),
            where=f"{table}/{key}",
        )
    found: dict[str, Any] = msgspec.json.decode(body)
    return found


def entries(
    shop: Shop,
    *,
    after: int = 0,
    limit: int = 100,
    kind: str = "",
    key: str = "",
    case_id: str = "",
    kinds: tuple[str, ...] = (),
) -> list[LogEntry]:
    """Log lines with offset > `after`, oldest first; a negative `after` counts from the end."""
    query = sa.select(log).order_by(log.c.offset).limit(bounded(limit))
    for column, value in ((log.c.kind, kind), (log.c.key, key), (log.c.case_id, case_id)):
        if value:
            query = query.where(column == value)
    if kinds:
        query = query.where(log.c.kind.in_(kinds))
    with shop.store.read() as connection:
        if after < 0:
            after = max(0, (connection.execute(sa.select(sa.func.max(log.c.offset))).scalar() or 0) + after)
        return [entry(found) for found in connection.execute(query.where(log.c.offset > after))]


def entry(found: Any) -> LogEntry:
    """A log row as a view."""
    return LogEntry(
        offset=found.offset,
        id=found.id,
        at=from_micros(found.at),
        kind=found.kind,
        key=found.key,
        case_id=found.case_id,
        source=found.source,
        is_event=bool(found.is_event),
        body=msgspec.json.decode(found.body),
    )


def list_cases(shop: Shop, limit: int, cursor: str) -> Page[CaseSummary]:
    """Cases in which something was decided, latest first."""
    newest = sa.func.max(log.c.offset).label("newest")
    query = sa.select(log.c.case_id, newest).where(log.c.kind == "decisions", log.c.case_id != "")
    if cursor:
        query = query.where(log.c.offset < number(cursor))
    query = query.group_by(log.c.case_id).order_by(newest.desc()).limit(bounded(limit))
    with shop.store.read() as connection:
        found = connection.execute(query).all()
        summaries = [_summary(connection, row.case_id) for row in found]
    return Page(summaries, str(found[-1].newest) if len(found) == bounded(limit) else "")


def _summary(connection: sa.Connection, case_id: str) -> CaseSummary:
    lines = connection.execute(
        sa.select(log.c.at, log.c.kind, log.c.key).where(log.c.case_id == case_id).order_by(log.c.offset)
    )
    got = lines.all()
    decisions = len({line.key for line in got if line.kind == "decisions"})
    return CaseSummary(case_id, from_micros(got[0].at), got[0].kind, len(got), decisions)


def case(shop: Shop, case_id: str) -> Case:
    """The timeline of one case. Raises NotFound `case.unknown`."""
    found = entries(shop, case_id=case_id, limit=MOST)
    if not found:
        raise NotFound("case.unknown", Text(en="there is no such case", zh="没有这个事项"), where=case_id)
    return Case(case_id, found)


def effects(shop: Shop, status: str, limit: int) -> list[Effect]:
    """Effects of the outbox, latest first."""
    query = sa.select(outbox).order_by(outbox.c.seq.desc()).limit(bounded(limit))
    if status:
        query = query.where(outbox.c.status == status)
    with shop.store.read() as connection:
        return [
            Effect(
                effect_key=r.effect_key,
                decision_id=r.decision_id,
                case_id=r.case_id,
                action_kind=r.action_kind,
                about=r.about,
                status=r.status,
                attempt=r.attempt,
                reference=r.reference,
                problem=r.problem,
                action=msgspec.json.decode(r.body),
            )
            for r in connection.execute(query)
        ]


def list_dead_letters(shop: Shop, status: str, limit: int) -> list[DeadLetter]:
    """Dead letters, latest first."""
    query = sa.select(dead_letters).order_by(dead_letters.c.at.desc()).limit(bounded(limit))
    if status:
        query = query.where(dead_letters.c.status == status)
    with shop.store.read() as connection:
        return [
            DeadLetter(
                r.id, from_micros(r.at), r.what, r.consumer, r.ref, r.problem, msgspec.json.decode(r.body), r.status
            )
            for r in connection.execute(query)
        ]


def bounded(limit: int) -> int:
    """A page size that a person may ask for."""
    return max(1, min(limit, MOST))


def number(cursor: str) -> int:
    """A numeric cursor. Raises LinkloopError `cursor.invalid`."""
    try:
        return int(cursor)
    except ValueError as error:
        raise LinkloopError(
            "cursor.invalid",
            Text(en=f"{cursor!r} is not a cursor", zh=f"{cursor!r} 不是有效的游标"),
            Text(en="Use the `next` of the page before.", zh="请使用上一页返回的 `next`。"),
            where="cursor",
        ) from error
